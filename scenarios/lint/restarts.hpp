// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {

/// What starts an agent again, so that it does something for a second time.
struct Restarts {
  bool by_design = false;  ///< a `restart` step of its own
  bool by_faults = false;  ///< a crash or a redeploy that the file lets strike, and that it comes back from
  bool any() const { return by_design || by_faults; }
};
Restarts restarts_of(const Linting& linting, Survey::Number agent);

}  // namespace squall::scenarios
