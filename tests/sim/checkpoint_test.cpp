// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acting.hpp"

namespace squall::sim::testing {
namespace {

using Lines = std::vector<std::string>;

Step checkpoint(std::uint64_t omitted = 0) {
  return [omitted](Turn& turn, const Wake&) { turn.checkpoint(omitted, ask(turn)); };
}
/// Adds to a cell and to a local.
Step count(std::size_t cell, std::int64_t more) {
  return [=](Turn& turn, const Wake&) {
    turn.cells()[cell] += more;
    turn.locals()[0] += more;
  };
}
Step look(Notes& notes) {
  return [&notes](Turn& turn, const Wake& wake) {
    notes.add(turn, "cells {} {}, local {}{}", turn.cells()[0], turn.cells()[1], turn.locals()[0],
              wake.why == Wake::Why::cancelled ? ", cancelled" : "");
  };
}
std::function<void(Definition&)> resumes(Resume how) {
  return [how](Definition& definition) { definition.resume = how; };
}
Acting two_cells(Resume how) {
  return {.cells = {CellType::integer, CellType::integer}, .initial = {100, 200}, .set = resumes(how)};
}

/// Counts 1 and a checkpoint at 0 ms, counts 2 at 10 ms, looks at 20 ms and 30 ms; crashed at 15 ms, back 5 ms later.
struct Counter : Stage {
  Notes notes;
  explicit Counter(Resume how, std::uint64_t omitted = 0) {
    actor(*this, "counter",
          {look(notes), count(0, 1), count(1, 1), checkpoint(omitted), sleep(10ms), count(0, 2), look(notes),
           sleep(20ms), finish()},
          two_cells(how));
  }
};

TEST_SUITE("restarts") {
  TEST_CASE("from the start: the program begins at its top, with its variables as they were at first") {
    Counter stage(Resume::start);
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"0ms cells 100 200, local 0", "10ms cells 103 201, local 4",
                                     "20ms cells 100 200, local 0", "30ms cells 103 201, local 4"});
    CHECK(in_use(world, Pool::checkpoints) == 0);
  }

  TEST_CASE("from the last checkpoint: position, locals and variables as they were saved") {
    Counter stage(Resume::checkpoint);
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    // Sleeps its 10 ms again from 20 ms on: the sleep comes behind the checkpoint.
    CHECK(stage.notes.lines ==
          Lines{"0ms cells 100 200, local 0", "10ms cells 103 201, local 4", "30ms cells 103 201, local 4"});
    CHECK(in_use(world, Pool::checkpoints) == 1);  // the variables: the agent may still crash
  }

