// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "sim/agent.hpp"
#include "sim/timed.hpp"
#include "tests/memory/sizes.hpp"

// What a large world costs, as the operating system counts it: in a process of its own, at its worst moment.
namespace squall::sim {
namespace {

/// Passes each message to its neighbour. Every agent begins with one, so as many are under way as there are agents.
struct Neighbour {
  std::int64_t passed = 0;

  void on_start(Turn& turn) { pass_on(turn); }
  void on_message(Turn& turn, const Message&) {
    ++passed;
    pass_on(turn);
  }

 private:
  static void pass_on(Turn& turn) { turn.send(AgentId{(index(turn.self) + 1) % turn.model().members}, TopicId{0}); }
};

/// Whether exactly so many messages were passed on. Links keep their order, so there is an entry for each in their table.
bool ring_passes(std::uint32_t agents, std::uint64_t messages) {
  Model model;
  add_topic(model, "token");
  add_agent(model, "neighbour", Neighbour{}, agents);
  model.finish();
  World world{model, Half::state_and_shadow};
  Named named{Seed{1}};
  Run run{.model = model, .decide = named, .key = named.run()};
  begin(world, run);
  while (world.clock().events < messages) {
    if (!step(world, run)) return false;
  }
  std::int64_t passed = 0;
  for (std::uint32_t a = 0; a < agents; ++a) passed += world.cells(AgentId{a})[0];
  return passed == static_cast<std::int64_t>(messages);
}

struct Child {
  bool succeeded = false;
  std::uint64_t bytes = 0;  ///< most that were resident at once
};

/// `work` in a process of its own.
template <class Work>
Child in_a_child(Work work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  rusage used{};
  REQUIRE(wait4(child, &status, 0, &used) == child);
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

}  // namespace

TEST_SUITE("a large world") {
  TEST_CASE("a ring of 100,000 agents passes 10 million messages in less than 1 GiB") {
    const Child child = in_a_child([] { return ring_passes(ring_agents, ring_messages); });
    CHECK(child.succeeded);
    MESSAGE(ring_agents, " agents, ", ring_messages, " messages: ", child.bytes >> 20, " MiB");
    CHECK(child.bytes < std::uint64_t{1} << 30);
  }
}

}  // namespace squall::sim
