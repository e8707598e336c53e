// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "faults/line.hpp"
#include "scenarios/file.hpp"
#include "scenarios/workflow.hpp"
#include "sim/invariants/invariant.hpp"
#include "sim/model.hpp"

/// What can be said of a workflow without playing it.
namespace squall::scenarios {

/// A claim that a workflow could make, and how its file would write it.
struct Asked {
  Claim claim;
  std::string text;
};

/// How a run could show what a rule has found: see `witness.hpp`.
struct Rehearsal {
  std::vector<sim::Invariant> judges;  ///< what such a run violates; besides, whatever the workflow itself claims
  std::vector<faults::Line> faults;    ///< what may strike, where the workflow's own faults show nothing
  std::vector<std::string> names;      ///< agents, keys, tools and resources: all of them stand in such a violation
  std::vector<Asked> claims{};         ///< what besides it could violate
  std::vector<std::string> some{};     ///< and one of these; empty: that is enough
};

/// A word of the sentence that tells of an effect which has happened more than once, and of no other.
inline constexpr const char* had_again = "more than once";

/// Something that is wrong, or worth a look.
struct LintFinding {
  std::string rule;                  ///< its name in the table: `unfed-wait`
  std::string where;                 ///< the step by its site name
  std::string what;                  ///< a sentence without its full stop
  std::vector<std::string> reasons;  ///< what it follows from, a sentence each
  std::string fix;                   ///< what to write instead
  bool certain = false;              ///< no run can go well there; else it depends
  std::uint32_t mark = 0;            ///< of the step (`StepInfo::mark`); 0 where the workflow came from no file
  Rehearsal rehearsal{};             ///< no judges: no run can show it
};

/// With more steps than this, only some rules are asked.
inline constexpr std::size_t lint_steps_most = 20'000;

/// The findings for a workflow and the model that was built from it, the certain ones first, then rule by rule in the order
/// of the agents and of their steps.
///
/// `unfed-wait`, `wait-cycle` and `dead-step` come from the largest set of steps that could ever be reached if all choices
/// went as wished, all bounds struck and messages were never used up: a `receive` is passed where somebody's reachable step
/// sends what it demands. What is not passed even then is passed in no run. So nothing is certain that is not so; a wait that
/// only bad luck leaves unmet is for runs to find.
///
/// All other rules look at what stands there: they may cry wolf, and a run decides (`witness.hpp`). Mostly linear in the
/// steps; at worst quadratic, so a workflow of more than `lint_steps_most` steps is asked for L05, L08, L16, L17, L25 and L26
/// alone, and of steps that are compared in pairs the first few of a kind count.
std::vector<LintFinding> lint(const Workflow& workflow, const sim::Model& model);
/// The same for a file, with what its `faults` and its `plan` may restart. Requires: it was read without errors.
std::vector<LintFinding> lint(const Loaded& file);

}  // namespace squall::scenarios