  TEST_CASE("omitted variables are lost") {
    Counter stage(Resume::checkpoint, 0b01);
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines.back() == "30ms cells 102 201, local 4");  // 100 as at first, and 2 more
  }

  TEST_CASE("a fault may leave the variables in memory") {
    Counter stage(Resume::start);
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms, .with_memory = true}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines[2] == "20ms cells 103 201, local 0");
  }

  TEST_CASE("without a checkpoint a program begins at its top") {
    Stage stage;
    Notes notes;
    actor(stage, "counter", {count(0, 1), sleep(10ms), look(notes), finish()}, two_cells(Resume::checkpoint));
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 5ms}};
    stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"20ms cells 101 200, local 1"});
  }

  TEST_CASE("a checkpoint that a fault lost leaves the one before") {
    Stage stage;
    Notes notes;
    actor(stage, "counter",
          {count(0, 1), checkpoint(), sleep(10ms), count(0, 1), checkpoint(), sleep(10ms), look(notes), finish()},
          two_cells(Resume::checkpoint));
    /// Loses the second checkpoint; crashes the agent at 15 ms.
    class Loss final : public Interposer {
     public:
      std::uint32_t armed() const override { return static_cast<std::uint32_t>(Strike::checkpoint); }
      void begin(World& world, Run& run) const override { schedule(world, run, 15ms, {}); }
      Verdict strike(World&, Run&, const Target& target) const override {
        CHECK(target.strike == Strike::checkpoint);
        return ++asked == 2 ? Verdict{.drop = true, .kinds = 1} : Verdict{};
      }
      std::uint64_t play(World& world, Run& run, const Move&) const override {
        crash(world, run, AgentId{0}, 5ms);
        return 1;
      }
      mutable int asked = 0;
    } loss;
    stage.timed(1, &loss);
    // Back at 20 ms with 101; counts again, saves again, and looks 20 ms later.
    CHECK(notes.lines == Lines{"40ms cells 102 200, local 2"});
    CHECK(loss.asked == 3);
  }

  TEST_CASE("never: an agent stays down") {
    Counter stage(Resume::never);
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(world.agent(AgentId{0}).state == AgentState::down);
    CHECK(stage.notes.lines.size() == 2);
    CHECK(in_use(world, Pool::checkpoints) == 0);
  }

  TEST_CASE("what had ended is not started again") {
    Stage stage;
    Notes notes;
    actor(stage, "quick", {note(notes, "quick"), checkpoint(), finish()}, two_cells(Resume::checkpoint));
    actor(stage, "slow", {sleep(1h), finish()});
    const Crashes crashes{{.at = 15ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"0ms quick"});
    CHECK(world.agent(AgentId{0}).state == AgentState::up);
  }

  TEST_CASE("the latest checkpoint's variables win, also when its program has ended since") {
    Stage stage;
    Notes notes;
    stage.model.load = {.instances = 2, .every = Distribution::constant(10ms)};
    const auto first_only = [](Turn& turn, const Wake&) {
      if (turn.world.instance(turn.instance).number == 0) turn.busy(TimerKind::work, 100ms);
    };
    // Each instance counts and saves; the second, at 10 ms, ends at once. The crash finds the first one asleep.
    actor(stage, "counter", {count(0, 1), checkpoint(), first_only, look(notes), finish()},
          two_cells(Resume::checkpoint));
    const Crashes crashes{{.at = 50ms, .agent = AgentId{0}, .restart_after = 1ms}};
    stage.timed(1, &crashes);
    // The first goes on at its own checkpoint, where its local was 1, and sleeps again.
    CHECK(notes.lines == Lines{"10ms cells 102 200, local 1", "151ms cells 102 200, local 1"});
  }

  TEST_CASE("an instance that comes while its agent is down begins with the restart, the earlier one first") {
    Stage stage;
    Notes notes;
    stage.model.load = {.instances = 3, .every = Distribution::constant(10ms)};
    const auto who = [&](Turn& turn, const Wake&) { notes.add(turn, "{}", turn.world.instance(turn.instance).number); };
    actor(stage, "worker", {sleep(5ms), who, finish()});
    actor(stage, "slow", {sleep(1h), finish()});
    const Crashes crashes{{.at = 2ms, .agent = AgentId{0}, .restart_after = 28ms}};
    stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"35ms 0", "35ms 1", "35ms 2"});
  }

  TEST_CASE("a delayed start that falls into a down time is made up for") {
    Stage stage;
    Notes notes;
    actor(stage, "late", {note(notes, "begins"), finish()}, {.set = [](Definition& definition) {
            definition.start = Start::delayed;
            definition.start_after = 10ms;
          }});
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 15ms}};
    stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"20ms begins"});
  }

  TEST_CASE("messages, artifacts and what was seen come back with the position") {
    Stage stage;
    Notes notes;
    const TopicId task = topic(stage, "task", {"n"});
    const ArtifactName code = stage.artifact("code");
    const auto keep = [](Turn& turn, const Wake& wake) { turn.locals()[message_local] = wake.row + 1; };
    const auto make = [=](Turn& turn, const Wake&) {
      const Row made = turn.make(code, {}, false);
      turn.see(made);
      turn.locals()[artifact_local] = made + 1;
    };
    const auto show = [&](Turn& turn, const Wake&) {
      const Row message = static_cast<Row>(turn.locals()[message_local] - 1);
      const Row artifact = static_cast<Row>(turn.locals()[artifact_local] - 1);
      const Row next = turn.make(code, {}, true);
      notes.add(turn, "task {}, artifact sound {}, what follows sound {}", turn.world.fields(message)[0],
                turn.world.artifact(artifact).sound, turn.world.artifact(next).sound);
      turn.release_artifact(next);
    };
    actor(stage, "worker", {receive(0), keep, make, checkpoint(), sleep(10ms), show, finish()},
          {.waits = {{{.topic = task}}}, .set = resumes(Resume::checkpoint)});
    actor(stage, "boss",
          {[=](Turn& turn, const Wake&) {
             const std::int64_t fields[] = {9};
             turn.send({.to = AgentId{0}, .topic = task, .present = 1, .fields = fields}, ask(turn));
           },
           finish()});
    stage.model.network.latency = Distribution::constant(1ms);
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"20ms task 9, artifact sound 0, what follows sound 0"});
    CHECK(in_use(world, Pool::messages) == 0);
    CHECK(in_use(world, Pool::artifacts) == 0);
  }

  TEST_CASE("variables keep what they refer to while a checkpoint has them") {
    Stage stage;
    Notes notes;
    const ArtifactName code = stage.artifact("code");
    const auto make = [=](Turn& turn, const Wake&) { turn.cells()[0] = std::int64_t{turn.make(code, {}, true)} + 1; };
    const auto forget = [](Turn& turn, const Wake&) {
      turn.release_artifact(static_cast<Row>(turn.cells()[0] - 1));
      turn.cells()[0] = 0;
    };
    const auto version = [&](Turn& turn, const Wake&) {
      notes.add(turn, "version {}", turn.world.artifact(static_cast<Row>(turn.cells()[0] - 1)).version);
    };
    actor(stage, "worker", {make, checkpoint(), version, forget, sleep(10ms), finish()},
          {.cells = {CellType::artifact}, .initial = {0}, .set = resumes(Resume::checkpoint)});
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 5ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"0ms version 1", "10ms version 1"});
    CHECK(in_use(world, Pool::artifacts) == 1);  // the checkpoint's
  }

  TEST_CASE("a restarted program draws anew") {
    Stage stage;
    std::vector<std::uint64_t> drawn;
    const auto draw = [&](Turn& turn, const Wake&) { drawn.push_back(turn.base(ask(turn))); };
    actor(stage, "worker", {draw, sleep(10ms), finish()});
    const Crashes crashes{{.at = 5ms, .agent = AgentId{0}, .restart_after = 5ms}};
    stage.timed(1, &crashes);
    REQUIRE(drawn.size() == 2);
    CHECK(drawn[0] != drawn[1]);
  }

  TEST_CASE("the bounds of a saved program do not come back, nor strike") {
    Stage stage;
    Notes notes;
    const auto bound = [](Turn& turn, const Wake&) {
      turn.locals()[timer_local] = std::int64_t{turn.arm(TimerKind::deadline, 30ms)} + 1;
    };
    const auto why = [&](Turn& turn, const Wake& wake) {
      notes.add(turn, "{}, timer {}", wake.why == Wake::Why::timeout ? "deadline" : "slept",
                turn.locals()[timer_local]);
    };
    actor(stage, "worker", {bound, checkpoint(), sleep(50ms), why, finish()}, {.set = resumes(Resume::checkpoint)});
    const Crashes crashes{{.at = 10ms, .agent = AgentId{0}, .restart_after = 0ms}};
    stage.timed(1, &crashes);
    CHECK(notes.lines == Lines{"60ms slept, timer 0"});
  }
}

