// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/context_steps.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_SUITE("eventual keys") {
  TEST_CASE("a version is seen once its lag has passed, the writer's own included") {
    Stage stage;
    const KeyId key =
        stage.key({.name = "plan", .consistency = Consistency::eventual, .lag = Distribution::constant(10ms)});
    std::vector<std::int64_t> own, others;
    stage.agent("writer", {write(key, 1), read_into(key, own), sleep(10ms), read_into(key, own)});
    stage.agent("reader", {sleep(9ms), read_into(key, others), sleep(1ms), read_into(key, others)});
    stage.timed();
    CHECK(own == std::vector<std::int64_t>{-1, 1});
    CHECK(others == std::vector<std::int64_t>{-1, 1});
  }

  TEST_CASE("each reader has a lag of its own, and none goes back") {
    Stage stage;
    const KeyId key = stage.key({.name = "plan",
                                 .consistency = Consistency::eventual,
                                 .lag = Distribution::uniform(0ms, 30ms),
                                 .has_initial = true,
                                 .versions = 16});
    std::vector<std::vector<std::int64_t>> seen(2);
    std::vector<Step> writes, reads;
    for (int n = 1; n <= 10; ++n) {
      writes.push_back(write(key, n));
      writes.push_back(sleep(3ms));
    }
    for (int n = 0; n < 40; ++n) {
      reads.push_back([&](Turn& turn, const Wake&) {
        seen[turn.world.agent(turn.self).member].push_back(turn.read(key, ask(turn)).value);
        turn.busy(TimerKind::work, 2ms);
      });
    }
    stage.agent("writer", std::move(writes));
    stage.agent("reader", std::move(reads), 2);
    stage.timed();
    for (const auto& values : seen) {
      CHECK(std::is_sorted(values.begin(), values.end()));
      CHECK(values.front() == 0);
      CHECK(values.back() == 10);  // written at 27 ms, seen by 57 ms at the latest; the last read is at 78 ms
    }
    CHECK(seen[0] != seen[1]);
  }

  TEST_CASE("an explored reader may see any version that is not older than one it has read") {
    Stage stage;
    const KeyId key = stage.key({.name = "plan", .consistency = Consistency::eventual, .has_initial = true});
    std::vector<std::int64_t> values;
    stage.agent("one", {write(key, 1), write(key, 2), write(key, 3), read_into(key, values), read_into(key, values),
                        read_into(key, values)});
    // Versions 0..3: four ways. One back from the newest is 2; then 2 and 3 are left: two ways. Then only 3.
    Answers answers{{1, 0}};
    stage.untimed(answers);
    CHECK(values == std::vector<std::int64_t>{2, 3, 3});
    CHECK(answers.ways == std::vector<std::uint32_t>{4, 2});
  }

  TEST_CASE("what has left the ring cannot be seen") {
    Stage stage;
    const KeyId key = stage.key(
        {.name = "plan", .consistency = Consistency::eventual, .lag = Distribution::constant(1h), .versions = 2});
    std::vector<std::int64_t> values;
    stage.agent("one", {write(key, 1), write(key, 2), write(key, 3), read_into(key, values)});
    stage.timed();
    CHECK(values == std::vector<std::int64_t>{2});
  }

  TEST_CASE("floors go with their instance") {
    Stage stage;
    stage.model.load.instances = 3;
    stage.model.load.every = Distribution::constant(1ms);
    const KeyId key = stage.key({.name = "plan", .consistency = Consistency::eventual});
    const KeyId shared = stage.key({.name = "news", .consistency = Consistency::eventual, .shared = true});
    std::vector<std::int64_t> values;
    stage.agent("one", {write(key, 1), write(shared, 1), read_into(key, values), read_into(shared, values), sleep(2ms)},
                2);
    const World world = stage.timed();
    CHECK(in_use(world, Pool::floors) == 2);  // of the shared key, for each of the two agents
    CHECK(in_use(world, Pool::instances) == 0);
  }
}

