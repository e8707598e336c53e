// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/autogen_stop.hpp"
#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/times.hpp"

// {provider, component_type, config: {participants: [{provider, config: {name, tools, workbench, handoffs}}],
// termination_condition, max_turns, …}}. GraphFlow has config.graph.nodes{NAME: {edges: [{target, condition, activation_group,
// activation_condition}], activation}} beside its participants.

namespace squall::scenarios::imports {
namespace {

constexpr std::uint64_t signal_percent = 10;

class Team {
 public:
  explicit Team(Foreign& foreign) : foreign_(foreign) {}

  /// The graph of one team.
  DrawnGraph graph(const Node& team, std::size_t depth) {
    DrawnGraph graph;
    const std::string kind = class_of(foreign_.text_of(team, "provider"));
    const Node* config = foreign_.mapping_of(team, "config");
    const Node* participants = config == nullptr ? nullptr : foreign_.sequence_of(*config, "participants");
    if (participants == nullptr || participants->items.empty() || participants->items.size() > 1000 ||
        depth > ImportLimits::scopes) {
      foreign_.refuse(team.mark, "this is no team with participants (1 to 1000, teams nested no deeper than a dozen)",
                      "write what team.dump_component() returns");
      return graph;
    }
    const bool leads = kind == "MagenticOneGroupChat";
    if (leads && (config->find("max_turns") == nullptr || config->find("max_turns")->is_null()))
      foreign_.assume(config->mark, "a Magentic team without max_turns takes 20 turns at most");
    const bool tree = !leads && kind != "GraphFlow" && needs_tree(*config);
    const TeamStop stop = team_stop(foreign_, *config, leads ? std::optional<std::uint64_t>{20} : std::nullopt, tree);
    std::map<std::string, std::string> names;
    for (const Node* one : participants->items) participant(graph, *one, names, depth);
    if (foreign_.refused()) return graph;
    if (tree) {
      const bool selects = kind == "SelectorGroupChat" && names.size() > 1;  // a run of its own
      const TeamEnd end = team_end(foreign_, *config, names, selects ? 1 : 0);
      if (!end.bounded && !stop.turns)
        foreign_.assume(config->mark, "nothing bounds this team: it stops when an agent says so, or never");
      ends(graph, end);
    }
    if (stop.turns) {
      graph.limit = std::to_string(*stop.turns);
      graph.at_limit = "end";
    }
    graph.runs_as = kind == "GraphFlow" ? "graphflow" : "group-chat";
    if (kind == "GraphFlow") {
      flow(graph, *config, names);
    } else if (kind == "SelectorGroupChat") {
      selector(graph, foreign_.flag_of(*config, "allow_repeated_speaker", false), stop);
    } else if (kind == "Swarm") {
      swarm(graph, *participants, names, stop);
    } else if (kind == "MagenticOneGroupChat") {
      magentic(graph, *config, stop);
    } else {
      if (kind != "RoundRobinGroupChat")
        foreign_.puzzled(team.find("provider") != nullptr ? team.find("provider")->mark : team.mark,
                         fmt::format("the team '{}': read as a round robin", kind));
      round_robin(graph, stop);
    }
    return graph;
  }

 private:
  static const Node* config_of(const Node& component) {
    const Node* config = component.find("config");
    return config != nullptr && config->is_mapping() ? config : nullptr;
  }

  void participant(DrawnGraph& graph, const Node& one, std::map<std::string, std::string>& names, std::size_t depth) {
    const Node* config = one.is_mapping() ? config_of(one) : nullptr;
    if (config == nullptr)
      return foreign_.refuse(one.mark, "a participant has no 'config'", "give it one, with a name");
    const std::string provider = foreign_.text_of(one, "provider"), kind = class_of(provider);
    const bool is_team = config->find("participants") != nullptr;
    const Node* inner = is_team ? &one : config->find("team");
    const Node* name = config->find("name");
    std::string text = name != nullptr && name->is_scalar() ? name->text : std::string{};
    if (text.empty()) text = inner != nullptr ? foreign_.text_of(one, "label") : std::string{};
    if (text.empty()) {
      if (inner == nullptr) return foreign_.refuse(config->mark, "a participant has no name", "give it a \"name\"");
      text = kind;
    }
    if (names.contains(text))
      return foreign_.refuse(name != nullptr ? name->mark : one.mark,
                             fmt::format("the name '{}' is another participant's already", text), "give each its own");
    DrawnNode node{.name = names[text] = foreign_.names.fresh(text),
                   .label = text,
                   .comment = kind,
                   .at = foreign_.spot(name != nullptr ? name->mark : one.mark)};
    if (inner != nullptr && inner->is_mapping()) {
      node.inside.push_back(this->graph(*inner, depth + 1));
    } else {
      body(node, *config, kind);
    }
    graph.nodes.push_back(std::move(node));
  }

