// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "faults/line.hpp"

namespace squall::faults {

/// Exactly what strikes. Each line says which match, or which instant, and every parameter: a plan draws nothing.
/// Plans come from a recorded run, from shrinking, or from a person.
struct Plan {
  std::vector<Line> lines;

  friend bool operator==(const Plan&, const Plan&) = default;
};

/// The lines as a list, each on a line of its own behind `- `.
std::string to_text(const Plan&);

/// What is wrong with it, for `model`; empty where nothing is.
std::vector<Trouble> check(const sim::Model& model, const Plan& plan);

}  // namespace squall::faults
