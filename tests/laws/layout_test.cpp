// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "sim/content.hpp"
#include "sim/explore/enabled.hpp"
#include "tests/laws/play.hpp"

/// Law 7: in which slots the rows of a world lie changes neither its content nor its future.
namespace squall::laws {
namespace {

using sim::Pool;
using sim::Row;

/// Pools whose rows come and go, but for instances: a workflow that is not under load has its only one in row 0.
constexpr Pool shuffled[] = {Pool::activations, Pool::messages,      Pool::timers,     Pool::floors,
                             Pool::artifacts,   Pool::holds,         Pool::calls,      Pool::effects,
                             Pool::watches,     Pool::subscriptions, Pool::deliveries, Pool::checkpoints};

/// What marks a row as free where zeros do not.
void mark_free(sim::World& world, Pool pool, Row row) {
  switch (pool) {
    case Pool::floors: world.floor(row).agent = sim::nobody; break;
    case Pool::watches: world.watch(row).watcher = sim::nobody; break;
    case Pool::subscriptions: world.row<sim::SubscriptionRow>(pool, row).agent = sim::nobody; break;
    case Pool::checkpoints: world.checkpoint(row).agent = sim::nobody; break;
    case Pool::deliveries: world.row<sim::DeliveryRow>(pool, row).message = sim::no_row; break;
    case Pool::holds: world.hold(row).resource = sim::no_resource; break;
    case Pool::calls: world.call(row).tool = sim::no_tool; break;
    case Pool::effects: world.effect(row).tool = sim::no_tool; break;
    default: break;
  }
}

/// A world in which nothing has happened, and whose next rows come from slots in an order of `seed`'s.
sim::World shuffled_world(const sim::Model& model, sim::Half half, std::uint64_t seed) {
  constexpr std::uint32_t count = 48;
  sim::World world(model, half);
  for (const Pool pool : shuffled) {
    std::vector<Row> rows;
    world.reserve(pool, count);
    for (std::uint32_t i = 0; i < count; ++i) rows.push_back(world.take(pool));
    for (std::uint32_t i = count; i > 1; --i) {
      const std::uint64_t value = sim::draw_base(sim::run_key(sim::Seed{seed}), static_cast<std::uint64_t>(pool), 0, i);
      std::swap(rows[i - 1], rows[sim::below(value, i)]);
    }
    for (const Row row : rows) {
      mark_free(world, pool, row);
      world.give(pool, row);
    }
  }
  return world;
}

/// Named answers for an untimed walk: the same questions are answered alike, whatever the layout.
class Answers final : public sim::Decider {
 public:
  explicit Answers(std::uint64_t seed) : run_(sim::run_key(sim::Seed{seed})) {}
  std::uint32_t choose(const sim::Question&, sim::Purpose, std::uint32_t n, const std::uint32_t*) override {
    return sim::below(sim::draw_base(run_, 1, 0, asked_++), n);
  }
  std::uint32_t asked() const { return asked_; }

 private:
  std::uint64_t run_;
  std::uint32_t asked_ = 0;
};

/// One untimed path through states, by content: of the successors, the one with the smallest mixed hash is next.
class Walk {
 public:
  Walk(const sim::Model& model, const sim::Interposer* faults, sim::World begun, std::uint64_t seed)
      : decide_(seed),
        run_{.model = model, .decide = decide_, .faults = faults, .timed = false},
        enabled_(model, faults),
        content_(model),
        seed_(seed),
        world_(std::move(begun)) {
    world_.header().fault_budget = 3;
    run_.moves = &enabled_.moves();
    sim::begin(world_, run_);
  }
  bool step() {
    const std::vector<sim::Event> events = enabled_.list(world_);
    if (events.empty()) return false;
    const Answers before = decide_;
    Answers after = decide_;
    sim::World best = world_;
    std::uint64_t smallest = 0;
    for (const sim::Event event : events) {
      sim::World next = world_;
      decide_ = before;
      sim::apply(next, event, run_);
      const std::uint64_t mixed = sim::moremur(content_.hash(next) ^ seed_);
      // Two events may lead to one state and ask for different numbers of answers.
      const bool fewer = mixed == smallest && decide_.asked() < after.asked();
      if (smallest != 0 && mixed >= smallest && !fewer) continue;
      smallest = mixed;
      best = next;
      after = decide_;
    }
    world_ = best;
    decide_ = after;
    return true;
  }
  std::uint64_t content() { return content_.hash(world_); }
  const sim::World& world() const { return world_; }

 private:
  Answers decide_;
  sim::Run run_;
  sim::Enabled enabled_;
  sim::Content content_;
  std::uint64_t seed_;
  sim::World world_;
};

}  // namespace

TEST_SUITE("law 7: slots mean nothing") {
  TEST_CASE("a timed run with its rows in other slots has the same content after every event, and the same digest") {
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      sim::Content content(subject.model);
      std::uint64_t elsewhere = 0;
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const sim::Interposer* faults = seed % 2 == 0 ? &armed : nullptr;
        Play plain(subject.model, seed, faults);
        Play other(subject.model, seed, faults, nullptr,
                   shuffled_world(subject.model, sim::Half::state_and_shadow, seed));
        sim::begin(other.world, other.run);
        for (std::uint64_t event = 1; plain.step(); ++event) {
          REQUIRE(other.step());
          for (std::uint32_t a = 0; a < plain.world.used(Pool::agents); ++a) {
            elsewhere += plain.world.agent(sim::AgentId{a}).first != other.world.agent(sim::AgentId{a}).first ? 1 : 0;
          }
          CAPTURE(subject.name);
          CAPTURE(seed);
          CAPTURE(event);
          REQUIRE(content.hash(other.world) == content.hash(plain.world));
          REQUIRE(audited(other.world, subject.model) == "");
        }
        CHECK_FALSE(other.step());
        CHECK(other.digest() == plain.digest());
        CHECK(content.difference(plain.world, other.world) == "");
      }
      CHECK(elsewhere > 0);  // the slots were others
    }
  }
  TEST_CASE("an untimed walk with its rows in other slots goes through the same states") {
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Walk plain(subject.model, &armed, sim::World(subject.model, sim::Half::state_only), seed);
        Walk other(subject.model, &armed, shuffled_world(subject.model, sim::Half::state_only, seed), seed);
        CAPTURE(subject.name);
        CAPTURE(seed);
        for (int step = 0; step < 120; ++step) {
          CAPTURE(step);
          REQUIRE(other.content() == plain.content());
          REQUIRE(audited(other.world(), subject.model) == "");
          const bool goes_on = plain.step();
          REQUIRE(other.step() == goes_on);
          if (!goes_on) break;
        }
      }
    }
  }
}

}  // namespace squall::laws
