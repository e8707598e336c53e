// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/sim/acting.hpp"

namespace squall::sim::testing {
namespace {

using Lines = std::vector<std::string>;

/// A step that forks one branch for each program counter given, then waits for the first end.
Step fork_at(const std::vector<std::uint32_t>& at) {
  return [at](Turn& turn, const Wake&) {
    for (std::size_t b = 0; b < at.size(); ++b) {
      turn.fork(at[b], static_cast<std::uint16_t>(b), site_key("branch") + at[b]);
    }
    turn.wait_children();
  };
}
/// Notes how the join stands, and waits again while branches live.
Step join(Notes& notes) {
  return [&notes](Turn& turn, const Wake& wake) {
    const ActivationRow& row = turn.row();
    notes.add(turn, "joined: {} alive, {} ok, {} failed, error {}", row.children, row.children_ok, row.children_failed,
              error_name(static_cast<Error>(wake.row)));
    if (row.children == 0) return;
    --turn.row().pc;  // this step again
    turn.wait_children();
  };
}

Step spawn(DefinitionId id, OnParentEnd policy, std::int64_t with = 7) {
  return [=](Turn& turn, const Wake&) {
    const std::int64_t fields[] = {with, 0};
    turn.spawn(id, {.topic = TopicId{0}, .present = 1, .fields = fields}, policy, ask(turn));
  };
}

/// A workflow with a message `task {n}` for spawned members and the kernel's `ended {outcome, error}`.
struct Family : Stage {
  TopicId task = topic(*this, "task", {"n"});
  TopicId ended = topic(*this, "ended", {"outcome", "error"});
  Notes notes;
  Family() { model.ended = ended; }
  static void spawned(Definition& definition) { definition.start = Start::spawned; }
  DefinitionId child(std::vector<Step> steps, std::string name = "child") {
    return actor(*this, std::move(name), std::move(steps), {.set = spawned});
  }
};

TEST_SUITE("branches") {
  TEST_CASE("a parent is asked after each end of a branch, and knows how many ended how") {
    Family stage;
    // Steps 3.. are the branches': they end after 10, 20 and 30 ms.
    actor(stage, "team",
          {fork_at({3, 5, 7}), join(stage.notes), finish(), sleep(10ms), finish(), sleep(20ms),
           finish(Ending::failed, Error::unavailable), sleep(30ms), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms joined: 2 alive, 1 ok, 0 failed, error none",
                                     "20ms joined: 1 alive, 1 ok, 1 failed, error unavailable",
                                     "30ms joined: 0 alive, 2 ok, 1 failed, error none"});
    CHECK(in_use(world, Pool::activations) == 0);
  }

  TEST_CASE("of several ends at one instant the first wakes the parent, and the first error is told") {
    Family stage;
    actor(stage, "team",
          {fork_at({3, 5, 5, 7}), join(stage.notes), finish(), sleep(10ms), finish(), sleep(10ms),
           finish(Ending::failed, Error::conflict), sleep(10ms), finish(Ending::failed, Error::fenced)});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms joined: 0 alive, 1 ok, 3 failed, error conflict"});
  }

  TEST_CASE("a branch begins with its parent's locals, and its changes do not come back") {
    Family stage;
    const auto look = [&](Turn& turn, const Wake&) { stage.notes.add(turn, "{}", turn.locals()[0]); };
    const auto set = [](std::int64_t value) { return [value](Turn& turn, const Wake&) { turn.locals()[0] = value; }; };
    actor(stage, "team", {set(1), fork_at({5}), look, finish(), hang(), look, set(2), look, finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"0ms 1", "0ms 2", "0ms 1"});
  }

  TEST_CASE("a branch has seen what its parent had seen, and the parent what its branches saw") {
    Family stage;
    const ArtifactName plan = stage.artifact("plan"), code = stage.artifact("code"), report = stage.artifact("report");
    const auto make = [](ArtifactName name, bool sound) {
      return [=](Turn& turn, const Wake&) {
        const Row made = turn.make(name, {}, sound);
        turn.see(made);
        turn.release_artifact(made);
      };
    };
    const auto ancestor = [&](Turn& turn, const Wake&) {
      const Row made = turn.make(report, {}, true);
      const ArtifactRow& row = turn.world.artifact(made);
      stage.notes.add(turn, "sound {}, first unsound {}", row.sound,
                      row.first_unsound == no_row
                          ? "none"
                          : turn.model().artifact_names[index(turn.world.artifact(row.first_unsound).name)]);
      turn.release_artifact(made);
    };
    // A sound plan; one branch makes unsound code of it, the other waits until that is done and has not seen it.
    actor(stage, "team",
          {make(plan, true), fork_at({6, 9}), join(stage.notes), ancestor, finish(), hang(), sleep(1ms),
           make(code, false), finish(), sleep(2ms), ancestor, finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines ==
          Lines{"1ms joined: 1 alive, 1 ok, 0 failed, error none", "2ms sound 1, first unsound none",
                "2ms joined: 0 alive, 2 ok, 0 failed, error none", "2ms sound 0, first unsound code"});
    CHECK(in_use(world, Pool::artifacts) == 0);
  }

  TEST_CASE("a branch of a handler has the handled message, as long as it lives; it has no timers of its parent") {
    Family stage;
    stage.model.network.latency = Distribution::constant(1ms);
    const auto bound = [](Turn& turn, const Wake&) {
      turn.locals()[timer_local] = std::int64_t{turn.arm(TimerKind::deadline, 1h)} + 1;
    };
    const auto unbound = [](Turn& turn, const Wake&) {
      turn.disarm(static_cast<Row>(turn.locals()[timer_local] - 1));
      turn.locals()[timer_local] = 0;
    };
    const auto look = [&](Turn& turn, const Wake&) {
      stage.notes.add(turn, "task {}, timer {}", turn.world.fields(turn.row().message)[0], turn.locals()[timer_local]);
    };
    actor(stage, "server", {bound, fork_at({5}), join(stage.notes), unbound, finish(), sleep(5ms), look, finish()},
          {.set = [&](Definition& definition) {
            definition.handlers = {{.topic = stage.task, .pc = 0}}, definition.has_root = false;
          }});
    const auto send = [&](Turn& turn, const Wake&) {
      const std::int64_t fields[] = {3};
      turn.send({.to = AgentId{0}, .topic = stage.task, .present = 1, .fields = fields}, ask(turn));
    };
    actor(stage, "client", {send, finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"6ms task 3, timer 0", "6ms joined: 0 alive, 1 ok, 0 failed, error none"});
    CHECK(in_use(world, Pool::messages) == 0);
  }

  TEST_CASE("a branch draws by its own name: another branch, or none, does not move its draws") {
    const auto draws_of_second = [](std::vector<std::uint32_t> branches) {
      Family stage;
      std::uint64_t drawn = 0;
      const auto draw = [&](Turn& turn, const Wake&) { drawn = turn.base(ask(turn)); };
      const auto other = [](Turn& turn, const Wake&) { ask(turn); };
      actor(stage, "team",
            {fork_at(std::move(branches)), join(stage.notes), finish(), other, finish(), draw, finish()});
      stage.timed();
      return drawn;
    };
    CHECK(draws_of_second({5}) == draws_of_second({3, 5}));
    CHECK(draws_of_second({5}) != 0);
  }

  TEST_CASE("cancelled branches unwind at once; they count neither as well ended nor as failed") {
    Family stage;
    const auto cancel = [](Turn& turn, const Wake&) {
      turn.cancel_children(false);
      turn.wait_children();
    };
    const auto unwind = [&](Turn& turn, const Wake& wake) {
      stage.notes.add(turn, "{}", wake.why == Wake::Why::cancelled ? "cancelled" : "slept");
      turn.end(wake.why == Wake::Why::cancelled ? Ending::cancelled : Ending::ok);
    };
    // The first branch ends after 10 ms; then the other two, which sleep and wait, are not needed any more.
    actor(stage, "team",
          {fork_at({4, 6, 8}), cancel, join(stage.notes), finish(), sleep(10ms), finish(), sleep(1h), unwind, hang(),
           unwind});
    stage.timed();
    CHECK(stage.notes.lines ==
          Lines{"10ms cancelled", "10ms cancelled", "10ms joined: 0 alive, 1 ok, 0 failed, error none"});
  }

  TEST_CASE("a forced cancel leaves nothing of a branch to run") {
    Family stage;
    const auto cancel = [](Turn& turn, const Wake&) {
      turn.cancel_children(true);
      CHECK(turn.row().children == 0);
    };
    actor(stage, "team",
          {fork_at({3, 5}), cancel, finish(), sleep(10ms), finish(), sleep(20ms), note(stage.notes, "ran")});
    const World world = stage.timed();
    CHECK(stage.notes.lines.empty());
    CHECK(world.clock().now.time_since_epoch() == 20ms);  // of the timer that nobody needs
    CHECK(stage.watcher.of(Seen::cancelled).size() == 1);
  }

  TEST_CASE("what an activation has not joined when it ends is cancelled by force, with branches of branches") {
    Family stage;
    const auto leave = [](Turn& turn, const Wake&) {
      turn.fork(2, 0, 1);
      turn.busy(TimerKind::work, 5ms);
    };
    const auto nested = [](Turn& turn, const Wake&) {
      turn.fork(3, 0, 1);
      turn.wait_children();
    };
    actor(stage, "team", {leave, finish(), nested, sleep(1h), note(stage.notes, "ran")});
    const World world = stage.timed();
    CHECK(stage.notes.lines.empty());
    CHECK(in_use(world, Pool::activations) == 0);
    // All three ended at 5 ms, the innermost first.
    CHECK(stage.watcher.of(Seen::failed).size() == 2);
    CHECK(stage.watcher.of(Seen::failed).back().at == 5ms);
  }

  TEST_CASE("a crash takes branches with their parents and tells none of them") {
    Family stage;
    actor(stage, "team", {fork_at({3, 5}), join(stage.notes), finish(), fork_at({5}), finish(), sleep(1h), finish()});
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}}};
    const World world = stage.timed(1, &crashes);
    CHECK(stage.notes.lines.empty());
    CHECK(in_use(world, Pool::activations) == 0);
  }

