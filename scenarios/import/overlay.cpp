// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/overlay.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/loops.hpp"
#include "scenarios/import/times.hpp"
#include "scenarios/import/write_steps.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/values.hpp"
#include "scenarios/reader/yaml.hpp"

namespace squall::scenarios::imports {
namespace {

constexpr std::array node_keys{"join",  "time",   "timeout", "retry", "effect", "effects",
                               "reads", "writes", "routes",  "over",  "limit",  "visits"};
constexpr std::array retry_keys{"times", "backoff", "factor", "max", "jitter", "on"};

/// A piece of YAML on one line, as it may stand in the workflow file.
std::string one_line(const Node& node) {
  if (node.is_scalar()) return node.plain ? node.text : quoted(node.text);
  std::string text;
  for (const Node* item : node.items) text += (text.empty() ? "" : ", ") + one_line(*item);
  for (const Node::Entry& entry : node.entries)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", entry.key->text, one_line(*entry.value));
  return node.is_sequence() ? "[" + text + "]" : "{" + text + "}";
}

class Overlay {
 public:
  Overlay(Findings& findings, Drawing& drawing) : findings_(findings), drawing_(drawing) {}

  void run(const Node& root) {
    collect(drawing_.graph);
    if (!root.is_mapping()) return say(root.mark, "an overlay is a mapping", "write 'nodes: {NAME: {time: 5s}}'");
    for (const Node::Entry& entry : root.entries) {
      if (entry.key->text == "defaults") {
        defaults(*entry.value);
      } else if (entry.key->text == "nodes") {
        nodes(*entry.value);
      } else {
        unknown(*entry.key, "an overlay", std::array{"defaults", "nodes"});
      }
    }
  }

 private:
  struct Found {
    DrawnNode* node;
    DrawnGraph* graph;
    bool join;  ///< several edges lead into it, loops' not counted
  };

  void say(Mark at, std::string what, std::string fix) { findings_.add(at, std::move(what), std::move(fix)); }

  template <class Known>
  void unknown(const Node& key, std::string_view of, const Known& known) {
    const std::vector<std::string_view> names{known.begin(), known.end()};
    say(key.mark, fmt::format("{} has no '{}'", of, key.text), instead_of(key.text, names));
  }

  void collect(DrawnGraph& graph) {
    const auto sources = forward_sources(graph);
    for (DrawnNode& node : graph.nodes) {
      const auto own = sources.find(node.name);
      const Found found{&node, &graph, own != sources.end() && own->second.size() > 1};
      by_name_.try_emplace(node.name, found);
      by_label_.try_emplace(node.label, found);
      for (DrawnGraph& inner : node.inside) collect(inner);
    }
  }

  void defaults(const Node& node) {
    if (!node.is_mapping()) return say(node.mark, "defaults are a mapping", "write 'defaults: {time: 5s}'");
    for (const Node::Entry& entry : node.entries) {
      const bool time = entry.key->text == "time";
      if (!time && entry.key->text != "join") {
        unknown(*entry.key, "'defaults'", std::array{"time", "join"});
        continue;
      }
      if (time && !is_time(*entry.value)) continue;
      for (auto& [name, found] : by_name_) {
        if (time && found.node->inside.empty()) set_time(*found.node, one_line(*entry.value), assumed_work);
        if (!time && found.node->join.empty() && found.join) found.node->join = one_line(*entry.value);
      }
    }
  }

  void nodes(const Node& node) {
    if (!node.is_mapping()) return say(node.mark, "'nodes' is a mapping", "write 'nodes: {NAME: {time: 5s}}'");
    for (const Node::Entry& entry : node.entries) {
      auto found = by_name_.find(entry.key->text);
      if (found == by_name_.end()) {
        found = by_label_.find(entry.key->text);
        if (found == by_label_.end()) {
          if (findings_.count() >= Findings::most) break;  // the others would only be counted
          std::vector<std::string_view> names;
          for (const auto& [name, unused] : by_name_) names.push_back(name);
          const std::string instead = instead_of(entry.key->text, names);
          say(entry.key->mark, fmt::format("the drawing has no node '{}'", entry.key->text),
              instead.empty() ? "name a node of the drawing" : instead);
          continue;
        }
      }
      if (!entry.value->is_mapping()) {
        say(entry.value->mark, fmt::format("what '{}' gets is no mapping", entry.key->text),
            "write such as {time: 5s}");
        continue;
      }
      for (const Node::Entry& field : entry.value->entries) one(found->second, *field.key, *field.value);
    }
  }