TEST_SUITE("causal keys") {
  struct Seen2 {
    bool new_y_old_x = false;  ///< the reader saw the consequence without its cause
    bool own_write_missed = false;
  };
  /// A writes x; B, once it sees x, writes y; C reads y, then x.
  Seen2 story(Consistency consistency, std::uint64_t seed, bool x_shared = false, bool y_shared = false) {
    Stage stage;
    const auto with = [&](bool shared) {
      KeyInfo info{.name = {}, .consistency = consistency, .lag = Distribution::uniform(0ms, 50ms)};
      info.shared = shared;
      return info;
    };
    const KeyId x = stage.key("x", with(x_shared));
    const KeyId y = stage.key("y", with(y_shared));
    Seen2 result;
    stage.agent("a",
                {write(x, 1), reading(x, [&](const ReadResult& own) { result.own_write_missed = !own.has_value; })});
    const Step wait_for_x = [=](Turn& turn, const Wake&) {
      if (!turn.read(x, ask(turn)).has_value) {
        turn.row().pc -= 1;
        turn.busy(TimerKind::work, 1ms);
      }
    };
    stage.agent("b", {wait_for_x, write(y, 1)});
    const Step look = [&, x, y](Turn& turn, const Wake&) {
      const bool saw_y = turn.read(y, ask(turn)).has_value;
      const bool saw_x = turn.read(x, ask(turn)).has_value;
      result.new_y_old_x = result.new_y_old_x || (saw_y && !saw_x);
      turn.busy(TimerKind::work, 1ms);
    };
    stage.agent("c", std::vector<Step>(120, look));
    stage.timed(seed);
    return result;
  }

  TEST_CASE("a consequence is never seen before its cause; on eventual keys it is") {
    int eventual = 0, causal = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      eventual += story(Consistency::eventual, seed).new_y_old_x ? 1 : 0;
      causal += story(Consistency::causal, seed).new_y_old_x ? 1 : 0;
    }
    CHECK(causal == 0);
    CHECK(eventual > 0);
  }

  TEST_CASE("a version stays hidden until all that its writer had seen has reached the reader") {
    Stage stage;
    const KeyId x = stage.key({.name = "x", .consistency = Consistency::causal, .lag = Distribution::constant(100ms)});
    const KeyId y = stage.key({.name = "y", .consistency = Consistency::causal, .lag = Distribution::constant(1ms)});
    std::vector<std::int64_t> values;
    stage.agent("writer", {write(x, 1), write(y, 1)});
    stage.agent("reader", {sleep(99ms), read_into(y, values), sleep(1ms), read_into(y, values), read_into(x, values)});
    stage.agent("unconcerned", {sleep(200ms), write(y, 2)});
    stage.timed();
    CHECK(values == std::vector<std::int64_t>{-1, 1, 1});
  }

  TEST_CASE("that holds between shared keys and those of an instance too") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CHECK_FALSE(story(Consistency::causal, seed, true, false).new_y_old_x);
      CHECK_FALSE(story(Consistency::causal, seed, false, true).new_y_old_x);
      CHECK_FALSE(story(Consistency::causal, seed, true, true).new_y_old_x);
    }
  }

  TEST_CASE("a writer sees its own write; on an eventual key it may not") {
    bool missed = false;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      CHECK_FALSE(story(Consistency::causal, seed).own_write_missed);
      missed = missed || story(Consistency::eventual, seed).own_write_missed;
    }
    CHECK(missed);
  }

  TEST_CASE("an explored reader that sees the consequence cannot go back behind the cause") {
    Stage stage;
    const KeyId x = stage.key({.name = "x", .consistency = Consistency::causal});
    const KeyId y = stage.key({.name = "y", .consistency = Consistency::causal});
    std::vector<std::int64_t> values;
    // Rows strike oldest first, so the agents take their turns in this order; the reader is two turns behind.
    const Step nothing = [](Turn&, const Wake&) {};
    stage.agent("writer", {write(x, 1), write(y, 1)});
    stage.agent("reader", {nothing, nothing, nothing, read_into(y, values), read_into(x, values)});
    Answers newest{{0}};
    stage.untimed(newest);
    CHECK(values == std::vector<std::int64_t>{1, 1});
    CHECK(newest.ways == std::vector<std::uint32_t>{2});  // y: old or new; x: no choice is left
    values.clear();
    Answers oldest{{1, 1}};
    stage.untimed(oldest);
    CHECK(values == std::vector<std::int64_t>{-1, -1});
    CHECK(oldest.ways == std::vector<std::uint32_t>{2, 2});
  }
}

