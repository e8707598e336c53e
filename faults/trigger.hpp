// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "sim/draw.hpp"
#include "sim/model.hpp"
#include "sim/time.hpp"

namespace squall::faults {

/// When a line strikes what its matcher selects: where all that is said here holds. The same for every kind.
struct Trigger {
  sim::Probability chance{1'000'000};      ///< of each match; a named draw
  std::optional<std::uint32_t> nth;        ///< that match alone; counted from 1, over the run, struck or not
  std::optional<sim::Instant> at;          ///< at that instant instead of at a match; kinds that strike agents
  sim::Instant from = sim::start_of_time;  ///< window: from here …
  sim::Instant until = sim::end_of_time;   ///< … to before here
  std::uint32_t at_most = sim::unlimited;  ///< injections that take effect, over the run

  friend bool operator==(const Trigger&, const Trigger&) = default;
};

}  // namespace squall::faults
