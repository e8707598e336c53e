// SPDX-License-Identifier: Apache-2.0
#include "faults/plan.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/faults/lanes.hpp"

namespace squall::plan_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;

namespace {
Line lose(const Matcher& matcher, std::uint32_t nth) { return {MessageLoss{}, matcher, {.nth = nth}}; }

/// All that is wrong with a plan of one line, as `what; fix`.
std::vector<std::string> troubles(const Line& line) {
  std::vector<std::string> texts;
  for (const Trouble& trouble : check(lanes::model(1), Plan{{line}}))
    texts.push_back(trouble.what + "; " + trouble.fix);
  return texts;
}
using Texts = std::vector<std::string>;
}  // namespace

TEST_SUITE("a plan as text") {
  TEST_CASE("has one line for each injection, every parameter written out") {
    const Plan plan{
        {lose({.from = "tester", .to = "coder", .topic = "report"}, 1),
         {MessageDelay{.times = 10}, {.from = "coder", .to = "nobody", .topic = "reply", .instance = 17}, {.nth = 2}},
         {AgentCrash{}, {.agent = "coder"}, {.at = sim::start_of_time + 90s}}}};
    CHECK(to_text(plan) ==
          "- message-loss: {from: tester, to: coder, topic: report, nth: 1}\n"
          "- message-delay: {from: coder, to: nobody, topic: reply, instance: 17, nth: 2, times: 10}\n"
          "- agent-crash: {agent: coder, at: {time: 90s}, side: before, restart: never, memory: false}\n");
  }
  TEST_CASE("a profile's line reads alike, with its chance and its limits") {
    CHECK(to_text(Line{MessageLoss{}, {}, {.chance = 2_percent}}) == "message-loss: {chance: 2%}");
    CHECK(to_text(Line{MessageLoss{}, {}, {}}) == "message-loss: {}");
    const Trigger limited{
        .chance = 2500_ppm, .from = sim::start_of_time + 1min, .until = sim::start_of_time + 2min, .at_most = 3};
    CHECK(to_text(Line{MessageDelay{.by = sim::Distribution::uniform(1s, 20s)}, {.topic = "code"}, limited}) ==
          "message-delay: {topic: code, chance: 0.25%, window: 1m..2m, at-most: 3, by: 1s..20s}");
    CHECK(to_text(Line{MessageLoss{}, {}, {.from = sim::start_of_time + 1min}}) ==
          "message-loss: {window: {from: 1m}}");
  }
}

TEST_SUITE("a plan is checked before it is armed") {
  TEST_CASE("a sound line passes") {
    CHECK(troubles(lose({.from = "left", .to = "sink", .topic = "tick"}, 1)).empty());
    CHECK(troubles(lose({.to = "nobody", .topic = "reply"}, 1)).empty());
    CHECK(troubles({AgentRestart{}, {.agent = "sink"}, {.at = sim::start_of_time}}).empty());
  }
  TEST_CASE("names that nobody has are told, with those that exist") {
    CHECK(troubles(lose({.from = "lefd"}, 1)) ==
          Texts{"message-loss: no agent is called 'lefd'; declare it, or use one of: left, right, sink"});
    CHECK(troubles(lose({.topic = "tack"}, 1)) ==
          Texts{"message-loss: no topic is called 'tack'; declare it, or use one of: alarm, tick, tock"});
    CHECK(troubles({AgentCrash{}, {.agent = "nobody"}, {.nth = 1}}) ==
          Texts{"agent-crash: no agent is called 'nobody'; declare it, or use one of: left, right, sink"});
  }
  TEST_CASE("a kind's matcher is its own") {
    CHECK(troubles(lose({.agent = "left"}, 1)) ==
          Texts{"message-loss: strikes messages, not an agent; name the link with 'from', 'to' and 'topic'"});
    CHECK(troubles({AgentCrash{}, {.from = "left"}, {.nth = 1}}) ==
          Texts{"agent-crash: strikes an agent, not messages; name the agent with 'agent'"});
    CHECK(troubles({MessageLoss{}, {}, {.at = sim::start_of_time}}) ==
          Texts{"message-loss: strikes messages, which have no set time; use 'nth', or a 'window'"});
    CHECK(troubles({AgentCrash{}, {.agent = "left", .instance = 1}, {.at = sim::start_of_time}}) ==
          Texts{"agent-crash: at a set time an agent has no instance; leave out 'instance', or use 'nth'"});
  }
  TEST_CASE("a plan draws nothing and leaves nothing open") {
    CHECK(troubles({MessageLoss{}, {}, {}}) ==
          Texts{"message-loss: a plan's line says which match it strikes; add 'nth' or 'at'"});
    CHECK(troubles({MessageLoss{}, {}, {.chance = 5_percent, .nth = 1}}) ==
          Texts{"message-loss: a plan draws nothing; leave out all that may or may not come true, or move the "
                "line to 'faults'"});
    CHECK(troubles({MessageDelay{.by = sim::Distribution::uniform(1s, 2s)}, {}, {.nth = 1}}) ==
          Texts{"message-delay: a plan draws nothing; write each time as one duration"});
  }
  TEST_CASE("numbers out of range are told") {
    CHECK(troubles(lose({}, 0)) == Texts{"message-loss: 'nth' is 0; count from 1"});
    CHECK(troubles({AgentCrash{}, {}, {.nth = 1, .at = sim::start_of_time}}) ==
          Texts{"agent-crash: says both 'at' and 'nth'; leave out one of them"});
    CHECK(troubles({AgentCrash{}, {}, {.at = sim::start_of_time - 1s}}) ==
          Texts{"agent-crash: 'at' lies before the start; write a time since the start"});
    CHECK(troubles({MessageDuplicate{.copies = 0}, {}, {.nth = 1}}) ==
          Texts{"message-duplicate: 'copies' counts from 1 to 100; see the kind's options"});
  }
  TEST_CASE("arming what does not pass is refused, with the first trouble") {
    const sim::Model model = lanes::model(2);
    const Plan plan{{lose({}, 1), lose({.from = "lefd"}, 1)}};
    CHECK_THROWS_WITH_AS(
        Armed(model, plan),
        "line 2: message-loss: no agent is called 'lefd'; declare it, or use one of: left, right, sink",
        std::invalid_argument);
  }
  TEST_CASE("arming more lines than the model has room for is refused") {
    const sim::Model model = lanes::model(1);
    CHECK_NOTHROW(Armed(model, Plan{{lose({}, 1)}}));
    CHECK_THROWS_AS(Armed(model, Plan{{lose({}, 1), lose({}, 2)}}), std::invalid_argument);
  }
}

