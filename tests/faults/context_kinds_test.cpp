// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/shop.hpp"

namespace squall::context_kinds_test {

using namespace shop;
using namespace faults;

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

/// Notes five entries in a history and five in a set, and says how many it reads.
Workflow noting() {
  Workflow workflow{"noting"};
  const sim::Distribution at_once = sim::Distribution::constant(1ms);
  workflow.key("notes", {.latency = at_once, .reducer = sim::Reducer::append});
  workflow.key("tags", {.latency = at_once, .reducer = sim::Reducer::merge});
  Program note = program();
  for (int n = 0; n < 5; ++n) note.write("notes", 7).write("tags", 1 << n);
  note.read("notes", {.as = "n"}).emit("notes", var("n.value")).read("tags", {.as = "t"}).emit("tags", var("t.value"));
  workflow.agent("ann", note);
  return workflow;
}

/// Writes two plans; bob reads each and checks it. The first is sound.
Workflow planning() {
  Workflow workflow{"planning"};
  workflow.key("plan", {.latency = sim::Distribution::constant(1ms)});
  workflow.agent("ann", program()
                            .work(Time{sim::Duration{10ms}})
                            .makes("plan")
                            .write("plan")
                            .work(Time{sim::Duration{20ms}})
                            .makes("plan", {}, 100_percent)
                            .write("plan"));
  const Program look =
      program()
          .sleep(Time{sim::Duration{20ms}})
          .read("plan", {.as = "r"})
          .emit("version", var("r.version"))
          .validate(
              "r", {}, {},
              {.otherwise = Otherwise{{"unsound", program().emit("bad")}, {"no-field", program().emit("nothing")}}});
  workflow.agent("bob", Program(look).block(look));
  return workflow;
}
/// Two pieces of work, the second unsound, become entries of one history; bob checks what came last.
Workflow minuting() {
  Workflow workflow{"minuting"};
  workflow.key("minutes", {.latency = sim::Distribution::constant(1ms), .reducer = sim::Reducer::append});
  workflow.agent("ann", program()
                            .work(Time{sim::Duration{1ms}})
                            .makes("minutes")
                            .write("minutes")
                            .work(Time{sim::Duration{1ms}})
                            .makes("minutes", {}, 100_percent)
                            .write("minutes"));
  workflow.agent("bob", program()
                            .sleep(Time{sim::Duration{1min}})
                            .read("minutes", {.as = "r"})
                            .emit("entries", var("r.value"))
                            .validate("r", {}, {}, {.otherwise = Otherwise{{"unsound", program().emit("bad")}}}));
  return workflow;
}
Lines of_bob(const Told& told) {
  Lines lines;
  for (const std::string& line : told.lines) {
    if (line.find("bob says") != std::string::npos) lines.push_back(line);
  }
  return lines;
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
  TEST_CASE("a history loses its oldest entries, for who reads it") {
    check_never(noting(), HistoryTruncated{});
    CHECK(said(noting()) == Lines{"11ms ann says notes 5", "12ms ann says tags 31", "12ms ann ended"});
    const Told told = under(noting(), HistoryTruncated{.keep = 2});
    CHECK(told.lines == Lines{"11ms ann says notes 2", "12ms ann says tags 24", "12ms ann ended"});
    CHECK(told.plan_lines() == Lines{"history-truncated: {agent: ann, key: notes, nth: 1, keep: 2}",
                                     "history-truncated: {agent: ann, key: tags, nth: 1, keep: 2}"});
  }
  TEST_CASE("a history that is short enough, and a key that is none, is not truncated") {
    CHECK(under(noting(), HistoryTruncated{.keep = 5}).plan.lines.empty());
    CHECK(under(counting(), HistoryTruncated{}).plan.lines.empty());
  }
  TEST_CASE("of a history in the wrong order the entry before the last is taken for the last, and none is missing") {
    check_never(minuting(), HistoryReordered{});
    CHECK(of_bob(under(minuting(), Profile{})) == Lines{"60001ms bob says entries 2", "60001ms bob says bad"});
    const Told told = under(minuting(), HistoryReordered{});
    CHECK(of_bob(told) == Lines{"60001ms bob says entries 2"});
    CHECK(told.plan_lines() == Lines{"history-reordered: {agent: bob, key: minutes, nth: 1}"});
  }
  TEST_CASE("an order that nobody can tell is not struck: one entry, no pieces of work, a set") {
    CHECK(under(noting(), HistoryReordered{}).plan.lines.empty());
    CHECK(under(planning(), HistoryReordered{}).plan.lines.empty());
  }
  TEST_CASE("of a torn write the version is kept and the artifact is not") {
    check_never(planning(), TornWrite{});
    CHECK(of_bob(under(planning(), Profile{})) ==
          Lines{"21ms bob says version 1", "42ms bob says version 2", "42ms bob says bad"});
    const Told second = under(planning(), TornWrite{}, {}, {.nth = 2});
    CHECK(of_bob(second) == Lines{"21ms bob says version 1", "42ms bob says version 2"});
    CHECK(second.plan_lines() == Lines{"torn-write: {agent: ann, key: plan, nth: 2}"});
    CHECK(of_bob(under(planning(), TornWrite{}, {}, {.nth = 1})) ==
          Lines{"21ms bob says version 1", "21ms bob says nothing", "42ms bob says version 2", "42ms bob says bad"});
  }
  TEST_CASE("a write without an artifact has no parts") { CHECK(under(counting(), TornWrite{}).plan.lines.empty()); }
  TEST_CASE("another fault does not change which operations are truncated or torn") {
    const Line slow{ContextSlow{}, {}, {.chance = 50_percent}};
    check_alone(noting(), {HistoryTruncated{}, {}, {.chance = 50_percent}}, slow);
    check_alone(minuting(), {HistoryReordered{}, {}, {.chance = 50_percent}}, slow);
    check_alone(planning(), {TornWrite{}, {}, {.chance = 50_percent}}, slow);
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

TEST_SUITE("a context that fails or is slow") {
  TEST_CASE("neither at 0 %") {
    check_never(counting(), ContextError{});
    check_never(counting(), ContextSlow{});
  }
  TEST_CASE("an operation that fails changes nothing") {
    const Told told = under(counting(), ContextError{}, {}, {.nth = 3});  // write, read, write
    CHECK(told.lines == Lines{"2ms ann says reads 1", "3ms ann failed: unavailable"});
    CHECK(told.plan_lines() == Lines{"context-error: {agent: ann, key: n, nth: 3}"});
  }
  TEST_CASE("a slow one takes so much longer") {
    const ContextSlow slow{.by = sim::Distribution::constant(5ms)};
    CHECK(under(counting(), slow, {}, {.nth = 2}).lines ==
          Lines{"7ms ann says reads 1", "9ms ann says reads 2", "11ms ann says reads 3", "11ms ann ended"});
    CHECK(under(counting(), slow, {}, {.nth = 2}).plan_lines() ==
          Lines{"context-slow: {agent: ann, key: n, nth: 2, by: 5ms}"});
  }
  TEST_CASE("another fault does not change what is struck") {
    const Line pause{AgentPause{.lasts = sim::Distribution::constant(3ms)}, {}, {.chance = 50_percent}};
    check_alone(counting(), {ContextError{}, {}, {.chance = 20_percent}}, {LostWrite{}, {}, {.chance = 50_percent}});
    check_alone(counting(), {ContextSlow{}, {}, {.chance = 50_percent}}, pause);
  }
}

TEST_SUITE("a renewal that is lost") {
  TEST_CASE("is not at 0 %") { check_never(guarding(), RenewalLost{}); }
  TEST_CASE("is answered, and the lease ends all the same") {
    const Told told = under(guarding(), RenewalLost{}, {}, {.nth = 2});
    // Renewed at 5 ms, to 15 ms; what is lost at 10 ms would have made it 20 ms.
    CHECK(told.lines == Lines{"15ms ann failed: lost-lease"});
    CHECK(told.plan_lines() == Lines{"renewal-lost: {agent: ann, resource: badge, nth: 2}"});
  }
  TEST_CASE("grants do not count, nor do other faults change which is struck") {
    CHECK(under(guarding(), RenewalLost{}, {.resource = "desk"}).plan.lines.empty());
    check_alone(guarding(), {RenewalLost{}, {}, {.chance = 30_percent}}, {AgentCrash{}, {}, {.nth = 1'000}});
  }
}

namespace {

/// Saves where it is after each of three pieces of work, and crashes over the last.
Workflow saving() {
  Workflow workflow{"saving"};
  const auto piece = [](const char* name) { return program().work(sim::Duration{5ms}).emit(name).checkpoint(); };
  workflow.agent("ann", AgentSpec{.program = program().block(piece("one")).block(piece("two")).block(piece("three")),
                                  .resume = sim::Resume::checkpoint});
  return workflow;
}
const Line crash{AgentCrash{.restart = sim::Distribution::constant(1ms)}, {}, {.at = sim::start_of_time + 12ms}};

}  // namespace

TEST_SUITE("a checkpoint that is lost") {
  TEST_CASE("is not at 0 %") { check_never(saving(), CheckpointLost{}); }
  TEST_CASE("lets a restart go on from the one before it") {
    const auto times = [](const Told& told, const char* what) {
      return std::ranges::count_if(told.lines, [&](const std::string& line) { return line.ends_with(what); });
    };
    const Told kept = under(saving(), Profile{.lines = {crash}});
    CHECK(times(kept, "says two") == 1);
    const Told lost = under(saving(), Profile{.lines = {crash, {CheckpointLost{}, {}, {.nth = 2}}}});
    CHECK(times(lost, "says one") == 1);
    CHECK(times(lost, "says two") == 2);
    CHECK(lost.plan_lines()[0] == "checkpoint-lost: {agent: ann, nth: 2}");
  }
  TEST_CASE("another fault does not change which is struck") {
    check_alone(saving(), {CheckpointLost{}, {}, {.chance = 50_percent}}, {AgentCrash{}, {}, {.nth = 1'000}});
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

}  // namespace squall::context_kinds_test
