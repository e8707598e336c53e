// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/claims/claim.hpp"

/// Expressions, patterns and claims as a file would write them: for what is told of them.
namespace squall::scenarios {

std::string text_of(const Expression& expression);
std::string text_of(const Condition& condition);
/// `sent task from planner to coder where event.n > 2`.
std::string text_of(const Pattern& pattern);
std::string text_of(const Claim& claim);

}  // namespace squall::scenarios