  TEST_CASE("branches run in untimed worlds as well") {
    Family stage;
    actor(stage, "team", {fork_at({3, 5}), join(stage.notes), finish(), sleep(10ms), finish(), sleep(20ms), finish()});
    Answers answers;
    const World world = stage.untimed(answers);
    CHECK(stage.notes.lines.back() == "0ms joined: 0 alive, 2 ok, 0 failed, error none");
    CHECK(in_use(world, Pool::activations) == 0);
  }
}

TEST_SUITE("spawned children") {
  TEST_CASE("a child has its parent's message from its first turn on, and new members are numbered") {
    Family stage;
    const auto look = [&](Turn& turn, const Wake& wake) {
      CHECK(wake.row == turn.row().message);
      const MessageRow& message = turn.world.message(turn.row().message);
      stage.notes.add(turn, "{}: {} from {}", agent_name(turn.model(), turn.world, turn.self),
                      turn.world.fields(turn.row().message)[0], agent_name(turn.model(), turn.world, message.from));
    };
    const DefinitionId child = stage.child({look, sleep(1ms), finish()});
    actor(stage, "parent", {spawn(child, OnParentEnd::orphan, 7), spawn(child, OnParentEnd::orphan, 8), finish()});
    const World world = stage.timed();
    CHECK(stage.notes.lines == Lines{"0ms child[0]: 7 from parent", "0ms child[1]: 8 from parent"});
    CHECK(world.agent(AgentId{1}).state == AgentState::ended);
    CHECK(world.agent(AgentId{2}).state == AgentState::ended);
    CHECK(in_use(world, Pool::messages) == 0);  // nobody listened to `ended`: the parent was over
  }

  TEST_CASE("a child's end is a message from the child, with its outcome and error") {
    Family stage;
    const DefinitionId good = stage.child({sleep(10ms), finish()}, "good");
    const DefinitionId bad = stage.child({sleep(20ms), finish(Ending::failed, Error::unsound)}, "bad");
    const auto told = [&](Turn& turn, const Wake& wake) {
      const Row message = wake.row;
      const bool has_error = (turn.world.message(message).present & 2) != 0;
      stage.notes.add(turn, "{} {} {}", agent_name(turn.model(), turn.world, turn.world.message(message).from),
                      ending_name(turn.world.fields(message)[0]),
                      has_error ? error_name(static_cast<Error>(turn.world.fields(message)[1])) : "");
      turn.release_message(message);
    };
    actor(stage, "parent",
          {spawn(good, OnParentEnd::cancel), spawn(bad, OnParentEnd::cancel), receive(0), told, receive(0), told,
           finish()},
          {.waits = {{{.topic = stage.ended}}}});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms good[0] ok ", "20ms bad[0] failed unsound"});
  }

  TEST_CASE("when the parent ends a child is cancelled or goes on, as was said") {
    Family stage;
    const auto unwind = [&](Turn& turn, const Wake& wake) {
      stage.notes.add(turn, "{} {}", agent_name(turn.model(), turn.world, turn.self),
                      wake.why == Wake::Why::cancelled ? "cancelled" : "slept");
    };
    const DefinitionId child = stage.child({sleep(30ms), unwind, finish()});
    actor(stage, "parent",
          {spawn(child, OnParentEnd::cancel), spawn(child, OnParentEnd::orphan), sleep(10ms), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms child[0] cancelled", "30ms child[1] slept"});
    CHECK(stage.watcher.of(Seen::sent).empty());  // nobody is left to be told
  }

  TEST_CASE("a parent awaits the children that it said it would await, and no others") {
    Family stage;
    const DefinitionId child = stage.child({sleep(10ms), finish()}, "child");
    const DefinitionId slow = stage.child({sleep(20ms), finish()}, "slow");
    const DefinitionId free = stage.child({sleep(90ms), finish()}, "free");
    const auto await = [&](Turn& turn, const Wake&) {
      if (!turn.wait_spawned()) {
        stage.notes.add(turn, "all awaited");
        turn.end(Ending::ok);
      } else {
        stage.notes.add(turn, "waits");
        --turn.row().pc;
      }
    };
    actor(stage, "parent",
          {spawn(child, OnParentEnd::wait), spawn(slow, OnParentEnd::wait), spawn(free, OnParentEnd::orphan), await});
    stage.model.ended = any_topic;
    stage.timed();
    CHECK(stage.notes.lines == Lines{"0ms waits", "10ms waits", "20ms all awaited"});
  }

  TEST_CASE("a join of branches is not woken by spawned children, nor counts them") {
    Family stage;
    stage.model.ended = any_topic;
    const DefinitionId child = stage.child({sleep(5ms), finish()});
    actor(stage, "parent",
          {spawn(child, OnParentEnd::wait), fork_at({4}), join(stage.notes), finish(), sleep(10ms), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"10ms joined: 0 alive, 1 ok, 0 failed, error none"});
  }

  TEST_CASE("a child that crashes has ended for its parent; what a restart makes of it is its own affair") {
    Family stage;
    const auto look = [&](Turn& turn, const Wake&) {
      stage.notes.add(turn, "child {}", turn.world.fields(turn.row().message)[0]);
    };
    const DefinitionId child = stage.child({look, sleep(20ms), finish()});
    const auto told = [&](Turn& turn, const Wake& wake) { stage.notes.add(turn, "{}", read_taken(turn, wake.row)); };
    actor(stage, "parent", {spawn(child, OnParentEnd::cancel, 5), receive(0), told, receive(0), told},
          {.waits = {{{.topic = stage.ended}}}});
    const Crashes crashes{{.at = 10ms, .agent = AgentId{1}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    // Outcome 3 is `crashed`. The restarted root has its message again, ends at 15 + 20 ms, and tells nobody.
    CHECK(stage.notes.lines == Lines{"0ms child 5", "10ms ended 3 from child[0]", "15ms child 5"});
    CHECK(world.agent(AgentId{1}).state == AgentState::ended);
    CHECK(world.clock().now.time_since_epoch() == 35ms);
  }

  TEST_CASE("a parent's crash cancels the children that depend on it, and leaves the others") {
    Family stage;
    const auto unwind = [&](Turn& turn, const Wake& wake) {
      stage.notes.add(turn, "{} {}", agent_name(turn.model(), turn.world, turn.self),
                      wake.why == Wake::Why::cancelled ? "cancelled" : "slept");
    };
    const DefinitionId child = stage.child({sleep(30ms), unwind, finish()});
    actor(stage, "parent",
          {spawn(child, OnParentEnd::cancel), spawn(child, OnParentEnd::orphan), spawn(child, OnParentEnd::wait),
           hang()});
    const Crashes crashes{{.at = 10ms, .agent = AgentId{0}}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"10ms child[0] cancelled", "30ms child[1] slept", "30ms child[2] slept"});
  }

  TEST_CASE("children draw by their parent and the spawn that made them, their ends are told apart by it") {
    const auto draws = [](bool another) {
      Family stage;
      stage.model.network.latency = Distribution::constant(1ms);
      std::vector<std::uint64_t> drawn;
      const auto draw = [&](Turn& turn, const Wake&) { drawn.push_back(turn.base(ask(turn))); };
      const DefinitionId child = stage.child({draw, finish()});
      const auto spawn_child = spawn(child, OnParentEnd::orphan);
      // Steps 3.. handle `ended`.
      actor(stage, "parent", {spawn_child, spawn_child, sleep(1h), draw, finish()},
            {.set = [&](Definition& definition) { definition.handlers = {{.topic = stage.ended, .pc = 3}}; }});
      if (another) actor(stage, "another", {spawn_child, sleep(1h), finish()});
      stage.timed();
      std::ranges::sort(drawn);
      return drawn;
    };
    const std::vector<std::uint64_t> alone = draws(false), with_another = draws(true);
    CHECK(alone.size() == 5);  // two children, two handlers, the parent at its end
    CHECK(std::ranges::adjacent_find(alone) == alone.end());
    CHECK(std::ranges::includes(with_another, alone));
  }

  TEST_CASE("members have variables of their own") {
    Family stage;
    const auto count = [&](Turn& turn, const Wake&) {
      turn.cells()[1] += turn.world.fields(turn.row().message)[0];
      stage.notes.add(turn, "{} {}", turn.cells()[0], turn.cells()[1]);
    };
    const DefinitionId child =
        actor(stage, "child", {count, finish()},
              {.cells = {CellType::integer, CellType::integer}, .initial = {3, 4}, .set = Family::spawned});
    actor(stage, "parent", {spawn(child, OnParentEnd::orphan, 10), spawn(child, OnParentEnd::orphan, 20), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"0ms 3 14", "0ms 3 24"});
  }
}

TEST_SUITE("cancellation") {
  /// The victim is busy at first, then waits; 10 ms after the start it is cancelled.
  struct Pair : Family {
    explicit Pair(std::vector<Step> victim, bool forced = false) {
      actor(*this, "victim", std::move(victim));
      const auto cancel = [forced](Turn& turn, const Wake&) { turn.cancel_agent(AgentId{0}, forced); };
      actor(*this, "killer", {sleep(10ms), cancel, cancel, finish()});
    }
  };
  Step how(Notes & notes) {
    return [&notes](Turn& turn, const Wake& wake) {
      notes.add(turn, "{}, flag {}", wake.why == Wake::Why::cancelled ? "cancelled" : "went on",
                (turn.row().flags & activation_flag::cancelled) != 0);
    };
  }

  TEST_CASE("it ends waits and business at once, and is told once") {
    SUBCASE("busy") {
      Notes notes;
      Pair stage({sleep(1h), how(notes), finish()});
      stage.timed();
      CHECK(notes.lines == Lines{"10ms cancelled, flag true"});
    }
    SUBCASE("waiting") {
      Notes notes;
      Pair stage({hang(), how(notes), sleep(1ms), how(notes), finish()});
      stage.timed();
      CHECK(notes.lines == Lines{"10ms cancelled, flag true", "11ms went on, flag true"});
      CHECK(stage.watcher.of(Seen::cancelled).size() == 1);
    }
  }

  TEST_CASE("an activation that is about to run finds the flag") {
    Family stage;
    actor(stage, "killer", {[](Turn& turn, const Wake&) { turn.cancel_agent(AgentId{1}, false); }, finish()});
    actor(stage, "victim", {how(stage.notes), finish()});
    stage.timed();
    CHECK(stage.notes.lines == Lines{"0ms went on, flag true"});
  }

  TEST_CASE("one that is on its way out is left in peace") {
    Notes notes;
    const auto finishing = [](Turn& turn, const Wake&) {
      turn.row().flags |= activation_flag::finishing;
      turn.busy(TimerKind::work, 20ms);
    };
    Pair stage({finishing, how(notes), finish()});
    stage.timed();
    CHECK(notes.lines == Lines{"20ms went on, flag false"});
  }

  TEST_CASE("by force: nothing runs any more") {
    Notes notes;
    Pair stage({sleep(1h), how(notes), finish()}, true);
    const World world = stage.timed();
    CHECK(notes.lines.empty());
    CHECK(stage.watcher.of(Seen::failed).size() == 1);
    CHECK(stage.watcher.of(Seen::failed)[0].at == 10ms);
    CHECK(in_use(world, Pool::activations) == 0);
  }

  TEST_CASE("a branch that cancels its own agent by force is over with it") {
    Family stage;
    const auto cancel = [&](Turn& turn, const Wake&) {
      turn.cancel_agent(turn.self, true);
      CHECK(turn.ended());
    };
    actor(stage, "team",
          {fork_at({2, 3}), note(stage.notes, "parent ran"), cancel, sleep(1h), note(stage.notes, "branch ran")});
    const World world = stage.timed();
    CHECK(stage.notes.lines.empty());
    CHECK(in_use(world, Pool::activations) == 0);
  }

  TEST_CASE("a spawned child that is cancelled tells its parent so") {
    for (const bool forced : {false, true}) {
      Family stage;
      const auto unwind = [](Turn& turn, const Wake&) { turn.end(Ending::cancelled, Error::cancelled); };
      const DefinitionId child = stage.child({hang(), unwind});
      const auto cancel = [forced](Turn& turn, const Wake&) { turn.cancel_agent(AgentId{1}, forced); };
      const auto told = [&](Turn& turn, const Wake& wake) { stage.notes.add(turn, "{}", read_taken(turn, wake.row)); };
      actor(stage, "parent", {spawn(child, OnParentEnd::orphan), sleep(10ms), cancel, receive(0), told, finish()},
            {.waits = {{{.topic = stage.ended}}}});
      stage.timed();
      CHECK(stage.notes.lines == Lines{"10ms ended 2 from child[0]"});
    }
  }
}

}  // namespace
}  // namespace squall::sim::testing
