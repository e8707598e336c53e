// SPDX-License-Identifier: Apache-2.0
#include "sim/history/detail/circles.hpp"

#include <algorithm>
#include <optional>

#include "sim/history/detail/cycles.hpp"

namespace squall::sim::history::detail {
namespace {

constexpr std::uint32_t no_knot = 0xffff'ffffU;
constexpr DependencyKinds writes = only(Dependency::write_write);
constexpr DependencyKinds committed = writes | only(Dependency::write_read);
constexpr DependencyKinds items = committed | only(Dependency::read_write);

using Circle = std::vector<std::uint32_t>;  ///< positions in the edges, each beginning where the one before ends

class Circles {
 public:
  Circles(std::uint32_t nodes, std::span<const DependencyEdge> edges)
      : nodes_{nodes}, edges_{edges}, graph_{nodes, edges} {}

  /// The shortest circle that begins with an edge of `first` kinds and goes back along `back` kinds, of each knot; `fits`
  /// says whether it is wanted. Counts the knots that have one.
  template <class Fits>
  std::optional<Anomaly> shortest(AnomalyKind kind, DependencyKinds first, DependencyKinds back, Fits&& fits) {
    const std::vector<std::vector<std::uint32_t>> knots = graph_.knots(first | back);
    if (knots.empty()) return std::nullopt;
    std::vector<std::uint32_t> knot_of(nodes_, no_knot);
    for (std::uint32_t k = 0; k < knots.size(); ++k) {
      for (const std::uint32_t node : knots[k]) knot_of[node] = k;
    }
    std::vector<std::vector<std::uint32_t>> starts(knots.size());
    for (std::uint32_t e = 0; e < edges_.size(); ++e) {
      const DependencyEdge& edge = edges_[e];
      const bool inside = knot_of[edge.from] != no_knot && knot_of[edge.from] == knot_of[edge.to];
      if (inside && (first & only(edge.kind)) != 0) starts[knot_of[edge.from]].push_back(e);
    }
    std::optional<Circle> best;
    std::size_t count = 0;
    for (std::uint32_t k = 0; k < knots.size(); ++k) {
      const std::size_t tries = std::max<std::size_t>(20, work_max / (knots[k].size() * knots.size()));
      bool any = false;
      for (std::size_t s = 0; s < starts[k].size() && s < tries; ++s) {
        const std::uint32_t e = starts[k][s];
        const auto way = graph_.way(edges_[e].to, edges_[e].from, back, knot_of);
        if (!way) continue;
        Circle circle{e};
        circle.insert(circle.end(), way->begin(), way->end());
        if (!fits(circle)) continue;
        any = true;
        if (!best || circle.size() < best->size()) best = std::move(circle);
        if (best->size() == 2) break;
      }
      if (any) ++count;
    }
    if (!best) return std::nullopt;
    Anomaly anomaly{.kind = kind, .count = count, .transactions = {}, .edges = {}, .story = {}};
    for (const std::uint32_t e : *best) {
      anomaly.transactions.push_back(edges_[e].from);
      anomaly.edges.push_back(edges_[e]);
    }
    return anomaly;
  }

  std::size_t count_of(const Circle& circle, DependencyKinds kinds) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(circle, [&](std::uint32_t e) { return (only(edges_[e].kind) & kinds) != 0; }));
  }
  const DependencyEdge& edge(std::uint32_t e) const { return edges_[e]; }

 private:
  /// A knot may be huge. So many nodes are looked at for the shortest circle; then the shortest so far is told.
  static constexpr std::size_t work_max = 20'000'000;

  std::uint32_t nodes_;
  std::span<const DependencyEdge> edges_;
  DependencyGraph graph_;
};

}  // namespace

void find_circles(std::uint32_t transactions, std::span<const DependencyEdge> edges, std::vector<Anomaly>& into) {
  Circles circles{transactions, edges};
  const auto add = [&](std::optional<Anomaly> anomaly) {
    if (anomaly) into.push_back(std::move(*anomaly));
  };
  const auto any = [](const Circle&) { return true; };
  constexpr DependencyKinds missed = only(Dependency::read_write);
  add(circles.shortest(AnomalyKind::g0, writes, writes, any));
  add(circles.shortest(AnomalyKind::g1c, only(Dependency::write_read), committed, any));
  add(circles.shortest(AnomalyKind::g_single, missed, committed, any));
  const auto skew = [&](const Circle& circle) {
    return circle.size() == 2 && circles.count_of(circle, missed) == 2 &&
           circles.edge(circle[0]).key != circles.edge(circle[1]).key;
  };
  add(circles.shortest(AnomalyKind::write_skew, missed, missed, skew));
  add(circles.shortest(AnomalyKind::g2_item, missed, items,
                       [&](const Circle& circle) { return circles.count_of(circle, missed) >= 2 && !skew(circle); }));
}

void find_real_time_circle(std::uint32_t transactions, std::span<const DependencyEdge> edges,
                           std::vector<Anomaly>& into) {
  Circles circles{transactions, edges};
  constexpr DependencyKinds orders = only(Dependency::real_time) | only(Dependency::process);
  const auto known = [&](const Anomaly& anomaly) { return !anomaly.edges.empty(); };
  // Where dependencies alone close a circle, that says more.
  if (std::ranges::any_of(into, known)) return;
  auto anomaly = circles.shortest(AnomalyKind::real_time, items, all_dependencies,
                                  [&](const Circle& circle) { return circles.count_of(circle, orders) != 0; });
  if (anomaly) into.push_back(std::move(*anomaly));
}

}  // namespace squall::sim::history::detail
