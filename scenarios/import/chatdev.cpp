// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/loops.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/times.hpp"

// graph: {start, end, nodes: [{id, type, config}], edges: [{from, to, trigger, condition, carry_data, dynamic}]}. An edge with
// `trigger: false` carries data and starts nothing. A loop_counter keeps quiet until it has been reached max_iterations times, a
// loop_timer until its time is over. Nodes run in layers: one that several edges lead into runs once when all of those have been
// decided and one of them was taken.

namespace squall::scenarios::imports {
namespace {

class Company {
 public:
  explicit Company(Foreign& foreign) : foreign_(foreign) {}

  void run(const Node& root) {
    const Node* graph = root.is_mapping() ? foreign_.mapping_of(root, "graph") : nullptr;
    const Node* nodes = graph == nullptr ? nullptr : foreign_.sequence_of(*graph, "nodes");
    if (nodes == nullptr || nodes->items.empty() || nodes->items.size() > ImportLimits::nodes)
      return foreign_.refuse(root.mark, "this is no ChatDev workflow: it has no 'graph' with 'nodes'",
                             "write 'graph: {start: […], nodes: […], edges: […]}'");
    graph_.runs_as = "langgraph";
    foreign_.assume(
        graph->mark,
        "layers are supersteps: what becomes ready together runs together, and the next layer waits for it");
    for (const Node* node : nodes->items) this->node(*node);
    if (const Node* edges = foreign_.sequence_of(*graph, "edges")) {
      for (const Node* edge : edges->items) this->edge(*edge);
    }
    if (foreign_.refused()) return;
    starts(*graph);
    conditions_that_fail();
    quiet_until();
    joins();
    rounds();
    foreign_.puzzled_by_others(root, "the file", {"version", "vars", "graph"});
    foreign_.puzzled_by_others(*graph, "the graph",
                               {"id", "description", "log_level", "is_majority_voting", "initial_instruction", "start",
                                "end", "nodes", "edges", "memory", "organization"});
    if (foreign_.flag_of(*graph, "is_majority_voting", false))
      foreign_.assume(graph->mark, "a majority vote takes no time of its own");
    foreign_.drawing.graph = std::move(graph_);
  }

 private:
  struct Quiet {
    std::string times, time;  ///< of a counter or a timer
    bool resets = true;
  };

  void node(const Node& node) {
    const Node* id = node.is_mapping() ? node.find("id") : nullptr;
    if (id == nullptr || !id->is_scalar() || id->text.empty())
      return foreign_.refuse(node.mark, "a node has no id", "give it an 'id'");
    if (names_.contains(id->text))
      return foreign_.refuse(id->mark, fmt::format("the id '{}' is another node's already", id->text),
                             "give each its own");
    const std::string type = foreign_.text_of(node, "type");
    DrawnNode made{.name = names_[id->text] = foreign_.names.fresh(id->text),
                   .label = id->text,
                   .comment = type,
                   .at = foreign_.spot(id->mark)};
    static const Node none{.kind = Node::Kind::mapping, .mark = {}, .text = {}, .items = {}, .entries = {}};
    const Node* given = foreign_.mapping_of(node, "config");
    body(made, type, given == nullptr ? none : *given, node);
    foreign_.puzzled_by_others(node, "a node", {"id", "type", "description", "config", "context_window", "input_mode"});
    graph_.nodes.push_back(std::move(made));
  }