  void body(DrawnNode& node, const Node& config, const std::string& kind) {
    if (kind == "UserProxyAgent") {
      std::vector<DrawnAgent>& agents = foreign_.drawing.agents;
      if (agents.empty())
        agents.push_back({.name = foreign_.names.fresh("person"), .comment = "the user", .human = true});
      agents.front().answers.push_back({.name = node.name, .time = assumed_answer});
      foreign_.assume(config.mark,
                      fmt::format("the user answers after {}, and nothing bounds the wait", assumed_answer));
      node.body.push_back({.kind = DrawnStep::Kind::ask, .what = node.name, .detail = agents.front().name});
      return;
    }
    foreign_.assume(config.mark, fmt::format("a turn of an agent takes {}", assumed_work));
    node.body.push_back({.kind = DrawnStep::Kind::work, .what = node.name, .time = assumed_work});
    tools(node, config);
    if (const Node* benches = config.find("workbench"); benches != nullptr) {
      if (benches->is_mapping() && config_of(*benches) != nullptr) tools(node, *config_of(*benches));
      for (const Node* bench : benches->items) {
        if (bench->is_mapping() && config_of(*bench) != nullptr) tools(node, *config_of(*bench));
      }
    }
  }

  void tools(DrawnNode& node, const Node& of) {
    const Node* list = of.find("tools");
    if (list == nullptr || !list->is_sequence()) return;
    for (const Node* tool : list->items) {
      const Node* config = tool->is_mapping() ? config_of(*tool) : nullptr;
      const std::string label = config == nullptr ? std::string{} : foreign_.text_of(*config, "name");
      if (label.empty()) {
        foreign_.puzzled(tool->mark, "a tool without a name");
        continue;
      }
      const std::string name = native_name(label, "tool");
      if (const auto [known, fresh] = foreign_.tool(name); fresh)
        *known = {.name = name, .label = label, .latency = assumed_call, .dedup = {}};
      foreign_.assume(
          tool->mark,
          fmt::format("an agent calls each of its tools in half of its turns; it answers after {} and has an effect",
                      assumed_call));
      node.body.push_back({.kind = DrawnStep::Kind::choose,
                           .branches = {{"50%", {{.kind = DrawnStep::Kind::call, .what = name}}}, {{}, {}}}});
    }
  }

  /// What ends the team, and who says so.
  void ends(DrawnGraph& graph, const TeamEnd& end) {
    graph.ends_when = end.when;
    for (const std::string& key : end.keys) {
      foreign_.drawing.keys.push_back({key, {}});
      for (DrawnNode& node : graph.nodes) {
        if (!node.inside.empty()) continue;
        const DrawnStep says{.kind = DrawnStep::Kind::write, .what = key, .detail = "1"};
        node.body.push_back(
            {.kind = DrawnStep::Kind::choose, .branches = {{percent(signal_percent, 100), {says}}, {{}, {}}}});
      }
    }
  }

  /// The edge by which `node` may stop the team. What is left of its chances for the others.
  std::uint64_t stops(DrawnGraph& graph, const DrawnNode& node, const TeamStop& stop) {
    if (!stop.signal) return 100;
    graph.edges.push_back(
        {.source = node.name, .target = "end", .label = "stop", .at = node.at, .chance = percent(signal_percent, 100)});
    return 100 - signal_percent;
  }

  /// Who of these speaks next: equally likely.
  void one_of(DrawnGraph& graph, const DrawnNode& node, const std::vector<std::string>& next, const TeamStop& stop) {
    if (stop.after.contains(node.label)) {
      graph.edges.push_back({.source = node.name, .target = "end", .at = node.at});
      return;
    }
    const std::uint64_t rest = stops(graph, node, stop);
    for (const std::string& to : next) {
      DrawnEdge edge{.source = node.name, .target = to, .at = node.at};
      if (next.size() > 1 || stop.signal) {
        edge.label = to;
        edge.chance = percent(rest, 100 * next.size());
      }
      graph.edges.push_back(std::move(edge));
    }
  }

