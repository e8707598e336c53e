// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "scenarios/interchangeable.hpp"
#include "scenarios/untimed.hpp"
#include "sim/explore/search.hpp"
#include "tests/suites/suite.hpp"

/// Symmetry of replicas is proved here on every pair that has some and is small enough: states that are taken for one lead to
/// states that are taken for one, and are judged alike.
namespace squall::suites {
namespace {

using scenarios::Interchangeable;
using sim::Timers;

struct Subject {
  const char* file;
  Timers timers;
  std::uint32_t faults;
  std::uint64_t states, classes;
};
/// Replicas that are equals: states without and with symmetry.
constexpr std::array subjects{
    Subject{"failed-chain/broken.yaml", Timers::last, 0, 185, 101},
    Subject{"failed-chain/fixed.yaml", Timers::last, 0, 252, 135},
    Subject{"mast-3-1-premature-end/broken.yaml", Timers::last, 0, 784, 142},
    Subject{"mast-3-1-premature-end/fixed.yaml", Timers::last, 0, 760, 138},
    Subject{"pending-writes/broken.yaml", Timers::last, 0, 1'758, 316},
    Subject{"pending-writes/fixed.yaml", Timers::last, 0, 1'852, 326},
    Subject{"same-owner/broken.yaml", Timers::last, 0, 797, 154},
    Subject{"single-messages/broken.yaml", Timers::last, 0, 72, 46},
    Subject{"single-messages/fixed.yaml", Timers::last, 0, 72, 46},
    Subject{"two-pollers/broken.yaml", Timers::last, 0, 185, 94},
    Subject{"two-pollers/fixed.yaml", Timers::last, 0, 382, 192},
    Subject{"long-tool-call/broken.yaml", Timers::any, 0, 589, 295},
    Subject{"long-tool-call/fixed.yaml", Timers::any, 0, 381, 191},
};

using Verdicts = std::set<std::pair<std::string, std::vector<std::string>>>;

Verdicts verdicts(const std::vector<sim::Violation>& violations) {
  Verdicts all;
  for (const sim::Violation& violation : violations) all.insert({violation.invariant, violation.witness});
  return all;
}

/// The whole graph, without any reduction, with the class of each state.
class Whole {
 public:
  /// The class of where a step leads, and what is violated on the way.
  using Leads = std::set<std::pair<std::uint64_t, Verdicts>>;
  struct State {
    std::uint64_t alike = 0;
    Leads leads;
    Verdicts at_end;
  };

  Whole(const sim::Exploration& exploration, const sim::Interchange& symmetry)
      : exploration_(exploration),
        symmetry_(symmetry),
        content_(exploration.model),
        listing_(exploration.model, exploration.faults, exploration.timers) {
    run_.moves = &listing_.moves();
    sim::World world{exploration.model, sim::Half::state_only};
    do {
      begin_explored(world, run_, exploration_);
      add(world);
    } while (odometer_.next());
    for (std::size_t next = 0; next < worlds_.size(); ++next) expand(next);
  }

  const std::vector<State>& states() const { return states_; }
  const std::vector<sim::World>& worlds() const { return worlds_; }
  const Verdicts& violated() const { return violated_; }

 private:
  Verdicts taken() {
    Verdicts found = verdicts(violations_.list());
    violated_.insert(found.begin(), found.end());
    violations_.clear();
    return found;
  }
  /// Returns its class. A state that violates something is no state to go on from.
  std::pair<std::uint64_t, Verdicts> add(const sim::World& world) {
    Verdicts found = taken();
    sim::World copy = world;
    const std::uint64_t alike = symmetry_.fingerprint(copy, content_);
    const auto [place, is_new] = known_.try_emplace(content_.hash(world), states_.size());
    if (is_new) {
      states_.push_back({.alike = alike, .leads = {}, .at_end = {}});
      worlds_.push_back(world);
      violating_.push_back(!found.empty());
    }
    return {alike, std::move(found)};
  }
  void expand(std::size_t which) {
    if (violating_[which]) return;
    const std::vector<sim::Event> events = listing_.list(worlds_[which]);
    for (const sim::Event event : events) {
      do {
        sim::World next = worlds_[which];
        apply(next, event, run_);
        const auto led = add(next);
        states_[which].leads.insert(led);
      } while (odometer_.next());
    }
    if (!std::ranges::all_of(events, &sim::Event::is_move)) return;
    sim::World end = worlds_[which];
    finish(end, run_, false);
    states_[which].at_end = taken();
  }

  sim::Exploration exploration_;
  const sim::Interchange& symmetry_;
  sim::Content content_;
  sim::Enabled listing_;
  sim::Odometer odometer_;
  sim::Violations violations_;
  sim::Run run_{.model = exploration_.model,
                .decide = odometer_,
                .faults = exploration_.faults,
                .violations = &violations_,
                .timed = false};
  std::map<std::uint64_t, std::size_t> known_;
  std::vector<State> states_;
  std::vector<sim::World> worlds_;
  std::vector<bool> violating_;
  Verdicts violated_;
};

/// Burnside: of the states of a symmetric set there are so many classes as permutations leave states as they are, on average.
std::size_t classes_by_counting(const sim::Model& model, const sim::Equals& group,
                                const std::vector<sim::World>& worlds) {
  sim::Content content{model};
  std::vector<std::uint32_t> names(model.members);
  for (std::uint32_t a = 0; a < model.members; ++a) names[a] = a;
  const auto begin = names.begin() + static_cast<std::ptrdiff_t>(index(group.first));
  std::map<std::uint64_t, const sim::World*> states;  // what their listing cannot say tells no two apart
  for (const sim::World& world : worlds) states.emplace(content.hash(world, names), &world);
  std::size_t permutations = 0, left_alone = 0;
  do {
    ++permutations;
    for (const auto& [hash, world] : states) left_alone += content.hash(*world, names) == hash ? 1 : 0;
  } while (std::next_permutation(begin, begin + group.members));
  CHECK(left_alone % permutations == 0);
  return left_alone / permutations;
}

/// Explores the scenario whole and by classes. Returns how many states and classes there are.
std::pair<std::size_t, std::size_t> compare(const scenarios::Loaded& loaded, Timers timers, std::uint32_t faults) {
  const faults::Armed armed = scenarios::armed(*loaded.scenario);
  const sim::Exploration exploration = exploration_of(*loaded.scenario, armed, timers, faults);
  const Interchangeable equals = interchangeable(*loaded.workflow, *loaded.scenario);
  REQUIRE(equals.groups.size() == 1);
  const sim::Interchange symmetry{loaded.scenario->model, equals.equals()};
  const Whole whole{exploration, symmetry};

  std::map<std::uint64_t, const Whole::State*> classes;
  for (const Whole::State& state : whole.states()) {
    const Whole::State& first = *classes.emplace(state.alike, &state).first->second;
    CHECK(first.leads == state.leads);
    CHECK(first.at_end == state.at_end);
  }
  CHECK(classes_by_counting(loaded.scenario->model, equals.groups[0].equals, whole.worlds()) == classes.size());

  sim::SearchOptions options{.symmetry = &symmetry, .fault_budget = faults, .faults = &armed, .timers = timers};
  const sim::SearchResult reduced = sim::Search{loaded.scenario->model, options}.run();
  CHECK(reduced.complete);
  CHECK(reduced.distinct == classes.size());
  Verdicts found;
  for (const sim::Finding& finding : reduced.findings) {
    found.insert({finding.violation.invariant, finding.violation.witness});
    CHECK_FALSE(finding.path.empty());
  }
  CHECK(found == whole.violated());
  options.exact = true;
  const sim::SearchResult exact = sim::Search{loaded.scenario->model, options}.run();
  CHECK(exact.distinct == reduced.distinct);
  CHECK(exact.collisions == 0);
  return {whole.states().size(), classes.size()};
}

}  // namespace

TEST_SUITE("symmetry of replicas") {
  TEST_CASE(
      "what counts as one leads to the same and is judged alike; the reduced search finds what the whole one finds") {
    for (const Subject& subject : subjects) {
      CAPTURE(subject.file);
      CAPTURE(subject.faults);
      const scenarios::Loaded loaded = read(subject.file);
      REQUIRE(loaded.ok());
      const auto [states, classes] = compare(loaded, subject.timers, subject.faults);
      CHECK(states == subject.states);
      CHECK(classes == subject.classes);
    }
  }

  TEST_CASE("faults strike whichever member alike") {
    const scenarios::Loaded loaded = scenarios::load_text("struck.yaml", R"(workflow: struck
agents:
  lead: {do: [{send: {to: worker, topic: job}}, {receive: {topic: done, count: 2}, timeout: 1m, otherwise: []}]}
  worker: {replicas: 2, do: [{receive: job}, {work: 5s}, {send: {to: lead, topic: done}}]}
faults:
  - message-loss: {chance: 10%}
  - message-duplicate: {chance: 10%}
  - agent-crash: {agent: worker, chance: 10%, restart: 10s}
)");
    REQUIRE_MESSAGE(loaded.ok(), scenarios::to_text(loaded.diagnostics));
    for (const std::uint32_t faults : {1U, 2U}) {
      const auto [states, classes] = compare(loaded, Timers::any, faults);
      CHECK(classes < states * 2 / 3);
    }
  }

  TEST_CASE("members that anything tells apart are no equals, and it is said what does") {
    const auto why = [](const char* file) {
      const scenarios::Loaded loaded = read(file);
      REQUIRE(loaded.ok());
      const Interchangeable equals = interchangeable(*loaded.workflow, *loaded.scenario);
      CHECK(equals.groups.empty());
      REQUIRE(equals.apart.size() == 1);
      return equals.apart[0].why;
    };
    CHECK(why("visibility-timeout/broken.yaml") == "they take from queue jobs in turn");
    CHECK(why("unseen-result/broken.yaml") == "they ask which of them they are (self)");
    CHECK(why("same-owner/fixed.yaml") == "they ask which of them they are (self)");
    CHECK(why("thawed-worker/broken.yaml") == "single-owner may remember which of them did something");
  }
}

}  // namespace squall::suites
