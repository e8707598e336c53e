// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <ostream>

#include "scenarios/models/chandy_misra.hpp"
#include "scenarios/models/locks.hpp"
#include "scenarios/models/ping_pong.hpp"
#include "scenarios/models/readers_writers.hpp"
#include "scenarios/models/setter_checker.hpp"
#include "scenarios/models/shared_counter.hpp"
#include "scenarios/models/single_copy_register.hpp"
#include "scenarios/models/transaction_commit.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "scenarios/models/yielding.hpp"
#include "sim/explore/search.hpp"

/// Numbers that others published for models that everybody can write down: TLC's and Stateright's. They are the only
/// outside truth about the kernel and the explorer; none was computed here.
namespace squall::sim {
namespace {

using namespace scenarios;

struct Counts {
  std::uint64_t distinct, generated;
  std::uint32_t depth;
  friend bool operator==(const Counts&, const Counts&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Counts& c) {
    return out << c.distinct << " / " << c.generated << " / " << c.depth;
  }
};

SearchResult explored(const Model& model, SearchOptions options = {}) {
  // Fingerprints and whole encodings must agree on what is one state.
  const SearchResult by_fingerprint = Search{model, options}.run();
  options.exact = true;
  SearchResult exact = Search{model, options}.run();
  CHECK(exact.complete);
  CHECK(exact.collisions == 0);
  CHECK(by_fingerprint.distinct == exact.distinct);
  CHECK(by_fingerprint.generated == exact.generated);
  CHECK(by_fingerprint.depth == exact.depth);
  return exact;
}

Counts counts(const SearchResult& result) { return {result.distinct, result.generated, result.depth}; }

/// Counters above `max` are outside the model.
class UpTo final : public Judge {
 public:
  explicit UpTo(std::int64_t max) : max_(max) {}
  bool inside(const World& world) const override {
    return world.cells(AgentId{0})[0] <= max_ && world.cells(AgentId{1})[0] <= max_;
  }

