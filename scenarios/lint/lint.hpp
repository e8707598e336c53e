// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/model.hpp"

/// What can be said of a workflow without playing it.
namespace squall::scenarios {

/// Something that is wrong, or worth a look.
struct LintFinding {
  std::string rule;                  ///< `unfed-wait`, `wait-cycle`, `unread-topic`, `unbounded-wait`, `unreleased`,
                                     ///< `lock-order`, `self-wait`
  std::string where;                 ///< the step by its site name
  std::string what;                  ///< a sentence without its full stop
  std::vector<std::string> reasons;  ///< of a cycle: one sentence for each wait
  std::string fix;                   ///< what to write instead
  bool certain = false;              ///< no run can go well there; else it depends
  std::uint32_t mark = 0;            ///< of the step (`StepInfo::mark`); 0 where the workflow came from no file
};

/// The findings for a model that `Workflow::build` made, the certain ones first, each kind in the order of the agents and
/// of their steps.
///
/// `unfed-wait` and `wait-cycle` come from the largest set of steps that could ever be reached if all choices went as
/// wished, all bounds struck and messages were never used up: a `receive` is passed where somebody's reachable step sends
/// what it demands. What is not passed even then is passed in no run. So nothing is certain that is not so; a wait that
/// only bad luck leaves unmet is for runs to find. Mostly linear in the steps; at worst quadratic.
///
/// Of resources it follows what may be held at each step: what is never given back, what is taken by somebody who has it,
/// and locks that are taken in circles (Havender, "Avoiding deadlock in multitasking systems", 1968: an order for all).
std::vector<LintFinding> lint(const sim::Model& model);

}  // namespace squall::scenarios
