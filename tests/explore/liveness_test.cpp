// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <vector>

#include "scenarios/models/locks.hpp"
#include "scenarios/models/two_phase_commit.hpp"
#include "sim/explore/liveness.hpp"
#include "sim/explore/schedule.hpp"
#include "tests/effort.hpp"
#include "tests/explore/gossip.hpp"

namespace squall::sim {
namespace {

using namespace scenarios;

/// A token that goes round among places by itself, and one way out of the round; a bystander that may tick.
struct Rounds {
  static constexpr std::uint32_t step = 0, out = 1;
  std::uint8_t places = 3, at = 0;
  std::uint8_t way_out = 255;  ///< where the token may leave; 255: nowhere
  std::uint8_t left = 0;

  void actions(ActionList& list) const {
    if (left != 0) return;
    list.add(step);
    if (at == way_out || way_out == 254) list.add(out);  // 254: everywhere
  }
  void on_action(Turn&, std::uint32_t action) {
    if (action == step) {
      at = static_cast<std::uint8_t>((at + 1) % places);
    } else {
      left = 1;
    }
  }
};

/// Promises that the token leaves.
void leaves(const Judging& at, std::vector<Promise>& found) {
  if (detail::load_state<Rounds>(at.world, AgentId{0}).left == 0)
    found.push_back({.key = 7, .witness = {"the token leaves"}, .reasons = {"it never leaves"}});
}

Model rounds(std::uint8_t way_out) {
  Model model;
  add_agent<Rounds>(model, "token", Rounds{.way_out = way_out});
  model.monitors.push_back({.monitor = {.name = "leaves", .claim = "the token leaves", .promises = leaves}});
  model.finish();
  return model;
}

LivenessResult decided(const Model& model, AssumedFairness fairness) {
  return check_liveness({.model = model}, fairness);
}

/// Whether from some state that owes it an endless run is possible that owes it throughout and, where asked, is weakly fair:
/// by brute force over all sets of states that a run may visit again and again. For graphs of a handful of states.
bool by_brute_force(const StateGraph& graph, std::uint32_t promise, bool fair) {
  REQUIRE(graph.size() <= 14);
  const auto owes = [&](std::uint32_t s) {
    const auto& set = graph.promised(s);
    return std::find(set.begin(), set.end(), promise) != set.end();
  };
  for (std::uint32_t set = 1; set < (1U << graph.size()); ++set) {
    const auto in = [&](std::uint32_t s) { return (set >> s & 1U) != 0; };
    std::uint32_t first = 0;
    while (!in(first)) ++first;
    bool all_owe = true, any_edge = false;
    std::set<std::uint32_t> acting, everywhere;
    bool begun = false;
    std::vector<std::vector<std::uint32_t>> out(graph.size());
    for (std::uint32_t s = 0; s < graph.size(); ++s) {
      if (!in(s)) continue;
      all_owe = all_owe && owes(s);
      std::set<std::uint32_t> able{graph.enabled(s).begin(), graph.enabled(s).end()}, both;
      std::set_intersection(everywhere.begin(), everywhere.end(), able.begin(), able.end(),
                            std::inserter(both, both.end()));
      everywhere = begun ? both : able;
      begun = true;
      for (const StateGraph::Edge& edge : graph.edges(s)) {
        if (!in(edge.to)) continue;
        any_edge = true;
        acting.insert(edge.task);
        out[s].push_back(edge.to);
      }
    }
    const auto reaches = [&](std::uint32_t from) {
      std::uint32_t known = 1U << from;
      for (bool more = true; more;) {
        more = false;
        for (std::uint32_t s = 0; s < graph.size(); ++s) {
          if ((known >> s & 1U) == 0) continue;
          for (const std::uint32_t to : out[s]) {
            more = more || (known >> to & 1U) == 0;
            known |= 1U << to;
          }
        }
      }
      return known;
    };
    bool connected = any_edge && all_owe;
    for (std::uint32_t s = 0; s < graph.size() && connected; ++s) connected = !in(s) || reaches(s) == set;
    if (!connected) continue;
    const bool is_fair = std::ranges::all_of(everywhere, [&](std::uint32_t task) { return acting.contains(task); });
    if (!fair || is_fair) return true;
  }
  return false;
}

TEST_SUITE("claims about endless runs") {
  TEST_CASE("what goes round and never leaves breaks its promise: a way there, and once round") {
    const Model model = rounds(255);
    const LivenessResult result = decided(model, AssumedFairness::weak);
    CHECK(result.complete);
    CHECK(result.states == 3);
    REQUIRE(result.findings.size() == 1);
    const Finding& finding = result.findings.front();
    CHECK(finding.violation.invariant == "leaves");
    CHECK(finding.violation.witness == std::vector<std::string>{"the token leaves"});
    CHECK(finding.violation.reasons ==
          std::vector<std::string>{"it may go on for ever: 3 events come again and again", "it never leaves"});
    CHECK(finding.loop == 0);
    CHECK(finding.path.size() == 3);
  }

  TEST_CASE("a way out that is there all the time is taken some time, if whoever can act all the time acts") {
    const Model always = rounds(254);
    CHECK(decided(always, AssumedFairness::weak).findings.empty());
    CHECK(decided(always, AssumedFairness::none).findings.size() == 1);
    // A way out that is there now and then may be missed each time: weak fairness promises nothing of it.
    const Model sometimes = rounds(1);
    CHECK(decided(sometimes, AssumedFairness::weak).findings.size() == 1);
    CHECK(decided(sometimes, AssumedFairness::none).findings.size() == 1);
  }

  TEST_CASE("an endless run is decided on like any other, and is closed where it comes back") {
    const Model model = rounds(1);
    const LivenessResult result = decided(model, AssumedFairness::weak);
    REQUIRE(result.findings.size() == 1);
    const Finding& finding = result.findings.front();
    const Exploration exploration{.model = model};
    Schedule schedule = schedule_of(exploration, finding.begin, finding.path, finding.loop);
    const Followed followed = follow(exploration, schedule);
    CHECK(followed.loop == finding.loop);
    REQUIRE(followed.violations.size() == 1);
    CHECK(followed.violations.front().invariant == "leaves");
    CHECK(signature(followed.violations.front()) == signature(finding.violation));
    // Short of the last event it has not come back, and nothing is wrong yet; the token goes on and leaves.
    schedule.decisions.pop_back();
    CHECK(follow(exploration, schedule).violations.empty());
  }

  TEST_CASE("components decide as all sets of states do, one after the other") {
    std::uint32_t violated = 0, fair_only = 0;
    for (std::uint8_t places = 1; places <= 6; ++places) {
      for (const std::uint8_t way_out : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{254}, std::uint8_t{255}}) {
        CAPTURE(int{places});
        CAPTURE(int{way_out});
        Model model;
        add_agent<Rounds>(model, "token", Rounds{.places = places, .way_out = way_out});
        model.monitors.push_back({.monitor = {.name = "leaves", .claim = "the token leaves", .promises = leaves}});
        model.finish();
        const StateGraph graph{{.model = model}, {}};
        const bool weak = by_brute_force(graph, 0, true), none = by_brute_force(graph, 0, false);
        CHECK(decided(model, AssumedFairness::weak).findings.size() == (weak ? 1 : 0));
        CHECK(decided(model, AssumedFairness::none).findings.size() == (none ? 1 : 0));
        violated += weak ? 1 : 0;
        fair_only += none && !weak ? 1 : 0;
      }
    }
    CHECK(violated > 10);
    CHECK(fair_only > 4);
  }

  TEST_CASE("the graph has the states and steps of the search") {
    const Model commit = two_phase_commit::model(3);
    const StateGraph graph{{.model = commit}, {}};
    CHECK(graph.size() == 288);
    std::size_t steps = 0;
    for (std::uint32_t s = 0; s < graph.size(); ++s) steps += graph.edges(s).size();
    CHECK(steps + 1 == 1'146);  // the search counts the initial state as generated
    CHECK(graph.complete());
    const StateGraph part{{.model = commit}, {.states_max = 100}};
    CHECK_FALSE(part.complete());
    for (std::uint32_t seed = 0; seed < effort(20U); ++seed) {
      const Model model = testing::Gossip::model(seed, testing::Gossip::none, false, 3);
      const SearchResult searched = Search{model, {}}.run();
      const StateGraph both{{.model = model}, {}};
      CHECK(both.size() == searched.distinct);
    }
  }

  TEST_CASE("a model that promises nothing breaks nothing") {
    const Model model = naive_dining<3>();
    CHECK_FALSE(promises_anything(model));
    CHECK(decided(model, AssumedFairness::none).findings.empty());
  }
}

}  // namespace
}  // namespace squall::sim
