// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/monitor.hpp"

namespace squall::sim {

/// Who of an instance has not ended, daemons apart: for invariants about time.
struct Unended {
  std::vector<std::string> roles;    ///< sorted, each once: a witness
  std::vector<std::string> reasons;  ///< what each of them does
};
/// Cost: linear in the activations of the world.
Unended unended_of(const Judging& at, Row instance);

}  // namespace squall::sim
