// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/flat_graph.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/loops.hpp"

namespace squall::scenarios::imports {
namespace {

using Path = std::vector<std::string>;

constexpr const char* recursion_limit = "25";

class Drawer {
 public:
  Drawer(Foreign& foreign, const FlatGraph& flat, const std::string& join)
      : foreign_(foreign), flat_(flat), join_(join) {}

  void run() {
    for (const FlatGraph::Node& node : flat_.nodes) {
      if (node.scope.size() >= ImportLimits::scopes) {
        foreign_.refuse(node.at, fmt::format("the picture is nested {} deep or more", ImportLimits::scopes),
                        "draw it with fewer scopes inside of each other");
        return;
      }
      known_[node.id] = &node;
      for (std::size_t depth = 0; depth <= node.scope.size(); ++depth)
        scopes_.try_emplace(Path{node.scope.begin(), node.scope.begin() + static_cast<std::ptrdiff_t>(depth)});
    }
    scopes_.try_emplace(Path{});
    for (const FlatGraph::Node& node : flat_.nodes) name(node);
    for (const FlatGraph::Edge& edge : flat_.edges) place(edge);
    foreign_.drawing.graph = graph({});
    foreign_.drawing.graph.runs_as = "langgraph";
    if (foreign_.refused() || back_edges(foreign_.drawing.graph).empty()) return;
    foreign_.drawing.graph.limit = recursion_limit;
    foreign_.assume(fmt::format(
        "a graph with a loop fails after {} supersteps: the recursion_limit of LangGraph 1.0 (of 1.2: 10007)",
        recursion_limit));
  }

 private:
  /// An arrow between two things of one scope; empty: its begin, `end`: its end.
  struct Arrow {
    std::string source, target;
    const FlatGraph::Edge* edge;
    bool conditional;
  };
  struct Scope {
    std::vector<const FlatGraph::Node*> nodes;
    std::vector<std::string> children;  ///< last names of scopes in it, in order
    std::vector<Arrow> arrows;
    std::string name;
    Mark at;
  };

  static bool is(const FlatGraph::Node& node, std::string_view what) {
    return node.id == what || node.id.ends_with(":" + std::string{what}) || node.label == what;
  }

  void name(const FlatGraph::Node& node) {
    // The scopes around it are nodes of the scopes around them, and stand there where their first node does.
    for (std::size_t depth = 1; depth <= node.scope.size(); ++depth) {
      const Path path{node.scope.begin(), node.scope.begin() + static_cast<std::ptrdiff_t>(depth)};
      Scope& scope = scopes_.at(path);
      if (!scope.name.empty()) continue;
      scope.name = foreign_.names.fresh(path.back());
      scope.at = node.at;
      scopes_.at({path.begin(), path.end() - 1}).children.push_back(path.back());
    }
    if (is(node, FlatGraph::begin) || is(node, FlatGraph::finish)) return;
    names_[node.id] = foreign_.names.fresh(node.label.empty() ? node.id : node.label);
    marks_[names_[node.id]] = node.at;
    scopes_.at(node.scope).nodes.push_back(&node);
  }

  /// What an end of an arrow is called in the scope at `path`, which is around it: itself, or the scope in between.
  std::string called(const FlatGraph::Node& node, const Path& path) const {
    if (node.scope.size() == path.size()) {
      if (is(node, FlatGraph::begin)) return {};
      if (is(node, FlatGraph::finish)) return "end";
      return names_.at(node.id);
    }
    return scopes_.at({node.scope.begin(), node.scope.begin() + static_cast<std::ptrdiff_t>(path.size()) + 1}).name;
  }

