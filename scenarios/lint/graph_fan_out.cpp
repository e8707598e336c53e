// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/lint/drawing.hpp"
#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/runtimes/condition.hpp"

namespace squall::scenarios {
namespace {

/// Whether the condition of a join holds where all of so many sources were skipped.
bool holds_of_skipped(const Expression& when, std::int64_t sources) {
  return condition_value(when, [&](std::string_view name) {
           return name == "tokens.skipped" || name == "tokens.total" ? sources : 0;
         }) != 0;
}

/// Fan-outs of a drawing over nothing.
class DrawnFanOut {
 public:
  DrawnFanOut(Linting& linting, const GraphDesign& design) : linting_(linting), drawing_(design) {}

  void run() {
    const Drawing::Set reached = drawing_.from_start();
    for (Drawing::Number n = 0; n < drawing_.size(); ++n) {
      const GraphNode& node = drawing_.node(n);
      if (reached[n]) nobody_joined(n);
      if (!node.over || !reached[n] || !may_be_empty(*node.over) || is_asked_before(n)) continue;
      if (drawing_.chooses(n)) nobody_follows(n);
      else goes_on(n);
    }
  }

 private:
  static bool may_be_empty(const Over& over) {
    if (!over.from || !over.to) return true;
    constexpr Interval all{};
    const Interval from = interval_of(*over.from), to = interval_of(*over.to);
    return to.low == all.low || from.high == all.high || to.low < from.high;
  }

  /// Whether a node that leads to it asks about what its width is made of.
  bool is_asked_before(Drawing::Number n) const {
    const Over& over = *drawing_.node(n).over;
    std::set<std::string> names;
    for (const auto& end : {over.from, over.to}) {
      if (end) names.merge(names_in(*end));
    }
    bool asked = false;
    for (const Drawing::Number e : drawing_.in(n)) {
      const Drawing::Number from = drawing_.edges()[e].from;
      if (from == Drawing::to_end) continue;
      for_each_step(drawing_.node(from).body, [&](const Step& step) {
        const auto* choice = std::get_if<steps::If>(&step.action);
        if (choice == nullptr) return;
        for (const std::string& name : names_in(choice->condition)) asked = asked || names.contains(name);
      });
    }
    return asked;
  }

  LintFinding& say(Drawing::Number n, std::string what, std::string fix) {
    linting_.found.push_back({.rule = "empty-fanout",
                              .where = drawing_.node(n).name,
                              .what = std::move(what),
                              .reasons = {},
                              .fix = std::move(fix),
                              .certain = false,
                              .mark = drawing_.node(n).mark});
    return linting_.found.back();
  }

  /// A join whose own rule does not hold where a router started none of its branches: a callback without anything to call back for.
  void nobody_joined(Drawing::Number n) {
    const JoinRule rule = drawing_.join(n);
    if (rule.kind != JoinRule::Kind::wait || !rule.all || !rule.when || drawing_.in(n).size() < 2) return;
    if (drawing_.design().rules.skip != Skip::propagate) return;  // it waits for ever then, as a join over a choice
    if (holds_of_skipped(*rule.when, static_cast<std::int64_t>(drawing_.in(n).size()))) return;
    const auto router = drawing_.passer(drawing_.in(n));
    if (!router) return;
    LintFinding& finding =
        say(n,
            fmt::format("{} may start none of its branches, and its rule does not hold then: it is skipped",
                        drawing_.node(*router).name),
            "let 'when' hold where nothing has failed, or let another node do what is to be done then");
    claim_ended(finding, drawing_.node(n).name);
  }

  /// Shown by a run in which a node never ends.
  static void claim_ended(LintFinding& finding, const std::string& node) {
    finding.rehearsal = {.judges = {sim::NoOrphanedWait{}, sim::ProperCompletion{}}, .faults = {}, .names = {node}};
    Claim ends = claims::eventually(claims::ended(node));
    finding.rehearsal.claims.push_back(
        {std::move(ends.named("is-done")), fmt::format("{{eventually: {{ended: {}}}, name: is-done}}", node)});
  }

  /// Its elements say which way is taken: without any, none is.
  void nobody_follows(Drawing::Number n) {
    std::vector<std::string> behind;
    for (const Drawing::Number e : drawing_.out(n)) {
      const Drawing::Number to = drawing_.edges()[e].to;
      if (to != Drawing::to_end) behind.push_back(drawing_.node(to).name);
    }
    if (behind.empty()) return;
    LintFinding& finding = say(n,
                               fmt::format("it may have no element, and then nobody takes a way: {} {} not run",
                                           fmt::join(behind, ", "), behind.size() == 1 ? "does" : "do"),
                               "let a node before it choose another way where there is nothing to fan out over");
    claim_ended(finding, behind.front());
  }

  /// What is behind it is started by the fan-out itself, however many elements it has.
  void goes_on(Drawing::Number n) {
    for (const Drawing::Number e : drawing_.out(n)) {
      const Drawing::Number to = drawing_.edges()[e].to;
      if (to == Drawing::to_end) continue;
      say(n,
          fmt::format("it may have no element, and {} begins all the same, with no result of it",
                      drawing_.node(to).name),
          "let a node before it choose another way where there is nothing to fan out over");
      return;
    }
  }

  Linting& linting_;
  Drawing drawing_;
};

}  // namespace

void lint_graph_fan_out(Linting& linting) {
  if (!linting.workflow.graph()) return;
  for (const GraphDesign* design : designs_of(*linting.workflow.graph())) DrawnFanOut{linting, *design}.run();
}

}  // namespace squall::scenarios
