// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/reader/reading.hpp"

namespace squall::scenarios {

/// `seed`, `digest`, `set`, `choose`, `schedule` and `without`, as a file has them.
struct PinNodes {
  std::vector<Mark> set;                               ///< of the names, in the order of `Pins::set`
  const Node *agents = nullptr, *instances = nullptr;  ///< of `without`
};

/// `set`: each named draw with its answer. Refuses answers that are none.
void read_answers(Reading& reading, const Node& set, Pins& pins, PinNodes& nodes);

/// Puts what `pins` fix into the scenario of the file, and says which names and answers do not fit the workflow.
void place_pins(Reading& reading, const Pins& pins, const PinNodes& nodes, Scenario& scenario);

}  // namespace squall::scenarios
