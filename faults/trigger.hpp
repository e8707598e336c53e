// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "faults/condition.hpp"
#include "sim/draw.hpp"
#include "sim/model.hpp"
#include "sim/time.hpp"

namespace squall::faults {

/// A step of a program, by the `id` that its file gives it, and the side of it on which something happens.
struct StepPlace {
  std::string agent, id;
  bool after = false;

  friend bool operator==(const StepPlace&, const StepPlace&) = default;
};

/// A third of a program, by the order of its steps: of the `do`, or of the handler, that is at work.
enum class Phase : std::uint8_t { early, mid, late };

/// When a line strikes what its matcher selects: where all that is said here holds. The same for every kind.
///
/// What is rolled follows from what the kind strikes: each send, each shared step begun by a live activation, each
/// operation on a key, tool or resource. Kinds that begin and end by themselves are rolled once per run, or with `every`
/// again and again.
struct Trigger {
  sim::Probability chance{1'000'000};      ///< of each match; a named draw
  std::optional<std::uint32_t> nth;        ///< that match alone; counted from 1, over the run, struck or not
  std::optional<sim::Instant> at;          ///< at that instant instead of at a match
  std::optional<StepPlace> step;           ///< where an agent comes to that step; `nth` counts how often it did
  sim::Instant from = sim::start_of_time;  ///< window: from here …
  sim::Instant until = sim::end_of_time;   ///< … to before here
  std::uint32_t at_most = sim::unlimited;  ///< injections that take effect, over the run
  std::optional<sim::Distribution> every;  ///< again and again, after so long each time
  std::uint32_t burst = 1;                 ///< so many matches in a row are struck, each time the dice come up
  bool persistent = false;                 ///< once they have come up, every match is
  Condition holds;                         ///< `while`: asked of the world
  std::optional<Phase> phase;              ///< `when`: whoever acts began this turn in that third of its program

  friend bool operator==(const Trigger&, const Trigger&) = default;
};

}  // namespace squall::faults
