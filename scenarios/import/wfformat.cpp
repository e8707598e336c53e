// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/times.hpp"

// Version 1.5: workflow.specification.tasks[{id, name, parents, children}], workflow.execution{makespanInSeconds,
// tasks[{id, runtimeInSeconds, machines}], machines[]}. Up to 1.4 all of a task stood in workflow.tasks[].

namespace squall::scenarios::imports {
namespace {

class Instance {
 public:
  explicit Instance(Foreign& foreign) : foreign_(foreign) {}

  void run(const Node& workflow) {
    const Node* specification = foreign_.mapping_of(workflow, "specification");
    const Node* execution = foreign_.mapping_of(workflow, "execution");
    const Node& run = execution == nullptr ? workflow : *execution;
    const Node* tasks = foreign_.sequence_of(specification == nullptr ? workflow : *specification, "tasks");
    if (tasks == nullptr || tasks->items.empty() || tasks->items.size() > ImportLimits::nodes)
      return foreign_.refuse(workflow.mark, fmt::format("there are no tasks, or more than {}", ImportLimits::nodes),
                             "write 'workflow.specification.tasks'");
    for (const Node* task : tasks->items) declare(*task);
    if (foreign_.refused()) return;
    for (const Node* task : tasks->items) {
      lines(*task);
      if (edges_ > 2 * ImportLimits::edges) return;
    }
    if (const Node* ran = execution == nullptr ? nullptr : foreign_.sequence_of(*execution, "tasks")) {
      for (const Node* task : ran->items) {
        if (task->is_mapping()) runtime(*task);
      }
    } else {
      for (const Node* task : tasks->items) runtime(*task);
    }
    if (foreign_.refused() || !acyclic()) return;
    draw(run);
  }

 private:
  struct Task {
    std::string label, id;
    Mark at;
    std::set<std::size_t> parents, children;
    std::optional<std::int64_t> took;
  };

  static const Node* id_of(const Node& task) {
    const Node* id = task.find("id");
    if (id == nullptr) id = task.find("name");
    return id != nullptr && id->is_scalar() ? id : nullptr;
  }

  void declare(const Node& task) {
    const Node* id = task.is_mapping() ? id_of(task) : nullptr;
    if (id == nullptr || id->text.empty()) return foreign_.refuse(task.mark, "a task has no id", "give it an \"id\"");
    if (!numbers_.emplace(id->text, tasks_.size()).second)
      return foreign_.refuse(id->mark, fmt::format("the id '{}' is another task's already", id->text),
                             "give each its own");
    tasks_.push_back({.label = id->text, .id = id->text, .at = id->mark, .parents = {}, .children = {}, .took = {}});
  }

  void lines(const Node& task) {
    const std::size_t self = numbers_.at(id_of(task)->text);
    for (const char* key : {"parents", "children"}) {
      const Node* list = foreign_.sequence_of(task, key);
      if (list == nullptr) continue;
      if ((edges_ += list->items.size()) > 2 * ImportLimits::edges)  // each may be said at both of its ends
        return foreign_.refuse(list->mark, fmt::format("there are more than {} dependencies", ImportLimits::edges),
                               "import a part of it");
      for (const Node* other : list->items) {
        const auto found = numbers_.find(other->text);
        if (found == numbers_.end()) {
          foreign_.refuse(other->mark, fmt::format("no task has the id '{}'", other->text),
                          "declare it, or name another");
          continue;
        }
        const bool parent = key == std::string_view{"parents"};
        tasks_[parent ? found->second : self].children.insert(parent ? self : found->second);
        tasks_[parent ? self : found->second].parents.insert(parent ? found->second : self);
      }
    }
  }

  void runtime(const Node& task) {
    const Node* id = id_of(task);
    const auto found = id == nullptr ? numbers_.end() : numbers_.find(id->text);
    if (found == numbers_.end()) return foreign_.puzzled(task.mark, "an executed task that is not specified");
    const Node* time = task.find("runtimeInSeconds");
    if (time == nullptr) time = task.find("runtime");
    if (time == nullptr || time->is_null()) return;
    tasks_[found->second].took = seconds_of(time->text);
    if (!tasks_[found->second].took)
      foreign_.refuse(time->mark, fmt::format("'{}' is no time in seconds", time->text), "write a number from 0");
  }