  void one(const Found& found, const Node& key, const Node& value) {
    DrawnNode& node = *found.node;
    const std::string& field = key.text;
    if (field == "join") node.join = one_line(value);
    else if (field == "time" && is_time(value)) set_time(node, one_line(value), {});
    else if (field == "timeout" && is_time(value)) node.timeout = one_line(value);
    else if (field == "retry") retry(node, value);
    else if (field == "effect" || field == "effects") effects(node, value);
    else if (field == "reads" || field == "writes") keys(node, value, field == "reads");
    else if (field == "routes") routes(found, value);
    else if (field == "over") node.over = one_line(value);
    else if (field == "limit") node.at_once = one_line(value);
    else if (field == "visits") node.visits = one_line(value);
    else if (std::ranges::find(node_keys, field) == node_keys.end()) unknown(key, "a node of an overlay", node_keys);
  }

  bool is_time(const Node& node) {
    if (node.is_mapping()) return true;  // the reader of workflow files looks at it
    const auto time = parse_drawn(node.is_scalar() ? node.text : std::string{});
    if (const auto* refused = std::get_if<Refused>(&time)) {
      say(node.mark, fmt::format("'{}' {}", node.text, refused->what), refused->fix);
      return false;
    }
    return true;
  }

  /// The time of all that the node works; `instead_of` one that was assumed, or of any where that is empty.
  static void set_time(DrawnNode& node, const std::string& time, std::string_view assumed) {
    bool worked = false;
    for (DrawnStep& step : node.body) {
      if (step.kind != DrawnStep::Kind::work) continue;
      worked = true;
      if (assumed.empty() || step.time == assumed) step.time = time;
    }
    if (!worked && assumed.empty()) node.body.insert(node.body.begin(), {.kind = DrawnStep::Kind::work, .time = time});
  }

  void retry(DrawnNode& node, const Node& value) {
    if (!value.is_mapping() || value.find("times") == nullptr)
      return say(value.mark, "a retry says how often", "write such as {times: 3, backoff: 1s}");
    DrawnRetry made;
    for (const Node::Entry& entry : value.entries) {
      const std::string& field = entry.key->text;
      const std::string text = one_line(*entry.value);
      if (field == "times") made.times = text;
      else if (field == "backoff" && is_time(*entry.value)) made.backoff = text;
      else if (field == "factor") made.factor = text;
      else if (field == "max" && is_time(*entry.value)) made.max = text;
      else if (field == "jitter") made.jitter = text;
      else if (field == "on") made.on = texts(*entry.value);
      else if (std::ranges::find(retry_keys, field) == retry_keys.end()) unknown(*entry.key, "'retry'", retry_keys);
    }
    node.retry = std::move(made);
  }

  static std::vector<std::string> texts(const Node& node) {
    std::vector<std::string> all;
    if (node.is_scalar()) all.push_back(node.text);
    for (const Node* item : node.items) all.push_back(item->text);
    return all;
  }

  void effects(DrawnNode& node, const Node& value) {
    if (value.is_sequence()) {
      for (const Node* item : value.items) effects(node, *item);
      return;
    }
    const Node* tool = value.is_mapping() ? value.find("tool") : &value;
    if (tool == nullptr || !is_name(tool->text))
      return say(value.mark, "an effect names a tool", "write {tool: NAME, key: =instance}, in small letters");
    const Node* key = value.is_mapping() ? value.find("key") : nullptr;
    for (const Node::Entry& entry : value.entries) {
      if (entry.key->text != "tool" && entry.key->text != "key" && entry.key->text != "latency")
        unknown(*entry.key, "'effect'", std::array{"tool", "key", "latency"});
    }
    if (std::ranges::find(drawing_.tools, tool->text, &DrawnTool::name) == drawing_.tools.end()) {
      const Node* latency = value.is_mapping() ? value.find("latency") : nullptr;
      drawing_.tools.push_back({.name = tool->text,
                                .label = {},
                                .latency = latency != nullptr && is_time(*latency) ? one_line(*latency) : assumed_call,
                                .dedup = key != nullptr ? "1d" : ""});
    }
    node.body.push_back(
        {.kind = DrawnStep::Kind::call, .what = tool->text, .detail = key == nullptr ? "" : one_line(*key)});
  }

