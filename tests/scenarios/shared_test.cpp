// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/effects.hpp"
#include "tests/scenarios/play.hpp"

namespace squall::scenarios {
namespace {

KeySpec key(Expression initial, sim::Duration latency = 2ms) {
  return {.initial = std::move(initial), .latency = sim::Distribution::constant(latency)};
}

}  // namespace

TEST_SUITE("work") {
  TEST_CASE("work and sleep take their time") {
    Workflow workflow{"test"};
    workflow.agent("one", program().work(5ms).emit("a").sleep(7ms).emit("b"));
    CHECK(timed(workflow) == Lines{"5ms one says a", "12ms one says b", "12ms one ended"});
  }

  TEST_CASE("what is made travels with messages of its name, is validated there, and passed on") {
    Workflow workflow = quick();
    workflow.agent("one", program().work(1ms).makes("code").send("two", "code"));
    workflow.agent("two",
                   program().receive("code").validate("msg").emit("fine").send("three", "copy", {.artifact = "msg"}));
    workflow.agent("three", program().receive("copy").validate("msg").emit("fine"));
    CHECK(timed(workflow) ==
          Lines{"1ms one ended", "2ms two says fine", "2ms two ended", "3ms three says fine", "3ms three ended"});
  }

  TEST_CASE("wrong work is unsound, and so is what derives from it unless `from` names something else") {
    Workflow workflow = quick();
    const Program check =
        program().validate("code", {}, {}, {.otherwise = Otherwise{{"unsound", program().emit("unsound")}}});
    workflow.agent("one", program()
                              .work(1ms)
                              .makes("clean")
                              .work(1ms)
                              .makes("code", {}, sim::Probability{1'000'000})
                              .add(check.steps[0])
                              .work(1ms)
                              .makes("more")
                              .validate("more", {}, {}, {.otherwise = program().emit("more is unsound")})
                              .work(1ms)
                              .makes("other", {"clean"})
                              .validate("other")
                              .emit("other is sound"));
    CHECK(timed(workflow) == Lines{"2ms one says unsound", "3ms one says more is unsound",
                                   "4ms one says other is sound", "4ms one ended"});
  }

  TEST_CASE("a validation may be wrong both ways") {
    CHECK(said(program()
                   .work(1ms)
                   .makes("code", {}, sim::Probability{1'000'000})
                   .validate("code", sim::Probability{1'000'000})
                   .emit("accepted"))[0] == "one says accepted");
    CHECK(said(program().work(1ms).makes("code").validate("code", {}, sim::Probability{1'000'000}))[0] ==
          "one failed: unsound");
  }

  TEST_CASE("the chance of wrong work is drawn for each piece") {
    Workflow workflow{"test"};
    const Program piece = program()
                              .work(1ms)
                              .makes("code", {"base"}, sim::Probability{250'000})
                              .validate("code", {}, {}, {.otherwise = program().set("n", var("n") + 1)});
    workflow.agent("one",
                   program().work(1ms).makes("base").set("n", 0).repeat(piece, {.times = 1000}).emit("n", var("n")));
    const std::string line = play(workflow).lines[0];
    const int n = std::stoi(line.substr(line.rfind(' ')));
    CHECK(n > 250 - 69);  // 1000 pieces at 1/4: standard deviation 13.7; five of them
    CHECK(n < 250 + 69);
  }
}

TEST_SUITE("shared context in programs") {
  TEST_CASE("what was written is read, after the latency of each") {
    Workflow workflow{"test"};
    workflow.key("k", key(1));
    workflow.agent("one", program()
                              .read("k", {.as = "r"})
                              .emit("value", var("r.value"))
                              .emit("version", var("r.version"))
                              .write("k", var("r.value") + 4)
                              .read("k", {.as = "r"})
                              .emit("value", var("r.value"))
                              .emit("version", var("r.version")));
    CHECK(timed(workflow) == Lines{"2ms one says value 1", "2ms one says version", "6ms one says value 5",
                                   "6ms one says version 1", "6ms one ended"});
  }

  TEST_CASE("a key that nobody has written has no value") {
    Workflow workflow{"test"};
    workflow.key("k");
    workflow.agent(
        "one",
        program().read("k", {.as = "r"}).if_(!has("r.value"), program().emit("none")).emit("value", var("r.value")));
    CHECK(play(workflow).lines == Lines{"one says none", "one failed: no-field"});
  }

  TEST_CASE("write without a value writes the artifact of that name, and read brings it") {
    Workflow workflow{"test"};
    workflow.key("plan");
    workflow.agent("one", program().work(1ms).makes("plan", {}, sim::Probability{1'000'000}).write("plan"));
    workflow.agent("two", program().sleep(20ms).read("plan", {.as = "r"}).validate("r"));
    CHECK(play(workflow).lines == Lines{"one ended", "two failed: unsound"});
  }

  TEST_CASE("two plain updates at once lose one; compare-and-set refuses it; a lock makes them take turns") {
    const auto sum = [](Guard guard) {
      Workflow workflow{"test"};
      workflow.key("k", key(0));
      workflow.agent("adder", {.program = program().update("k", var("old") + 1, guard), .replicas = 2});
      workflow.agent("reader", program().sleep(1s).read("k", {.as = "r"}).emit("k", var("r.value")));
      const Lines lines = play(workflow).lines;
      return lines[0] + ", " + lines[1] + ", " + lines[2];
    };
    CHECK(sum(Guard::none) == "adder[0] ended, adder[1] ended, reader says k 1");
    CHECK(sum(Guard::cas) == "adder[0] ended, adder[1] failed: conflict, reader says k 1");
    CHECK(sum(Guard::lock) == "adder[0] ended, adder[1] ended, reader says k 2");
  }

  TEST_CASE("a retried cas update succeeds in the end") {
    Workflow workflow{"test"};
    workflow.key("k", key(0));
    workflow.agent("adder", {.program = program().update("k", var("old") + 1, Guard::cas,
                                                         {.retry = Retry{.times = 9, .on = {"conflict"}}}),
                             .replicas = 4});
    workflow.agent("reader", program().sleep(1s).read("k", {.as = "r"}).emit("k", var("r.value")));
    const Lines lines = play(workflow).lines;
    CHECK(lines[lines.size() - 2] == "reader says k 4");
  }

  TEST_CASE("the lock of an update is given back when the update fails") {
    Workflow workflow{"test"};
    workflow.key("k", key(1));
    workflow.agent("one", program()
                              .update("k", 1 / (var("old") - 1), Guard::lock, {.otherwise = program().emit("failed")})
                              .update("k", var("old") + 1, Guard::lock)
                              .emit("done"));
    CHECK(play(workflow).lines == Lines{"one says failed", "one says done", "one ended"});
  }

  TEST_CASE("compare-and-set names the version it expects") {
    Workflow workflow{"test"};
    workflow.key("k", key(1));
    workflow.agent("one", program()
                              .compare_and_set("k", 0, 5)
                              .read("k", {.as = "r"})
                              .emit("value", var("r.value"))
                              .compare_and_set("k", 0, 6));
    CHECK(timed(workflow) == Lines{"4ms one says value 5", "6ms one failed: conflict"});
  }

  TEST_CASE("a failed operation fails when its latency is over, and a timeout before that strikes first") {
    Workflow workflow{"test"};
    workflow.key("k", key(1, 10ms));
    workflow.agent(
        "one",
        program()
            .compare_and_set("k", 7, 5, {.timeout = 4ms, .otherwise = Otherwise{{"timeout", program().emit("late")}}})
            .read("k"));
    // What the abandoned operation would have failed with is forgotten with it.
    CHECK(timed(workflow) == Lines{"4ms one says late", "14ms one ended"});
  }
}

TEST_SUITE("tools in programs") {
  TEST_CASE("a call returns what it was given, after the tool's latency") {
    Workflow workflow{"test"};
    workflow.tool("t", {.latency = sim::Distribution::constant(6ms)});
    workflow.agent("one", program().call("t", {.with = 9}, {.as = "r"}).emit("r", var("r")));
    CHECK(timed(workflow) == Lines{"6ms one says r 9", "6ms one ended"});
  }

  TEST_CASE("a tool that fails is unavailable, and has no effect") {
    Workflow workflow{"test"};
    workflow.tool("t", {.error = sim::Probability{1'000'000}});
    workflow.agent("one", program().call("t", {}, {.otherwise = Otherwise{{"unavailable", program().emit("away")}}}));
    CHECK(play(workflow).lines == Lines{"one says away", "one ended"});
  }

  TEST_CASE("a limited tool rejects the call that is too many") {
    Workflow workflow{"test"};
    workflow.tool("t", {.limit = {{1, 1s}}});
    workflow.agent("one", program().call("t").call("t"));
    CHECK(play(workflow).lines == Lines{"one failed: rate-limited"});
  }

  TEST_CASE("a call that was abandoned goes on, and its undo runs though it never answered") {
    Workflow workflow{"test"};
    workflow.tool("t", {.latency = sim::Distribution::constant(10ms)});
    workflow.agent("one", program().call("t", {}, {.timeout = 6ms, .undo = program().emit("undo")}));
    CHECK(timed(workflow) == Lines{"6ms one says undo", "6ms one failed: timeout"});
    Workflow refused{"test"};
    refused.tool("t", {.error = sim::Probability{1'000'000}});
    refused.agent("one", program().call("t", {}, {.undo = program().emit("undo")}));
    CHECK(play(refused).lines == Lines{"one failed: unavailable"});
  }

  /// Counts what effects are about, and which keys a tool saw.
  class Effects final : public sim::Sink {
   public:
    std::vector<std::uint64_t> about, keys;
    void on(const sim::Model&, const sim::World& world, const sim::Observation& seen) override {
      if (seen.kind != sim::Seen::effect) return;
      about.push_back(world.call(seen.row).purpose_of);
      keys.push_back(world.call(seen.row).key);
    }
  };

  Effects effects_of(const Workflow& workflow) {
    const sim::Model model = workflow.model();
    sim::World world{model, sim::Half::state_and_shadow};
    sim::Named named{sim::Seed{1}};
    Effects effects;
    sim::Run run{model, named};
    run.sink = &effects;
    sim::begin(world, run);
    sim::run_timed(world, run);
    return effects;
  }

  TEST_CASE("an effect is what agent, step and instance make it, or what `for` says; a retry is the same effect") {
    Workflow workflow{"test"};
    workflow.tool("t", {.latency = sim::Distribution::constant(10ms)});
    workflow.agent("one", program()
                              .call("t", {}, {.timeout = 8ms, .retry = Retry{.times = 2}, .otherwise = program()})
                              .call("t")
                              .call("t", {.for_ = 7})
                              .call("t", {.for_ = 7}));
    const Effects seen = effects_of(workflow);
    REQUIRE(seen.about.size() == 5);
    CHECK(seen.about[0] == seen.about[1]);
    CHECK(seen.about[1] != seen.about[2]);
    CHECK(seen.about[3] == seen.about[4]);
    CHECK(seen.about[3] != seen.about[0]);
  }

  TEST_CASE("the call of an undo is about the effect that it undoes") {
    Workflow workflow{"test"};
    workflow.tool("t");
    workflow.agent("one", program().call("t", {}, {.undo = program().call("t")}).fail("x"));
    const Effects seen = effects_of(workflow);
    REQUIRE(seen.about.size() == 2);
    CHECK(seen.about[0] == seen.about[1]);
  }

  TEST_CASE("equal keys are equal to the tool, whoever calls; a call without a key has none") {
    Workflow workflow{"test"};
    workflow.tool("t");
    workflow.agent("one", program().call("t", {.key = 0}).call("t"));
    workflow.agent("two", program().call("t", {.key = 0}).call("t", {.key = 1}));
    const Effects seen = effects_of(workflow);
    REQUIRE(seen.keys.size() == 4);
    CHECK(std::ranges::count(seen.keys, seen.keys[0]) == 2);
    CHECK(std::ranges::count(seen.keys, 0U) == 1);
  }
}

TEST_SUITE("resources in programs") {
  TEST_CASE("a lock is held by one at a time, in order of arrival, and its token grows") {
    Workflow workflow{"test"};
    workflow.resource("lock");
    const Program user =
        program().acquire("lock", {.as = "held"}).emit("token", var("held.token")).sleep(5ms).release("lock");
    workflow.agent("user", {.program = user, .replicas = 3});
    CHECK(timed(workflow) == Lines{"0ms user[0] says token 1", "5ms user[1] says token 2", "5ms user[0] ended",
                                   "10ms user[2] says token 3", "10ms user[1] ended", "15ms user[2] ended"});
  }

  TEST_CASE("a wait in line may be given up") {
    Workflow workflow{"test"};
    workflow.resource("lock");
    workflow.agent("one", program().acquire("lock").sleep(20ms).release("lock"));
    workflow.agent("two", program()
                              .acquire("lock", {.timeout = 5ms, .otherwise = program().emit("gave up")})
                              .sleep(30ms)
                              .acquire("lock")
                              .emit("has it"));
    CHECK(timed(workflow) == Lines{"5ms two says gave up", "20ms one ended", "35ms two says has it", "35ms two ended"});
  }

  TEST_CASE("a lease runs out unless it is renewed; what is lost can be neither renewed nor released") {
    Workflow workflow{"test"};
    workflow.resource("lease", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
    const Fields lost{.otherwise = Otherwise{{"lost-lease", program().emit("lost")}}};
    workflow.agent("one", program()
                              .acquire("lease", {.as = "held"})
                              .emit("until", var("held.until"))
                              .sleep(6ms)
                              .renew("lease")
                              .sleep(6ms)
                              .renew("lease")
                              .sleep(12ms)
                              .renew("lease", lost)
                              .release("lease", lost));
    CHECK(timed(workflow) ==
          Lines{"0ms one says until 10000000", "24ms one says lost", "24ms one says lost", "24ms one ended"});
  }

  TEST_CASE("a fenced key refuses whoever shows an older token") {
    Workflow workflow{"test"};
    workflow.resource("lease", {.kind = sim::ResourceInfo::Kind::lease, .period = 10ms});
    KeySpec fenced = key(0, 0ms);
    fenced.fenced_by = "lease";
    workflow.key("k", fenced);
    workflow.agent("slow", program().acquire("lease").sleep(20ms).write(
                               "k", 1, {.otherwise = Otherwise{{"fenced", program().emit("fenced")}}}));
    workflow.agent("next", program().sleep(12ms).acquire("lease").write("k", 2).emit("wrote"));
    CHECK(timed(workflow) ==
          Lines{"12ms next says wrote", "12ms next ended", "20ms slow says fenced", "20ms slow ended"});
  }

  TEST_CASE("a rate limit that rejects fails the step, and the failure takes a turn") {
    Workflow workflow{"test"};
    workflow.resource("rate", {.kind = sim::ResourceInfo::Kind::bucket, .slots = 1, .period = 10ms});
    workflow.agent("one", program()
                              .acquire("rate")
                              .acquire("rate", {.otherwise = Otherwise{{"rate-limited", program().emit("limited")}}})
                              .sleep(10ms)
                              .acquire("rate")
                              .emit("passed"));
    CHECK(timed(workflow) == Lines{"0ms one says limited", "10ms one says passed", "10ms one ended"});
  }
}

}  // namespace squall::scenarios
