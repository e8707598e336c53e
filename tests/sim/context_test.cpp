// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/context_steps.hpp"

#include "sim/digest.hpp"

namespace squall::sim {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_SUITE("context") {
  TEST_CASE("a key never written has no value, one with an initial value has version 0 of it") {
    Stage stage;
    const KeyId plain = stage.key("plain");
    const KeyId begun = stage.key({.name = "begun", .has_initial = true, .initial = 7});
    std::vector<ReadResult> read;
    const auto keep = [&](const ReadResult& result) { read.push_back(result); };
    stage.agent("reader", {reading(plain, keep), reading(begun, keep), write(begun, 8), reading(begun, keep)});
    stage.timed();
    REQUIRE(read.size() == 3);
    CHECK_FALSE(read[0].has_value);
    CHECK(read[1].has_value);
    CHECK(read[1].value == 7);
    CHECK(read[1].version == 0);
    CHECK(read[2].value == 8);
    CHECK(read[2].version == 1);
  }

  TEST_CASE("a strong key shows the last write to everybody at once") {
    Stage stage;
    const KeyId key = stage.key("plan");
    std::vector<std::int64_t> values;
    stage.agent("writer", {sleep(2ms), write(key, 5), sleep(2ms), write(key, 6)});
    stage.agent("reader", {sleep(1ms), read_into(key, values), sleep(2ms), read_into(key, values), sleep(2ms),
                           read_into(key, values)});
    stage.timed();
    CHECK(values == std::vector<std::int64_t>{-1, 5, 6});
  }

  TEST_CASE("an operation takes effect at the start of its latency") {
    Stage stage;
    const KeyId key = stage.key({.name = "plan", .latency = Distribution::constant(4ms)});
    std::vector<std::int64_t> values;
    stage.agent("writer", {[&](Turn& turn, const Wake&) {
                             const Question q = ask(turn);
                             turn.write(key, 5, no_row, q);
                             turn.busy(TimerKind::latency, turn.context_latency(key, q));
                           },
                           [](Turn& turn, const Wake& wake) {
                             CHECK(wake.why == Wake::Why::done);
                             CHECK(turn.now() == start_of_time + 4ms);
                           }});
    stage.agent("reader", {sleep(1ms), read_into(key, values)});
    stage.timed();
    CHECK(values == std::vector<std::int64_t>{5});
  }

  TEST_CASE("reading then writing loses an update, compare-and-set does not") {
    for (const bool guarded : {false, true}) {
      Stage stage;
      const KeyId key = stage.key({.name = "counter", .has_initial = true});
      std::vector<Error> errors;
      stage.agent("adder",
                  {[&](Turn& turn, const Wake&) {
                     const ReadResult old = turn.read(key, ask(turn));
                     turn.locals()[0] = old.value;
                     turn.locals()[1] = old.version;
                     turn.busy(TimerKind::work, 1ms);
                   },
                   [&](Turn& turn, const Wake&) {
                     const auto version = static_cast<std::uint32_t>(turn.locals()[1]);
                     const std::int64_t more = turn.locals()[0] + 1;
                     errors.push_back(guarded ? turn.compare_and_set(key, version, more, no_row, ask(turn))
                                              : turn.write(key, more, no_row, ask(turn)));
                   }},
                  2);
      const World world = stage.timed();
      CHECK(committed(world, stage.model, key) == 1);
      CHECK(errors == std::vector<Error>{Error::none, guarded ? Error::conflict : Error::none});
      CHECK(stage.watcher.of(Seen::conflicted).size() == (guarded ? 1 : 0));
    }
  }