  void place(const FlatGraph::Edge& edge) {
    const FlatGraph::Node& source = *known_.at(edge.source);
    const FlatGraph::Node& target = *known_.at(edge.target);
    Path shared = source.scope;
    const auto inside = [](const Path& path, const Path& around) {
      return path.size() >= around.size() && std::equal(around.begin(), around.end(), path.begin());
    };
    while (!inside(target.scope, shared)) shared.pop_back();
    if (called(target, shared).empty()) return foreign_.puzzled(edge.at, "an arrow that leads to a begin");
    if (called(source, shared) == "end") return foreign_.puzzled(edge.at, "an arrow that leaves an end");
    // Out of the scopes around the source: it ends each of them. The end of a scope is drawn already.
    for (Path path = source.scope; path.size() > shared.size(); path.pop_back()) {
      const std::string name = called(source, path);
      if (name != "end") arrow(path, {name, "end", &edge, path == source.scope && edge.conditional});
    }
    // Into the scopes around the target: it is where each of them begins.
    for (Path path = target.scope; path.size() > shared.size(); path.pop_back()) {
      const std::string name = called(target, path);
      if (!name.empty()) arrow(path, {"", name, &edge, false});
    }
    arrow(shared, {called(source, shared), called(target, shared), &edge, edge.conditional});
  }

  void arrow(const Path& path, Arrow arrow) { scopes_.at(path).arrows.push_back(std::move(arrow)); }

  DrawnGraph graph(const Path& path) {
    const Scope& scope = scopes_.at(path);
    DrawnGraph graph;
    for (const FlatGraph::Node* node : scope.nodes) graph.nodes.push_back(leaf(*node));
    for (const std::string& child : scope.children) {
      Path below = path;
      below.push_back(child);
      const Scope& inner = scopes_.at(below);
      graph.nodes.push_back(
          {.name = inner.name, .label = child, .comment = "a subgraph", .at = foreign_.spot(inner.at)});
      graph.nodes.back().inside.push_back(this->graph(below));
      foreign_.assume("a subgraph keeps its own count of supersteps and reads the state of the graph around it");
    }
    if (graph.nodes.empty()) {
      foreign_.refuse(scope.at.length == 0 ? foreign_.mark(0, 1) : scope.at, "the picture has no node",
                      "draw at least one between its begin and its end");
      return graph;
    }
    std::map<std::string, std::vector<const Arrow*>> leaving;
    for (const Arrow& arrow : scope.arrows) leaving[arrow.source].push_back(&arrow);
    for (const auto& [source, arrows] : leaving) edges(graph, source, arrows);
    if (!leaving.contains("")) begin_where_nothing_leads(graph, scope);
    joins(graph);
    return graph;
  }

  DrawnNode leaf(const FlatGraph::Node& node) {
    DrawnNode drawn{.name = names_.at(node.id),
                    .label = node.label.empty() ? node.id : node.label,
                    .comment = node.type,
                    .at = foreign_.spot(node.at)};
    const auto interrupt = [&](const char* when) {
      foreign_.assume(
          node.at, fmt::format("an interrupt asks a person, who answers after {}, and has no bound", assumed_answer));
      ask_person(drawn.name + when);
      drawn.body.push_back({.kind = DrawnStep::Kind::interrupt, .what = drawn.name + when, .detail = "person"});
    };
    if (node.interrupt_before) interrupt("-before");
    foreign_.assume(node.at, fmt::format("a node works for {}, has no effects, no timeout and no retry", assumed_work));
    drawn.body.push_back({.kind = DrawnStep::Kind::work, .time = assumed_work});
    if (node.interrupt_after) interrupt("-after");
    drawn.defer = node.defer;
    return drawn;
  }

  void ask_person(const std::string& topic) {
    std::vector<DrawnAgent>& agents = foreign_.drawing.agents;
    if (agents.empty())
      agents.push_back({.name = "person", .comment = "whoever is asked by interrupts", .human = true});
    agents.front().answers.push_back({.name = topic, .time = assumed_answer});
  }

