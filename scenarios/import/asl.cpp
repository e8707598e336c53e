// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/asl_errors.hpp"
#include "scenarios/import/asl_map.hpp"
#include "scenarios/import/asl_task.hpp"
#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/times.hpp"

// {StartAt, States: {NAME: {Type, Next or End, …}}, TimeoutSeconds}. Parallel has Branches, Map an ItemProcessor (once called
// Iterator), each a state machine itself. Defaults are those of the States Language, and of Step Functions for timeouts.

namespace squall::scenarios::imports {
namespace {

constexpr const char* assumed_job = "{p50: 1m, p99: 10m}";
constexpr const char* assumed_wait = "1m";
constexpr const char* thrown = "10%";

class Machine {
 public:
  explicit Machine(Foreign& foreign) : foreign_(foreign) {}

  void run(const Node& root) {
    DrawnGraph graph = this->graph({&root}, 1);
    foreign_.puzzled_by_others(root, "the state machine",
                               {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"});
    const auto timeout = seconds(root, "TimeoutSeconds");
    if (timeout) {
      DrawnNode whole{.name = foreign_.names.fresh("state-machine"),
                      .label = "the state machine",
                      .comment = "its TimeoutSeconds bounds all that is in it",
                      .at = foreign_.spot(root.mark)};
      whole.timeout = duration_word(*timeout);
      whole.inside.push_back(std::move(graph));
      graph = {.runs_as = {}};
      graph.edges.push_back({.source = "", .target = whole.name});
      graph.nodes.push_back(std::move(whole));
    }
    graph.runs_as = "step-functions";
    foreign_.drawing.graph = std::move(graph);
  }

 private:
  /// State machines that run side by side as one graph that ends when all of them have ended.
  DrawnGraph graph(const std::vector<const Node*>& machines, std::size_t depth) {
    DrawnGraph graph;
    if (depth > ImportLimits::scopes) {
      foreign_.refuse(machines.front()->mark,
                      fmt::format("state machines are nested more than {} deep", ImportLimits::scopes),
                      "take some of them out into machines of their own");
      return graph;
    }
    for (const Node* machine : machines) {
      if (!machine->is_mapping()) {
        foreign_.refuse(machine->mark, "this is no state machine", "write {\"StartAt\": …, \"States\": {…}}");
        continue;
      }
      states(graph, *machine, depth);
    }
    return graph;
  }

  void states(DrawnGraph& graph, const Node& machine, std::size_t depth) {
    const Node* states = foreign_.mapping_of(machine, "States");
    const Node* start = machine.find("StartAt");
    if (states == nullptr || states->entries.empty() || start == nullptr || !start->is_scalar())
      return foreign_.refuse(machine.mark, "a state machine needs 'StartAt' and 'States'",
                             "write {\"StartAt\": \"NAME\", \"States\": {\"NAME\": {…}}}");
    if ((count_ += states->entries.size()) > ImportLimits::nodes)
      return foreign_.refuse(states->mark, fmt::format("there are more than {} states", ImportLimits::nodes),
                             "import a part");
    std::map<std::string, std::string> names;
    for (const Node::Entry& entry : states->entries)
      names.emplace(entry.key->text, foreign_.names.fresh(entry.key->text));
    const std::map<std::string, std::string>* around = std::exchange(names_, &names);
    const AslLists lists{machine};
    const AslLists* lists_around = std::exchange(lists_, &lists);
    if (const std::string first = target(*start); !first.empty())
      graph.edges.push_back({.source = "", .target = first, .at = foreign_.spot(start->mark)});
    for (const Node::Entry& entry : states->entries) {
      if (!entry.value->is_mapping()) {
        foreign_.refuse(entry.value->mark, fmt::format("the state '{}' is no mapping", entry.key->text),
                        "give it a \"Type\"");
        continue;
      }
      DrawnNode node{.name = names.at(entry.key->text),
                     .label = entry.key->text,
                     .comment = foreign_.text_of(*entry.value, "Type"),
                     .at = foreign_.spot(entry.key->mark)};
      state(graph, std::move(node), *entry.value, depth);
    }
    names_ = around;
    lists_ = lists_around;
  }

  /// The native name of the state that a node names; empty where there is none, which is refused.
  std::string target(const Node& named) {
    const auto found = names_->find(named.text);
    if (found != names_->end()) return found->second;
    foreign_.refuse(named.mark, fmt::format("there is no state '{}' here", named.text),
                    foreign_.nearest_of(named.text, *names_));
    return {};
  }

  void state(DrawnGraph& graph, DrawnNode node, const Node& state, std::size_t depth) {
    const std::string type = node.comment;
    if (type == "Task") {
      task(node, state);
    } else if (type == "Wait") {
      wait(node, state);
    } else if (type == "Fail") {
      const std::string error = foreign_.text_of(state, "Error");
      const std::string native = error.empty() ? "failed" : native_error(error);
      node.body.push_back({.kind = DrawnStep::Kind::fail,
                           .what = native.empty() ? "failed" : native,
                           .detail = foreign_.text_of(state, "Cause"),
                           .comment = error == native ? "" : error});
    } else if (type == "Parallel") {
      const Node* branches = foreign_.sequence_of(state, "Branches");
      if (branches == nullptr || branches->items.empty())
        return foreign_.refuse(state.mark, "a Parallel state has no 'Branches'", "give it at least one");
      node.comment = fmt::format("Parallel, {} branches", branches->items.size());
      node.inside.push_back(this->graph({branches->items.begin(), branches->items.end()}, depth + 1));
    } else if (type == "Map") {
      map(node, state, depth);
    } else if (type.empty()) {
      return foreign_.refuse(state.mark, fmt::format("the state '{}' has no 'Type'", node.label),
                             "write Task, Choice, Wait, Pass, Parallel, Map, Succeed or Fail");
    } else if (type != "Pass" && type != "Choice" && type != "Succeed") {
      foreign_.puzzled(state.find("Type")->mark, fmt::format("the type '{}': read as a Pass", type));
    }
    if (!asl_errors_fit(foreign_, state)) return;
    if (type == "Task" || !node.inside.empty()) {
      node.retry = asl_retry(foreign_, state);
      catches(graph, node, state);
      throws(node, state);
    } else if (state.find("Retry") != nullptr || state.find("Catch") != nullptr) {
      foreign_.puzzled(state.mark, fmt::format("'Retry' or 'Catch' of a {}", type));
    }
    leave(graph, node, state);
    graph.nodes.push_back(std::move(node));
  }

  /// `Next`, `End`, or the routes of a Choice.
  void leave(DrawnGraph& graph, const DrawnNode& node, const Node& state) {
    const auto edge = [&](std::string to, const Node& at) {
      if (!to.empty())
        graph.edges.push_back({.source = node.name, .target = std::move(to), .at = foreign_.spot(at.mark)});
    };
    if (node.comment == "Fail") return;
    if (node.comment == "Succeed") return edge("end", state);
    if (node.comment == "Choice") return choice(graph, node, state);
    const Node* next = state.find("Next");
    if (next != nullptr && next->is_scalar()) return edge(target(*next), *next);
    if (foreign_.flag_of(state, "End", false)) return edge("end", *state.find("End"));
    foreign_.refuse(state.mark, fmt::format("the state '{}' has neither 'Next' nor 'End'", node.label),
                    "say what comes after it, or \"End\": true");
  }

  void choice(DrawnGraph& graph, const DrawnNode& node, const Node& state) {
    const Node* choices = foreign_.sequence_of(state, "Choices");
    std::vector<const Node*> nexts;
    if (choices != nullptr) {
      for (const Node* rule : choices->items) {
        const Node* next = rule->find("Next");
        if (next == nullptr || !next->is_scalar())
          foreign_.refuse(rule->mark, "a choice has no 'Next'", "say which state it leads to");
        else nexts.push_back(next);
      }
    }
    if (const Node* otherwise = state.find("Default"); otherwise != nullptr && otherwise->is_scalar()) {
      nexts.push_back(otherwise);
    } else {
      foreign_.assume(state.mark, "of a Choice without a Default one of the rules always holds");
    }
    if (nexts.empty()) return foreign_.refuse(state.mark, "a Choice leads nowhere", "give it 'Choices'");
    foreign_.assume(state.mark, "the rules of a Choice, and its Default, are equally likely");
    std::map<std::string, std::size_t> rules;
    for (const Node* next : nexts) ++rules[target(*next)];
    for (const Node* next : nexts) {
      const std::string to = target(*next);
      if (to.empty()) continue;
      graph.edges.push_back({.source = node.name,
                             .target = to,
                             .label = to,
                             .at = foreign_.spot(next->mark),
                             .chance = percent(rules[to], nexts.size())});
    }
  }

  void catches(DrawnGraph& graph, DrawnNode& node, const Node& state) {
    for (const AslCatch& one : asl_catches(foreign_, state)) {
      const std::string to = target(
          {.kind = Node::Kind::scalar, .plain = false, .mark = one.at, .text = one.next, .items = {}, .entries = {}});
      const std::string label = "caught-" + to;
      const std::string error = native_error(one.error);
      if (std::ranges::find(node.catches, error, &DrawnCatch::error) != node.catches.end()) continue;
      node.catches.push_back({error, label});
      graph.edges.push_back({.source = node.name,
                             .target = to,
                             .label = label,
                             .kind = DrawnEdge::Kind::failure,
                             .at = foreign_.spot(one.at)});
    }
    // `any` comes last, as States.ALL does.
    std::stable_partition(node.catches.begin(), node.catches.end(),
                          [](const DrawnCatch& one) { return !one.error.empty(); });
  }

  /// Errors of the task's own: without them the ways that a Retry or Catch is for would never be gone. Around a Parallel or
  /// Map these are for what is thrown inside: where nothing there does, its first state.
  void throws(DrawnNode& node, const Node& state) {
    for (const std::string& error : own_errors(state)) {
      DrawnNode* thrower = &node;
      if (!node.inside.empty()) {
        if (fails_with(node.inside.front(), error)) continue;
        thrower = first_inside(node.inside.front());
        if (thrower == nullptr) continue;
      }
      foreign_.assume(
          state.mark,
          fmt::format("a task throws an error that only its Retry or Catch names in {} of its calls", thrown));
      thrower->body.insert(thrower->body.begin(),
                           {.kind = DrawnStep::Kind::choose,
                            .branches = {{thrown, {{.kind = DrawnStep::Kind::fail, .what = error}}}, {{}, {}}}});
    }
  }

  static bool fails_with(const std::vector<DrawnStep>& body, const std::string& error) {
    return std::ranges::any_of(body, [&](const DrawnStep& step) {
      if (step.kind == DrawnStep::Kind::fail && step.what == error) return true;
      return std::ranges::any_of(step.branches, [&](const DrawnChoice& one) { return fails_with(one.steps, error); });
    });
  }
  static bool fails_with(const DrawnGraph& graph, const std::string& error) {
    return std::ranges::any_of(graph.nodes, [&](const DrawnNode& node) {
      return fails_with(node.body, error) || (!node.inside.empty() && fails_with(node.inside.front(), error));
    });
  }

  /// The first Task, or else the first state that could have a body.
  static DrawnNode* first_inside(DrawnGraph& graph) {
    DrawnNode* first = nullptr;
    for (DrawnNode& node : graph.nodes) {
      if (node.comment.starts_with("Task")) return &node;
      if (!node.inside.empty()) {
        if (DrawnNode* deeper = first_inside(node.inside.front())) return deeper;
      } else if (first == nullptr) {
        first = &node;
      }
    }
    return first;
  }

  std::optional<std::int64_t> seconds(const Node& of, std::string_view key) {
    const std::string text = foreign_.text_of(of, key);
    if (text.empty()) return std::nullopt;
    if (const auto time = seconds_of(text)) return time;
    foreign_.assume(of.find(key)->mark, fmt::format("a {} that is computed is 60 s", key));
    return 60'000'000'000;
  }

  void task(DrawnNode& node, const Node& state) {
    const AslResource resource = asl_resource(foreign_, state);
    auto timeout = seconds(state, "TimeoutSeconds");
    for (const char* path : {"TimeoutSecondsPath", "HeartbeatSecondsPath"}) {
      if (state.find(path) == nullptr) continue;
      foreign_.assume(state.find(path)->mark, "a timeout that is looked up in the state's input is 60 s");
      timeout = 60'000'000'000;
    }
    const auto heartbeat = seconds(state, "HeartbeatSeconds");
    if (heartbeat && resource.waits == AslResource::Waits::callback) {
      foreign_.assume(state.find("HeartbeatSeconds")->mark,
                      "nobody sends heartbeats: HeartbeatSeconds bounds the wait for a callback as a timeout does");
      timeout = timeout ? std::min(*timeout, *heartbeat) : *heartbeat;
    }
    if (heartbeat && *heartbeat > 0 && resource.waits != AslResource::Waits::callback)
      node.heartbeat = duration_word(*heartbeat);
    if (timeout) {
      node.timeout = duration_word(*timeout);
    } else if (resource.waits == AslResource::Waits::reply) {
      foreign_.assume(state.mark, "a task without TimeoutSeconds has none (Step Functions: 99999999 s)");
    } else {
      foreign_.assume(
          state.mark,
          "a wait for a callback or a job without TimeoutSeconds or HeartbeatSeconds has no bound of its own "
          "(Step Functions: 99999999 s)");
    }
    call(node, resource);
    if (resource.waits != AslResource::Waits::callback) return;
    std::vector<DrawnAgent>& agents = foreign_.drawing.agents;
    if (agents.empty())
      agents.push_back(
          {.name = foreign_.names.fresh("outside"), .comment = "whoever sends task tokens back", .human = true});
    agents.front().answers.push_back({.name = node.name, .time = assumed_answer});
    foreign_.assume(state.mark, fmt::format("a task token comes back after {}, once", assumed_answer));
    node.body.push_back(
        {.kind = DrawnStep::Kind::ask, .what = node.name, .detail = agents.front().name, .comment = "the task token"});
    node.comment += ", waits for a callback";
  }

  void call(DrawnNode& node, const AslResource& resource) {
    const bool job = resource.waits == AslResource::Waits::job;
    const std::string name = resource.tool + (job ? "-job" : "");
    const auto [tool, fresh] = foreign_.tool(name);
    if (fresh) {
      foreign_.assume(fmt::format("a service answers after {}", assumed_call));
      if (job) foreign_.assume(fmt::format("a job takes {}", assumed_job));
      *tool = {.name = name,
               .label = resource.label,
               .latency = job ? assumed_job : assumed_call,
               .dedup = {},
               .effect = resource.effect};
    }
    std::string key;
    if (resource.keyed && resource.effect) {
      // One key for each state and instance: two states of one tool are two effects.
      key = fmt::format("\"=instance * 100 + {}\"", ++keys_);
      tool->dedup = "90d";
      foreign_.assume("a request with a token, a name or attribute_not_exists has its effect once in 90 days");
    }
    node.body.push_back({.kind = DrawnStep::Kind::call, .what = name, .detail = key, .waits = job});
  }

  void wait(DrawnNode& node, const Node& state) {
    const std::string text = foreign_.text_of(state, "Seconds");
    const auto time = seconds_of(text);
    if (!time)
      foreign_.assume(state.mark, fmt::format("a Wait until a moment that is not in the file takes {}", assumed_wait));
    node.body.push_back({.kind = DrawnStep::Kind::sleep, .time = time ? duration_word(*time) : assumed_wait});
  }

  void map(DrawnNode& node, const Node& state, std::size_t depth) {
    AslMap map = asl_map(foreign_, node.label, state, *lists_);
    if (map.inner == nullptr) return;
    DrawnGraph each = graph({map.inner}, depth + 1);
    if (map.width == 0) {
      node.comment += ", over no item";
      return;
    }
    node.inside.push_back(std::move(each));
    node.over = fmt::format("1..{}", map.width);
    node.at_once = map.at_once;
    node.tolerated = map.tolerated;
  }

  Foreign& foreign_;
  const std::map<std::string, std::string>* names_ = nullptr;  // of the machine that is being read
  const AslLists* lists_ = nullptr;
  std::size_t count_ = 0, keys_ = 0;
};

}  // namespace

void read_asl(Foreign& foreign, const Node& root) {
  if (!root.is_mapping())
    return foreign.refuse(root.mark, "this is no state machine", "write {\"StartAt\": …, \"States\": {…}}");
  Machine{foreign}.run(root);
}

}  // namespace squall::scenarios::imports