  void keys(DrawnNode& node, const Node& value, bool reads) {
    std::size_t at = 0;
    for (const std::string& key : texts(value)) {
      if (!is_plain_name(key) || by_name_.contains(key)) {
        say(value.mark,
            fmt::format("'{}' can be no key of the state: {}", key,
                        by_name_.contains(key) ? "a node is called so" : "it is no name without hyphens"),
            "write small letters, digits and _, and no node's name");
        continue;
      }
      if (std::ranges::find(drawing_.keys, key, &DrawnKey::name) == drawing_.keys.end())
        drawing_.keys.push_back({key, {}});
      if (reads) {
        node.body.insert(node.body.begin() + static_cast<std::ptrdiff_t>(at++),
                         {.kind = DrawnStep::Kind::read, .what = key});
      } else {
        const auto work = std::ranges::find(node.body, DrawnStep::Kind::work, &DrawnStep::kind);
        const bool makes = work != node.body.end() && (work->what.empty() || work->what == key);
        if (makes) work->what = key;
        node.body.push_back({.kind = DrawnStep::Kind::write, .what = key, .detail = makes ? "" : "1"});
      }
    }
  }

  void routes(const Found& found, const Node& value) {
    std::vector<std::string> labels;
    for (const DrawnEdge& edge : found.graph->edges) {
      if (edge.source == found.node->name && edge.kind == DrawnEdge::Kind::control && !edge.label.empty() &&
          std::ranges::find(labels, edge.label) == labels.end())
        labels.push_back(edge.label);
    }
    if (!value.is_mapping() || labels.empty())
      return say(value.mark,
                 labels.empty() ? fmt::format("'{}' has no routes to choose from", found.node->name)
                                : std::string{"routes are a mapping"},
                 labels.empty() ? "leave 'routes' out" : "write {LABEL: 70%}");
    std::uint64_t given = 0;
    std::map<std::string, std::uint64_t> chances;
    for (const Node::Entry& entry : value.entries) {
      if (std::ranges::find(labels, entry.key->text) == labels.end()) {
        unknown(*entry.key, fmt::format("'{}'", found.node->name), labels);
        continue;
      }
      const auto chance = parse_chance(entry.value->text);
      if (const auto* refused = std::get_if<Refused>(&chance)) {
        say(entry.value->mark, fmt::format("'{}' {}", entry.value->text, refused->what), refused->fix);
        continue;
      }
      given += chances[entry.key->text] = std::get<sim::Probability>(chance).ppm;
    }
    if (given > 1'000'000) return say(value.mark, "the routes' chances add up to more than 100%", "make them less");
    const std::size_t others = labels.size() - std::min(labels.size(), chances.size());
    for (DrawnEdge& edge : found.graph->edges) {
      if (edge.source != found.node->name || edge.label.empty()) continue;
      const auto known = chances.find(edge.label);
      edge.chance = percent(
          known != chances.end() ? known->second : (1'000'000 - given) / std::max<std::size_t>(1, others), 1'000'000);
    }
  }

  Findings& findings_;
  Drawing& drawing_;
  std::map<std::string, Found, std::less<>> by_name_, by_label_;
};

}  // namespace

void apply_overlay(Sources& sources, std::uint32_t file, Tree& tree, Findings& findings, Foreign& foreign) {
  Node* root = parse_yaml(sources, file, tree, findings);
  if (root != nullptr) Overlay{findings, foreign.drawing}.run(*root);
}

}  // namespace squall::scenarios::imports
