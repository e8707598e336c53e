// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

using namespace squall;
using namespace squall::shop;
using namespace squall::faults;
using std::chrono_literals::operator""ms;

namespace {

/// Writes 1, 2 and 3, and says after each what it reads.
Workflow counting() {
  Workflow workflow{"counting"};
  workflow.key("n", {.initial = 0, .latency = sim::Distribution::constant(1ms)});
  Program counter = program();
  for (int n = 1; n <= 3; ++n) counter.write("n", n).read("n", {.as = "r"}).emit("reads", var("r.value"));
  workflow.agent("ann", counter);
  return workflow;
}
Lines reads(std::int64_t a, std::int64_t b, std::int64_t c) {
  const auto line = [](int at, std::int64_t n) {
    return std::to_string(at) + "ms ann says reads" + (n == 0 ? "" : " " + std::to_string(n));
  };
  return {line(2, a), line(4, b), line(6, c), "6ms ann ended"};
}

/// Holds a lease of 10 ms for 30 ms and renews it every 5 ms.
Workflow guarding() {
  Workflow workflow{"guarding"};
  workflow.resource("badge", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
  workflow.resource("desk");
  workflow.agent("ann", program()
                            .acquire("desk")
                            .acquire("badge")
                            .repeat(program().work(sim::Duration{5ms}).renew("badge"), {.times = 4})
                            .release("badge")
                            .emit("held"));
  return workflow;
}

}  // namespace

TEST_SUITE("faults of shared context") {
  TEST_CASE("none strikes at 0 %") {
    check_never(counting(), StaleRead{});
    check_never(counting(), LostWrite{});
    CHECK(said(counting()) == reads(1, 2, 3));
  }
  TEST_CASE("a stale read shows earlier versions, as far back as are kept") {
    CHECK(under(counting(), StaleRead{}).lines == reads(0, 1, 2));
    CHECK(under(counting(), StaleRead{.versions = 2}).lines == reads(0, 0, 1));
    CHECK(under(counting(), StaleRead{}, {}, {.nth = 2}).plan_lines() ==
          Lines{"stale-read: {agent: ann, key: n, nth: 2, versions: 1}"});
  }
  TEST_CASE("where there is no earlier version a read is not struck") {
    Workflow workflow{"reading"};
    workflow.key("n", {.initial = 0});
    workflow.agent("ann", program().read("n"));
    CHECK(under(workflow, StaleRead{}).plan.lines.empty());
  }
  TEST_CASE("a lost write is acknowledged, and nothing is kept") {
    CHECK(under(counting(), LostWrite{}).lines == reads(0, 0, 0));
    CHECK(under(counting(), LostWrite{}, {}, {.nth = 2}).lines ==
          reads(1, 1, 3));  // the second write, reads not counted
    CHECK(under(counting(), LostWrite{}, {}, {.nth = 2}).plan_lines() ==
          Lines{"lost-write: {agent: ann, key: n, nth: 2}"});
  }
  TEST_CASE("a compare-and-set may be lost as well") {
    Workflow workflow{"swapping"};
    workflow.key("n", {.initial = 0, .latency = sim::Distribution::constant(1ms)});
    workflow.agent("ann", program().compare_and_set("n", 0, 5).read("n", {.as = "r"}).emit("reads", var("r.value")));
    CHECK(said(workflow)[0] == "2ms ann says reads 5");
    CHECK(under(workflow, LostWrite{}).lines[0] == "2ms ann says reads");
  }
  TEST_CASE("only the named key is struck") {
    Workflow workflow = counting();
    workflow.key("m", {.initial = 0});
    workflow.agent("bob", program().write("m", 1));
    CHECK(under(workflow, LostWrite{}, {.key = "m"}).plan.lines.size() == 1);
    CHECK(under(workflow, LostWrite{}, {.agent = "ann"}).plan.lines.size() == 3);
  }
  TEST_CASE("another fault does not change what is struck") {
    const Line pause{AgentPause{.lasts = sim::Distribution::constant(3ms)}, {}, {.chance = 50_percent}};
    check_alone(counting(), {StaleRead{}, {}, {.chance = 50_percent}}, pause);
    check_alone(counting(), {LostWrite{}, {}, {.chance = 50_percent}}, pause);
  }
}

TEST_SUITE("a lease that expires early") {
  TEST_CASE("does not at 0 %: renewed in time, it is held to the end") {
    check_never(guarding(), LeaseExpiresEarly{});
    CHECK(said(guarding()) == Lines{"20ms ann says held", "20ms ann ended"});
  }
  TEST_CASE("is lost to its holder, who learns of it when renewing") {
    const LeaseExpiresEarly early{.after = sim::Distribution::constant(3ms)};
    const Told told = under(guarding(), early, {.resource = "badge"}, {.nth = 3});
    // Grant, renewal at 5 ms, renewal at 10 ms: that one ends at 13 ms.
    CHECK(told.lines == Lines{"15ms ann failed: lost-lease"});
    CHECK(told.plan_lines() == Lines{"lease-expires-early: {agent: ann, resource: badge, nth: 3, after: 3ms}"});
  }
  TEST_CASE("a time that is no earlier takes no effect, nor does a lock") {
    CHECK(under(guarding(), LeaseExpiresEarly{.after = sim::Distribution::constant(10ms)}).plan.lines.empty());
    CHECK(under(guarding(), LeaseExpiresEarly{}, {.resource = "desk"}).plan.lines.empty());
  }
  TEST_CASE("another fault does not change which is struck") {
    // A grant is named by its instant: a fault that moves instants would make it another grant.
    check_alone(guarding(), {LeaseExpiresEarly{}, {}, {.chance = 30_percent}}, {AgentCrash{}, {}, {.nth = 1'000}});
  }
}
