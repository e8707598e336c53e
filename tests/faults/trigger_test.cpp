// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/lanes.hpp"
#include "tests/faults/shop.hpp"

namespace squall::trigger_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;

namespace {

using Code = sim::Instruction::Code;
using Texts = std::vector<std::string>;

/// Field n of the message is greater than 190.
const sim::Instruction late_ticks[] = {
    {Code::field, 0, static_cast<std::uint16_t>(sim::MessageRef::candidate), 0, 0},
    {Code::constant, 0, 0, 0, 190},
    {Code::greater},
};
/// It is later than 150 ms.
const sim::Instruction late[] = {{Code::now}, {Code::constant, 0, 0, 0, 150'000'000}, {Code::greater}};

lanes::Outcome losing(const Matcher& matcher, const Trigger& trigger) {
  return lanes::run(Profile{.lines = {{MessageLoss{}, matcher, trigger}}}, 1);
}
const Matcher ticks_of_left{.from = "left", .topic = "tick"};

Texts troubles(const Line& line) {
  Texts texts;
  for (const Trouble& trouble : check(lanes::model(1), Profile{.lines = {line}}))
    texts.push_back(trouble.what + "; " + trouble.fix);
  return texts;
}

}  // namespace

TEST_SUITE("triggers") {
  TEST_CASE("a burst strikes so many matches in a row") {
    Trigger bursts{.chance = 5_percent};
    const lanes::Outcome single = losing(ticks_of_left, bursts);
    bursts.burst = 4;
    const lanes::Outcome burst = losing(ticks_of_left, bursts);
    REQUIRE(single.plan.lines.size() > 3);
    // The dice are the same: what a single line strikes a burst strikes or begins with.
    std::vector<std::uint32_t> struck;
    for (const Line& line : burst.plan.lines) struck.push_back(*line.trigger.nth);
    for (const Line& line : single.plan.lines) CHECK(std::ranges::binary_search(struck, *line.trigger.nth));
    std::size_t run = 1;
    for (std::size_t i = 1; i <= struck.size(); ++i) {
      if (i < struck.size() && struck[i] == struck[i - 1] + 1) {
        ++run;
      } else {
        CHECK((run >= 4 || struck[i - 1] == lanes::ticks));
        run = 1;
      }
    }
    CHECK(lanes::run(burst.plan, 1).digest == burst.digest);
  }
  TEST_CASE("a burst from the nth match on") {
    const lanes::Outcome outcome = losing(ticks_of_left, {.nth = 10, .burst = 3});
    REQUIRE(outcome.plan.lines.size() == 3);
    CHECK(*outcome.plan.lines[0].trigger.nth == 10);
    CHECK(*outcome.plan.lines[2].trigger.nth == 12);
  }
  TEST_CASE("a persistent line strikes every match once it has begun") {
    CHECK(losing(ticks_of_left, {.nth = 100, .persistent = true}).clock.lost == lanes::ticks - 99);
    const lanes::Outcome outcome = losing(ticks_of_left, {.chance = 2_percent, .persistent = true});
    REQUIRE(!outcome.plan.lines.empty());
    CHECK(outcome.clock.lost == lanes::ticks - *outcome.plan.lines[0].trigger.nth + 1);
  }
  TEST_CASE("at most so many, of a burst as well") {
    CHECK(losing(ticks_of_left, {.at_most = 2, .persistent = true}).clock.lost == 2);
  }
  TEST_CASE("only where its condition on the message holds; matches are counted among those") {
    Matcher matcher = ticks_of_left;
    matcher.where = {"msg.n > 190", late_ticks};
    const lanes::Outcome all = losing(matcher, {});
    CHECK(all.clock.lost == 10);
    CHECK(all.sink.latest[0][0] == 190);
    CHECK(losing(matcher, {.nth = 10}).sink.latest[0][0] == 199);
    CHECK(lanes::run(all.plan, 1).digest == all.digest);
    CHECK(to_text(Line{MessageLoss{}, matcher, {}}) == "message-loss: {from: left, topic: tick, where: msg.n > 190}");
  }
  TEST_CASE("only while its condition on the world holds; matches are counted all the same") {
    const lanes::Outcome all = losing(ticks_of_left, {.holds = {"now > 150ms", late}});
    CHECK(all.clock.lost == 50);  // ticks 151 to 200: one a millisecond, from the first on
    CHECK(losing(ticks_of_left, {.nth = 100, .holds = {"now > 150ms", late}}).clock.lost == 0);
  }
  TEST_CASE("a list of agents is any of them") {
    const Names both(std::vector<std::string>{"left", "right"});
    CHECK(losing({.from = both, .topic = "tick"}, {}).clock.lost == 2 * lanes::ticks);
    CHECK(losing({.from = both, .topic = "tick"}, {.nth = 3}).clock.lost == 1);  // the third of all of them
    CHECK(losing({.to = both}, {}).clock.lost == 0);
  }
  TEST_CASE("an agent's fault may come again and again") {
    const Line crash{AgentCrash{.restart = sim::Distribution::constant(1ms), .memory = true},
                     {.agent = "sink"},
                     {.at_most = 4, .every = sim::Distribution::constant(30ms)}};
    const lanes::Outcome outcome = lanes::run(Profile{.lines = {crash}}, 1);
    CHECK(outcome.sink_incarnation == 4);
    CHECK(lanes::run(outcome.plan, 1).digest == outcome.digest);
  }
  TEST_CASE("what strikes several agents at one time is one injection") {
    const Line pause{AgentPause{.lasts = sim::Distribution::constant(2ms)},
                     {},
                     {.at_most = 2, .every = sim::Distribution::constant(30ms)}};
    const lanes::Outcome outcome = lanes::run(Profile{.lines = {pause}}, 1);
    CHECK(outcome.struck == std::vector<std::uint32_t>{2});
    CHECK(outcome.plan.lines.size() == 2);
    CHECK(lanes::run(outcome.plan, 1).digest == outcome.digest);
  }
  TEST_CASE("what cannot be asked for is told") {
    CHECK(troubles({MessageLoss{}, {}, {.every = sim::Distribution::constant(1s)}}) ==
          Texts{"message-loss: strikes messages, which come by themselves; leave out 'every', or use 'chance'"});
    CHECK(troubles({AgentCrash{}, {}, {.nth = 1, .every = sim::Distribution::constant(1s)}}) ==
          Texts{"agent-crash: says 'every' and one time besides; leave out 'every', or the 'at' or 'nth'"});
    CHECK(troubles({MessageLoss{}, {}, {.burst = 0}}) == Texts{"message-loss: 'burst' is 0; count from 1"});
    CHECK(troubles({MessageLoss{}, {}, {.burst = 2, .persistent = true}}) ==
          Texts{"message-loss: says both 'burst' and 'persistent'; leave out one of them"});
    CHECK(troubles({Partition{}, {}, {.at = sim::start_of_time}}) ==
          Texts{"partition: does not say whom it cuts off; add 'from', or 'from' and 'to'"});
    CHECK(troubles({Partition{}, {.from = "left"}, {}}) ==
          Texts{"partition: does not say when it begins; add 'at', 'every' or a 'window' that ends"});
    CHECK(troubles({Partition{}, {.from = "left"}, {.nth = 1}}) ==
          Texts{"partition: begins at a time: there is nothing to count; use 'at', 'every' or a 'window'",
                "partition: does not say when it begins; add 'at', 'every' or a 'window' that ends"});
    CHECK(troubles({ToolError{}, {.tool = "bank"}, {}}) ==
          Texts{"tool-error: no tool is called 'bank'; declare it: there is no tool yet"});
    CHECK(troubles({AgentCrash{}, {.tool = "bank"}, {}}) ==
          Texts{"agent-crash: strikes agents, which have no tool; leave out 'tool'"});
    CHECK(troubles({AgentPause{}, {}, {.step = StepPlace{"left", "save", false}}}) ==
          Texts{"agent-pause: no step of left has the id 'save'; give the step an 'id'",
                "agent-pause: takes effect when a turn is over; write 'after' in place of 'before'"});
    CHECK(troubles({AgentCrash{}, {.agent = "right"}, {.step = StepPlace{"nobody", "save", true}}}) ==
          Texts{"agent-crash: 'agent' is not the agent of the step; leave out 'agent'",
                "agent-crash: no agent is called 'nobody'; declare it, or use one of: left, right, sink"});
  }
  TEST_CASE("a moment at a step reads as it is written") {
    const Line line{AgentHang{.side = Side::after}, {}, {.nth = 2, .step = StepPlace{"coder", "save", true}}};
    CHECK(to_text(line) == "agent-hang: {at: {after: coder.save, nth: 2}, side: after}");
  }
}

}  // namespace squall::trigger_test
