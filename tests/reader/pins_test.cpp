// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/judgement.hpp"

// What case files pin: `set` and `without`. Each is played with and without, and differs in just that.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

Loaded read(const std::string& text) {
  Loaded file = load_text("case.yaml", "workflow: t\n" + text);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  return file;
}

Recording played(const Loaded& file, std::uint64_t seed = 1) { return record(*file.scenario, sim::Seed{seed}); }

/// When an agent's things of one kind were seen, in their order.
std::vector<sim::Duration> times(const Loaded& file, const Recording& run, sim::Seen kind,
                                 const std::string& agent = {}) {
  std::vector<sim::Duration> all;
  for (const sim::TraceLine& line : run.trace.lines()) {
    const bool his = agent.empty() || sim::agent_name(file.scenario->model, run.world, line.seen.agent) == agent;
    if (line.seen.kind == kind && his) all.push_back(line.at.time_since_epoch());
  }
  return all;
}

const std::string two_workers =
    "agents:\n"
    "  a: {do: [{work: {time: 1s..9s, makes: code}}, {work: {time: 1s..9s, makes: test}}]}\n"
    "  b: {do: [{work: {time: 1s..9s, makes: docs}}, {send: {to: c, topic: docs}}]}\n"
    "  c: {do: [{receive: docs}]}\n";

}  // namespace

TEST_SUITE("set") {
  TEST_CASE("a pinned time stands for what would be drawn, and moves no other draw") {
    const Loaded plain = read(two_workers);
    const Loaded pinned = read(two_workers + "set: {\"a/work code #1\": 250ms}\n");
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Recording before = played(plain, seed), after = played(pinned, seed);
      const auto a_before = times(plain, before, sim::Seen::made, "a");
      const auto a_after = times(pinned, after, sim::Seen::made, "a");
      REQUIRE(a_after.size() == 2);
      CHECK(a_after[0] == 250ms);
      CHECK(a_after[1] - a_after[0] == a_before[1] - a_before[0]);
      CHECK(times(pinned, after, sim::Seen::consumed, "c") == times(plain, before, sim::Seen::consumed, "c"));
    }
  }

  TEST_CASE("of a send it is the time under way") {
    const Loaded file = read(two_workers + "set: {\"b/work docs #1\": 1s, \"b/send c docs #1\": 5s}\n");
    CHECK(times(file, played(file), sim::Seen::consumed, "c") == std::vector<sim::Duration>{6s});
  }

  TEST_CASE("of a call it is its whole latency, and whether it fails") {
    const auto calls = [](const std::string& set) {
      return read(
          "tools: {t: {latency: 1s..9s, error: 50%}}\nagents:\n"
          "  a: {do: [{call: t, otherwise: [{emit: bad}]}, {emit: done}]}\nset: " +
          set);
    };
    const Loaded well = calls("{\"a/call t #1\": false}\n");
    const Loaded fails = calls("{\"a/call t #1\": true}\n");
    const Loaded slow = calls("{\"a/call t #1\": 1m}\n");
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      CHECK(times(well, played(well, seed), sim::Seen::emitted).size() == 1);
      CHECK(times(fails, played(fails, seed), sim::Seen::emitted).size() == 2);
      CHECK(times(slow, played(slow, seed), sim::Seen::emitted).back() == 1min);
    }
  }

  TEST_CASE("of a choice it is the number of the branch; the second time it draws again") {
    const Loaded file = read(
        "agents:\n  a: {vars: {n: 0}, do: [{repeat: [{choose: [{chance: 50%, do: [{emit: left}]}, {do: [{emit: "
        "right}]}]}], times: 2}]}\nset: {\"a/choose #1\": 1}\n");
    std::size_t second_left = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      std::vector<std::string> events;
      const Recording run = played(file, seed);
      for (const sim::TraceLine& line : run.trace.lines()) {
        if (line.seen.kind == sim::Seen::emitted) events.push_back(file.scenario->model.events[line.seen.detail]);
      }
      REQUIRE(events.size() == 2);
      CHECK(events[0] == "right");
      second_left += events[1] == "left" ? 1 : 0;
    }
    // 40 fair coins: outside of 8..32 once in 10^4.
    CHECK(second_left > 8);
    CHECK(second_left < 32);
  }

  TEST_CASE("times that bound and repeat a step are draws of their own") {
    const Loaded file = read(
        "agents:\n"
        "  a: {do: [{receive: x, timeout: 1m..2m, otherwise: []}]}\n"
        "  b: {do: [{choose: [{chance: 0%, do: [{send: {to: a, topic: x}}]}, {do: []}]}]}\n"
        "set: {\"a/receive x timeout #1\": 7s}\n");
    CHECK(played(file).outcome.virtual_time == 7s);
  }

  TEST_CASE("a time that is the same in every run can be answered otherwise, too") {
    const std::string fixed =
        "tools: {t: {error: 100%}}\n"
        "agents:\n"
        "  a: {do: [{receive: x, timeout: 1m, otherwise: []},\n"
        "           {call: t, retry: {times: 2, backoff: 10s}, otherwise: []},\n"
        "           {call: t, retry: {times: 2}, otherwise: []}]}\n"
        "  b: {do: [{choose: [{chance: 0%, do: [{send: {to: a, topic: x}}]}, {do: []}]}]}\n";
    CHECK(played(read(fixed)).outcome.virtual_time == 70s);
    const Loaded file = read(fixed +
                             "set: {\"a/receive x timeout #1\": 7s, \"a/call t backoff #1\": 3s, "
                             "\"a/call t #2 backoff #1\": 1s}\n");
    CHECK(played(file).outcome.virtual_time == 11s);
    CHECK(undrawn(*file.scenario, played(file).world).empty());
  }

  TEST_CASE("under load a draw is that of one instance, counted there, or of all together") {
    const std::string load =
        "load: {instances: 3, every: 1m}\nagents:\n  a: {do: [{work: {time: 1s..9s, makes: x}}]}\n";
    const Loaded plain = read(load);
    const Loaded one = read(load + "set: {\"a/work x #1 [instance 1]\": 30s}\n");
    const Loaded third = read(load + "set: {\"a/work x #3\": 30s}\n");
    const auto before = times(plain, played(plain), sim::Seen::made, "a");
    const auto in_one = times(one, played(one), sim::Seen::made, "a");
    const auto in_third = times(third, played(third), sim::Seen::made, "a");
    CHECK(in_one == std::vector<sim::Duration>{before[0], 1min + 30s, before[2]});
    CHECK(in_third == std::vector<sim::Duration>{before[0], before[1], 2min + 30s});
  }

  TEST_CASE("arrivals of the load are draws as well") {
    const Loaded file = read(
        "load: {instances: 3, every: {mean: 1m}}\nagents:\n  a: {do: [{work: 1s}]}\nset: {\"load #1\": 5s, \"load "
        "#2\": 0s}\n");
    CHECK(times(file, played(file), sim::Seen::arrived) == std::vector<sim::Duration>{0s, 5s, 5s});
  }

  TEST_CASE("counting and replaying give the recorded run") {
    const Loaded file = read(two_workers +
                             "faults: [message-delay: {chance: 50%, by: 1s..5s}]\n"
                             "set: {\"a/work test #1\": 3s, \"b/send c docs #1\": 2s}\n");
    Runner runner{*file.scenario};
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const Recording run = played(file, seed);
      CHECK(runner.run(sim::Seed{seed}).digest == run.outcome.digest);
      CHECK(replay(*file.scenario, sim::Seed{seed}, run.injected).outcome.digest == run.outcome.digest);
      CHECK(undrawn(*file.scenario, runner.world()).empty());
    }
  }

  TEST_CASE("an answer that nothing asks for is said, and fails a suite") {
    const Loaded file = read(two_workers + "set: {\"a/work code #2\": 1s, \"a/work code #1\": 1s}\n");
    CHECK(undrawn(*file.scenario, played(file).world) == std::vector<std::string>{"a/work code #2"});
    const Judgement judged = judge(file, 3);
    CHECK(judged.result == Judgement::Result::failed);
    CHECK(judged.failures == std::vector<std::string>{"'a/work code #2' of `set` is drawn in none of 3 runs"});
  }
}

