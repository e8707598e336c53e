// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mistakes.hpp"

#include <algorithm>
#include <iterator>

#include "scenarios/agents/definite.hpp"
#include "scenarios/expression/types.hpp"

namespace squall::scenarios {

std::vector<BuildError> mistakes(const Workflow& workflow, std::span<const Expression> conditions) {
  std::vector<BuildError> found = unset_uses(workflow);
  std::ranges::move(type_errors(workflow, conditions), std::back_inserter(found));
  return found;
}

}  // namespace squall::scenarios