  void round_robin(DrawnGraph& graph, const TeamStop& stop) {
    graph.edges.push_back({.source = "", .target = graph.nodes.front().name});
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
      one_of(graph, graph.nodes[n], {graph.nodes[(n + 1) % graph.nodes.size()].name}, stop);
  }

  void selector(DrawnGraph& graph, bool repeats, const TeamStop& stop) {
    DrawnNode first{.name = foreign_.names.fresh("selector"),
                    .label = "the model that selects who speaks",
                    .comment = "for the first time"};
    foreign_.assume("the model selects each of the others with equal chances");
    std::vector<std::string> all;
    for (const DrawnNode& node : graph.nodes) all.push_back(node.name);
    for (const DrawnNode& node : graph.nodes) {
      std::vector<std::string> next = all;
      if (!repeats && next.size() > 1) std::erase(next, node.name);
      one_of(graph, node, next, stop);
    }
    if (all.size() == 1) {
      graph.edges.push_back({.source = "", .target = all.front()});
      return;
    }
    graph.edges.push_back({.source = "", .target = first.name});
    one_of(graph, first, all, {});
    if (!graph.limit.empty())
      graph.limit = std::to_string(std::stoull(graph.limit) + 1);  // the selection is a run of its own
    graph.nodes.insert(graph.nodes.begin(), std::move(first));
  }

  void swarm(DrawnGraph& graph, const Node& participants, const std::map<std::string, std::string>& names,
             const TeamStop& stop) {
    graph.edges.push_back({.source = "", .target = graph.nodes.front().name});
    foreign_.assume(participants.mark,
                    "an agent of a swarm hands off to each of its targets, or goes on itself, with equal chances");
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      std::vector<std::string> next;
      const Node* config = config_of(*participants.items[n]);
      const Node* handoffs = config->find("handoffs");
      if (handoffs != nullptr && handoffs->is_sequence()) {
        for (const Node* handoff : handoffs->items) {
          const Node* inner = handoff->is_mapping() && config_of(*handoff) != nullptr ? config_of(*handoff) : handoff;
          const std::string target = inner->is_mapping() ? foreign_.text_of(*inner, "target") : inner->text;
          const auto found = names.find(target);
          if (found == names.end()) {
            foreign_.assume(handoff->mark,
                            "a handoff to somebody who is no participant ends the run: the user goes on");
            if (std::ranges::find(next, "end") == next.end()) next.emplace_back("end");
          } else if (std::ranges::find(next, found->second) == next.end()) {
            next.push_back(found->second);
          }
        }
      }
      if (std::ranges::find(next, graph.nodes[n].name) == next.end()) next.push_back(graph.nodes[n].name);
      one_of(graph, graph.nodes[n], next, stop);
    }
  }

  void magentic(DrawnGraph& graph, const Node& config, const TeamStop& stop) {
    DrawnNode lead{.name = foreign_.names.fresh("orchestrator"),
                   .label = "orchestrator",
                   .comment = "keeps the ledger and says who is next",
                   .at = foreign_.spot(config.mark)};
    lead.body.push_back({.kind = DrawnStep::Kind::work, .what = lead.name, .time = assumed_work});
    foreign_.assume(config.mark, "the orchestrator asks each participant, or ends, with equal chances");
    std::vector<std::string> next{"end"};
    for (const DrawnNode& node : graph.nodes) {
      next.push_back(node.name);
      graph.edges.push_back({.source = node.name, .target = lead.name, .at = node.at});
    }
    graph.edges.push_back({.source = "", .target = lead.name});
    one_of(graph, lead, next, {});
    graph.limit = std::to_string(2 * stop.turns.value_or(20) + 1);  // the orchestrator's runs count too
    graph.at_limit = "end";
    graph.nodes.insert(graph.nodes.begin(), std::move(lead));
  }

  struct Into {
    std::string source, group;
    bool any = false;
  };

