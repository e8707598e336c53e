// SPDX-License-Identifier: Apache-2.0
#include <ns3/core-module.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/floor/draws.hpp"
#include "bench/floor/timed.hpp"

// peer_ns3 SCHEDULER hold|phold N EVENTS, SCHEDULER one of ns-3's event queues: MapScheduler (its default), HeapScheduler,
// CalendarScheduler, PriorityQueueScheduler. As its users write it: member functions, scheduled after a delay.
namespace {

squall::bench::Draws draws{42};
squall::bench::EventCount* counted = nullptr;

void count_event() {
  if (counted->is_last()) ns3::Simulator::Stop();
}

class Holder {
 public:
  void begin() { ns3::Simulator::Schedule(ns3::NanoSeconds(draws.delay()), &Holder::fire, this); }

 private:
  void fire() {
    count_event();
    begin();
  }
};

class Agent {
 public:
  void receive(std::uint32_t from, std::uint32_t value) {
    (void)from;
    ++count_;
    sum_ += value;
    count_event();
    send(value + 1);
  }
  void send(std::uint32_t value) {
    Agent& to = all[draws.below(static_cast<std::uint32_t>(all.size()))];
    ns3::Simulator::Schedule(ns3::NanoSeconds(draws.delay()), &Agent::receive, &to,
                             static_cast<std::uint32_t>(this - all.data()), value);
  }
  static std::vector<Agent> all;

 private:
  std::uint64_t count_ = 0;
  std::uint32_t sum_ = 0;
};
std::vector<Agent> Agent::all;

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 5 ? argv[2] : "";
  if (what != "hold" && what != "phold") {
    std::fputs("usage: peer_ns3 SCHEDULER hold|phold N EVENTS\n", stderr);
    return 2;
  }
  const std::uint64_t n = std::strtoull(argv[3], nullptr, 10);
  squall::bench::EventCount count{2 * n + 10'000, std::strtoull(argv[4], nullptr, 10)};
  counted = &count;
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId(std::string{"ns3::"} + argv[1]);
  ns3::Simulator::SetScheduler(scheduler);
  Holder holder;
  if (what == "hold") {
    for (std::uint64_t i = 0; i < n; ++i) holder.begin();
  } else {
    Agent::all.resize(n);
    for (Agent& agent : Agent::all) agent.send(0);
  }
  ns3::Simulator::Run();
  count.print();
  std::fflush(stdout);
  std::_Exit(0);  // taking a hundred thousand pending events apart is no part of it
}
