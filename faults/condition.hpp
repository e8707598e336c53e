// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/predicate.hpp"

namespace squall::faults {

/// A condition of a line: compiled by whoever read it, evaluated by the armed faults. Without code it always holds.
struct Condition {
  std::string text;     ///< as it was written; what tells two conditions apart
  sim::Predicate code;  ///< lives as long as the model: `sim::Model::keep`

  bool given() const { return !code.empty(); }
  friend bool operator==(const Condition& a, const Condition& b) { return a.text == b.text; }
};

}  // namespace squall::faults
