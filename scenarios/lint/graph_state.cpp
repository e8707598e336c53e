// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "scenarios/lint/drawing.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/runtimes/lower.hpp"

namespace squall::scenarios {
namespace {

using Number = Drawing::Number;

/// What nodes of one graph do to the state they share, and what a body does again.
class GraphState {
 public:
  GraphState(Linting& linting, const GraphDesign& design) : linting_(linting), drawing_(design) {}

  void run() {
    reached_ = drawing_.from_start();
    writers();
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (reached_[n]) before_interrupt(n);
    }
  }

 private:
  // ---- L07 ----

  void writers() {
    std::map<std::string, std::vector<Number>> by_key;
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (!reached_[n]) continue;
      for (const std::string& key : unguarded(drawing_.node(n))) {
        const KeySpec* spec = linting_.index.key(key);
        if (spec == nullptr || !spec->fenced_by.empty()) continue;
        if (spec->reducer == sim::Reducer::last || spec->reducer == sim::Reducer::single) by_key[key].push_back(n);
      }
    }
    for (const auto& [key, nodes] : by_key) judge(key, nodes);
  }

  bool stages() const { return drawing_.design().rules.commit != Commit::at_once; }

  /// The keys that a body writes and neither compares nor locks. What waits for its commit does so whatever its guard.
  std::set<std::string> unguarded(const GraphNode& node) const {
    std::set<std::string> plain;
    if (stages()) {
      for (const auto& [key, mark] : keys_written(node)) plain.insert(key);
      return plain;
    }
    for_each_step(node.body, [&](const Step& step) {
      if (const auto* write = std::get_if<steps::Write>(&step.action)) plain.insert(write->key);
      const auto* update = std::get_if<steps::Update>(&step.action);
      if (update != nullptr && update->guard == Guard::none) plain.insert(update->key);
    });
    return plain;
  }

  void judge(const std::string& key, const std::vector<Number>& nodes) {
    for (const Number n : nodes) {
      const GraphNode& node = drawing_.node(n);
      if (node.over && node.over->limit != 1) return say(key, n, n);
    }
    for (std::size_t x = 0; x < nodes.size(); ++x) {
      for (std::size_t y = x + 1; y < nodes.size(); ++y) {
        if (at_once(nodes[x], nodes[y])) return say(key, nodes[x], nodes[y]);
      }
    }
  }

  /// Whether both may run at the same time: neither leads to the other, and no choice lets one of them through. In supersteps
  /// that is the same step only where both can be come to by as many edges.
  bool at_once(Number x, Number y) const {
    if (drawing_.design().rules.start == StartRule::speaker) return false;
    if (drawing_.from(x)[y] || drawing_.from(y)[x]) return false;
    for (const Number a : drawing_.in(x)) {
      for (const Number b : drawing_.in(y)) {
        if (!drawing_.decider(a, b)) return !drawing_.design().rules.supersteps() || share_a_depth(x, y);
      }
    }
    return false;
  }

  bool share_a_depth(Number x, Number y) const {
    const auto depths = [&](Number target) {
      std::set<std::uint32_t> found;
      std::set<Number> now;
      for (const Drawing::Edge& edge : drawing_.edges()) {
        if (edge.from == Drawing::to_end && edge.to != Drawing::to_end) now.insert(edge.to);
      }
      for (std::uint32_t depth = 1; depth <= drawing_.size() && !now.empty(); ++depth) {
        if (now.contains(target)) found.insert(depth);
        std::set<Number> next;
        for (const Number n : now) {
          for (const Number e : drawing_.out(n)) {
            if (drawing_.edges()[e].to != Drawing::to_end) next.insert(drawing_.edges()[e].to);
          }
        }
        now = std::move(next);
      }
      return found;
    };
    const std::set<std::uint32_t> a = depths(x), b = depths(y);
    return std::ranges::any_of(a, [&](std::uint32_t depth) { return b.contains(depth); });
  }