TEST_SUITE("snapshot keys") {
  const KeyInfo snapshot{.name = {}, .consistency = Consistency::snapshot, .has_initial = true};

  TEST_CASE("an activation reads as of its first read; strong keys change under it") {
    for (const Consistency consistency : {Consistency::snapshot, Consistency::strong}) {
      Stage stage;
      const KeyId a = stage.key({.name = "a", .consistency = consistency, .has_initial = true});
      const KeyId b = stage.key({.name = "b", .consistency = consistency, .has_initial = true});
      std::vector<std::int64_t> values;
      stage.agent("reader", {read_into(a, values), sleep(2ms), read_into(b, values), read_into(a, values)});
      stage.agent("writer", {sleep(1ms), write(a, 1), write(b, 1)});
      stage.timed();
      CHECK(values == (consistency == Consistency::snapshot ? std::vector<std::int64_t>{0, 0, 0}
                                                            : std::vector<std::int64_t>{0, 1, 1}));
    }
  }

  TEST_CASE("of two writers with one view the first commits, the second has a conflict until it reads again") {
    Stage stage;
    const KeyId key = stage.key("key", snapshot);
    Error first{}, second{}, again{}, after_reading{};
    std::vector<std::int64_t> values;
    stage.agent("slow", {read_into(key, values), sleep(2ms), write(key, 20, &second), write(key, 21, &again),
                         read_into(key, values), write(key, 22, &after_reading)});
    stage.agent("fast", {read_into(key, values), sleep(1ms), write(key, 10, &first)});
    const World world = stage.timed();
    CHECK(first == Error::none);
    CHECK(second == Error::conflict);
    CHECK(again == Error::conflict);
    CHECK(after_reading == Error::none);
    CHECK(values == std::vector<std::int64_t>{0, 0, 10});
    CHECK(committed(world, stage.model, key) == 22);
  }

  TEST_CASE("an open snapshot also guards keys that were not read in it, and a write without a view overwrites") {
    Stage stage;
    const KeyId a = stage.key("a", snapshot);
    const KeyId b = stage.key("b", snapshot);
    Error guarded{}, blind{};
    std::vector<std::int64_t> values;
    stage.agent("reader", {read_into(a, values), sleep(2ms), write(b, 2, &guarded)});
    stage.agent("blind", {sleep(3ms), write(b, 3, &blind)});
    stage.agent("writer", {sleep(1ms), write(b, 1)});
    stage.timed();
    CHECK(guarded == Error::conflict);
    CHECK(blind == Error::none);
  }

  TEST_CASE("each write commits by itself: what else was read goes on guarding") {
    Stage stage;
    const KeyId a = stage.key("a", snapshot);
    const KeyId b = stage.key("b", snapshot);
    Error first{}, second{};
    std::vector<std::int64_t> values;
    stage.agent("both",
                {read_into(a, values), read_into(b, values), sleep(2ms), write(a, 5, &first), write(b, 5, &second)});
    stage.agent("other", {sleep(1ms), write(b, 1)});
    stage.timed();
    CHECK(first == Error::none);
    CHECK(second == Error::conflict);
  }

  TEST_CASE("two that read both keys and write one each both commit: snapshots allow write skew") {
    Stage stage;
    const KeyId a = stage.key("a", snapshot);
    const KeyId b = stage.key("b", snapshot);
    Error one{}, two{};
    std::vector<std::int64_t> values;
    stage.agent("one", {read_into(a, values), read_into(b, values), sleep(1ms), write(a, 1, &one)});
    stage.agent("two", {read_into(a, values), read_into(b, values), sleep(1ms), write(b, 1, &two)});
    stage.timed();
    CHECK(one == Error::none);
    CHECK(two == Error::none);
  }

  TEST_CASE("a snapshot older than the ring is a conflict, and reading again opens a new one") {
    Stage stage;
    KeyInfo info = snapshot;
    info.versions = 2;
    const KeyId a = stage.key("a", info);
    const KeyId b = stage.key("b", info);
    std::vector<Error> errors;
    const auto note = [&](const ReadResult& result) { errors.push_back(result.error); };
    stage.agent("reader", {reading(a, note), sleep(2ms), reading(b, note), reading(b, note)});
    stage.agent("writer", {sleep(1ms), write(b, 1), write(b, 2)});
    stage.timed();
    CHECK(errors == std::vector<Error>{Error::none, Error::conflict, Error::none});
  }

  TEST_CASE("explored worlds have the same snapshots, and nothing to choose") {
    Stage stage;
    const KeyId key = stage.key("key", snapshot);
    std::vector<std::int64_t> values;
    std::vector<Error> errors;
    const Step put = [&](Turn& turn, const Wake&) { errors.push_back(turn.write(key, 1, no_row, ask(turn))); };
    stage.agent("both", {read_into(key, values), put}, 2);
    stage.last = [](const World& world, Row t) {
      return world.activation(world.timer(t).target).pc == 1;
    };  // both read first
    Answers answers;
    stage.untimed(answers);
    CHECK(values == std::vector<std::int64_t>{0, 0});
    CHECK(errors == std::vector<Error>{Error::none, Error::conflict});
    CHECK(answers.ways.empty());
  }
}

}  // namespace
}  // namespace squall::sim