TEST_SUITE("the restart step") {
  TEST_CASE("a program that restarts its agent ends well and begins anew after the time") {
    Stage stage;
    Notes notes;
    int rounds = 0;
    const auto again = [&](Turn& turn, const Wake&) {
      if (++rounds == 3) {
        turn.end(Ending::ok);
      } else {
        turn.restart_self(10ms);
        CHECK(turn.ended());
      }
    };
    actor(stage, "worker", {look(notes), count(0, 1), sleep(5ms), again}, two_cells(Resume::start));
    const World world = stage.timed();
    CHECK(notes.lines ==
          Lines{"0ms cells 100 200, local 0", "15ms cells 100 200, local 0", "30ms cells 100 200, local 0"});
    CHECK(stage.watcher.of(Seen::finished).size() == 3);
    CHECK(in_use(world, Pool::checkpoints) == 0);
  }

  TEST_CASE("with checkpoints it goes on from the last one: an interrupt") {
    Stage stage;
    Notes notes;
    int interrupts = 0;
    const auto interrupt = [&](Turn& turn, const Wake&) {
      if (++interrupts == 1) turn.restart_self(10ms);
    };
    actor(stage, "worker", {count(0, 1), checkpoint(), count(0, 1), interrupt, look(notes), finish()},
          two_cells(Resume::checkpoint));
    stage.timed();
    CHECK(notes.lines == Lines{"10ms cells 102 200, local 2"});
    CHECK(interrupts == 2);
  }

  TEST_CASE("other programs of the agent crash with it, and go on after it") {
    Stage stage;
    Notes notes;
    const TopicId task = topic(stage, "task");
    // Steps 3.. handle `task`: the handler restarts the agent; it is over, the program is not.
    actor(stage, "worker",
          {note(notes, "program"), sleep(20ms), finish(), note(notes, "handler"),
           [](Turn& turn, const Wake&) { turn.restart_self(10ms); }},
          {.set = [=](Definition& definition) { definition.handlers = {{.topic = task, .pc = 3}}; }});
    actor(stage, "boss",
          {[=](Turn& turn, const Wake&) { turn.send({.to = AgentId{0}, .topic = task}, ask(turn)); }, finish()});
    stage.model.network.latency = Distribution::constant(5ms);
    const World world = stage.timed();
    CHECK(notes.lines == Lines{"0ms program", "5ms handler", "15ms program"});
    CHECK(world.clock().now.time_since_epoch() == 35ms);
  }

  TEST_CASE("untimed, the time of the restart is any time") {
    Stage stage;
    Notes notes;
    int rounds = 0;
    const auto again = [&](Turn& turn, const Wake&) {
      if (++rounds < 3) turn.restart_self(10ms);
    };
    actor(stage, "worker", {look(notes), count(0, 1), again}, two_cells(Resume::start));
    Answers answers;
    const World world = stage.untimed(answers);
    CHECK(notes.lines ==
          Lines{"0ms cells 100 200, local 0", "0ms cells 100 200, local 0", "0ms cells 100 200, local 0"});
    CHECK(in_use(world, Pool::checkpoints) == 0);
  }

  TEST_CASE("a spawned member that restarts itself has not ended") {
    Stage stage;
    Notes notes;
    topic(stage, "task", {"n"});
    int rounds = 0;
    const auto again = [&](Turn& turn, const Wake&) {
      if (++rounds < 2) turn.restart_self(10ms);
    };
    const auto read = [&](Turn& turn, const Wake&) { notes.add(turn, "{}", turn.world.fields(turn.row().message)[0]); };
    const DefinitionId child = actor(stage, "child", {read, again, finish()},
                                     {.set = [](Definition& definition) { definition.start = Start::spawned; }});
    actor(stage, "parent",
          {[=](Turn& turn, const Wake&) {
             const std::int64_t fields[] = {4};
             turn.spawn(child, {.present = 1, .fields = fields}, OnParentEnd::orphan, ask(turn));
           },
           finish()});
    const World world = stage.timed();
    CHECK(notes.lines == Lines{"0ms 4", "10ms 4"});
    CHECK(world.agent(AgentId{1}).state == AgentState::ended);
  }
}

}  // namespace
}  // namespace squall::sim::testing
