// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/reader/sources.hpp"

namespace squall::scenarios {

class Reading;

/// Where the steps of a file stand: for what is found in a workflow after it was read. Keeps the texts of the files.
class StepPlaces {
 public:
  StepPlaces(Sources sources, const Reading& reading);

  /// A diagnostic at the step with this mark (`StepInfo::mark`) with nothing but its place and its source line; nullopt
  /// where no step has it. O(log lines + length of the line).
  std::optional<Diagnostic> at(std::uint32_t mark) const;

 private:
  Sources sources_;
  std::vector<std::pair<std::uint32_t, Mark>> marks_;  ///< by the number that a step has
};

}  // namespace squall::scenarios