  TEST_CASE("an instance has keys of its own, shared keys are one for all") {
    for (const bool shared : {false, true}) {
      Stage stage;
      stage.model.load.instances = 2;
      stage.model.load.every = Distribution::constant(10ms);
      const KeyId key = stage.key({.name = "counter", .shared = shared, .reducer = Reducer::sum});
      std::vector<std::int64_t> values;
      stage.agent("adder", {write(key, 1), read_into(key, values)});
      stage.timed();
      CHECK(values == (shared ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{1, 1}));
    }
  }
}

TEST_SUITE("reducers") {
  struct Case {
    Reducer reducer;
    std::vector<std::int64_t> written;
    std::int64_t result;
  };

  TEST_CASE("each combines what is written with what is there") {
    const Case cases[] = {{Reducer::last, {3, 9, 4}, 4},   {Reducer::sum, {3, 9, 4}, 16},
                          {Reducer::max, {3, 9, 4}, 9},    {Reducer::min, {3, 9, 2}, 2},
                          {Reducer::append, {3, 9, 4}, 3}, {Reducer::merge, {1, 4, 4}, 5},
                          {Reducer::max, {-3, -9}, -3},    {Reducer::min, {5, 7}, 5}};
    for (const Case& c : cases) {
      Stage stage;
      const KeyId key = stage.key({.name = "key", .reducer = c.reducer});
      std::vector<Step> steps;
      for (const std::int64_t value : c.written) steps.push_back(write(key, value));
      stage.agent("writer", std::move(steps));
      const World world = stage.timed();
      CHECK(committed(world, stage.model, key) == c.result);
      CHECK(key_of(world, stage.model, key, 0).newest() == c.written.size());
    }
  }

  TEST_CASE("single takes one write of an instance and refuses the second") {
    Stage stage;
    const KeyId key = stage.key({.name = "verdict", .reducer = Reducer::single});
    Error first{}, second{};
    stage.agent("writer", {write(key, 1, &first), write(key, 2, &second)});
    const World world = stage.timed();
    CHECK(first == Error::none);
    CHECK(second == Error::conflict);
    CHECK(committed(world, stage.model, key) == 1);
  }

  TEST_CASE("single and shared takes one write of each instance") {
    Stage stage;
    stage.model.load.instances = 2;
    const KeyId key = stage.key({.name = "verdict", .shared = true, .reducer = Reducer::single, .versions = 4});
    std::vector<Error> errors;
    const Step once = [&](Turn& turn, const Wake&) { errors.push_back(turn.write(key, 1, no_row, ask(turn))); };
    stage.agent("writer", {once, sleep(1ms), once});
    stage.timed();
    CHECK(errors == std::vector<Error>{Error::none, Error::none, Error::conflict, Error::conflict});
  }

  TEST_CASE("a sum that does not fit is an overflow and changes nothing") {
    Stage stage;
    const KeyId key = stage.key({.name = "sum", .reducer = Reducer::sum});
    Error error{};
    stage.agent("writer", {write(key, std::numeric_limits<std::int64_t>::max()), write(key, 1, &error)});
    const World world = stage.timed();
    CHECK(error == Error::overflow);
    CHECK(key_of(world, stage.model, key, 0).newest() == 1);
  }

  TEST_CASE("artifacts follow the value: the greatest keeps its own, a sum that gets none keeps the last one") {
    Stage stage;
    const ArtifactName draft = stage.artifact("draft");
    const KeyId best = stage.key({.name = "best", .reducer = Reducer::max});
    const KeyId total = stage.key({.name = "total", .reducer = Reducer::sum});
    Row kept_best = no_row, kept_total = no_row;
    std::vector<Row> made;
    const auto put = [&](std::int64_t value, bool with_artifact) {
      return [&, value, with_artifact](Turn& turn, const Wake&) {
        const Row row = with_artifact ? turn.make(draft, {}, true) : no_row;
        if (with_artifact) made.push_back(row);
        turn.write(best, value, row, ask(turn));
        turn.write(total, value, row, ask(turn));
        if (with_artifact) turn.release_artifact(row);
      };
    };
    stage.agent("writer", {put(5, true), put(3, true), put(4, false), [&](Turn& turn, const Wake&) {
                             kept_best = turn.read(best, ask(turn)).artifact;
                             kept_total = turn.read(total, ask(turn)).artifact;
                           }});
    stage.timed();
    REQUIRE(made.size() == 2);
    CHECK(kept_best == made[0]);
    CHECK(kept_total == made[1]);
  }
}

TEST_SUITE("faults at context operations") {
  TEST_CASE("a lost write is acknowledged and keeps nothing") {
    for (const bool lost : {false, true}) {
      Stage stage;
      const KeyId key = stage.key({.name = "key", .has_initial = true});
      Error error = Error::failed;
      stage.agent("writer", {write(key, 1, &error)});
      const OneFault fault{Strike::context, {.drop = lost}, Operation::write};
      const World world = stage.timed(1, &fault);
      CHECK(error == Error::none);
      CHECK(committed(world, stage.model, key) == (lost ? 0 : 1));
      REQUIRE(stage.watcher.of(Seen::wrote).size() == 1);
      CHECK(stage.watcher.of(Seen::wrote)[0].what.row == (lost ? no_row : 1));
      CHECK(fault.struck == 1);
    }
  }

  TEST_CASE("a stale read shows an older version, as far as the ring goes") {
    struct Case {
      std::uint32_t back;
      std::int64_t shown;
    };
    for (const Case c : {Case{0, 4}, Case{1, 3}, Case{2, 2}, Case{9, 2}}) {  // of 4 versions the ring keeps 3
      Stage stage;
      const KeyId key = stage.key({.name = "key", .versions = 3});
      std::vector<std::int64_t> values;
      stage.agent("one", {write(key, 1), write(key, 2), write(key, 3), write(key, 4), read_into(key, values)});
      const OneFault fault{Strike::context, {.choice = c.back}, Operation::read};
      stage.timed(1, &fault);
      CHECK(values == std::vector<std::int64_t>{c.shown});
    }
  }

  TEST_CASE("what struck enters the digest, and where it struck; what struck nothing does not") {
    const auto digest_with = [](const Interposer* faults) {
      Stage stage;
      const KeyId key = stage.key("key");
      std::vector<std::int64_t> values;
      stage.agent("reader", {read_into(key, values), read_into(key, values)});
      const World world = stage.timed(1, faults);
      return digest(world, stage.model);
    };
    // A stale read of a key with one version changes nothing that could be seen otherwise.
    const OneFault first{Strike::context, {.choice = 1}, Operation::read, 1};
    const OneFault second{Strike::context, {.choice = 1}, Operation::read, 2};
    const OneFault none{Strike::context, {.choice = 1}, Operation::write};
    const std::uint64_t healthy = digest_with(nullptr);
    const std::uint64_t at_first = digest_with(&first);
    const std::uint64_t at_second = digest_with(&second);
    const OneFault other{Strike::context, {.choice = 1, .kinds = 2}, Operation::read, 1};
    CHECK(digest_with(&other) != at_first);
    CHECK(digest_with(&none) == healthy);
    CHECK(at_first != healthy);
    CHECK(at_second != healthy);
    CHECK(at_first != at_second);
    CHECK(none.struck == 2);
  }

  TEST_CASE("an error fails the operation before it happens, a delay lengthens it") {
    Stage stage;
    const KeyId key = stage.key({.name = "key", .latency = Distribution::constant(2ms)});
    Error error{};
    Duration latency{};
    stage.agent("writer", {[&](Turn& turn, const Wake&) {
                  const Question q = ask(turn);
                  error = turn.write(key, 1, no_row, q);
                  latency = turn.context_latency(key, q);
                }});
    const OneFault failing{Strike::context, {.error = static_cast<std::uint8_t>(Error::unavailable)}};
    CHECK(key_of(stage.timed(1, &failing), stage.model, key, 0).newest() == 0);
    CHECK(error == Error::unavailable);
    const OneFault slow{Strike::context, {.delay = 5ms}};
    CHECK(key_of(stage.timed(1, &slow), stage.model, key, 0).newest() == 1);
    CHECK(error == Error::none);
    CHECK(latency == 7ms);
  }
}

TEST_SUITE("artifacts in context") {
  TEST_CASE("versions hold references, and the ring and the instance give them back") {
    Stage stage;
    stage.model.load.instances = 2;
    stage.model.load.every = Distribution::constant(5ms);
    const ArtifactName draft = stage.artifact("draft");
    const KeyId key = stage.key({.name = "key", .versions = 2});
    const Step put = [&](Turn& turn, const Wake&) {
      const Row row = turn.make(draft, {}, true);
      turn.write(key, 0, row, ask(turn));
      turn.release_artifact(row);
      CHECK(in_use(turn.world, Pool::artifacts) <= 3);  // two versions, and the one just made when the ring lets one go
    };
    stage.agent("writer", {put, put, put, put, sleep(1ms)});
    const World world = stage.timed();
    CHECK(stage.watcher.of(Seen::made).size() == 8);
    CHECK(in_use(world, Pool::artifacts) == 0);
  }
}

}  // namespace
}  // namespace squall::sim
