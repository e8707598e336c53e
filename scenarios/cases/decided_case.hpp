// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/cases/case_file.hpp"
#include "scenarios/file.hpp"
#include "scenarios/untimed.hpp"

namespace squall::scenarios {

/// A violation that decisions lead to, as a case file that was read back and played.
struct DecidedCase {
  std::uint64_t signature = 0;
  std::string invariant;
  CaseFile file;
  Loaded loaded;   ///< `file`, read
  UntimedRun run;  ///< of `loaded`; it has the violation
};

/// The case of `schedule` over the workflow at `path`, for the violation with this signature (`faults::signature`). Throws
/// std::logic_error where the case does not read back, or does not show that violation: a fault of squall's own.
DecidedCase decided_case(const std::string& path, const Loaded& workflow, sim::Schedule schedule,
                         std::uint64_t signature);

}  // namespace squall::scenarios
