// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/workflow.hpp"

namespace squall::scenarios {

/// Uses of a local (`set`, `as`, `item`) that some way through its program reaches before the local is set: definite
/// assignment, as the Java language defines it (Gosling, Joy, Steele, "The Java Language Specification", 1996, chapter 16). A branch
/// begins with its parent's locals, and what it sets does not come back. Linear in the steps times the locals of an agent / 64.
std::vector<BuildError> unset_uses(const Workflow& workflow);

}  // namespace squall::scenarios
