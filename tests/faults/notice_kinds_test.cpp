// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::notice_kinds_test {

using namespace shop;
using namespace faults;
using namespace std::chrono_literals;

namespace {

/// Ann lets bob work and stops him after 10 ms.
Workflow stopping() {
  Workflow workflow{"stopping"};
  workflow.agent("ann", program().sleep(ms_of(10)).cancel(var("bob")).emit("stopped him"));
  workflow.agent("bob", program().work(ms_of(30)).emit("done"));
  return workflow;
}
/// Ann publishes news every 10 ms; bob subscribes at 5 ms.
Workflow publishing(std::uint32_t retain = 0) {
  Workflow workflow{"publishing"};
  workflow.latency(fixed(1ms));
  workflow.topic("news", {.mode = sim::TopicInfo::Mode::broadcast, .retain = retain});
  Program publish = program();
  for (int n = 0; n < 3; ++n) publish.sleep(ms_of(10)).publish("news");
  workflow.agent("ann", publish);
  Program listen = program().sleep(ms_of(5));
  if (retain == 0) {
    listen.subscribe("news");
  } else {
    listen.subscribe("news", 0);
  }
  for (int n = 0; n < 3; ++n) listen.receive("news", {.timeout = 100ms, .otherwise = program().finish()}).emit("hears");
  workflow.agent("bob", listen);
  return workflow;
}
/// Ann watches bob for 5 ms of silence, and hears within 50 ms.
Workflow watching() {
  Workflow workflow{"watching"};
  workflow.agent("ann", program()
                            .watch(var("bob"), ms_of(5))
                            .receive("down", {.timeout = 50ms, .otherwise = program().emit("all is well").finish()})
                            .emit("bob is down"));
  workflow.agent("bob", program().work(ms_of(30)));
  return workflow;
}
Lines of(const Told& told, const std::string& what) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find(what) != std::string::npos) lines.push_back(line);
  }
  return lines;
}
const Line pause{AgentPause{.lasts = fixed(3ms)}, {}, {.chance = 50_percent}};

}  // namespace

TEST_SUITE("cancels that fail") {
  TEST_CASE("do not at 0 %") {
    CHECK(of(under(stopping(), Profile{}), "bob") == Lines{"10ms bob failed: cancelled"});
    check_never(stopping(), CancelLost{});
    check_never(stopping(), CancelLate{});
  }
  TEST_CASE("a lost one stops nobody, and its sender does not know") {
    const Told told = under(stopping(), CancelLost{});
    CHECK(told.lines == Lines{"10ms ann says stopped him", "10ms ann ended", "30ms bob says done", "30ms bob ended"});
    CHECK(told.plan_lines() == Lines{"cancel-lost: {agent: ann, nth: 1}"});
  }
  TEST_CASE("a late one stops whoever is still at work") {
    const Told told = under(stopping(), CancelLate{.by = fixed(15ms)});
    CHECK(of(told, "bob") == Lines{"25ms bob failed: cancelled"});
    CHECK(told.plan_lines() == Lines{"cancel-late: {agent: ann, nth: 1, by: 15ms}"});
    CHECK(of(under(stopping(), CancelLate{.by = fixed(30ms)}), "bob") == Lines{"30ms bob says done", "30ms bob ended"});
  }
  TEST_CASE("a forced one comes late as well") {
    Workflow workflow{"forced"};
    workflow.agent("ann", program().sleep(ms_of(10)).cancel(var("bob"), true));
    workflow.agent("bob", program().work(ms_of(30), {.finally = program().emit("tidies up")}).emit("done"));
    CHECK(of(under(workflow, Profile{}), "says").empty());
    CHECK(of(under(workflow, CancelLate{.by = fixed(15ms)}), "says").empty());
    CHECK(of(under(workflow, CancelLost{}), "says") == Lines{"30ms bob says tidies up", "30ms bob says done"});
  }
  TEST_CASE("another fault does not change which are struck") {
    check_alone(stopping(), {CancelLost{}, {}, {.chance = 50_percent}}, {MessageLoss{}, {}, {.chance = 50_percent}});
  }
}

TEST_SUITE("a late subscription") {
  TEST_CASE("is in time at 0 %") {
    check_never(publishing(), LateSubscribe{});
    CHECK(of(under(publishing(), Profile{}), "hears") ==
          Lines{"11ms bob says hears", "21ms bob says hears", "31ms bob says hears"});
  }
  TEST_CASE("misses what is published before it begins") {
    const Told told = under(publishing(), LateSubscribe{.by = fixed(10ms)});
    CHECK(of(told, "hears") == Lines{"21ms bob says hears", "31ms bob says hears"});
    CHECK(told.plan_lines() == Lines{"late-subscribe: {agent: bob, nth: 1, by: 10ms}"});
  }
  TEST_CASE("gets what is retained, and late") {
    CHECK(of(under(publishing(sim::unlimited), LateSubscribe{.by = fixed(10ms)}), "hears") ==
          Lines{"16ms bob says hears", "21ms bob says hears", "31ms bob says hears"});
  }
}

TEST_SUITE("a failure detector that is wrong") {
  const Line crash{AgentCrash{}, {.agent = "bob"}, {.at = sim::start_of_time + 10ms}};
  TEST_CASE("is right at 0 %") {
    check_never(watching(), DetectorWrong{});
    CHECK(of(under(watching(), Profile{}), "ann says") == Lines{"50ms ann says all is well"});
    CHECK(of(under(watching(), Profile{.lines = {crash}}), "ann says") == Lines{"15ms ann says bob is down"});
  }
  TEST_CASE("takes the living for dead") {
    const Told told = under(watching(), DetectorWrong{}, {.agent = "ann"}, {.nth = 1});
    CHECK(of(told, "ann says") == Lines{"5ms ann says bob is down"});
    CHECK(told.plan_lines() == Lines{"detector-wrong: {agent: ann, nth: 1}"});
  }
  TEST_CASE("takes the dead for alive") {
    const Profile faults{.lines = {crash, {DetectorWrong{}, {.agent = "ann"}, {.nth = 2}}}};
    CHECK(of(under(watching(), faults), "ann says") == Lines{"50ms ann says all is well"});
  }
  TEST_CASE("is wrong about whom the line names") {
    CHECK(under(watching(), DetectorWrong{.of = "ann"}).plan.lines.empty());
    CHECK(under(watching(), DetectorWrong{.of = "bob"}).plan.lines.size() == 1);
  }
}

}  // namespace squall::notice_kinds_test
