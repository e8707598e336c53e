// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <algorithm>

#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/rules.hpp"

namespace squall::scenarios {
namespace {

std::vector<LintFinding> lint(const Workflow& workflow, const sim::Model& model,
                              std::span<const faults::Line> strikes) {
  const Survey survey{workflow, model};
  const Passable passable{model};
  std::vector<LintFinding> found;
  const Index index{workflow, survey};
  Linting linting{workflow, model, survey, passable, index, strikes, found};
  for (const auto rule : {lint_messages, lint_bounds, lint_resources}) rule(linting);
  if (survey.size() <= lint_steps_most) {
    for (const auto rule :
         {lint_collectors, lint_parallel_writers, lint_effects, lint_leases, lint_retries, lint_cycles, lint_self_waits,
          lint_children, lint_guards, lint_checkpoints, lint_half_pairs, lint_subscriptions, lint_dead_steps,
          lint_capabilities, lint_fan_out, lint_graph_joins, lint_graph_cycles, lint_graph_state, lint_graph_fan_out})
      rule(linting);
  }
  // What nodes and their runtime say to one another nobody has written.
  std::erase_if(found, [&](const LintFinding& finding) {
    const bool step = finding.where.find('/') != std::string::npos;
    return workflow.graph() != nullptr && step && (finding.mark == 0 || finding.where.starts_with("graph/"));
  });
  std::ranges::stable_sort(found, [](const LintFinding& a, const LintFinding& b) {
    const auto rank = [](const LintFinding& finding) {
      return finding.certain ? 0 : find_lint_rule(finding.rule)->severity == Severity::warning ? 1 : 2;
    };
    const auto order = [&](const LintFinding& finding) {
      return std::pair{rank(finding), find_lint_rule(finding.rule)};  // a table: places in it compare
    };
    return order(a) < order(b);
  });
  return found;
}

}  // namespace

std::vector<LintFinding> lint(const Workflow& workflow, const sim::Model& model) { return lint(workflow, model, {}); }

std::vector<LintFinding> lint(const Loaded& file) {
  std::vector<faults::Line> strikes = file.scenario->faults.lines;
  strikes.insert(strikes.end(), file.scenario->plan.lines.begin(), file.scenario->plan.lines.end());
  return lint(*file.workflow, file.scenario->model, strikes);
}

}  // namespace squall::scenarios