 private:
  std::int64_t max_;
};

/// A network that may lose any message in flight at any time.
class Lossy final : public Interposer {
 public:
  std::uint32_t armed() const override { return 0; }
  Verdict strike(World&, Run&, const Target&) const override { return {}; }
  void moves(const Model&, const World& world, std::vector<Move>& out) const override {
    for (Row m = 0; m < world.used(Pool::messages); ++m) {
      if (under_way(world.message(m).place)) out.push_back({.kind = 0, .target = m, .detail = 0});
    }
  }
  std::uint64_t play(World& world, Run& run, const Move& move) const override {
    lose(world, run, move.target);
    return 1;
  }
};

TEST_SUITE("published state counts") {
  TEST_CASE("two-phase commit with 3 participants has 288 states, 1,146 generated, 11 levels (TLC)") {
    const Model model = two_phase_commit::model(3);
    CHECK(counts(explored(model)) == Counts{288, 1'146, 11});
  }
  TEST_CASE("two-phase commit with 5 participants has 8,832 states (Stateright)") {
    const Model model = two_phase_commit::model(5);
    CHECK(explored(model).distinct == 8'832);
  }
  TEST_CASE("two-phase commit with 7 participants has 296,448 states and 2,744,706 generated") {
    const Model model = two_phase_commit::model(7);
    const SearchResult result = Search{model, {}}.run();
    CHECK(result.distinct == 296'448);
    CHECK(result.generated == 2'744'706);
    CHECK(result.bytes < 80 * result.distinct);
  }
  TEST_CASE("transaction commit with 3 managers has 34 states, 94 generated, 7 levels (TLC)") {
    const Model model = TransactionCommit<3>::model();
    CHECK(counts(explored(model)) == Counts{34, 94, 7});
  }
  TEST_CASE("a shared counter with 2 threads has 13 states (Stateright)") {
    const Model model = SharedCounter<2>::model();
    CHECK(explored(model).distinct == 13);
  }
  TEST_CASE("five Chandy-Misra philosophers have 67 states, 336 generated, 29 levels (TLC)") {
    const Model model = ChandyMisra<5>::model();
    CHECK(counts(explored(model)) == Counts{67, 336, 29});
  }
  TEST_CASE("three readers and writers have 21,527 states, 59,674 generated, 13 levels (TLC)") {
    const Model model = ReadersWriters<3>::model();
    CHECK(counts(explored(model)) == Counts{21'527, 59'674, 13});
  }
  TEST_CASE("a single-copy register with 1 server and 2 clients has 93 states (Stateright)") {
    const Model model = single_copy_register::model();
    CHECK(explored(model, {.counting = Counting::actor}).distinct == 93);
  }
  TEST_CASE("ping-pong to 5 over a lossless network has 11 states (Stateright)") {
    const Model model = PingPong::model(false);
    const UpTo judge{5};
    CHECK(explored(model, {.counting = Counting::actor, .judge = &judge}).distinct == 11);
  }
  TEST_CASE("ping-pong to 1 over a lossy duplicating network has 14 states (Stateright)") {
    const Model model = PingPong::model(true);
    const UpTo judge{1};
    const Lossy lossy;
    CHECK(explored(model, {.counting = Counting::actor, .faults = &lossy, .judge = &judge}).distinct == 14);
  }
}

// ---- maximal interleavings, counted one by one ----

struct Interleavings {
  std::uint64_t all = 0, bad = 0;
  friend bool operator==(const Interleavings&, const Interleavings&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Interleavings& i) {
    return out << i.all << ", bad " << i.bad;
  }
};

template <class State>
void count(const Model& model, const World& world, Run& run, bool (*bad)(const State&), Interleavings& counted) {
  Enabled enabled{model, nullptr};
  const std::vector<Event> events = enabled.list(world);
  if (events.empty()) {
    ++counted.all;
    counted.bad += bad(detail::load_state<State>(world, AgentId{0})) ? 1 : 0;
  }
  for (const Event event : events) {
    World next = world;
    apply(next, event, run);
    count(model, next, run, bad, counted);
  }
}

template <class State>
Interleavings interleavings(const Model& model, bool (*bad)(const State&)) {
  Odometer odometer;
  Run run{.model = model, .decide = odometer, .timed = false};
  World world{model, Half::state_only};
  begin(world, run);
  Interleavings counted;
  count(model, world, run, bad, counted);
  return counted;
}

/// Main spawns a thread that does nothing, and ends; the thread's only step is its start.
struct Spawning {
  std::uint8_t main = 0, child = 0;
  void actions(ActionList& list) const {
    if (main < 2) list.add(0);
    if (main > 0 && child == 0) list.add(1);
  }
  void on_action(Turn&, std::uint32_t action) { ++(action == 0 ? main : child); }
  static bool never(const Spawning&) { return false; }
};

TEST_SUITE("maximal interleavings") {
  TEST_CASE("one thread has 1; main and the empty thread that it spawns have 2 (shuttle)") {
    CHECK(interleavings<Yielding<1, 4>>(Yielding<1, 4>::model(), &Yielding<1, 4>::never) == Interleavings{1, 0});
    Model model;
    add_agent<Spawning>(model, "main");
    model.finish();
    CHECK(interleavings<Spawning>(model, &Spawning::never) == Interleavings{2, 0});
  }
  TEST_CASE("a setter that writes twice and a checker that looks once have 3, 1 of them bad") {
    CHECK(interleavings<SetterChecker>(SetterChecker::model(), &SetterChecker::seen_between) == Interleavings{3, 1});
  }
  TEST_CASE("two threads that start and yield four times have 252 (shuttle)") {
    // C(10, 5): which 5 of the 10 steps are the first thread's.
    CHECK(interleavings<Yielding<2, 4>>(Yielding<2, 4>::model(), &Yielding<2, 4>::never) == Interleavings{252, 0});
  }
  TEST_CASE("two threads lose an update in 4 of 6, three in 84 of 90") {
    // 4! / (2! 2!) = 6 orders of two reads and two writes; only the two serial ones lose nothing. 6! / (2! 2! 2!) = 90, and
    // 3! = 6 serial ones.
    CHECK(interleavings<SharedCounter<2>>(SharedCounter<2>::model(), &SharedCounter<2>::lost_update) ==
          Interleavings{6, 4});
    CHECK(interleavings<SharedCounter<3>>(SharedCounter<3>::model(), &SharedCounter<3>::lost_update) ==
          Interleavings{90, 84});
  }
  TEST_CASE("two locks in opposite order deadlock in 2 of 6") {
    CHECK(interleavings<Locks<2, 2>>(opposite_locks(), &Locks<2, 2>::deadlocked) == Interleavings{6, 2});
  }
  TEST_CASE("three naive philosophers deadlock in 6 of 168") {
    CHECK(interleavings<Locks<3, 3>>(naive_dining<3>(), &Locks<3, 3>::deadlocked) == Interleavings{168, 6});
  }
}

}  // namespace
}  // namespace squall::sim
