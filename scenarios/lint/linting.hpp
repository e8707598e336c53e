// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "faults/line.hpp"
#include "scenarios/lint/index.hpp"
#include "scenarios/lint/lint.hpp"
#include "scenarios/lint/passable.hpp"
#include "scenarios/lint/survey.hpp"

namespace squall::scenarios {

/// What the rules read, and where they put what they find. Each rule is a function of it, a file for each family.
struct Linting {
  const Workflow& workflow;
  const sim::Model& model;
  const Survey& survey;
  const Passable& passable;
  const Index& index;
  std::span<const faults::Line> strikes;  ///< what the file itself lets strike
  std::vector<LintFinding>& found;

  const AgentSpec& agent(Survey::Number n) const { return workflow.agents()[n].second; }
  const std::string& agent_name(Survey::Number n) const { return workflow.agents()[n].first; }
  const AgentSpec& agent_of(Survey::Number site) const { return agent(survey.at(site).agent); }
  const std::string& agent_name_of(Survey::Number site) const { return agent_name(survey.at(site).agent); }
  const Code& code_of(Survey::Number site) const { return *program_of(model, survey.at(site).agent); }

  /// Whether any run could come to this step, or to one inside it, at best. What has no operation of its own counts.
  bool reached(Survey::Number site) const {
    const auto* block = survey.as<steps::Block>(site);
    if (block != nullptr && block->body.steps.empty()) return true;  // nothing is there that could be come to
    bool some = false;
    for (Survey::Number n = site; n < survey.at(site).end; ++n) {
      const auto pc = survey.first_op(n);
      if (pc && passable.reached(survey.at(n).agent, *pc)) return true;
      some = some || pc.has_value();
    }
    return !some;
  }

  LintFinding& say(const char* rule, Survey::Number site, std::string what, std::string fix) {
    found.push_back({.rule = rule,
                     .where = survey.name(site),
                     .what = std::move(what),
                     .reasons = {},
                     .fix = std::move(fix),
                     .certain = false,
                     .mark = survey.at(site).step->mark});
    return found.back();
  }
};

/// A fault that may strike with this chance.
inline faults::Line strike(faults::Fault fault, faults::Matcher matcher, sim::Probability chance) {
  return {.fault = std::move(fault), .matcher = std::move(matcher), .trigger = {.chance = chance}};
}

/// How a message is spoken of: what a runtime says to a node is the node's work.
inline std::string spoken(const std::string& topic) { return topic.starts_with('(') ? "its work" : topic; }

/// Whether a graph may fail by itself but for its limit: by a step of a body, or where a bound of a node strikes. Subgraphs: always.
bool may_fail(const Linting& linting, const GraphDesign& design);

void lint_graph_joins(Linting&);       ///< L01 to L04
void lint_graph_cycles(Linting&);      ///< L14, L15 and L22 of graphs
void lint_graph_state(Linting&);       ///< L07 and L20 of graphs
void lint_messages(Linting&);          ///< L05 unread-topic, unfed-wait; L25
void lint_collectors(Linting&);        ///< L06
void lint_parallel_writers(Linting&);  ///< L07
void lint_bounds(Linting&);            ///< L08
void lint_effects(Linting&);           ///< L09, L10
void lint_leases(Linting&);            ///< L11
void lint_retries(Linting&);           ///< L12, L13
void lint_cycles(Linting&);            ///< L14
void lint_resources(Linting&);         ///< L16, L17, L26
void lint_self_waits(Linting&);        ///< L17 of questions
void lint_children(Linting&);          ///< L18
void lint_guards(Linting&);            ///< L19
void lint_checkpoints(Linting&);       ///< L20
void lint_half_pairs(Linting&);        ///< L20 of two keys
void lint_subscriptions(Linting&);     ///< L21
void lint_dead_steps(Linting&);        ///< L22
void lint_capabilities(Linting&);      ///< L23
void lint_fan_out(Linting&);           ///< L24
void lint_graph_fan_out(Linting&);     ///< L24 of graphs

}  // namespace squall::scenarios
