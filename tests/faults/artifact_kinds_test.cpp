// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::artifact_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

/// Ann makes code twice, 10 ms each, `wrong` as often; bob checks what he gets and says what he thinks of it.
Workflow checking(sim::Probability wrong = {}) {
  Workflow workflow{"checking"};
  workflow.latency(sim::Distribution::constant(1ms));
  const Program make = program().work(ms_of(10)).makes("code", {}, wrong).send("bob", "code", {.artifact = "code"});
  workflow.agent("ann", Program(make).block(make));
  workflow.agent(
      "bob",
      {.on = {{"code",
               program().validate("msg", {}, {}, {.otherwise = program().emit("refuses").finish()}).emit("accepts")}}});
  return workflow;
}
const Lines both_sound{"11ms bob says accepts", "11ms bob ended", "20ms ann ended", "21ms bob says accepts",
                       "21ms bob ended"};

Lines said_by_bob(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find("bob says") != std::string::npos) lines.push_back(line);
  }
  return lines;
}
const Line slow{AgentSlow{.times = 2}, {}, {.chance = 50_percent}};

}  // namespace

TEST_SUITE("an agent that is wrong") {
  TEST_CASE("is not at 0 %; at 100 % all that is made is unsound, and the plan names each") {
    CHECK(said(checking()) == both_sound);
    check_never(checking(), AgentWrong{});
    const Told told = under(checking(), AgentWrong{});
    CHECK(said_by_bob(told) == Lines{"11ms bob says refuses", "21ms bob says refuses"});
    CHECK(told.plan_lines() == Lines{"agent-wrong: {agent: ann, artifact: code, nth: 1}",
                                     "agent-wrong: {agent: ann, artifact: code, nth: 2}"});
  }
  TEST_CASE("is so where the line says, with all that derives from it") {
    CHECK(said_by_bob(under(checking(), AgentWrong{}, {.artifact = "code"}, {.nth = 2})) ==
          Lines{"11ms bob says accepts", "21ms bob says refuses"});
    // The second piece of code rests on the first one.
    CHECK(said_by_bob(under(checking(), AgentWrong{}, {}, {.nth = 1})) ==
          Lines{"11ms bob says refuses", "21ms bob says refuses"});
    CHECK(under(checking(), AgentWrong{}, {.agent = "bob"}).plan.lines.empty());
  }
  TEST_CASE("does not strike what is wrong already") {
    CHECK(under(checking(100_percent), AgentWrong{}).plan.lines.empty());
  }
  TEST_CASE("leaves others' dice alone") { check_alone(checking(), {AgentWrong{}, {}, {.chance = 50_percent}}, slow); }
  TEST_CASE("says what it may not say") {
    const sim::Model model = checking().model();
    const std::vector<Trouble> wrong = check(model, Profile{.lines = {{AgentWrong{}, {.artifact = "cod"}, {}}}});
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].what == "agent-wrong: no artifact is called 'cod'");
    CHECK(wrong[0].fix == "declare it, or use one of: code");
    CHECK(check(model, Profile{.lines = {{MessageLoss{}, {.artifact = "code"}, {}}}})[0].what ==
          "message-loss: strikes messages, which have no artifact");
  }
}

TEST_SUITE("a false accept") {
  TEST_CASE("does not happen at 0 %; at 100 % every check of unsound work passes") {
    check_never(checking(100_percent), AgentFalseAccept{});
    CHECK(said_by_bob(under(checking(100_percent), Profile{})) ==
          Lines{"11ms bob says refuses", "21ms bob says refuses"});
    const Told told = under(checking(100_percent), AgentFalseAccept{});
    CHECK(said_by_bob(told) == Lines{"11ms bob says accepts", "21ms bob says accepts"});
    CHECK(told.plan_lines() == Lines{"agent-false-accept: {agent: bob, artifact: code, nth: 1}",
                                     "agent-false-accept: {agent: bob, artifact: code, nth: 2}"});
  }
  TEST_CASE("counts every check and strikes none of sound work") {
    CHECK(under(checking(), AgentFalseAccept{}).plan.lines.empty());
    const Profile second{.lines = {{AgentWrong{}, {}, {.nth = 2}}, {AgentFalseAccept{}, {}, {}}}};
    CHECK(under(checking(), second).plan_lines() == Lines{"agent-wrong: {agent: ann, artifact: code, nth: 2}",
                                                          "agent-false-accept: {agent: bob, artifact: code, nth: 2}"});
  }
  TEST_CASE("leaves others' dice alone") {
    check_alone(checking(100_percent), {AgentFalseAccept{}, {}, {.chance = 50_percent}}, slow);
  }
}

}  // namespace squall::artifact_kinds_test
