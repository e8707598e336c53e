// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "bench/floor/draws.hpp"
#include "bench/floor/queues.hpp"
#include "bench/floor/timed.hpp"
#include "bench/phold.hpp"
#include "sim/calendar.hpp"

// squall_side WHO hold|phold N EVENTS: nanoseconds an event of the bare loops (`heap`, `radix`) and of squall, measured as the
// peers are: one process, a warm-up of 2 N + 10,000 events, processor time. README.md says what both workloads are.
namespace {

using namespace squall;
using bench::Draws;
using bench::EventCount;

template <class Queue>
void hold(std::uint32_t n, EventCount& count) {
  Queue queue;
  Draws draws{42};
  for (std::uint32_t item = 0; item < n; ++item) queue.push(draws.delay(), item);
  for (;;) {
    const bench::Due due = queue.pop();
    queue.push(due.at + draws.delay(), due.item);
    if (count.is_last()) return;
  }
}

void hold_of_squall(std::uint32_t n, EventCount& count) {
  sim::Calendar calendar;
  Draws draws{42};
  const auto after = [&](sim::Instant at) { return at + sim::Duration{static_cast<std::int64_t>(draws.delay())}; };
  for (sim::Row row = 0; row < n; ++row) calendar.push(after(sim::start_of_time), row);
  for (;;) {
    const sim::Calendar::Entry entry = calendar.pop();
    calendar.push(after(entry.at), entry.row);
    if (count.is_last()) return;
  }
}

/// A bare loop: a pool of messages, an array of agents.
template <class Queue>
void phold(std::uint32_t agents, EventCount& count) {
  struct Message {
    std::uint32_t from, to, value;
  };
  struct Agent {
    std::uint64_t count = 0;
    std::uint32_t sum = 0;
  };
  std::vector<Agent> all(agents);
  std::vector<Message> messages(agents);  // a delivered one is sent on in its place
  Queue queue;
  Draws draws{42};
  for (std::uint32_t a = 0; a < agents; ++a) {
    messages[a] = {a, draws.below(agents), 0};
    queue.push(draws.delay(), a);
  }
  for (;;) {
    const bench::Due due = queue.pop();
    Message& message = messages[due.item];
    Agent& agent = all[message.to];
    ++agent.count;
    agent.sum += message.value;
    message = {message.to, draws.below(agents), message.value + 1};
    queue.push(due.at + draws.delay(), due.item);
    if (count.is_last()) return;
  }
}

void phold_of_squall(std::uint32_t agents, EventCount& count) {
  bench::Phold world{agents};
  for (std::uint32_t start = 0; start < agents; ++start) world.step();
  do world.step();
  while (!count.is_last());
}

bool play(std::string_view who, bool holds, std::uint32_t n, EventCount& count) {
  if (who == "heap") {
    holds ? hold<bench::FourHeap>(n, count) : phold<bench::FourHeap>(n, count);
  } else if (who == "radix") {
    holds ? hold<bench::RadixHeap>(n, count) : phold<bench::RadixHeap>(n, count);
  } else if (who == "squall") {
    holds ? hold_of_squall(n, count) : phold_of_squall(n, count);
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 5 ? argv[2] : "";
  if (what == "hold" || what == "phold") {
    const auto n = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    EventCount count{2 * std::uint64_t{n} + 10'000, std::strtoull(argv[4], nullptr, 10)};
    if (n != 0 && play(argv[1], what == "hold", n, count)) {
      count.print();
      return 0;
    }
  }
  std::fputs("usage: squall_side heap|radix|squall hold|phold N EVENTS\n", stderr);
  return 2;
}