  /// Tasks whose parents are all done, one after the other, until none is left.
  bool acyclic() {
    std::vector<std::size_t> open(tasks_.size()), ready;
    for (std::size_t n = 0; n < tasks_.size(); ++n) {
      open[n] = tasks_[n].parents.size();
      if (open[n] == 0) ready.push_back(n);
    }
    std::size_t done = 0;
    for (; done < ready.size(); ++done) {
      for (const std::size_t child : tasks_[ready[done]].children) {
        if (--open[child] == 0) ready.push_back(child);
      }
    }
    if (done == tasks_.size()) return true;
    const auto stuck = std::ranges::find_if(open, [](std::size_t count) { return count > 0; });
    const Task& task = tasks_[static_cast<std::size_t>(stuck - open.begin())];
    foreign_.refuse(task.at, fmt::format("'{}' waits for itself, by way of its parents", task.label),
                    "take a parent out of the circle");
    return false;
  }

  void draw(const Node& run) {
    const Node* machines = foreign_.sequence_of(run, "machines");
    const std::size_t count = machines == nullptr ? 0 : machines->items.size();
    DrawnGraph& graph = foreign_.drawing.graph;
    graph.runs_as = "dataflow";
    if (count > 0) {
      graph.workers = std::to_string(count);
      graph.workers_comment = "one for each machine of the recorded run";
      foreign_.assume(
          machines->mark,
          "a machine does one task at a time; any task runs on any machine, in the order in which they become ready");
    } else {
      foreign_.assume(run.mark, "without machines in the file each task has one of its own");
    }
    foreign_.assume("files are where they are needed at once: a transfer takes no time");
    foreign_.drawing.latency = "0s";
    for (Task& task : tasks_) task.id = foreign_.names.fresh(task.label, "task");
    for (const Task& task : tasks_) {
      const Spot at = foreign_.spot(task.at);
      DrawnNode node{.name = task.id, .label = task.label, .comment = {}, .at = at};
      if (!task.took) foreign_.assume(task.at, "a task without a runtime takes none");
      node.body.push_back({.kind = DrawnStep::Kind::work, .time = duration_word(task.took.value_or(0))});
      if (task.parents.size() > 1) node.join = "all";
      graph.nodes.push_back(std::move(node));
      if (task.parents.empty()) graph.edges.push_back({.source = "", .target = task.id});
      for (const std::size_t child : task.children)
        graph.edges.push_back({.source = task.id, .target = tasks_[child].id, .at = at});
      if (task.children.empty()) graph.edges.push_back({.source = task.id, .target = "end"});
    }
    for (const char* key : {"makespanInSeconds", "makespan"}) {
      if (const Node* makespan = run.find(key)) foreign_.drawing.recorded_ns = seconds_of(makespan->text);
    }
    fit();
  }

  /// Tasks of one program, told by the first part of their ids, have their runtimes fitted.
  void fit() {
    if (!foreign_.wishes().fit) return;
    std::map<std::string, std::vector<std::int64_t>> samples;
    const auto program = [](const Task& task) { return task.label.substr(0, task.label.find_last_of("_-")); };
    for (const Task& task : tasks_) samples[program(task)].push_back(task.took.value_or(0));
    for (auto& [name, times] : samples) std::ranges::sort(times);
    for (std::size_t n = 0; n < tasks_.size(); ++n) {
      for (DrawnStep& step : foreign_.drawing.graph.nodes[n].body) {
        if (step.kind == DrawnStep::Kind::work) step.time = fitted(samples.at(program(tasks_[n])));
      }
    }
    foreign_.assume(
        "tasks whose ids differ in their last part only are of one kind: their runtimes are fitted together");
  }

  Foreign& foreign_;
  std::vector<Task> tasks_;
  std::size_t edges_ = 0;
  std::map<std::string, std::size_t, std::less<>> numbers_;
};

}  // namespace

void read_wfformat(Foreign& foreign, const Node& root) {
  const Node* workflow = root.is_mapping() ? foreign.mapping_of(root, "workflow") : nullptr;
  if (workflow == nullptr)
    return foreign.refuse(root.mark, "this is no WfFormat instance: it has no 'workflow'", "see wfcommons.org/format");
  Instance{foreign}.run(*workflow);
}

}  // namespace squall::scenarios::imports
