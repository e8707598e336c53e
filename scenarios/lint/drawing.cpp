// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/drawing.hpp"

#include <algorithm>

namespace squall::scenarios {
namespace {

/// Whether two sets of labels have one in common.
bool share(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& label) { return b.contains(label); });
}

/// Whether every `route` of a body takes one label, and there is one.
bool routes_to_one(const GraphNode& node) {
  bool routes = false, one = true;
  const auto look = [&](const Step& step) {
    const auto* route = std::get_if<steps::Route>(&step.action);
    if (route == nullptr) return;
    routes = true;
    one = one && route->labels.size() == 1;
  };
  for_each_step(node.body, look);
  return routes && one;
}

/// Whether a node that routes nowhere when it ends well takes one way then, and others only where it fails.
bool routes_failures_alone(const GraphNode& node) {
  if (!node.fields.otherwise) return false;
  bool routes = false, one = true;
  for_each_step(node.body,
                [&](const Step& step) { routes = routes || std::holds_alternative<steps::Route>(step.action); });
  std::set<std::string> failed, well;
  for (const auto& [error, program] : node.fields.otherwise->branches) {
    for_each_step(program, [&](const Step& step) {
      const auto* route = std::get_if<steps::Route>(&step.action);
      if (route == nullptr) return;
      one = one && route->labels.size() == 1;
      failed.insert(route->labels.begin(), route->labels.end());
    });
  }
  for (const GraphNode::Edge& edge : node.next) {
    if (!failed.contains(edge.label)) well.insert(edge.label);
  }
  return !routes && one && !failed.empty() && well.size() == 1 && !well.contains("");
}

}  // namespace

Drawing::Drawing(const GraphDesign& design) : design_(design), out_(design.nodes.size()), in_(design.nodes.size()) {
  for (Number n = 0; n < size(); ++n) numbers_.emplace(node(n).name, n);
  const auto add = [&](Number from, const std::string& to, const std::string& label) {
    const Number target = number(to);
    const auto e = static_cast<Number>(edges_.size());
    // Several labels may lead the same way: one edge, taken by any of them.
    for (const Number same : from == to_end ? std::vector<Number>{} : out_[from]) {
      if (edges_[same].to != target) continue;
      std::set<std::string>& labels = edges_[same].labels;
      if (label.empty()) labels.clear();
      if (!labels.empty()) labels.insert(label);
      return;
    }
    edges_.push_back({from, target, {}});
    if (!label.empty()) edges_.back().labels.insert(label);
    if (from != to_end) out_[from].push_back(e);
    if (target != to_end) in_[target].push_back(e);
  };
  for (const std::string& start : design.start) add(to_end, start, {});
  for (Number n = 0; n < size(); ++n) {
    for (const GraphNode::Edge& edge : node(n).next) add(n, edge.to, edge.label);
    if (node(n).next.empty()) add(n, std::string{end_node}, {});
    // A speaker hands the word to one: what its body does not say is drawn.
    const bool speaks = design.rules.start == StartRule::speaker || design.rules.start == StartRule::token;
    routes_.emplace_back();
    for_each_step(node(n).body, [&](const Step& step) {
      if (const auto* route = std::get_if<steps::Route>(&step.action))
        routes_.back().emplace_back(route->labels.begin(), route->labels.end());
    });
    routers_.push_back(routes_to_one(node(n)) || routes_failures_alone(node(n)) ||
                       (design.rules.start == StartRule::speaker && speaks));
  }
  // Each choice is left out once, and what is not come to any more depends on it.
  constexpr std::size_t enough = 4'000'000;  // choices times edges: beyond, nothing is said to exclude anything
  choices_.resize(size());
  std::set<Choice> all;
  for (const Edge& edge : edges_) {
    if (edge.from == to_end || !chooses(edge.from)) continue;
    if (!edge.labels.empty()) all.insert({edge.from, edge.labels});
  }
  if (all.size() * edges_.size() > enough) return;
  const Set reached = from_start();
  for (const Choice& choice : all) {
    Set without(edges_.size());
    for (const Number e : out_[choice.router]) without[e] = edges_[e].labels == choice.labels;
    const Set still = from_start(without);
    for (Number n = 0; n < size(); ++n) {
      if (reached[n] && !still[n]) choices_[n].insert(choice);
    }
  }
}

Drawing::Number Drawing::number(const std::string& name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? to_end : found->second;
}

Drawing::Set Drawing::from_start(const Set& without_edges, Number blocked) const {
  Set seen(size());
  std::vector<Number> open;
  const auto come = [&](Number e) {
    const Number to = edges_[e].to;
    if ((!without_edges.empty() && without_edges[e]) || to == to_end || seen[to]) return;
    seen[to] = true;
    open.push_back(to);
  };
  for (Number e = 0; e < edges_.size() && edges_[e].from == to_end; ++e) come(e);
  while (!open.empty()) {
    const Number n = open.back();
    open.pop_back();
    if (n == blocked) continue;
    for (const Number e : out_[n]) come(e);
  }
  return seen;
}

