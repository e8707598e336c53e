// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/acting.hpp"

namespace squall::sim::testing {
namespace {

using Lines = std::vector<std::string>;

/// A watcher that notes what its detector says about agent 1, which works for an hour; and one more, which watches nobody.
struct Watched : Stage {
  Notes notes;
  TopicId down = topic(*this, "down", {"agent"}), up = topic(*this, "up", {"agent"});
  explicit Watched(Duration silence, Duration begins = {}) {
    model.down = down;
    model.up = up;
    const auto watch = [=](Turn& turn, const Wake&) { turn.watch(AgentId{1}, silence, ask(turn)); };
    const auto told = [this](Turn& turn, const Wake& wake) {
      notes.add(turn, "{}", read_taken(turn, wake.row));
      turn.row().pc = 2;
    };
    actor(*this, "watcher", {sleep(begins), watch, receive(0), told}, {.waits = {{{.topic = down}, {.topic = up}}}});
    actor(*this, "worker", {sleep(1h), finish()});
    actor(*this, "other", {sleep(1h), finish()});
  }
};

TEST_SUITE("failure detectors") {
  TEST_CASE("they tell silence when it has lasted, and the return at once") {
    Watched stage(30ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}, .restart_after = 200ms}};
    stage.timed(1, &crashes);
    // `agent` is the number of agent 1, plus 1.
    CHECK(stage.notes.lines == Lines{"130ms down 2 from nobody", "300ms up 2 from nobody"});
  }

  TEST_CASE("who is back in time was never missed") {
    Watched stage(30ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}, .restart_after = 29ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(stage.notes.lines.empty());
    CHECK(in_use(world, Pool::watches) == 1);
  }

  TEST_CASE("each down time is told") {
    Watched stage(30ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}, .restart_after = 50ms},
                          {.at = 200ms, .agent = AgentId{1}, .restart_after = 50ms}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"130ms down 2 from nobody", "150ms up 2 from nobody", "230ms down 2 from nobody",
                                     "250ms up 2 from nobody"});
  }

  TEST_CASE("silence counts from the beginning of the watch") {
    Watched stage(30ms, 120ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"150ms down 2 from nobody"});
  }

  TEST_CASE("nobody else's crash matters, and an end is no silence") {
    Watched stage(30ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{2}}};
    stage.timed(1, &crashes);
    CHECK(stage.notes.lines.empty());
  }

  TEST_CASE("a detector is lost with its watcher, and a restarted one watches again") {
    Watched stage(30ms);
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}},
                          {.at = 110ms, .agent = AgentId{0}, .restart_after = 90ms}};
    const World world = stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"230ms down 2 from nobody"});
    CHECK(in_use(world, Pool::watches) == 1);
  }

  TEST_CASE("each instance has its own, gone with it") {
    Watched stage(30ms);
    stage.model.load = {.instances = 2, .every = Distribution::constant(10ms)};
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}}};
    const World world = stage.timed(1, &crashes);
    CHECK(stage.notes.lines == Lines{"130ms down 2 from nobody", "130ms down 2 from nobody"});
    CHECK(in_use(world, Pool::watches) == 0);
  }

  TEST_CASE("handlers of notices about different agents draw different values") {
    Stage stage;
    stage.model.down = topic(stage, "down", {"agent"});
    std::vector<std::uint64_t> drawn;
    const auto watch = [](Turn& turn, const Wake&) {
      turn.watch(AgentId{1}, 30ms, ask(turn));
      turn.watch(AgentId{2}, 30ms, ask(turn));
      turn.end(Ending::ok);
    };
    const auto draw = [&](Turn& turn, const Wake&) { drawn.push_back(turn.base(ask(turn))); };
    actor(stage, "watcher", {watch, draw, finish()},
          {.set = [&](Definition& definition) { definition.handlers = {{.topic = stage.model.down, .pc = 1}}; }});
    actor(stage, "left", {sleep(1h), finish()});
    actor(stage, "right", {sleep(1h), finish()});
    const Crashes crashes{{.at = 100ms, .agent = AgentId{1}}, {.at = 200ms, .agent = AgentId{2}}};
    stage.timed(1, &crashes);
    REQUIRE(drawn.size() == 2);
    CHECK(drawn[0] != drawn[1]);
  }
}

}  // namespace
}  // namespace squall::sim::testing