  void flow(DrawnGraph& graph, const Node& config, const std::map<std::string, std::string>& names) {
    const Node* whole = foreign_.mapping_of(config, "graph");
    const Node* nodes = whole == nullptr ? nullptr : whole->find("nodes");
    if (nodes == nullptr || nodes->is_scalar())
      return foreign_.refuse(config.mark, "a GraphFlow has no graph with nodes",
                             "write what team.dump_component() returns");
    std::vector<const Node*> all = {nodes->items.begin(), nodes->items.end()};
    for (const Node::Entry& entry : nodes->entries) all.push_back(entry.value);
    std::map<std::string, std::vector<Into>> into;
    std::map<std::string, bool> any;
    for (const Node* node : all) {
      if (!node->is_mapping()) {
        foreign_.refuse(node->mark, "a node of the graph is no mapping", "write {\"name\": …, \"edges\": […]}");
        continue;
      }
      const std::string source = native(*node, "name", names);
      if (source.empty()) continue;
      any[source] = foreign_.text_of(*node, "activation") == "any";
      const Node* edges = foreign_.sequence_of(*node, "edges");
      if (edges == nullptr) continue;
      Labels labels{"when"};
      for (const Node* edge : edges->items) {
        const std::string target = edge->is_mapping() ? native(*edge, "target", names) : std::string{};
        if (target.empty()) continue;
        std::string condition = foreign_.text_of(*edge, "condition");
        if (condition.empty() && edge->find("condition_function") != nullptr &&
            !edge->find("condition_function")->is_null())
          condition = "condition of " + target;
        graph.edges.push_back({.source = source,
                               .target = target,
                               .label = condition.empty() ? "" : labels.of(condition),
                               .at = foreign_.spot(edge->mark)});
        if (!condition.empty())
          foreign_.assume(edge->mark,
                          "conditional edges of one node are exclusive routes, each as likely as the others");
        const std::string group = foreign_.text_of(*edge, "activation_group");
        into[target].push_back(
            {source, group.empty() ? target : group, foreign_.text_of(*edge, "activation_condition") == "any"});
      }
    }
    const std::string start =
        whole->find("default_start_node") == nullptr || whole->find("default_start_node")->is_null()
            ? std::string{}
            : native(*whole, "default_start_node", names);
    if (!start.empty()) graph.edges.push_back({.source = "", .target = start});
    for (DrawnNode& node : graph.nodes) {
      if (start.empty() && !into.contains(node.name)) graph.edges.push_back({.source = "", .target = node.name});
      join(node, into[node.name], any[node.name]);
    }
    if (std::ranges::none_of(graph.edges, [](const DrawnEdge& edge) { return edge.source.empty(); }))
      foreign_.refuse(whole->mark, "no node of the graph is without an edge into it: nothing starts it",
                      "name one in \"default_start_node\"");
  }

  std::string native(const Node& of, std::string_view key, const std::map<std::string, std::string>& names) {
    const Node* named = of.find(key);
    const auto found = named == nullptr || !named->is_scalar() ? names.end() : names.find(named->text);
    if (found != names.end()) return found->second;
    foreign_.refuse(
        named == nullptr ? of.mark : named->mark,
        named == nullptr ? fmt::format("'{}' is missing", key) : fmt::format("'{}' is no participant", named->text),
        "name a participant");
    return {};
  }

  static void join(DrawnNode& node, const std::vector<Into>& into, bool node_any) {
    std::vector<std::string> order;
    std::map<std::string, std::pair<bool, std::vector<std::string>>> groups;
    for (const Into& one : into) {
      if (!groups.contains(one.group)) order.push_back(one.group);
      auto& [any, sources] = groups[one.group];
      any = any || one.any || node_any;
      if (std::ranges::find(sources, one.source) == sources.end()) sources.push_back(one.source);
    }
    if (into.size() < 2) return;
    if (order.size() == 1) {
      node.join = groups.begin()->second.first ? "any" : "all";
      return;
    }
    std::string text;
    for (const std::string& group : order)
      text += fmt::format("{}{{{}: [{}]}}", text.empty() ? "" : ", ", groups[group].first ? "any" : "all",
                          fmt::join(groups[group].second, ", "));
    node.join = "[" + text + "]";
  }

  Foreign& foreign_;
};

}  // namespace

void read_autogen(Foreign& foreign, const Node& root) {
  if (!root.is_mapping())
    return foreign.refuse(root.mark, "this is no component", "write what team.dump_component() returns");
  foreign.drawing.graph = Team{foreign}.graph(root, 1);
}

}  // namespace squall::scenarios::imports
