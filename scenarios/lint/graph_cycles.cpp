// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "scenarios/lint/drawing.hpp"
#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/runtimes/lower.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using Number = Drawing::Number;

/// Circles of a drawing, and nodes that lie beside every way.
class GraphCycles {
 public:
  GraphCycles(Linting& linting, const GraphDesign& design) : linting_(linting), drawing_(design) {}

  void run() {
    const Drawing::Set reached = drawing_.from_start(), ends = drawing_.to_the_end();
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (!reached[n]) {
        say("dead-step", n, "nothing leads to it from the start", "draw an edge to it, or leave it out", {});
      } else if (!ends[n]) {
        if (std::ranges::none_of(drawing_.in(n),
                                 [&](Number e) {
                                   const Number from = drawing_.edges()[e].from;
                                   return from != Drawing::to_end && reached[from] && !ends[from];
                                 }) ||
            first_of_circle(n, ends))
          say("unreachable-end", n, "nothing leads from it to the end", "draw a way out, or give the graph a limit",
              {.judges = {sim::Termination{.within = 24h}, sim::LivelockFreedom{.events = 5'000}},
               .faults = {},
               .names = {},
               .some = involved({drawing_.node(n).name})});
      }
    }
    circles(reached, ends);
  }

 private:
  void say(const char* rule, Number n, std::string what, std::string fix, Rehearsal rehearsal,
           std::vector<std::string> reasons = {}) {
    linting_.found.push_back({.rule = rule,
                              .where = drawing_.node(n).name,
                              .what = std::move(what),
                              .reasons = std::move(reasons),
                              .fix = std::move(fix),
                              .certain = false,
                              .mark = drawing_.node(n).mark,
                              .rehearsal = std::move(rehearsal)});
  }

  /// Of nodes that lead to each other and not out, the first in the file.
  bool first_of_circle(Number n, const Drawing::Set& ends) const {
    const Drawing::Set behind = drawing_.from(n);
    for (Number other = 0; other < n; ++other) {
      if (!ends[other] && behind[other] && drawing_.from(other)[n]) return false;
    }
    for (const Number e : drawing_.in(n)) {
      const Number from = drawing_.edges()[e].from;
      if (from != Drawing::to_end && !ends[from] && !behind[from]) return false;
    }
    return true;
  }

  // ---- L14, L15 ----

  /// Whether the node itself stops after so many rounds: by its visits, or by a condition on something that is counted.
  bool stops(Number n) const {
    const GraphNode& node = drawing_.node(n);
    if (node.visits) return true;
    bool measured = false;
    const auto look = [&](const Step& step) {
      const auto* choice = std::get_if<steps::If>(&step.action);
      if (choice == nullptr || !asks_a_measure(node, choice->condition)) return;
      for (const Program* part : {&choice->then, &choice->otherwise}) {
        for_each_step(*part, [&](const Step& inner) {
          measured = measured || std::holds_alternative<steps::Route>(inner.action) ||
                     std::holds_alternative<steps::Fail>(inner.action);
        });
      }
    };
    for_each_step(node.body, look);
    return measured;
  }

  bool asks_a_measure(const GraphNode& node, const Expression& condition) const {
    std::set<std::string> counted{"visit", "now"};
    for_each_step(node.body, [&](const Step& step) {
      const auto* read = std::get_if<steps::Read>(&step.action);
      if (read != nullptr && linting_.index.is_counted(read->key)) counted.insert(step.fields.as);
    });
    const auto names = names_in(condition);
    return std::ranges::any_of(names, [&](const std::string& name) { return counted.contains(base_of(name)); });
  }

  /// A circle through none of the nodes that stop it, if there is one: each once, from its first node in the file on.
  void circles(const Drawing::Set& reached, const Drawing::Set& ends) {
    if (drawing_.design().limit && drawing_.design().ends_at_limit) return;
    std::vector<bool> stops_here(drawing_.size());
    for (Number n = 0; n < drawing_.size(); ++n) stops_here[n] = stops(n);
    std::vector<bool> told(drawing_.size());
    for (Number n = 0; n < drawing_.size(); ++n) {
      if (!reached[n] || stops_here[n] || told[n] || !ends[n]) continue;
      const std::vector<Number> circle = way_back(n, stops_here);
      if (circle.empty()) continue;
      for (const Number each : circle) told[each] = true;
      if (drawing_.design().limit) tell_limited(circle);
      else tell(circle);
    }
  }

  /// Those who go round, and the runtime that waits for them.
  static std::vector<std::string> involved(std::vector<std::string> names) {
    names.emplace_back(runtime_agent);
    return names;
  }

  std::vector<Number> way_back(Number start, const std::vector<bool>& barred) const {
    std::vector<Number> before(drawing_.size(), Drawing::to_end), open{start};
    for (std::size_t o = 0; o < open.size(); ++o) {
      for (const Number e : drawing_.out(open[o])) {
        const Number to = drawing_.edges()[e].to;
        if (to == Drawing::to_end || barred[to] || before[to] != Drawing::to_end) continue;
        before[to] = open[o];
        if (to == start) {
          std::vector<Number> circle;
          for (Number at = open[o];; at = before[at]) {
            circle.push_back(at);
            if (at == start) break;
          }
          std::ranges::reverse(circle);
          return circle;
        }
        open.push_back(to);
      }
    }
    return {};
  }

  std::vector<std::string> names_of(const std::vector<Number>& circle) const {
    std::vector<std::string> names;
    names.reserve(circle.size() + 1);
    for (const Number n : circle) names.push_back(drawing_.node(n).name);
    names.push_back(names.front());
    return names;
  }

  /// Where nothing gets less with each round, the limit is where a long talk fails with all that it has found.
  void tell_limited(const std::vector<Number>& circle) {
    const std::vector<std::string> names = names_of(circle);
    Rehearsal rehearsal;
    if (!may_fail(linting_, drawing_.design())) {
      // Nothing else can fail it: that it fails is the limit.
      rehearsal.names = {runtime_agent};
      Claim well = claims::never(claims::failed(std::string{runtime_agent}));
      rehearsal.claims.push_back({std::move(well.named("does-not-fail")),
                                  fmt::format("{{never: {{failed: {}}}, name: does-not-fail}}", runtime_agent)});
    }
    say("limit-ends-cycle", circle.front(),
        fmt::format("{} goes round until the graph's limit of {} fails it: no round brings it nearer to an end",
                    fmt::format("{}", fmt::join(names, " -> ")), *drawing_.design().limit),
        "route by something that is counted (visit, a key that grows), or write at-limit: end", std::move(rehearsal));
  }

  void tell(const std::vector<Number>& circle) {
    const std::vector<std::string> names = names_of(circle);
    const bool talk = drawing_.design().rules.start == StartRule::speaker;
    const std::string way = fmt::format("{}", fmt::join(names, " -> "));
    say(talk ? "stop-tree-unbounded" : "unbounded-cycle", circle.front(),
        talk ? fmt::format("the talk {} ends only when somebody says so", way)
             : fmt::format("{} may go round any number of times", way),
        talk ? "give the graph a limit besides (limit: n, at-limit: end)"
             : "give a node of it 'visits', the graph a 'limit', or route by something that is counted",
        {.judges = {sim::Termination{.within = 1h}, sim::LivelockFreedom{.events = 5'000}},
         .faults = {},
         .names = {},
         .some = involved(names)});
  }

  Linting& linting_;
  Drawing drawing_;
};

}  // namespace

void lint_graph_cycles(Linting& linting) {
  if (!linting.workflow.graph()) return;
  for (const GraphDesign* design : designs_of(*linting.workflow.graph())) GraphCycles{linting, *design}.run();
}

}  // namespace squall::scenarios
