// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::tool_kinds_test {

using namespace shop;
using namespace faults;

namespace {

/// Pays twice, one millisecond there and one back (the effect lies in the middle), and says how each went.
Workflow paying(sim::Probability error = {}) {
  Workflow workflow{"paying"};
  workflow.tool("bank", {.latency = sim::Distribution::constant(2ms), .error = error});
  const Program pay =
      program().call("bank", {},
                     {.timeout = 50ms,
                      .otherwise = Otherwise{{"unavailable", program().emit("unavailable")},
                                             {"rate-limited", program().emit("limited", var("error.retry_after"))},
                                             {"timeout", program().emit("timeout")}}});
  workflow.agent("ann", Program(pay).emit("first").block(pay).emit("second"));
  return workflow;
}

/// How often the effect happened.
class Effects final : public sim::Sink {
 public:
  std::int64_t count = 0;
  sim::SeenMask listens() const override { return sim::bit(sim::Seen::effect); }
  void on(const sim::Model&, const sim::World&, const sim::Observation&) override { ++count; }
};
std::int64_t effects(const Fault& fault) {
  sim::Model model = paying().model();
  model.fault_shadow = Armed::shadow_bytes(1);
  const Armed armed(model, Profile{.lines = {{fault, {}, {}}}});
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{1}};
  Effects seen;
  sim::Run run{.model = model, .decide = named, .key = named.run(), .faults = &armed};
  run.sink = &seen;
  sim::begin(world, run);
  sim::run_timed(world, run);
  return seen.count;
}
const Line often{MessageLoss{}, {}, {.chance = 50_percent}};

}  // namespace

TEST_SUITE("faults of tools") {
  TEST_CASE("without any, both calls succeed after their latency") {
    CHECK(said(paying()) == Lines{"2ms ann says first", "4ms ann says second", "4ms ann ended"});
  }
  TEST_CASE("none strikes at 0 %") {
    for (const Fault& fault : {Fault{ToolError{}}, Fault{ToolTimeout{}}, Fault{ToolDoneButNoReply{}},
                               Fault{ToolRateLimit{}}, Fault{AgentLie{}}})
      check_never(paying(), fault);
  }
  TEST_CASE("an error fails every call at 100 %, and names them in the plan") {
    const Told told = under(paying(), ToolError{});
    CHECK(told.lines == Lines{"2ms ann says unavailable", "2ms ann says first", "4ms ann says unavailable",
                              "4ms ann says second", "4ms ann ended"});
    CHECK(told.plan_lines() == Lines{"tool-error: {agent: ann, tool: bank, nth: 1, effect: false}",
                                     "tool-error: {agent: ann, tool: bank, nth: 2, effect: false}"});
  }
  TEST_CASE("what has failed may have happened all the same") {
    CHECK(effects(ToolError{}) == 0);
    CHECK(effects(ToolError{.effect = true}) == 2);
    CHECK(effects(ToolTimeout{}) == 0);
    CHECK(effects(ToolDoneButNoReply{}) == 2);
    CHECK(effects(ToolRateLimit{}) == 0);
  }
  TEST_CASE("a lie is an answer of success to a call that had no effect") {
    CHECK(effects(AgentLie{}) == 0);
    const Told told = under(paying(), AgentLie{}, {}, {.nth = 2});
    CHECK(told.lines == said(paying()));
    CHECK(told.plan_lines() == Lines{"agent-lie: {agent: ann, tool: bank, nth: 2}"});
    check_alone(paying(), {AgentLie{}, {}, {.chance = 50_percent}}, often);
  }
  TEST_CASE("a swallowed call ends by its caller's timeout, or by the tool's own") {
    CHECK(under(paying(), ToolTimeout{}, {}, {.nth = 1}).lines ==
          Lines{"50ms ann says timeout", "50ms ann says first", "52ms ann says second", "52ms ann ended"});
    // The answer would have come after 2 ms.
    CHECK(under(paying(), ToolTimeout{.after = sim::Distribution::constant(10ms)}, {}, {.nth = 1}).lines ==
          Lines{"12ms ann says timeout", "12ms ann says first", "14ms ann says second", "14ms ann ended"});
  }
  TEST_CASE("a call that is done without a reply looks like a swallowed one") {
    CHECK(under(paying(), ToolDoneButNoReply{}, {}, {.nth = 2}).lines ==
          Lines{"2ms ann says first", "52ms ann says timeout", "52ms ann says second", "52ms ann ended"});
  }
  TEST_CASE("a rejected call says when to come again, or does not") {
    CHECK(under(paying(), ToolRateLimit{}, {}, {.nth = 1}).lines[0] == "2ms ann says limited");
    CHECK(under(paying(), ToolRateLimit{.retry_after = sim::Distribution::constant(7ms)}, {}, {.nth = 1}).lines[0] ==
          "2ms ann says limited 7000000");
  }
  TEST_CASE("a retry with `hint` waits as long as it is told") {
    Workflow workflow{"hinted"};
    workflow.tool("bank", {.latency = sim::Distribution::constant(2ms)});
    workflow.agent("ann", program().call("bank", {}, {.retry = Retry{.times = 2, .hint = true}}).emit("paid"));
    const ToolRateLimit limit{.retry_after = sim::Distribution::constant(30ms)};
    CHECK(under(workflow, limit, {}, {.nth = 1}).lines == Lines{"34ms ann says paid", "34ms ann ended"});
  }
  TEST_CASE("only the tool and the agent that are named are struck") {
    CHECK(under(paying(), ToolError{}, {.agent = "ann", .tool = "bank"}).plan.lines.size() == 2);
    Workflow two = paying();
    two.tool("shop");
    two.agent("bob", program().call("shop").emit("bought"));
    CHECK(under(two, ToolError{}, {.tool = "shop"}).plan.lines.size() == 1);
    CHECK(under(two, ToolError{}, {.agent = "bob"}).plan.lines.size() == 1);
    CHECK(under(two, ToolError{}, {.agent = "bob", .tool = "bank"}).plan.lines.empty());
  }
  TEST_CASE("of two that strike one call the first of the catalogue takes effect") {
    const Profile both{.lines = {{ToolRateLimit{}, {}, {}}, {ToolError{}, {}, {}}}};
    CHECK(under(paying(), both).struck == std::vector<std::uint32_t>{0, 2});
  }
  TEST_CASE("another fault does not change which calls are struck") {
    check_alone(paying(), {ToolError{}, {}, {.chance = 50_percent}}, often);
    check_alone(paying(), {ToolRateLimit{}, {}, {.chance = 50_percent}}, {AgentPause{}, {}, {.chance = 50_percent}});
  }
}

