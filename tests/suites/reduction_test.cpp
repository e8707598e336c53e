// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/interchangeable.hpp"
#include "scenarios/untimed.hpp"
#include "sim/explore/ample.hpp"
#include "sim/explore/event_name.hpp"
#include "sim/explore/liveness.hpp"
#include "sim/explore/search.hpp"
#include "tests/effort.hpp"
#include "tests/findings.hpp"
#include "tests/suites/proved.hpp"
#include "tests/suites/suite.hpp"

/// Partial-order reduction is proved here on every pair that is explored to the last state: it finds what the whole search
/// finds, and in every state what it takes to lie apart from all else does.
namespace squall::suites {
namespace {

/// Whether in every state of a model the events of each candidate commute with whatever else can come before them.
class Commuting {
 public:
  explicit Commuting(const sim::Exploration& exploration)
      : exploration_(exploration),
        content_(exploration.model),
        listing_(exploration.model, exploration.faults, exploration.timers),
        inner_(exploration.model, exploration.faults, exploration.timers),
        ample_(exploration.model, exploration.timers),
        footprint_(exploration.model) {
    run_.sink = &footprint_;
    sim::World world{exploration.model, sim::Half::state_only};
    do {
      begin_explored(world, run_, exploration_);
      add(world);
    } while (odometer_.next());
    while (!waiting_.empty()) {
      const sim::World next = std::move(waiting_.back());
      waiting_.pop_back();
      look(next);
    }
  }

  std::size_t states() const { return known_.size(); }
  std::size_t candidates() const { return candidates_; }

 private:
  using Hashes = std::set<std::uint64_t>;

  void add(const sim::World& world) {
    const bool violated = !violations_.empty();
    violations_.clear();
    if (known_.insert(content_.hash(world)).second && !violated) waiting_.push_back(world);
  }
  /// Every world that the event can lead to.
  template <class Use>
  void each(const sim::World& from, sim::Event event, sim::Enabled& listing, Use&& use) {
    do {
      sim::World next = from;
      run_.moves = &listing.moves();
      apply(next, event, run_);
      use(next);
    } while (odometer_.next());
  }

  void look(const sim::World& world) {
    const std::vector<sim::Event> events = listing_.list(world);
    for (const sim::Ample::Candidate& candidate : std::vector{ample_.candidates(world, events)}) {
      if (!keeps_to_itself(world, candidate)) continue;
      ++candidates_;
      lies_apart(world, candidate);
    }
    for (const sim::Event event : events) each(world, event, listing_, [&](const sim::World& next) { add(next); });
  }
  bool keeps_to_itself(const sim::World& world, const sim::Ample::Candidate& candidate) {
    bool keeps = true;
    for (const sim::Event event : candidate.events) {
      footprint_.begin(candidate.agent);
      each(world, event, listing_, [&](const sim::World& next) {
        keeps = keeps && violations_.empty() && footprint_.kept_to_itself(exploration_.model, next);
        violations_.clear();
        footprint_.begin(candidate.agent);
      });
    }
    return keeps;
  }
  /// Along everything that the others can do, the candidate's events stay what they are, and each commutes with each.
  void lies_apart(const sim::World& start, const sim::Ample::Candidate& candidate) {
    constexpr std::size_t states_max = 300;
    const auto is_own = [&](sim::Event event) {
      return std::ranges::find(candidate.events, event) != candidate.events.end();
    };
    Hashes seen{content_.hash(start)};
    std::vector<sim::World> waiting{start};
    while (!waiting.empty() && seen.size() < states_max) {
      const sim::World world = std::move(waiting.back());
      waiting.pop_back();
      const std::vector<sim::Event> events = inner_.list(world);
      for (const sim::Event own : candidate.events) CHECK(std::ranges::find(events, own) != events.end());
      for (const sim::Event other : events) {
        if (is_own(other)) continue;
        std::vector<sim::World> after;
        each(world, other, inner_, [&](const sim::World& next) {
          const bool violated = !violations_.empty();
          violations_.clear();
          if (!violated) after.push_back(next);
        });
        for (const sim::Event own : candidate.events) commute(world, own, other, after);
        for (const sim::World& next : after) {
          if (seen.insert(content_.hash(next)).second) waiting.push_back(next);
        }
      }
    }
  }
  void commute(const sim::World& world, sim::Event own, sim::Event other, const std::vector<sim::World>& after_other) {
    INFO(event_name(exploration_.model, world, own, exploration_.faults, inner_.moves()), " and ",
         event_name(exploration_.model, world, other, exploration_.faults, inner_.moves()));
    Hashes one, two;
    for (const sim::World& between : after_other)
      each(between, own, inner_, [&](const sim::World& next) { note(next, one); });
    std::vector<sim::World> after_own;
    each(world, own, inner_, [&](const sim::World& next) {
      violations_.clear();
      after_own.push_back(next);
    });
    for (const sim::World& between : after_own)
      each(between, other, inner_, [&](const sim::World& next) { note(next, two); });
    // What violates something ends the path that it is on, in either order.
    for (const std::uint64_t hash : one) CHECK(two.contains(hash));
    if (after_other.empty()) return;
    for (const std::uint64_t hash : two) CHECK(one.contains(hash));
  }
  void note(const sim::World& world, Hashes& into) {
    const bool violated = !violations_.empty();
    violations_.clear();
    if (!violated) into.insert(content_.hash(world));
  }