TEST_SUITE("without") {
  const std::string pair =
      "load: {instances: 3, every: 1m..2m}\nagents:\n"
      "  a: {do: [{work: {time: 1s..9s, makes: x}}, {send: {to: b, topic: x}}, {send: {to: c, topic: x}}, {receive: "
      "y}]}\n"
      "  b: {\"on\": {x: [{send: {to: a, topic: y}}]}}\n"
      "  c: {\"on\": {x: [{work: {time: 1s..9s, makes: z}}]}}\n"
      "check: [no-orphaned-wait]\n";

  TEST_CASE("an agent that is left out neither acts nor takes, and what the others draw stays") {
    const Loaded plain = read(pair);
    const Loaded less = read(pair + "without: {agents: [c]}\n");
    const Recording before = played(plain), after = played(less);
    CHECK(times(less, after, sim::Seen::made, "c").empty());
    CHECK(times(less, after, sim::Seen::dead_letter, "c").size() == 3);
    CHECK(times(less, after, sim::Seen::consumed, "a") == times(plain, before, sim::Seen::consumed, "a"));
    CHECK_FALSE(after.outcome.violated());
  }

  TEST_CASE("who waits for it waits for ever") {
    const Loaded less = read(pair + "without: {agents: [b]}\n");
    CHECK_FALSE(played(read(pair)).outcome.violated());
    const Recording run = played(less);
    REQUIRE(run.outcome.violated());
    CHECK(run.outcome.violations[0].invariant == "no-orphaned-wait");
  }

  TEST_CASE("an instance that is left out moves no other") {
    const Loaded plain = read(pair);
    const Loaded less = read(pair + "without: {instances: [1]}\n");
    const auto before = times(plain, played(plain), sim::Seen::arrived);
    CHECK(times(less, played(less), sim::Seen::arrived) == std::vector<sim::Duration>{before[0], before[2]});
    const auto made = times(plain, played(plain), sim::Seen::made, "a");
    CHECK(times(less, played(less), sim::Seen::made, "a") == std::vector<sim::Duration>{made[0], made[2]});
  }
}

}  // namespace squall::scenarios