  void body(DrawnNode& made, const std::string& type, const Node& config, const Node& node) {
    if (type == "literal" || type == "passthrough") return;
    if (type == "human") {
      std::vector<DrawnAgent>& agents = foreign_.drawing.agents;
      if (agents.empty())
        agents.push_back({.name = foreign_.names.fresh("person"), .comment = "whom human nodes ask", .human = true});
      agents.front().answers.push_back({.name = made.name, .time = assumed_answer});
      foreign_.assume(node.mark, fmt::format("a person answers after {}, and nothing bounds the wait", assumed_answer));
      made.body.push_back({.kind = DrawnStep::Kind::ask, .what = made.name, .detail = agents.front().name});
      return;
    }
    if (type == "loop_counter") {
      const auto times = foreign_.count_of(config, "max_iterations").value_or(10);
      quiet_[made.name] = {.times = std::to_string(std::max<std::uint64_t>(1, times)),
                           .resets = foreign_.flag_of(config, "reset_on_emit", true)};
      return;
    }
    if (type == "loop_timer") {
      const std::string unit = foreign_.text_of(config, "duration_unit");
      const auto time = seconds_of(foreign_.text_of(config, "max_duration")).value_or(60'000'000'000);
      const std::int64_t factor = unit == "hours" ? 3600 : unit == "minutes" ? 60 : 1;
      const std::int64_t capped = std::min<std::int64_t>(time, 1'000'000'000'000'000);
      quiet_[made.name] = {.time = duration_word(capped * factor),
                           .resets = foreign_.flag_of(config, "reset_on_emit", true)};
      return;
    }
    if (type == "subgraph") {
      foreign_.assume(node.mark,
                      fmt::format("a subgraph that is in another file, or in line, takes {} as a whole", assumed_work));
    } else if (type != "agent" && type != "python") {
      foreign_.puzzled(node.find("type") != nullptr ? node.find("type")->mark : node.mark,
                       fmt::format("the node type '{}': read as an agent", type));
    }
    foreign_.assume(node.mark, fmt::format("a node that works does so for {}", assumed_work));
    made.body.push_back({.kind = DrawnStep::Kind::work, .what = made.name, .time = assumed_work});
    tools(made, config);
    memories(made, config);
  }

  void tools(DrawnNode& made, const Node& config) {
    const Node* tooling = config.find("tooling");
    if (tooling == nullptr || !tooling->is_sequence()) return;
    for (const Node* one : tooling->items) {
      const Node* inner = one->is_mapping() ? one->find("config") : nullptr;
      const Node* list = inner == nullptr || !inner->is_mapping() ? nullptr : inner->find("tools");
      if (list == nullptr || !list->is_sequence()) continue;
      for (const Node* tool : list->items) {
        const std::string label = tool->is_mapping() ? foreign_.text_of(*tool, "name") : tool->text;
        const std::string name = native_name(label, "tool");
        const bool reads = label.starts_with("read") || label.starts_with("search") || label.starts_with("list") ||
                           label.starts_with("describe") || label.starts_with("get");
        if (const auto [known, fresh] = foreign_.tool(name); fresh)
          *known = {.name = name, .label = label, .latency = assumed_call, .dedup = {}, .effect = !reads};
        foreign_.assume(tool->mark,
                        "an agent calls each of its tools in a tenth of its turns; those that read, search, list or "
                        "describe have no effect, the others have one without a key");
        made.body.push_back({.kind = DrawnStep::Kind::choose,
                             .branches = {{"10%", {{.kind = DrawnStep::Kind::call, .what = name}}}, {{}, {}}}});
      }
    }
  }

  /// A memory that several agents read and write is a key of the state.
  void memories(DrawnNode& made, const Node& config) {
    const Node* memories = config.find("memories");
    if (memories == nullptr || !memories->is_sequence()) return;
    for (const Node* memory : memories->items) {
      if (!memory->is_mapping()) continue;
      const std::string label = foreign_.text_of(*memory, "name");
      if (label.empty()) continue;
      if (!keys_.contains(label)) {
        const std::string key = foreign_.names.fresh_plain("memory_" + label);
        keys_[label] = key;
        foreign_.drawing.keys.push_back({key, "sum"});
        foreign_.assume(memory->mark, "a memory is a key that counts what was put into it");
      }
      if (foreign_.flag_of(*memory, "read", true))
        made.body.insert(made.body.begin(), {.kind = DrawnStep::Kind::read, .what = keys_[label]});
      if (foreign_.flag_of(*memory, "write", true))
        made.body.push_back({.kind = DrawnStep::Kind::write, .what = keys_[label], .detail = "1"});
    }
  }

  std::string end_of(const Node& edge, std::string_view key) {
    const Node* named = edge.is_mapping() ? edge.find(key) : nullptr;
    if (named == nullptr || !named->is_scalar()) {
      foreign_.refuse(edge.mark, fmt::format("an edge has no '{}'", key), fmt::format("give it a '{}'", key));
      return {};
    }
    const auto found = names_.find(named->text);
    if (found != names_.end()) return found->second;
    foreign_.refuse(named->mark, fmt::format("no node has the id '{}'", named->text),
                    foreign_.nearest_of(named->text, names_));
    return {};
  }

  /// The words of a condition; empty where it always holds.
  std::string condition_of(const Node& edge) {
    const Node* condition = edge.find("condition");
    if (condition == nullptr || condition->is_null()) return {};
    if (condition->is_scalar()) return condition->text == "true" ? std::string{} : condition->text;
    const std::string type = foreign_.text_of(*condition, "type");
    const Node* config = condition->find("config");
    if (config == nullptr || !config->is_mapping()) return type == "true" ? std::string{} : type;
    if (const std::string name = foreign_.text_of(*config, "name"); !name.empty())
      return name == "true" ? std::string{} : name;
    std::string words;
    for (const char* part : {"any", "none", "regex"}) {
      const Node* list = config->find(part);
      if (list == nullptr || !list->is_sequence() || list->items.empty()) continue;
      for (const Node* item : list->items)
        words +=
            fmt::format("{}{} {}", words.empty() ? "" : " ", part == std::string_view{"none"} ? "not" : "", item->text);
    }
    return words.empty() ? type : words;
  }

  void edge(const Node& edge) {
    const std::string source = end_of(edge, "from"), target = end_of(edge, "to");
    if (source.empty() || target.empty()) return;
    const bool triggers = foreign_.flag_of(edge, "trigger", true);
    if (!triggers) {
      if (foreign_.flag_of(edge, "carry_data", true))
        graph_.edges.push_back(
            {.source = source, .target = target, .kind = DrawnEdge::Kind::data, .at = foreign_.spot(edge.mark)});
      foreign_.assume(edge.mark, "an edge without a trigger hands on what its source made, and starts nothing");
      return;
    }
    const std::string condition = condition_of(edge);
    DrawnEdge made{.source = source, .target = target, .at = foreign_.spot(edge.mark)};
    if (!condition.empty()) {
      made.label = labels_.try_emplace(source, "when").first->second.of(condition);
      foreign_.assume(edge.mark, "different conditions of one node's edges exclude each other, and are equally likely");
    }
    graph_.edges.push_back(std::move(made));
    if (const Node* dynamic = edge.find("dynamic"); dynamic != nullptr && dynamic->is_mapping())
      fan_out(target, *dynamic);
    foreign_.puzzled_by_others(edge, "an edge",
                               {"from", "to", "trigger", "condition", "carry_data", "keep_message", "clear_context",
                                "clear_kept_context", "process", "dynamic"});
    if (const Node* process = edge.find("process"); process != nullptr && !process->is_null())
      foreign_.puzzled(process->mark, "'process' of an edge");
  }

  void fan_out(const std::string& target, const Node& dynamic) {
    const auto node = std::ranges::find(graph_.nodes, target, &DrawnNode::name);
    const std::string type = foreign_.text_of(dynamic, "type");
    node->over = assumed_width;
    foreign_.assume(dynamic.mark, fmt::format("a dynamic edge runs its target over {} items", assumed_width));
    if (type == "tree") foreign_.assume(dynamic.mark, "the reduction of a dynamic tree takes no time of its own");
    const Node* config = dynamic.find("config");
    const auto most =
        config != nullptr && config->is_mapping() ? foreign_.count_of(*config, "max_parallel") : std::nullopt;
    if (most && *most > 0) node->at_once = std::to_string(*most);
  }

  void starts(const Node& graph) {
    std::vector<std::string> starts;
    if (const Node* start = graph.find("start"); start != nullptr && !start->is_null()) {
      std::vector<const Node*> named = {start->items.begin(), start->items.end()};
      if (start->is_scalar()) named.push_back(start);
      for (const Node* one : named) {
        const auto found = names_.find(one->text);
        if (found == names_.end())
          foreign_.refuse(one->mark, fmt::format("the graph starts at '{}', and no node has that id", one->text),
                          "name a node");
        else starts.push_back(found->second);
      }
    }
    if (starts.empty()) {
      std::set<std::string> reached;
      for (const DrawnEdge& edge : graph_.edges) {
        if (edge.kind == DrawnEdge::Kind::control && edge.source != edge.target) reached.insert(edge.target);
      }
      for (const DrawnNode& node : graph_.nodes) {
        if (!reached.contains(node.name)) starts.push_back(node.name);
      }
      foreign_.assume(graph.mark, "without 'start' the graph starts where no edge leads");
      if (starts.empty()) starts.push_back(graph_.nodes.front().name);
    }
    std::vector<DrawnEdge> edges;
    for (const std::string& start : starts) edges.push_back({.source = "", .target = start});
    graph_.edges.insert(graph_.edges.begin(), edges.begin(), edges.end());
  }

  /// A node whose only condition does not hold goes on to nothing.
  void conditions_that_fail() {
    std::map<std::string, std::set<std::string>> taken;
    for (const DrawnEdge& edge : graph_.edges) {
      if (!edge.label.empty()) taken[edge.source].insert(edge.label);
    }
    for (auto& [source, labels] : labels_) {
      if (taken[source].size() == 1)
        graph_.edges.push_back({.source = source, .target = "end", .label = labels.of("otherwise")});
    }
  }

  /// Counters and timers: their edges are taken when it is time. What goes round beside one (an edge from the same node, taken
  /// with the edge to it) goes through it instead: when a loop is left, nothing goes round any more.
  void quiet_until() {
    constexpr std::size_t most = 1000;  // each looks at all edges
    if (quiet_.size() > most)
      return foreign_.refuse(foreign_.mark(0, 1), fmt::format("there are more than {} loop counters and timers", most),
                             "import a part of it");
    const auto circle = circles(graph_);
    for (DrawnNode& node : graph_.nodes) {
      const auto quiet = quiet_.find(node.name);
      if (quiet == quiet_.end()) continue;
      const auto inside = [&](const std::string& name) {
        const auto found = circle.find(name);
        return found != circle.end() && found->second == circle.at(node.name);
      };
      bool leaves = false, leads = false;
      for (const DrawnEdge& edge : graph_.edges) {
        if (edge.source != node.name || edge.kind != DrawnEdge::Kind::control) continue;
        leads = true;
        leaves = leaves || !inside(edge.target);
      }
      if (!leads) continue;
      const std::set<std::string> round = beside(node.name, inside);
      if (leaves) {
        std::erase_if(graph_.edges, [&](const DrawnEdge& edge) {
          return edge.source == node.name && edge.kind == DrawnEdge::Kind::control && inside(edge.target);
        });
      }
      for (DrawnEdge& edge : graph_.edges) {
        if (edge.source == node.name && edge.kind == DrawnEdge::Kind::control) edge.label = "go";
      }
      for (const std::string& target : round)
        graph_.edges.push_back({.source = node.name, .target = target, .label = "quiet"});
      if (round.empty()) graph_.edges.push_back({.source = node.name, .target = "end", .label = "quiet"});
      const std::string& times = quiet->second.times;
      if (!quiet->second.time.empty()) {
        node.comment += fmt::format(", until {} have passed", quiet->second.time);
        foreign_.assume("a loop_timer counts from the start of the run");
        choose(node, fmt::format("now >= {}", quiet->second.time));
      } else {
        node.comment += fmt::format(", lets every {}. pass", times);
        choose(node, quiet->second.resets ? fmt::format("visit % {} == 0", times) : fmt::format("visit >= {}", times));
      }
    }
  }

  /// Targets in the same circle that are taken together with the edge to a counter or timer; they lose their edges.
  template <class Inside>
  std::set<std::string> beside(const std::string& guard, const Inside& inside) {
    std::set<std::string> round;
    std::set<std::pair<std::string, std::string>> forks;
    for (const DrawnEdge& edge : graph_.edges) {
      if (edge.target == guard && edge.kind == DrawnEdge::Kind::control && inside(edge.source))
        forks.emplace(edge.source, edge.label);
    }
    if (forks.size() != 1) {
      if (forks.size() > 1)
        foreign_.assume("what goes round beside a guard that several nodes lead to goes on when the loop is left");
      return round;
    }
    const std::string source = forks.begin()->first, label = forks.begin()->second;
    std::erase_if(graph_.edges, [&](const DrawnEdge& edge) {
      const bool goes_round = edge.source == source && edge.label == label && edge.target != guard &&
                              edge.kind == DrawnEdge::Kind::control && inside(edge.target);
      if (goes_round) round.insert(edge.target);
      return goes_round;
    });
    if (!round.empty())
      foreign_.assume(
          "a loop ends when an edge leads out of it: what goes round beside a loop_counter or loop_timer goes through "
          "it");
    return round;
  }

  static void choose(DrawnNode& node, std::string condition) {
    node.body.push_back({.kind = DrawnStep::Kind::when,
                         .what = std::move(condition),
                         .branches = {{{}, {{.kind = DrawnStep::Kind::route, .what = "go"}}},
                                      {{}, {{.kind = DrawnStep::Kind::route, .what = "quiet"}}}}});
  }

  /// A loop is left after a hundred rounds.
  void rounds() {
    std::map<std::size_t, std::size_t> sizes;
    for (const auto& [name, number] : circles(graph_)) ++sizes[number];
    std::size_t largest = 0;
    for (const auto& [number, size] : sizes) largest = std::max(largest, size);
    if (back_edges(graph_).empty()) return;
    graph_.limit = std::to_string(100 * largest);
    graph_.at_limit = "end";
    foreign_.assume(
        "a loop is left after 100 rounds: the whole graph ends after 100 layers for each node of its largest loop");
  }

  /// A node of several edges runs when its layer comes, not once for each of them.
  void joins() {
    const auto sources = forward_sources(graph_);
    const auto back = back_edges(graph_);
    std::set<std::string> again;
    for (const auto& [source, target] : back) again.insert(target);
    std::map<std::string, bool> routed;  // whether a token may fail to come along some edge into it
    for (const DrawnEdge& edge : graph_.edges) {
      if (!edge.label.empty()) routed[edge.target] = true;
    }
    for (DrawnNode& node : graph_.nodes) {
      const auto own = sources.find(node.name);
      if (own == sources.end() || own->second.size() < 2) continue;
      const bool loops = again.contains(node.name);
      if (!routed[node.name] && !loops && std::ranges::find(own->second, "") == own->second.end()) {
        node.join = "all";
        foreign_.assume("a node that several unconditional edges lead into waits for all of them");
      } else {
        foreign_.assume("a node that conditional edges or loops lead into runs when one of them is taken");
      }
    }
  }

  Foreign& foreign_;
  DrawnGraph graph_;
  std::map<std::string, std::string> names_, keys_;
  std::map<std::string, Quiet> quiet_;
  std::map<std::string, Labels> labels_;
};

}  // namespace

void read_chatdev(Foreign& foreign, const Node& root) { Company{foreign}.run(root); }

}  // namespace squall::scenarios::imports