  void say(const std::string& key, Number x, Number y) {
    const bool clash = drawing_.design().rules.commit == Commit::end_of_superstep;
    const std::string who = x == y ? fmt::format("its branches may write {} at once", key)
                                   : fmt::format("it and {} may write {} in one step", drawing_.node(y).name, key);
    const std::string then = clash ? ", which has no reducer: the graph fails" : ", and the last one wins";
    linting_.found.push_back({.rule = "parallel-writers",
                              .where = drawing_.node(x).name,
                              .what = who + then,
                              .reasons = {},
                              .fix = fmt::format("give {} a reducer that keeps both, or a key to each", key),
                              .certain = false,
                              .mark = drawing_.node(x).mark});
    linting_.found.back().rehearsal = {.judges = {sim::NoLostUpdate{}}, .faults = {}, .names = {key}};
    if (!clash || drawing_.design().limit || may_fail(linting_, drawing_.design())) return;
    // Nothing else can fail it: that it fails is the clash.
    linting_.found.back().rehearsal.names = {runtime_agent};
    linting_.found.back().rehearsal.claims.push_back(
        {std::move(claims::never(claims::failed(runtime_agent)).named("does-not-fail")),
         fmt::format("{{never: {{failed: {}}}, name: does-not-fail}}", runtime_agent)});
  }

  // ---- L20 ----

  /// An effect that a body has before it gives way to a question: with the answer it runs again from its top.
  void before_interrupt(Number n) {
    const GraphNode& node = drawing_.node(n);
    const Step* effect = nullptr;
    bool told = false;
    for_each_step(node.body, [&](const Step& step) {
      if (const auto* call = std::get_if<steps::Call>(&step.action); call != nullptr && effect == nullptr) {
        const ToolSpec* tool = linting_.index.tool(call->tool);
        const bool told_apart = call->of.key && tool != nullptr && tool->dedup > sim::Duration{};
        if (tool != nullptr && tool->effect && !told_apart) effect = &step;
      }
      if (!std::holds_alternative<steps::Interrupt>(step.action) || effect == nullptr || told) return;
      told = true;
      const std::string& tool = std::get<steps::Call>(effect->action).tool;
      linting_.found.push_back(
          {.rule = "checkpoint-gap",
           .where = fmt::format("{}/call {}", node.name, tool),
           .what = fmt::format("the body gives way to a question after it, and with the answer does {} again", tool),
           .reasons = {},
           .fix = "ask first, move the call to a node of its own, or give it a key and the tool a dedup window",
           .certain = false,
           .mark = effect->mark});
      linting_.found.back().rehearsal = {
          .judges = {sim::ExactlyOnce{}}, .faults = {}, .names = {tool, node.name, had_again}};
    });
  }

  Linting& linting_;
  Drawing drawing_;
  Drawing::Set reached_;
};

}  // namespace

bool may_fail(const Linting& linting, const GraphDesign& design) {
  bool fails = false;
  for (const GraphNode& node : design.nodes) {
    fails = fails || node.visits || node.fields.timeout || node.fields.deadline || node.graph;
    for_each_step(node.body, [&](const Step& step) {
      const auto* call = std::get_if<steps::Call>(&step.action);
      const ToolSpec* tool = call == nullptr ? nullptr : linting.index.tool(call->tool);
      fails = fails || (tool != nullptr && (tool->error != sim::Probability{} || tool->limit)) ||
              std::holds_alternative<steps::Fail>(step.action) || std::holds_alternative<steps::Ask>(step.action) ||
              std::holds_alternative<steps::Validate>(step.action) || step.fields.timeout || step.fields.deadline;
    });
  }
  return fails || &design != linting.workflow.graph().get();
}

void lint_graph_state(Linting& linting) {
  if (!linting.workflow.graph()) return;
  for (const GraphDesign* design : designs_of(*linting.workflow.graph())) GraphState{linting, *design}.run();
}

}  // namespace squall::scenarios
