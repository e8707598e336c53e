// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "scenarios/lint/drawing.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Drawing::Number;

/// Joins that wait for what does not come, and joins that are met twice.
class Joins {
 public:
  Joins(Linting& linting, const GraphDesign& design) : linting_(linting), drawing_(design) {}

  void run() {
    reached_ = drawing_.from_start();
    find_depths();
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (!reached_[n]) continue;
      const std::vector<Number> all = drawing_.all_of(n);
      if (all.size() > 1) joins_.push_back(n);
      if (!on_back_edge(n, all)) over_choice(n, decided(all));
      if (!drawing_.node(n).defer) met_twice(n);
    }
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (reached_[n]) missed_branch(n);
    }
  }

 private:
  const std::string& name(Number n) const { return drawing_.node(n).name; }
  /// Where an edge comes from, in words.
  std::string source(Number edge) const {
    const Number from = drawing_.edges()[edge].from;
    return from == Drawing::to_end ? std::string{"the start"} : name(from);
  }

  LintFinding& say(const char* rule, Number n, std::string what, std::string fix, bool certain = false) {
    linting_.found.push_back({.rule = rule,
                              .where = name(n),
                              .what = std::move(what),
                              .reasons = {},
                              .fix = std::move(fix),
                              .certain = certain,
                              .mark = drawing_.node(n).mark});
    linting_.found.back().rehearsal = {.judges = {sim::NoOrphanedWait{}, sim::ProperCompletion{}, sim::HonestOutcome{}},
                                       .faults = {},
                                       .names = {name(n)}};
    return linting_.found.back();
  }

  /// L02: a source that is come to only through the join itself.
  bool on_back_edge(Number n, const std::vector<Number>& all) {
    if (all.empty()) return false;
    const Drawing::Set before = drawing_.from_start({}, n);
    for (const Number e : all) {
      const Number from = drawing_.edges()[e].from;
      if (from == Drawing::to_end || (from != n && before[from])) continue;
      if (from != n && !reached_[from]) {
        say("join-on-back-edge", n, fmt::format("it waits for {}, to which nothing leads from the start", source(e)),
            fmt::format("draw an edge to {}, or leave it out", source(e)), true);
        return true;
      }
      say("join-on-back-edge", n, fmt::format("it waits for {}, which is come to only through it", source(e)),
          fmt::format("let the edge from {} start it by itself: join: [{{all: […]}}, {{any: [{}]}}]", source(e),
                      source(e)),
          is_dead(n, all));
      return true;
    }
    return false;
  }

  /// Whether what is missing cannot come by another edge: a runtime that counts tokens takes any two for two.
  bool is_dead(Number n, const std::vector<Number>& all) const {
    if (drawing_.design().rules.tally != Tally::counter) return true;
    return std::ranges::none_of(all, [&](Number e) {
      const Number from = drawing_.edges()[e].from;
      return from != Drawing::to_end && from != n && !drawing_.from(n)[from] && drawing_.from(from)[from];
    });
  }

  /// Edges that some choice decides about; the others come whatever is chosen.
  std::vector<Number> decided(std::vector<Number> edges) const {
    std::erase_if(edges, [&](Number e) {
      const Number from = drawing_.edges()[e].from;
      return drawing_.choices_of(e).empty() && (from == Drawing::to_end || !drawing_.is_router(from));
    });
    return edges;
  }

  /// L01: two sources of which one router lets one through.
  void over_choice(Number n, const std::vector<Number>& all) {
    for (std::size_t a = 0; a < all.size(); ++a) {
      for (std::size_t b = a + 1; b < all.size(); ++b) {
        const auto router = drawing_.parter(all[a], all[b]);
        if (!router) continue;
        const char* takes = drawing_.decider(all[a], all[b]) ? "takes" : "may take";
        const bool skips = drawing_.design().rules.skip == Skip::propagate;
        say("join-over-choice", n,
            skips ? fmt::format("it is skipped where {} {} the way of {} or that of {} alone", name(*router), takes,
                                source(all[a]), source(all[b]))
                  : fmt::format("it waits for {} and {}, and {} {} the way of one of them", source(all[a]),
                                source(all[b]), name(*router), takes),
            skips ? "write join: all-taken" : "write join: any, or all-taken with 'skip: propagate' in runs-as");
        return;
      }
    }
  }

  // ---- L03, L04: met twice ----

  static constexpr std::size_t depths_most = 512;

  /// How many edges lead from the start to each node, by each way that comes nowhere twice; back edges are left out.
  void find_depths() {
    const Number nodes = drawing_.size();
    depths_.assign(nodes, {});
    if (nodes > depths_most) return;
    std::vector<Drawing::Set> behind(nodes);
    for (Number n = 0; n < nodes; ++n) behind[n] = drawing_.from(n);
    // An edge leads back where its target leads to its source and is nearer to the start.
    const std::vector<Number> nearest = distances();
    std::vector<bool> back(drawing_.edges().size());
    for (Number e = 0; e < drawing_.edges().size(); ++e) {
      const Drawing::Edge& edge = drawing_.edges()[e];
      if (edge.from == Drawing::to_end || edge.to == Drawing::to_end) continue;
      back[e] = edge.from == edge.to || (behind[edge.to][edge.from] && nearest[edge.to] <= nearest[edge.from]);
    }
    back_ = back;
    std::vector<std::uint32_t> open(nodes);  // in-edges that are still to be seen
    for (Number n = 0; n < nodes; ++n) {
      for (const Number e : drawing_.in(n)) {
        const Number from = drawing_.edges()[e].from;
        open[n] += !back[e] && from != Drawing::to_end && reached_[from] ? 1 : 0;
      }
    }
    std::vector<Number> ready;
    for (Number n = 0; n < nodes; ++n) {
      if (reached_[n] && open[n] == 0) ready.push_back(n);
    }
    for (std::size_t r = 0; r < ready.size(); ++r) {
      const Number n = ready[r];
      std::set<std::uint32_t>& own = depths_[n];
      for (const Number e : drawing_.in(n)) {
        const Number from = drawing_.edges()[e].from;
        if (back[e]) continue;
        if (from == Drawing::to_end) own.insert(1);
        for (const std::uint32_t depth : from == Drawing::to_end ? std::set<std::uint32_t>{} : depths_[from])
          own.insert(depth + 1);
      }
      for (const Number e : drawing_.out(n)) {
        const Number to = drawing_.edges()[e].to;
        if (to != Drawing::to_end && !back[e] && --open[to] == 0) ready.push_back(to);
      }
    }
  }

  std::vector<Number> distances() const {
    std::vector<Number> distance(drawing_.size(), Drawing::to_end);
    std::vector<Number> open;
    for (const Drawing::Edge& edge : drawing_.edges()) {
      if (edge.from == Drawing::to_end && edge.to != Drawing::to_end && distance[edge.to] == Drawing::to_end) {
        distance[edge.to] = 1;
        open.push_back(edge.to);
      }
    }
    for (std::size_t o = 0; o < open.size(); ++o) {
      for (const Number e : drawing_.out(open[o])) {
        const Number to = drawing_.edges()[e].to;
        if (to == Drawing::to_end || distance[to] != Drawing::to_end) continue;
        distance[to] = distance[open[o]] + 1;
        open.push_back(to);
      }
    }
    return distance;
  }

  /// A node that begins whenever a token is there, and may get one from two branches of one fork.
  void met_twice(Number n) {
    const JoinRule rule = drawing_.join(n);
    if (rule.kind != JoinRule::Kind::each && rule.kind != JoinRule::Kind::groups) return;
    const std::vector<Number>& in = drawing_.in(n);
    const Drawing::Set behind = drawing_.from(n);
    for (std::size_t a = 0; a < in.size(); ++a) {
      for (std::size_t b = a + 1; b < in.size(); ++b) {
        const Number x = drawing_.edges()[in[a]].from, y = drawing_.edges()[in[b]].from;
        if (x == Drawing::to_end || y == Drawing::to_end || x == y || !reached_[x] || !reached_[y]) continue;
        if (!starts_for_each(rule, name(x), name(y))) continue;
        if (behind[x] || behind[y] || drawing_.decider(in[a], in[b])) continue;  // a loop; one of the two
        if (depths_[x].empty() || depths_[y].empty()) continue;
        if (drawing_.design().rules.supersteps()) {
          if (depths_[x].size() == 1 && depths_[x] == depths_[y]) continue;
          unequal(n, in[a], in[b]);
        } else {
          no_join(n, in[a], in[b]);
        }
        return;
      }
    }
  }

  /// Whether a token of each of two sources starts the node by itself: there is a group for one without the other.
  static bool starts_for_each(const JoinRule& rule, const std::string& x, const std::string& y) {
    if (rule.kind == JoinRule::Kind::each) return true;
    const auto has = [](const JoinRule::Group& group, const std::string& source) {
      return std::ranges::find(group.of, source) != group.of.end();
    };
    const auto alone = [&](const std::string& one, const std::string& other) {
      return std::ranges::any_of(rule.groups, [&](const JoinRule::Group& group) {
        return has(group, one) && (!group.all || !has(group, other));
      });
    };
    return alone(x, y) && alone(y, x);
  }

  void unequal(Number n, Number a, Number b) {
    const auto deep = [&](Number e) { return *depths_[drawing_.edges()[e].from].rbegin(); };
    const auto [early, late] = deep(a) <= deep(b) ? std::pair{a, b} : std::pair{b, a};
    LintFinding& finding =
        say("join-unequal-depth", n,
            fmt::format("{} comes to it after {} step{}, {} after {}: it runs for each of them", source(early),
                        deep(early), deep(early) == 1 ? "" : "s", source(late), deep(late)),
            fmt::format("write join: all, or 'defer: true' (it then waits until nothing else is due)"));
    runs_once(finding, n);
  }

  /// A claim that shows it: the node runs once. Branches within a body end by themselves, and would count.
  void runs_once(LintFinding& finding, Number n) const {
    bool branches = drawing_.node(n).over.has_value();
    for_each_step(drawing_.node(n).body, [&](const Step& step) {
      branches = branches || std::holds_alternative<steps::Parallel>(step.action) ||
                 std::holds_alternative<steps::Map>(step.action);
    });
    finding.rehearsal.judges = {sim::NoRepeat{}};
    if (branches) return;
    Claim once = claims::at_most(1, claims::ended(name(n)));
    finding.rehearsal.claims.push_back(
        {std::move(once.named("runs-once")),
         fmt::format("{{at-most: {{n: 1, of: {{ended: {}}}}}, name: runs-once}}", name(n))});
  }

  void no_join(Number n, Number a, Number b) {
    LintFinding& finding =
        say("fork-without-join", n,
            fmt::format("{} and {} both lead to it, and it runs for each of them", source(a), source(b)),
            "write join: all, where it is to wait for both");
    runs_once(finding, n);
  }

  /// L04: branches of one fork of which some are joined and one goes past the join to the end.
  void missed_branch(Number fork) {
    const std::vector<Number>& out = drawing_.out(fork);
    if (out.size() < 2 || drawing_.is_router(fork)) return;
    for (const Number n : joins_) {
      std::size_t joined = 0;
      std::vector<Number> past;
      for (const Number e : out) {
        const Number to = drawing_.edges()[e].to;
        if (to == Drawing::to_end) continue;
        if (to == n || behind(to)[n]) ++joined;
        else past.push_back(to);
      }
      if (joined < 2) continue;
      std::erase_if(past, [&](Number to) { return meet_again(to, n); });
      if (past.empty()) continue;
      LintFinding& finding =
          say("join-misses-branch", n,
              fmt::format("it does not wait for {}, which {} starts beside what it waits for", name(past.back()),
                          name(fork)),
              fmt::format("let {} lead to it, or say why nobody needs what it does", name(past.back())));
      finding.rehearsal = {};
      return;
    }
  }

  /// Nodes that can be come to from this one, each looked for once.
  const Drawing::Set& behind(Number n) {
    if (behind_.empty()) behind_.resize(drawing_.size());
    if (behind_[n].empty()) behind_[n] = drawing_.from(n);
    return behind_[n];
  }

  /// Whether a branch comes together again with what is behind a join: somebody there waits for it, or takes it up.
  bool meet_again(Number branch, Number join) {
    if (behind(join)[branch] || spent_ > looks_most) return true;
    spent_ += drawing_.size();
    const Drawing::Set &one = behind(branch), &other = behind(join);
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (one[n] && other[n]) return true;
    }
    return false;
  }

  /// Beyond so many nodes looked at, branches are taken to meet again.
  static constexpr std::size_t looks_most = 1'000'000'000;

  Linting& linting_;
  Drawing drawing_;
  Drawing::Set reached_;
  std::vector<Number> joins_;  ///< reached nodes that wait for all of several
  std::vector<Drawing::Set> behind_;
  std::size_t spent_ = 0;
  std::vector<std::set<std::uint32_t>> depths_;
  std::vector<bool> back_;
};

}  // namespace

void lint_graph_joins(Linting& linting) {
  if (!linting.workflow.graph()) return;
  for (const GraphDesign* design : designs_of(*linting.workflow.graph())) Joins{linting, *design}.run();
}

}  // namespace squall::scenarios
