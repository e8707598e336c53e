// SPDX-License-Identifier: Apache-2.0
#include "faults/catalogue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "faults/plan.hpp"

namespace squall::catalogue_test {

using namespace faults;
using namespace std::chrono_literals;

namespace {
/// The injection that each row of the catalogue shows.
const std::vector<Line> shown{
    {MessageLoss{}, {.from = "tester", .to = "coder", .topic = "report"}, {.nth = 1}},
    {MessageDuplicate{}, {.from = "tester", .to = "coder", .topic = "report"}, {.nth = 1}},
    {MessageDelay{.by = sim::Distribution::constant(20s)},
     {.from = "tester", .to = "coder", .topic = "report"},
     {.nth = 1}},
    {AgentCrash{.restart = sim::Distribution::constant(30s)}, {.agent = "coder"}, {.nth = 3}},
    {AgentRestart{.down = sim::Distribution::constant(10s)}, {.agent = "coder"}, {.at = sim::start_of_time + 5min}},
    {MessageReorder{}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {MessageCorrupt{.detectable = false}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {Partition{{.lasts = sim::Distribution::constant(2min)}},
     {.from = Names(std::vector<std::string>{"planner", "coder"}), .to = "tester"},
     {.at = sim::start_of_time + 5min}},
    {OneWayPartition{{.lasts = sim::Distribution::constant(2min)}},
     {.from = "coder", .to = "tester"},
     {.at = sim::start_of_time + 5min}},
    {AgentHang{}, {.agent = "coder"}, {.nth = 3}},
    {AgentPause{}, {.agent = "coder"}, {.nth = 3}},
    {AgentSlow{.lasts = sim::Distribution::constant(5min)}, {.agent = "coder"}, {.nth = 3}},
    {ToolError{}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {ToolTimeout{.after = sim::Distribution::constant(30s)}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {ToolDoneButNoReply{}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {ToolRateLimit{.retry_after = sim::Distribution::constant(30s)}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {StaleRead{}, {.agent = "coder", .key = "plan"}, {.nth = 1}},
    {LostWrite{}, {.agent = "coder", .key = "plan"}, {.nth = 1}},
    {LeaseExpiresEarly{.after = sim::Distribution::constant(1s)}, {.agent = "coder", .resource = "branch"}, {.nth = 1}},
    {MessageEmpty{}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {MessageTruncate{.keep = 1}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {MessageFieldDrop{.field = "version"}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {MessageMisroute{.arrives_at = "docs"}, {.from = "coder", .to = "tester", .topic = "code"}, {.nth = 1}},
    {LinkReset{}, {.from = "coder", .to = "tester"}, {.at = sim::start_of_time + 5min}},
    {HumanNever{}, {.from = "reviewer", .topic = "approval"}, {.nth = 1}},
    {HumanLate{.by = sim::Distribution::constant(8h)}, {.from = "reviewer", .topic = "approval"}, {.nth = 1}},
    {HumanTwice{.after = sim::Distribution::constant(1min)}, {.from = "reviewer", .topic = "approval"}, {.nth = 1}},
    {AgentLie{}, {.agent = "coder", .tool = "github"}, {.nth = 3}},
    {ContextError{}, {.agent = "coder", .key = "plan"}, {.nth = 1}},
    {ContextSlow{.by = sim::Distribution::constant(5s)}, {.agent = "coder", .key = "plan"}, {.nth = 1}},
    {RenewalLost{}, {.agent = "coder", .resource = "branch"}, {.nth = 2}},
    {CheckpointLost{}, {.agent = "coder"}, {.nth = 2}},
    {IsolateOne{}, {.agent = "coder"}, {.at = sim::start_of_time + 5min}},
    {SplitBrain{},
     {.from = Names(std::vector<std::string>{"planner", "coder"}),
      .to = Names(std::vector<std::string>{"tester", "docs"})},
     {.at = sim::start_of_time + 5min}},
    {OneWay{}, {.agent = "coder"}, {.at = sim::start_of_time + 5min}},
    {Flapping{}, {.from = "coder"}, {.at = sim::start_of_time + 5min}},
    {RollingRestart{},
     {.agent = Names(std::vector<std::string>{"coder", "tester"})},
     {.at = sim::start_of_time + 5min}},
    {ProviderOutage{},
     {.agent = Names(std::vector<std::string>{"coder", "tester"})},
     {.at = sim::start_of_time + 5min}},
    {Swizzle{}, {.agent = Names(std::vector<std::string>{"coder", "tester"})}, {.at = sim::start_of_time + 5min}},
    {SlowOne{}, {.agent = "coder"}, {.at = sim::start_of_time + 5min}},
    {ThunderingRetry{}, {.tool = "github"}, {.at = sim::start_of_time + 5min}},
    {ToolUnavailable{}, {.tool = "github"}, {.at = sim::start_of_time + 5min}},
    {AgentWrong{}, {.agent = "coder", .artifact = "code"}, {.nth = 1}},
    {AgentFalseAccept{}, {.agent = "tester", .artifact = "code"}, {.nth = 1}},
    {AgentRefuse{}, {.agent = "coder"}, {.nth = 3}},
    {AgentLoop{}, {.agent = "coder"}, {.nth = 3}},
    {AgentOutOfRole{.topic = {"approval"}, .to = "planner"}, {.agent = "coder"}, {.nth = 3}},
    {ToolEmpty{}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {ToolPartial{}, {.agent = "coder", .tool = "github"}, {.nth = 1}},
    {ToolQuota{.resets = sim::Distribution::constant(1h)}, {.tool = "github"}, {.nth = 10}},
    {CheckpointOld{}, {.agent = "coder"}, {.nth = 1}},
    {CheckpointPartial{}, {.agent = "coder"}, {.nth = 2}},
    {CheckpointForked{}, {.agent = "coder"}, {.nth = 1}},
    {TornWrite{}, {.agent = "coder", .key = "plan"}, {.nth = 1}},
    {HistoryTruncated{.keep = 5}, {.agent = "coder", .key = "notes"}, {.nth = 1}},
    {HistoryReordered{}, {.agent = "coder", .key = "notes"}, {.nth = 1}},
    {MessageStaleReply{}, {.from = "tester", .to = "coder", .topic = "reply"}, {.nth = 2}},
    {LinkSlow{.lasts = sim::Distribution::constant(2min)},
     {.from = "coder", .to = "tester"},
     {.at = sim::start_of_time + 5min}},
    {StreamCut{.after = 3}, {.from = "coder", .to = "tester"}, {.at = sim::start_of_time + 5min}},
    {TimerLost{}, {.agent = "coder"}, {.nth = 1}},
    {TimerEarly{.by = sim::Distribution::constant(2s)}, {.agent = "coder"}, {.nth = 1}},
    {ClockSkew{.by = sim::Distribution::constant(30s)}, {.agent = "coder"}, {.at = sim::start_of_time}},
    {ClockJump{.by = sim::Distribution::constant(1h)}, {.agent = "coder"}, {.at = sim::start_of_time + 5min}},
    {CancelLost{}, {.agent = "planner"}, {.nth = 1}},
    {CancelLate{.by = sim::Distribution::constant(30s)}, {.agent = "planner"}, {.nth = 1}},
    {LateSubscribe{.by = sim::Distribution::constant(5s)}, {.agent = "docs"}, {.nth = 1}},
    {DetectorWrong{.of = "coder"}, {.agent = "planner"}, {.nth = 1}},
    {ContextFork{.apart = "coder", .lasts = sim::Distribution::constant(2min)},
     {.agent = "coder", .key = "plan"},
     {.nth = 1}},
    {QueueFull{}, {.agent = "tester"}, {.at = sim::start_of_time + 5min}},
    {Calm{}, {.agent = Names(std::vector<std::string>{"planner", "coder"})}, {.at = sim::start_of_time + 10min}},
    {Cascade{}, {.agent = Names(std::vector<std::string>{"coder", "tester"})}, {.at = sim::start_of_time + 5min}},
};
}  // namespace

TEST_SUITE("the catalogue of faults") {
  TEST_CASE("has a row for each kind") {
    std::set<std::size_t> numbers;
    std::set<std::string_view> names;
    for (const CatalogueRow& row : catalogue()) {
      CHECK(names.insert(row.name).second);
      CHECK(row.example.starts_with(std::string(row.name) + ": {"));
      CHECK(!row.about.empty());
      CHECK(row.name == name_of(row.initial));
      CHECK(row.strikes == strikes_of(row.initial));
      numbers.insert(row.initial.index());
    }
    CHECK(numbers.size() == std::variant_size_v<AnyFault>);
    CHECK(names.size() == numbers.size());
  }
  TEST_CASE("goes by what the kinds strike") { CHECK(std::ranges::is_sorted(catalogue(), {}, &CatalogueRow::strikes)); }
  TEST_CASE("shows how one injection of each kind reads") {
    std::set<std::string_view> told;
    for (const Line& line : shown) {
      const CatalogueRow* row = find_kind(name_of(line.fault));
      REQUIRE(row != nullptr);
      CHECK(to_text(line) == row->example);
      told.insert(row->name);
    }
    CHECK(told.size() == std::variant_size_v<AnyFault>);
  }
  TEST_CASE("says of each option what it takes, what it is without, and what it means") {
    const CatalogueRow* crash = find_kind("agent-crash");
    REQUIRE(crash != nullptr);
    REQUIRE(crash->options.size() == 3);
    CHECK(crash->options[0].field.name == "side");
    CHECK(crash->options[0].takes == Takes::word);
    REQUIRE(crash->options[0].words.size() == 2);
    CHECK(crash->options[0].words[1] == "after");
    CHECK(crash->options[1].field.name == "restart");
    CHECK(crash->options[1].takes == Takes::duration);
    CHECK(crash->options[1].field.otherwise == "never");
    CHECK(crash->options[2].takes == Takes::flag);
    for (const CatalogueRow& row : catalogue()) {
      std::set<std::string_view> names;
      for (const FieldRow& option : row.options) {
        CHECK(names.insert(option.field.name).second);
        CHECK(!option.field.about.empty());
      }
    }
  }
  TEST_CASE("what an option is without agrees with what the kind begins with") {
    CHECK(options_text(MessageDuplicate{}) == ", copies: 1, after: 0s");
    CHECK(options_text(MessageDelay{}).empty());
    CHECK(options_text(AgentCrash{}) == ", side: before, restart: never, memory: false");
    CHECK(options_text(AgentRestart{}) == ", down: 0s, memory: false");
    for (const CatalogueRow& row : catalogue()) {
      std::string text;
      for (const FieldRow& option : row.options) {
        if (option.field.otherwise.empty()) continue;
        text += ", " + std::string(option.field.name) + ": " + std::string(option.field.otherwise);
      }
      CHECK(options_text(row.initial) == text);
    }
  }
  TEST_CASE("knows no other names") { CHECK(find_kind("message-los") == nullptr); }
}

TEST_SUITE("a fault as a value") {
  TEST_CASE("its content tells kinds and options apart, and nothing else") {
    const Fault once = MessageDuplicate{.copies = 1};
    const Fault twice = MessageDuplicate{.copies = 2};
    const Fault lost = MessageLoss{};
    CHECK(content(once) == content(MessageDuplicate{}));
    CHECK(content(once) != content(twice));
    CHECK(content(lost) != content(once));
    const Fault by = MessageDelay{.by = sim::Distribution::constant(sim::Duration{10})};
    const Fault times = MessageDelay{.times = 10};
    CHECK(content(by) != content(times));  // the same number, said of another option
    CHECK(content(AgentCrash{}) != content(AgentCrash{.restart = sim::Distribution{}}));  // never, at once
  }
  TEST_CASE("drawing fixes its times and leaves the rest") {
    const Fault spread = AgentCrash{.side = Side::after, .restart = sim::Distribution::uniform(1s, 9s), .memory = true};
    CHECK_FALSE(is_drawn(spread));
    const Fault fixed = drawn(spread, sim::Draw{1});
    CHECK(is_drawn(fixed));
    const auto& crash = std::get<AgentCrash>(fixed);
    CHECK(crash.side == Side::after);
    CHECK(crash.memory);
    CHECK(sim::Duration{crash.restart->a} >= 1s);
    CHECK(sim::Duration{crash.restart->a} <= 9s);
    CHECK(drawn(fixed, sim::Draw{2}) == fixed);
    CHECK(drawn(spread, sim::Draw{2}) != fixed);
  }
  TEST_CASE("an option out of range is told, one in range is not") {
    CHECK(problem(MessageDuplicate{.copies = 0}) == "'copies' counts from 1 to 100");
    CHECK(problem(MessageDuplicate{.copies = 101}) == "'copies' counts from 1 to 100");
    CHECK(problem(MessageDuplicate{.copies = 100}).empty());
    CHECK(problem(MessageDelay{}) == "says neither 'by' nor 'times'");
    CHECK(problem(MessageDelay{.by = sim::Distribution{}, .times = 2}) == "says both 'by' and 'times'");
    CHECK(problem(MessageDelay{.times = 1}) == "'times' counts from 2");
    CHECK(problem(MessageDelay{.times = 2}).empty());
    CHECK(problem(AgentRestart{.down = sim::Distribution::constant(-1s)}) == "'down' is negative");
    CHECK(problem(AgentRestart{.down = sim::Distribution::uniform(2s, 1s)}) == "'down' ends before it begins");
    CHECK(problem(AgentCrash{.restart = sim::Distribution::exponential(0s)}) ==
          "'restart' has a mean that is not positive");
    CHECK(problem(AgentCrash{.restart = sim::Distribution::lognormal(2s, 1s)}) == "'restart' has a p99 below its p50");
    CHECK(problem(AgentCrash{.restart = sim::Distribution::lognormal(1s, 2s)}).empty());
  }
}

}  // namespace squall::catalogue_test
