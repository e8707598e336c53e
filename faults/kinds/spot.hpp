// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "faults/loops.hpp"
#include "faults/tempo.hpp"
#include "sim/apply.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::faults {

/// What a fault sees of the place that it strikes, and what it may change there besides its verdict.
struct Spot {
  sim::World& world;
  sim::Run& run;
  const sim::Target& target;
  Tempo tempo;  ///< timed worlds only, and
  Loops loops;
};

}  // namespace squall::faults