namespace {

/// Asks for ten, twice, and says what it got.
Workflow fetching() {
  Workflow workflow{"fetching"};
  workflow.tool("search", {.latency = sim::Distribution::constant(2ms)});
  const auto fetch = [](const char* as) {
    return program().call("search", {.with = 10},
                          {.as = as, .otherwise = Otherwise{{"rate-limited", program().emit("limited")}}});
  };
  workflow.agent("ann", fetch("a").emit("gets", var("a")).block(fetch("b").emit("gets", var("b"))));
  return workflow;
}

/// Calls every 10 ms, six times, and says which calls fail.
Workflow polling() {
  Workflow workflow{"polling"};
  workflow.tool("api", {.latency = sim::Distribution::constant(2ms)});
  Program poll = program();
  for (int n = 1; n <= 6; ++n)
    poll.call("api", {}, {.otherwise = Otherwise{{"rate-limited", program().emit("limited", n)}}})
        .sleep(Time{sim::Duration{8ms}});
  workflow.agent("ann", poll);
  return workflow;
}
Lines limited(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find("limited") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_SUITE("a tool that answers with less") {
  TEST_CASE("does not at 0 %, and not where there is nothing to answer") {
    check_never(fetching(), ToolEmpty{});
    check_never(fetching(), ToolPartial{});
    CHECK(said(fetching()) == Lines{"2ms ann says gets 10", "4ms ann says gets 10", "4ms ann ended"});
    CHECK(under(paying(), ToolEmpty{}).plan.lines.empty());
    CHECK(under(fetching(), ToolPartial{.keep = 10}).plan.lines.empty());
  }
  TEST_CASE("answers with nothing, or with a part, and the effect has happened") {
    CHECK(under(fetching(), ToolEmpty{}).lines == Lines{"2ms ann says gets", "4ms ann says gets", "4ms ann ended"});
    const Told told = under(fetching(), ToolPartial{.keep = 3}, {}, {.nth = 2});
    CHECK(told.lines == Lines{"2ms ann says gets 10", "4ms ann says gets 3", "4ms ann ended"});
    CHECK(told.plan_lines() == Lines{"tool-partial: {agent: ann, tool: search, nth: 2, keep: 3}"});
    CHECK(effects(ToolPartial{.keep = 0}) == 2);
  }
  TEST_CASE("and another fault does not change which answers are struck") {
    check_alone(fetching(), {ToolEmpty{}, {}, {.chance = 50_percent}}, {AgentPause{}, {}, {.chance = 50_percent}});
    check_alone(fetching(), {ToolPartial{}, {}, {.chance = 50_percent}}, {AgentPause{}, {}, {.chance = 30_percent}});
  }
}

TEST_SUITE("a tool whose quota is used up") {
  const faults::Matcher api{.tool = "api"};
  TEST_CASE("is not at 0 %") {
    const Told none = under(polling(), ToolQuota{}, api, {.chance = 0_percent});
    CHECK(none.digest == played(polling(), Plan{}, 1).digest);
  }
  TEST_CASE("rejects that call and all further ones, to the end") {
    const Told told = under(polling(), ToolQuota{}, api, {.nth = 4});
    CHECK(limited(told) == Lines{"32ms ann says limited 4", "42ms ann says limited 5", "52ms ann says limited 6"});
    CHECK(told.plan_lines() == Lines{"tool-quota: {agent: ann, tool: api, nth: 4, resets: never}"});
  }
  TEST_CASE("or until it resets") {
    // From the third call, which reaches it at 21 ms, to 36 ms.
    const Told told = under(polling(), ToolQuota{.resets = sim::Distribution::constant(15ms)}, api, {.nth = 3});
    CHECK(limited(told) == Lines{"22ms ann says limited 3", "32ms ann says limited 4"});
  }
  TEST_CASE("and can be used up again") {
    const Told told = under(polling(), ToolQuota{.resets = sim::Distribution::constant(1ms)}, api, {});
    CHECK(told.plan.lines.size() == 6);
  }
  TEST_CASE("whoever calls, whichever call used it up; other tools are not concerned") {
    Workflow workflow = polling();
    workflow.tool("other");
    workflow.agent("bob", program()
                              .sleep(Time{sim::Duration{25ms}})
                              .call("other")
                              .call("api", {}, {.otherwise = program().emit("limited")}));
    CHECK(limited(under(workflow, ToolQuota{.resets = sim::Distribution::constant(9ms)},
                        {.agent = "ann", .tool = "api"}, {.nth = 3})) ==
          Lines{"22ms ann says limited 3", "27ms bob says limited"});
  }
  TEST_CASE("says that it must name the tool") {
    const sim::Model model = polling().model();
    CHECK(check(model, Profile{.lines = {{ToolQuota{}, {}, {}}}})[0].what == "tool-quota: does not say which tool");
  }
}

TEST_SUITE("a tool that is down") {
  TEST_CASE("is not at 0 %") {
    const Trigger never{.chance = 0_percent, .at = sim::start_of_time};
    CHECK(under(paying(), ToolUnavailable{}, {.tool = "bank"}, never).digest == played(paying(), Plan{}, 1).digest);
  }
  TEST_CASE("fails all calls until it is back, and is one line of a plan") {
    const ToolUnavailable two{.lasts = sim::Distribution::constant(2ms)};
    const Told told = under(paying(), two, {.tool = "bank"}, {.at = sim::start_of_time});
    CHECK(told.lines ==
          Lines{"2ms ann says unavailable", "2ms ann says first", "4ms ann says second", "4ms ann ended"});
    CHECK(told.plan_lines() == Lines{"tool-unavailable: {tool: bank, at: {time: 0s}, lasts: 2ms}"});
    const Told retry =
        under(paying(), ThunderingRetry{.lasts = two.lasts}, {.tool = "bank"}, {.at = sim::start_of_time});
    CHECK(retry.lines == told.lines);
    CHECK(retry.plan_lines() == told.plan_lines());
  }
  TEST_CASE("is another tool's business no more than a link's") {
    Workflow workflow = paying();
    workflow.tool("other");
    CHECK(under(workflow, ToolUnavailable{}, {.tool = "other"}, {.at = sim::start_of_time}).lines == said(workflow));
  }
  TEST_CASE("says what it may not say") {
    const sim::Model model = paying().model();
    CHECK(check(model, Profile{.lines = {{ToolUnavailable{}, {}, {.at = sim::start_of_time}}}})[0].what ==
          "tool-unavailable: does not say which tool");
    CHECK(check(model, Profile{.lines = {{ToolUnavailable{}, {.tool = "bank"}, {}}}})[0].what ==
          "tool-unavailable: does not say when it begins");
  }
}

}  // namespace squall::tool_kinds_test