Drawing::Set Drawing::from(Number start) const {
  Set seen(size());
  std::vector<Number> open{start};
  while (!open.empty()) {
    const Number n = open.back();
    open.pop_back();
    for (const Number e : out_[n]) {
      const Number to = edges_[e].to;
      if (to == to_end || seen[to]) continue;
      seen[to] = true;
      open.push_back(to);
    }
  }
  return seen;
}

Drawing::Set Drawing::to_the_end() const {
  Set seen(size());
  std::vector<Number> open;
  const auto come = [&](Number n) {
    if (n == to_end || seen[n]) return;
    seen[n] = true;
    open.push_back(n);
  };
  for (const Edge& edge : edges_) {
    if (edge.to == to_end) come(edge.from);
  }
  while (!open.empty()) {
    const Number n = open.back();
    open.pop_back();
    for (const Number e : in_[n]) come(edges_[e].from);
  }
  return seen;
}

bool Drawing::exclude(Number edge, Number other) const {
  const Edge& a = edges_[edge];
  const Edge& b = edges_[other];
  if (a.from != b.from || a.from == to_end || !routers_[a.from] || edge == other) return false;
  if (design_.rules.start == StartRule::speaker) return true;
  return !a.labels.empty() && !b.labels.empty() && !share(a.labels, b.labels);
}

std::set<Drawing::Choice> Drawing::choices_of(Number edge) const {
  const Edge& e = edges_[edge];
  if (e.from == to_end) return {};
  std::set<Choice> all = choices_[e.from];
  if (chooses(e.from) && !e.labels.empty()) all.insert({e.from, e.labels});
  return all;
}

std::optional<Drawing::Number> Drawing::decider(Number edge, Number other) const {
  if (exclude(edge, other)) return edges_[edge].from;
  const auto mine = choices_of(edge), theirs = choices_of(other);
  for (const Choice& choice : mine) {
    for (const Choice& opposite : theirs) {
      if (!routers_[choice.router]) continue;
      if (choice.router == opposite.router && !share(choice.labels, opposite.labels)) return choice.router;
    }
  }
  return std::nullopt;
}

std::optional<Drawing::Number> Drawing::parter(Number edge, Number other) const {
  if (const auto router = decider(edge, other)) return router;
  const auto mine = choices_of(edge), theirs = choices_of(other);
  for (const Choice& choice : mine) {
    for (const Choice& opposite : theirs) {
      if (choice.router != opposite.router || choice.labels == opposite.labels) continue;
      const bool parts = std::ranges::any_of(routes_[choice.router], [&](const std::set<std::string>& taken) {
        return share(taken, choice.labels) != share(taken, opposite.labels);
      });
      if (parts) return choice.router;
    }
  }
  return std::nullopt;
}

std::optional<Drawing::Number> Drawing::passer(const std::vector<Number>& edges) const {
  // Of each router the labels that lead to some of the edges; whoever decides about all of them may leave all of them out.
  std::map<Number, std::pair<std::size_t, std::set<std::string>>> ways;
  for (const Number e : edges) {
    std::set<Number> seen;
    for (const Choice& choice : choices_of(e)) {
      auto& [decides, labels] = ways[choice.router];
      decides += seen.insert(choice.router).second ? 1 : 0;
      labels.insert(choice.labels.begin(), choice.labels.end());
    }
  }
  for (const auto& [router, way] : ways) {
    const std::set<std::string>& labels = way.second;
    if (way.first != edges.size()) continue;
    const bool passes =
        std::ranges::any_of(routes_[router], [&](const std::set<std::string>& taken) { return !share(taken, labels); });
    if (passes) return router;
  }
  return std::nullopt;
}

JoinRule Drawing::join(Number n) const { return node(n).join.value_or(JoinRule{.kind = design_.rules.join}); }

std::vector<Drawing::Number> Drawing::all_of(Number n) const {
  const JoinRule rule = join(n);
  // What is asked of the tokens is asked when all have come; of an edge that is not taken one comes only where that is told.
  const bool decides = rule.when && design_.rules.skip == Skip::propagate;
  const bool all = rule.kind == JoinRule::Kind::all || (rule.kind == JoinRule::Kind::wait && rule.all && !decides) ||
                   (rule.kind == JoinRule::Kind::groups && rule.groups.size() == 1 && rule.groups.front().all);
  if (!all || in_[n].size() < 2) return {};
  const std::vector<std::string>& of = rule.kind == JoinRule::Kind::groups ? rule.groups.front().of : rule.of;
  std::vector<Number> edges;
  for (const Number e : in_[n]) {
    const std::string source = edges_[e].from == to_end ? std::string{} : node(edges_[e].from).name;
    if (of.empty() || std::ranges::find(of, source) != of.end()) edges.push_back(e);
  }
  return edges;
}

std::vector<const GraphDesign*> designs_of(const GraphDesign& design) {
  std::vector<const GraphDesign*> all{&design};
  for (std::size_t d = 0; d < all.size(); ++d) {
    for (const GraphNode& node : all[d]->nodes) {
      if (node.graph) all.push_back(node.graph.get());
    }
  }
  return all;
}

}  // namespace squall::scenarios
