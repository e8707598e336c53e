// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {

using sim::literals::operator""_percent;

/// A child that outlives its parent, and that no step of the parent ever cancels.
void lint_children(Linting& linting) {
  const Survey& survey = linting.survey;
  survey.each<steps::Spawn>([&](Survey::Number n, const steps::Spawn& spawn) {
    if (spawn.child.on_parent_end != OnParentEnd::orphan || !linting.reached(n)) return;
    const std::string& child = survey.at(n).step->fields.as;
    const Survey::Number parent = survey.at(n).agent;
    for (Survey::Number at = survey.first(parent); at < survey.last(parent) && !child.empty(); ++at) {
      const auto* cancel = survey.as<steps::Cancel>(at);
      if (cancel != nullptr && names_in(cancel->agent).contains(child)) return;
    }
    LintFinding& finding = linting.say(
        "spawn-without-cancel", n,
        fmt::format("{} goes on when {} is over, and nothing stops it", spawn.agent, linting.agent_name(parent)),
        "write 'on-parent-end: cancel', or cancel it where its parent gives up");
    finding.rehearsal = {.judges = {sim::NoOrphans{}},
                         .faults = {strike(faults::AgentCrash{}, {.agent = linting.agent_name(parent)}, 20_percent)},
                         .names = {spawn.agent, linting.agent_name(parent)}};
  });
}

}  // namespace squall::scenarios