  sim::Exploration exploration_;
  sim::Content content_;
  sim::Enabled listing_, inner_;
  sim::Ample ample_;
  sim::Footprint footprint_;
  sim::Odometer odometer_;
  sim::Violations violations_;
  sim::Run run_{.model = exploration_.model,
                .decide = odometer_,
                .faults = exploration_.faults,
                .violations = &violations_,
                .timed = false};
  Hashes known_;
  std::vector<sim::World> waiting_;
  std::size_t candidates_ = 0;
};

struct Saved {
  std::uint64_t states = 0, steps = 0;
};

}  // namespace

TEST_SUITE("partial-order reduction") {
  TEST_CASE("it finds what the whole search finds, in no more states") {
    Saved whole_sum, reduced_sum;
    std::size_t fewer = 0, reducible = 0;
    for (const Proved& how : proved) {
      if (!thorough && how.broken + how.fixed > 300) continue;
      for (const char* half : {"broken.yaml", "fixed.yaml"}) {
        const std::string file = std::string{how.pair} + "/" + half;
        CAPTURE(file);
        CAPTURE(how.faults);
        const scenarios::Loaded loaded = read(file);
        REQUIRE(loaded.ok());
        const faults::Armed armed = scenarios::armed(*loaded.scenario);
        sim::SearchOptions options{.fault_budget = how.faults, .faults = &armed, .timers = how.timers};
        const sim::SearchResult whole = sim::Search{loaded.scenario->model, options}.run();
        options.reduce = true;
        const sim::SearchResult reduced = sim::Search{loaded.scenario->model, options}.run();
        CHECK(reduced.complete);
        CHECK(found(reduced) == found(whole));
        CHECK(reduced.undecided == whole.undecided);
        CHECK(reduced.terminal == whole.terminal);
        CHECK(reduced.distinct <= whole.distinct);
        CHECK(reduced.generated <= whole.generated);
        std::vector<std::string> came_true = whole.came_true, in_reduced = reduced.came_true;
        std::ranges::sort(came_true);
        std::ranges::sort(in_reduced);
        CHECK(in_reduced == came_true);
        if (!sim::Ample::refusal(loaded.scenario->model).empty()) {
          CHECK(reduced.distinct == whole.distinct);
          CHECK(reduced.reduced == 0);
          continue;
        }
        ++reducible;
        fewer += reduced.distinct < whole.distinct ? 1 : 0;
        whole_sum = {whole_sum.states + whole.distinct, whole_sum.steps + whole.generated};
        reduced_sum = {reduced_sum.states + reduced.distinct, reduced_sum.steps + reduced.generated};
      }
    }
    MESSAGE(reducible << " reducible, " << fewer << " smaller: " << whole_sum.states << " -> " << reduced_sum.states
                      << " states, " << whole_sum.steps << " -> " << reduced_sum.steps << " steps");
  }

  TEST_CASE("what it takes to lie apart commutes with all that may come before") {
    std::size_t candidates = 0;
    for (const Proved& how : proved) {
      if (how.broken > 400) continue;
      const std::string file = std::string{how.pair} + "/broken.yaml";
      CAPTURE(file);
      const scenarios::Loaded loaded = read(file);
      if (!sim::Ample::refusal(loaded.scenario->model).empty()) continue;
      const faults::Armed armed = scenarios::armed(*loaded.scenario);
      const Commuting checked{exploration_of(*loaded.scenario, armed, how.timers, how.faults)};
      CHECK(checked.states() == how.broken);
      candidates += checked.candidates();
    }
    CHECK(candidates > 100);
  }
}

}  // namespace squall::suites
