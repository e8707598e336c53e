// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "faults/catalogue.hpp"

namespace squall::faults {

/// A kind that the catalogue names and nobody has built yet. Who builds it moves its row to a file in `kinds/`.
struct PlannedKind {
  std::string_view name;
  Strikes strikes;
  std::string_view about, example;
  std::vector<FieldRow> options;
};

std::span<const PlannedKind> planned_kinds();

}  // namespace squall::faults