TEST_SUITE("a plan strikes") {
  TEST_CASE("the match it numbers, counted among the matches of its own matcher") {
    // The 3rd of left's messages is its 2nd tick; the 5th of all ticks comes from whoever ticks then.
    const lanes::Outcome outcome = lanes::run(Plan{{lose({.from = "left"}, 3), lose({.topic = "tick"}, 5)}}, 1);
    CHECK(outcome.clock.lost == 2);
    const auto& lines = outcome.plan.lines;
    REQUIRE(lines.size() == 2);
    CHECK(to_text(lines[0]) == "message-loss: {from: left, to: sink, topic: tick, nth: 2}");
    CHECK(lines[1].matcher.topic == "tick");
    CHECK(*lines[1].trigger.nth == 3);  // two clocks: the 5th tick is the 3rd of one of them
  }
  TEST_CASE("counting sends, so that a loss renumbers nothing") {
    const Plan both{{lose({.from = "left", .topic = "tick"}, 4), lose({.from = "left", .topic = "tick"}, 5)}};
    const lanes::Outcome outcome = lanes::run(both, 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{1, 1});
    CHECK(outcome.sink.heard[0][0] == lanes::ticks - 2);
  }
  TEST_CASE("a line that never struck is reported, and changes nothing") {
    const Line first = lose({.from = "left", .topic = "tick"}, 4);
    const lanes::Outcome without = lanes::run(Plan{{first}}, 1);
    const lanes::Outcome with =
        lanes::run(Plan{{lose({.from = "left", .topic = "tick"}, 201), first, lose({.from = "sink"}, 1)}}, 1);
    CHECK(without.unstruck.empty());
    CHECK(with.unstruck == std::vector<std::size_t>{0, 2});
    CHECK(with.digest == without.digest);
  }
  TEST_CASE("at a time when there is nothing to strike: reported, and changes nothing") {
    const Line down{AgentCrash{}, {.agent = "sink"}, {.at = sim::start_of_time + 20ms}};
    const Line again{AgentCrash{}, {.agent = "sink"}, {.at = sim::start_of_time + 30ms}};
    const lanes::Outcome without = lanes::run(Plan{{down}}, 1);
    const lanes::Outcome with = lanes::run(Plan{{down, again}}, 1);
    CHECK(with.unstruck == std::vector<std::size_t>{1});
    CHECK(with.digest == without.digest);
  }
  TEST_CASE("a duplicate of what another line loses is reported as not struck") {
    const Matcher tick{.from = "left", .topic = "tick"};
    const lanes::Outcome outcome = lanes::run(Plan{{{MessageDuplicate{}, tick, {.nth = 3}}, lose(tick, 3)}}, 1);
    CHECK(outcome.unstruck == std::vector<std::size_t>{0});
    CHECK(outcome.clock.copied == 0);
  }
  TEST_CASE("lines of one plan may stand in any order") {
    const Matcher tick{.from = "left", .topic = "tick"};
    Plan plan{{{MessageDelay{.times = 5}, tick, {.nth = 3}},
               {MessageDuplicate{}, tick, {.nth = 3}},
               lose(tick, 9),
               lose(tick, 7)}};
    const std::uint64_t digest = lanes::run(plan, 1).digest;
    std::swap(plan.lines[0], plan.lines[1]);
    std::swap(plan.lines[2], plan.lines[3]);
    CHECK(lanes::run(plan, 1).digest == digest);
  }
}

TEST_SUITE("a plan together with a profile") {
  TEST_CASE("where a line of the plan takes effect, the profile does not") {
    const sim::Model model = lanes::model(2);
    const Plan plan{{{MessageDelay{.times = 5}, {.from = "left", .topic = "tick"}, {.nth = 3}}}};
    const Profile all{.lines = {{.fault = MessageLoss{}, .matcher = {.from = "left"}}}};
    const lanes::Outcome outcome = lanes::run(model, Armed(model, plan, all), 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{1, 2 * lanes::ticks - 1});
    CHECK(outcome.sink.latest[0][0] == 3);
  }
}

}  // namespace squall::plan_test