  /// The arrows that leave one node (or the begin of the scope).
  void edges(DrawnGraph& graph, const std::string& source, const std::vector<const Arrow*>& arrows) {
    std::string from = source;
    std::set<std::tuple<std::string, std::string>> plain;
    std::vector<const Arrow*> conditional;
    for (const Arrow* arrow : arrows) {
      if (arrow->conditional) conditional.push_back(arrow);
    }
    if (conditional.size() == 1 && arrows.size() == 1) conditional.clear();  // nothing to choose from
    if (!conditional.empty() && source.empty()) {
      from = foreign_.names.fresh("begin");
      foreign_.assume(
          conditional.front()->edge->at,
          "conditional arrows from the begin are those of a node 'begin' that takes no time: one superstep more");
      graph.nodes.insert(graph.nodes.begin(),
                         {.name = from, .label = FlatGraph::begin, .comment = "chooses where to begin"});
      graph.edges.push_back({.source = "", .target = from});
    }
    Labels labels{"case"};
    for (const Arrow* arrow : arrows) {
      const bool routed = arrow->conditional && !conditional.empty();
      if (!routed) {
        if (!plain.emplace(arrow->source, arrow->target).second) continue;
        graph.edges.push_back({.source = from, .target = arrow->target, .at = foreign_.spot(arrow->edge->at)});
        continue;
      }
      const std::string wish = arrow->edge->label.empty() ? arrow->target : arrow->edge->label;
      graph.edges.push_back(
          {.source = from, .target = arrow->target, .label = labels.of(wish), .at = foreign_.spot(arrow->edge->at)});
    }
    if (conditional.empty()) return;
    foreign_.assume(conditional.front()->edge->at,
                    "conditional arrows of one node are exclusive routes, each as likely as the others");
    if (conditional.size() < arrows.size())
      foreign_.assume(arrows.front()->edge->at, "plain arrows beside conditional ones are taken whatever is chosen");
  }

  void begin_where_nothing_leads(DrawnGraph& graph, const Scope& scope) {
    std::set<std::string> reached;
    for (const DrawnEdge& edge : graph.edges) {
      if (edge.source != edge.target) reached.insert(edge.target);
    }
    for (const DrawnNode& node : graph.nodes) {
      if (!reached.contains(node.name)) graph.edges.push_back({.source = "", .target = node.name});
    }
    if (std::ranges::none_of(graph.edges, [](const DrawnEdge& edge) { return edge.source.empty(); }))
      graph.edges.push_back({.source = "", .target = graph.nodes.front().name});
    foreign_.assume(scope.at, "a graph without an arrow from its begin begins where no arrow leads");
  }

  /// Nodes that more than one plain arrow leads into, those that close loops not counted.
  void joins(DrawnGraph& graph) {
    DrawnGraph plain;
    plain.nodes = graph.nodes;
    for (const DrawnEdge& edge : graph.edges) {
      if (edge.label.empty()) plain.edges.push_back(edge);
    }
    const auto plain_sources = forward_sources(plain);
    std::map<std::string, std::vector<const std::string*>> all_sources;
    for (const DrawnEdge& edge : graph.edges) all_sources[edge.target].push_back(&edge.source);
    for (DrawnNode& node : graph.nodes) {
      const auto found = plain_sources.find(node.name);
      if (found == plain_sources.end() || found->second.size() < 2) continue;
      if (join_.empty()) {
        foreign_.assume(
            mark_of(node),
            "plain arrows into one node each start it; a list join looks the same in this format (--join all "
            "reads them as barriers)");
        continue;
      }
      // Who waits for what comes from itself waits for ever.
      std::vector<std::string> again;
      std::set<std::string> known{found->second.begin(), found->second.end()};
      for (const std::string* source : all_sources[node.name]) {
        if (known.insert(*source).second) again.push_back(*source);
      }
      const bool barrier = join_ == "all" || join_ == "all-taken";
      node.join = again.empty() || !barrier ? join_
                                            : fmt::format("[{{all: [{}]}}, {{any: [{}]}}]",
                                                          fmt::join(found->second, ", "), fmt::join(again, ", "));
    }
  }

  Mark mark_of(const DrawnNode& node) const {
    const auto found = marks_.find(node.name);
    return found == marks_.end() ? Mark{} : found->second;
  }

  Foreign& foreign_;
  const FlatGraph& flat_;
  const std::string& join_;
  std::map<std::string, const FlatGraph::Node*> known_;
  std::map<std::string, std::string> names_;
  std::map<std::string, Mark> marks_;  // by native names
  std::map<Path, Scope> scopes_;
};

}  // namespace

void draw(Foreign& foreign, const FlatGraph& flat, const std::string& join) { Drawer{foreign, flat, join}.run(); }

}  // namespace squall::scenarios::imports
