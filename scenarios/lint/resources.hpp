// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/lint/lint.hpp"
#include "scenarios/lint/passable.hpp"

namespace squall::scenarios {

/// What can be said of locks, semaphores and leases: `unreleased`, `self-wait`, `lock-order`. All notes: whether a run comes
/// there, and whether two come there at once, is not known. Linear in steps times the resources that a program takes.
void lint_resources(const sim::Model& model, const Passable& passable, std::vector<LintFinding>& found);

}  // namespace squall::scenarios
