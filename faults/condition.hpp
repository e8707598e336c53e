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

/// Whether it holds now; `message` is what a `where` is asked of. What fails to have a value does not hold.
inline bool holds(const Condition& condition, const sim::Model& model, const sim::World& world,
                  sim::Row activation = sim::no_row, sim::Row message = sim::no_row) {
  if (!condition.given()) return true;
  const sim::Value value = sim::evaluate(condition.code, {model, world, activation, message});
  return value.error == sim::Error::none && value.value != 0;
}

}  // namespace squall::faults
