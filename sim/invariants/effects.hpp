// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sim/monitor.hpp"

/// What the two judges of effects share: how often something happened for one purpose.
namespace squall::sim {

struct Model;

struct CountedEffects {
  std::vector<bool> tools;  ///< whose effects are counted
};

/// Tells an effect that has happened before for the same purpose. `seen` is an effect.
void tell_repeated(const Judging& at, const char* invariant, const Observation& seen);

}  // namespace squall::sim
