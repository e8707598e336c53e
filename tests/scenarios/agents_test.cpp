// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/scenarios/play.hpp"

namespace squall::scenarios {
namespace {

/// Plays with a crash of agent `who` at `at`.
Lines crashed(const Workflow& workflow, sim::AgentId who, sim::Duration at,
              std::optional<sim::Duration> restart_after) {
  Lines shown[2];
  for (const Dispatch dispatch : {Dispatch::by_switch, Dispatch::by_goto}) {
    const sim::Model model = workflow.model(dispatch);
    sim::World world{model, sim::Half::state_and_shadow};
    sim::Named named{sim::Seed{1}};
    Notes notes;
    notes.with_times = true;
    sim::Run run{model, named};
    run.key = sim::run_key(sim::Seed{1});
    run.sink = &notes;
    sim::begin(world, run);
    const auto due = [&] {
      return world.clock().ready != sim::no_row ? world.clock().now
                                                : world.calendar.next_due().value_or(sim::end_of_time);
    };
    while (due() < sim::start_of_time + at) sim::step(world, run);
    world.clock().now = sim::start_of_time + at;  // nothing is due before
    sim::crash(world, run, who, restart_after);
    while (sim::step(world, run)) CHECK(sim::audit(world, model) == std::vector<std::string>{});
    shown[static_cast<std::size_t>(dispatch)] = notes.lines;
  }
  CHECK(shown[0] == shown[1]);
  return shown[1];
}

}  // namespace

TEST_SUITE("handlers") {
  TEST_CASE("a handler runs for each message, one at a time unless concurrency allows more") {
    const auto served = [](std::uint32_t concurrency) {
      Workflow workflow = quick();
      workflow.agent("client", program().repeat(program().send("server", "job"), {.times = 3}));
      workflow.agent("server", {.on = {{"job", program().work(5ms)}}, .concurrency = concurrency});
      Lines lines = timed(workflow);
      std::erase_if(lines, [](const std::string& line) { return line.find("server") == std::string::npos; });
      return lines;
    };
    CHECK(served(1) == Lines{"6ms server ended", "11ms server ended", "16ms server ended"});
    CHECK(served(2) == Lines{"6ms server ended", "6ms server ended", "11ms server ended"});
  }

  TEST_CASE("msg stays the handled message; a receive inside takes another by name") {
    Workflow workflow = quick();
    workflow.agent("client",
                   program().send("server", "job", {.with = {{"n", 1}}}).send("server", "more", {.with = {{"n", 2}}}));
    workflow.agent(
        "server",
        {.on = {{"job", program().receive("more", {.as = "second"}).emit("n", var("msg.n") * 10 + var("second.n"))}}});
    CHECK(play(workflow).lines == Lines{"client ended", "server says n 12", "server ended"});
  }

  TEST_CASE("do and on live side by side; a receive of do comes before a handler") {
    Workflow workflow = quick();
    workflow.agent("client",
                   program().send("server", "job", {.with = {{"n", 1}}}).send("server", "job", {.with = {{"n", 2}}}));
    workflow.agent("server", {.program = program().receive("job").emit("do", var("msg.n")),
                              .on = {{"job", program().emit("on", var("msg.n"))}}});
    CHECK(play(workflow).lines ==
          Lines{"client ended", "server says do 1", "server ended", "server says on 2", "server ended"});
  }

  TEST_CASE("an agent with nothing but handlers is a daemon, and its rest is owed by nobody") {
    Workflow workflow = quick();
    workflow.agent("client", program().send("server", "job"));
    workflow.agent("server", {.on = {{"job", program()}}});
    CHECK(workflow.model().definitions[1].daemon);
    CHECK_FALSE(workflow.model().definitions[0].daemon);
  }

  TEST_CASE("a daemon at rest in its loop waits passively; in the middle of its round it is owed") {
    Workflow workflow = quick();
    workflow.agent("client", program().send("server", "job"));
    workflow.agent("server", {.program = program().repeat(program().receive("job").receive("more")), .daemon = true});
    workflow.agent("other", program().if_(0, program().send("server", "more")));
    const auto passive_at = [&](sim::Duration at) {
      const sim::Model model = workflow.model();
      sim::World world{model, sim::Half::state_and_shadow};
      sim::Named named{sim::Seed{1}};
      sim::Run run{model, named};
      sim::begin(world, run);
      while (!world.calendar.empty() && world.calendar.peek_due() <= sim::start_of_time + at) sim::step(world, run);
      const sim::Row activation = world.agent(sim::AgentId{1}).first;
      return (world.activation(activation).flags & sim::activation_flag::passive) != 0;
    };
    CHECK(passive_at(0ms));
    CHECK_FALSE(passive_at(5ms));
  }
}

TEST_SUITE("starts") {
  TEST_CASE("an agent may start later than its instance") {
    Workflow workflow{"test"};
    workflow.agent("late", {.program = program().emit("here"), .start = sim::Start::delayed, .start_after = 8ms});
    CHECK(timed(workflow) == Lines{"8ms late says here", "8ms late ended"});
  }

  TEST_CASE("each instance of a load has activations of its own, and knows its number") {
    Workflow workflow{"test"};
    workflow.load(3, sim::Distribution::constant(10ms));
    workflow.agent("one", {.program = program().set("n", var("n") + 1).emit("n", var("n") * 10 + var("instance")),
                           .vars = {{"n", 0}}});
    CHECK(timed(workflow) == Lines{"0ms one says n 10", "0ms one ended", "10ms one says n 21", "10ms one ended",
                                   "20ms one says n 32", "20ms one ended"});
  }

  TEST_CASE("a receive takes only messages of its own instance") {
    Workflow workflow{"test"};
    workflow.latency(sim::Distribution::uniform(1ms, 100ms), false);
    workflow.load(20, sim::Distribution::constant(1ms));
    workflow.agent("one", program().send("two", "m", {.with = {{"n", var("instance")}}}));
    workflow.agent("two", program().receive("m").if_(var("msg.n") != var("instance"), program().emit("wrong")));
    const Lines lines = play(workflow).lines;
    CHECK(std::ranges::count(lines, std::string{"two says wrong"}) == 0);
    CHECK(std::ranges::count(lines, std::string{"two ended"}) == 20);
  }
}

TEST_SUITE("spawn and cancel") {
  Workflow nursery(const Program& parent, const Program& child) {
    Workflow workflow = quick();
    workflow.agent("parent", parent);
    workflow.agent("child", {.program = child, .start = sim::Start::spawned});
    return workflow;
  }

  TEST_CASE("a spawned member has what it was given as msg, and its parent has its name") {
    CHECK(timed(nursery(program().spawn("child", {.with = {{"n", 7}}}, {.as = "kid"}).send(var("kid"), "go").sleep(9ms),
                        program().emit("n", var("msg.n")).receive("go").emit("went"))) ==
          Lines{"0ms child[0] says n 7", "1ms child[0] says went", "1ms child[0] ended", "9ms parent ended"});
  }

  TEST_CASE("the parent is told of the end") {
    CHECK(timed(nursery(program().spawn("child").receive("ended", {.as = "end"}).emit("outcome", var("end.outcome")),
                        program().work(4ms).fail_with("broken"))) ==
          Lines{"4ms child[0] failed: broken", "4ms parent says outcome 1", "4ms parent ended"});
  }

  TEST_CASE("when the parent ends its child is cancelled, goes on alone, or is awaited") {
    const auto ends = [](OnParentEnd policy) {
      return timed(
          nursery(program().spawn("child", {.on_parent_end = policy}).sleep(3ms), program().work(9ms).emit("done")));
    };
    CHECK(ends(OnParentEnd::cancel) == Lines{"3ms parent ended", "3ms child[0] failed: cancelled"});
    CHECK(ends(OnParentEnd::orphan) == Lines{"3ms parent ended", "9ms child[0] says done", "9ms child[0] ended"});
    CHECK(ends(OnParentEnd::wait) == Lines{"9ms child[0] says done", "9ms child[0] ended", "9ms parent ended"});
  }

  TEST_CASE("a cooperative cancel fails the step, past an otherwise that does not name it; finally runs") {
    const Program child = program().block(program().work(20ms, {.otherwise = program().emit("never")}),
                                          {.finally = program().work(2ms).emit("cleaned")});
    CHECK(
        timed(nursery(program().spawn("child", {}, {.as = "kid"}).sleep(5ms).cancel(var("kid")).sleep(20ms), child)) ==
        Lines{"7ms child[0] says cleaned", "7ms child[0] failed: cancelled", "25ms parent ended"});
  }

  TEST_CASE("an otherwise that names cancelled goes on after all") {
    const Program child =
        program().work(20ms, {.otherwise = Otherwise{{"cancelled", program().emit("heard")}}}).work(1ms).emit("on");
    CHECK(
        timed(nursery(program().spawn("child", {}, {.as = "kid"}).sleep(5ms).cancel(var("kid")).sleep(20ms), child)) ==
        Lines{"5ms child[0] says heard", "6ms child[0] says on", "6ms child[0] ended", "25ms parent ended"});
  }

  TEST_CASE("a forced cancel leaves nothing to run") {
    const Program child = program().block(program().work(20ms), {.finally = program().emit("never")});
    CHECK(timed(nursery(program().spawn("child", {}, {.as = "kid"}).sleep(5ms).cancel(var("kid"), true).sleep(20ms),
                        child)) == Lines{"5ms child[0] failed: cancelled", "25ms parent ended"});
  }

  TEST_CASE("a cancel that meets its target between two steps is heard at the next one") {
    // Both act at 5 ms: the target's turn is due already when the cancel comes.
    Workflow workflow{"test"};
    workflow.agent("one", program().sleep(5ms).cancel(var("two")).sleep(9ms));
    workflow.agent("two", program().sleep(5ms).emit("woke").work(9ms).emit("never"));
    const Lines lines = timed(workflow);
    CHECK(std::ranges::count(lines, std::string{"5ms two failed: cancelled"}) == 1);
    CHECK(std::ranges::count(lines, std::string{"14ms two says never"}) == 0);
  }

  TEST_CASE("what a cancelled program holds on its way out is bounded by its own timeouts") {
    const Program child = program().block(
        program().work(20ms),
        {.finally = program().receive("never", {.timeout = 3ms, .otherwise = program().emit("gave up")})});
    CHECK(timed(nursery(program()
                            .spawn("child", {}, {.as = "kid"})
                            .sleep(5ms)
                            .cancel(var("kid"))
                            .sleep(20ms)
                            .if_(0, program().send(var("kid"), "never")),
                        child)) ==
          Lines{"8ms child[0] says gave up", "8ms child[0] failed: cancelled", "25ms parent ended"});
  }
}

TEST_SUITE("crash and restart of programs") {
  TEST_CASE("start: variables and program begin anew") {
    Workflow workflow{"test"};
    workflow.agent("one", {.program = program().set("n", var("n") + 1).emit("n", var("n")).work(10ms).emit("done"),
                           .vars = {{"n", 0}}});
    CHECK(crashed(workflow, sim::AgentId{0}, 4ms, 3ms) ==
          Lines{"0ms one says n 1", "7ms one says n 1", "17ms one says done", "17ms one ended"});
  }

  TEST_CASE(
      "checkpoint: position, locals, variables and what had been seen go on from there, but for what is omitted") {
    Workflow workflow{"test"};
    const Program saving = program()
                               .set("local", 5)
                               .set("n", var("n") + 1)
                               .set("cache", 7)
                               .work(1ms)
                               .makes("code")
                               .checkpoint({"cache"})
                               .set("n", var("n") + 10)
                               .work(10ms)
                               .emit("n", var("n"))
                               .emit("local", var("local"))
                               .emit("cache", var("cache"))
                               .validate("code");
    workflow.agent("one", {.program = saving, .vars = {{"n", 0}, {"cache", 1}}, .resume = sim::Resume::checkpoint});
    CHECK(crashed(workflow, sim::AgentId{0}, 4ms, 3ms) ==
          Lines{"17ms one says n 11", "17ms one says local 5", "17ms one says cache 1", "17ms one ended"});
  }

  TEST_CASE("a checkpoint inside bounds, loops and retries goes on without the bound") {
    Workflow workflow{"test"};
    const Program round = program().checkpoint().work(4ms).emit("round");
    workflow.agent("one",
                   {.program = program().block(program().repeat(round, {.times = 3}), {.timeout = 1s}).emit("after"),
                    .resume = sim::Resume::checkpoint});
    // Rounds end at 4 and 8 ms; the third, begun at 8, begins again at 13.
    CHECK(crashed(workflow, sim::AgentId{0}, 10ms, 3ms) == Lines{"4ms one says round", "8ms one says round",
                                                                 "17ms one says round", "17ms one says after",
                                                                 "17ms one ended"});
  }

  TEST_CASE("never: it stays down") {
    Workflow workflow{"test"};
    workflow.agent("one", {.program = program().work(10ms).emit("done"), .resume = sim::Resume::never});
    CHECK(crashed(workflow, sim::AgentId{0}, 4ms, 3ms) == Lines{});
  }

  TEST_CASE("a watcher is told of the silence and of the return") {
    Workflow workflow{"test"};
    workflow.agent("one", program().work(30ms).emit("done"));
    workflow.agent("two", program()
                              .watch(var("one"), 5ms)
                              .receive("down", {.as = "m"})
                              .if_(var("m.agent") == var("one"), program().emit("down"))
                              .receive("up", {.as = "m"})
                              .emit("up"));
    CHECK(crashed(workflow, sim::AgentId{0}, 4ms, 20ms) ==
          Lines{"9ms two says down", "24ms two says up", "24ms two ended", "54ms one says done", "54ms one ended"});
  }

  TEST_CASE("restart ends the activation well and begins again later") {
    Workflow workflow{"test"};
    workflow.key("k", {.initial = 0, .latency = sim::Distribution::constant(1ms)});
    workflow.agent("one", program()
                              .read("k", {.as = "r"})
                              .write("k", var("r.value") + 1)
                              .if_(var("r.value") < 2, program().restart(10ms))
                              .emit("third"));
    CHECK(timed(workflow) == Lines{"2ms one ended", "14ms one ended", "26ms one says third", "26ms one ended"});
  }

  TEST_CASE("a crash takes the branches with it, and a fresh start forks them again") {
    Workflow workflow{"test"};
    workflow.agent(
        "one",
        program().parallel({{"a", program().work(8ms).emit("a")}, {"b", program().work(9ms).emit("b")}}).emit("after"));
    CHECK(crashed(workflow, sim::AgentId{0}, 4ms, 1ms) == Lines{"13ms one says a", "13ms one ended", "14ms one says b",
                                                                "14ms one ended", "14ms one says after",
                                                                "14ms one ended"});
  }

  TEST_CASE("an instance is not over while its message waits for a handler that another instance keeps busy") {
    Workflow workflow{"test"};
    workflow.latency(sim::Distribution::constant(1ms)).load(3, sim::Distribution::constant(2ms));
    workflow.agent("clerk", AgentSpec{.on = {{"job", program().work(10ms).emit("done")}}});
    workflow.agent("client", program().send("clerk", "job"));
    workflow.check("proper-completion");
    CHECK(timed(workflow) == Lines{"0ms client ended", "2ms client ended", "4ms client ended", "11ms clerk says done",
                                   "11ms clerk ended", "21ms clerk says done", "21ms clerk ended",
                                   "31ms clerk says done", "31ms clerk ended"});
  }
}

}  // namespace squall::scenarios
