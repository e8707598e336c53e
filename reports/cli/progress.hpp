// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "faults/campaign.hpp"

/// What somebody who waits for a campaign sees, on standard error.
namespace squall::reports::cli {

/// A line that is written over on a terminal, a line every ten seconds elsewhere.
class ProgressLine {
 public:
  using Clock = std::chrono::steady_clock;

  /// `runs`: how many there are to be; 0: until `end`.
  ProgressLine(std::uint64_t runs, std::optional<Clock::time_point> end);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Says something if it is time.
  void tick(const faults::Progress& progress);
  /// Adds to what later ticks count from.
  void add(const faults::Progress& done);
  /// Takes the line off the terminal: something else is about to be said. Later ticks say nothing.
  void done();
  double seconds() const;

 private:
  const bool terminal_;
  const std::uint64_t runs_;
  const Clock::time_point begin_ = Clock::now();
  const std::optional<Clock::time_point> end_;
  Clock::time_point next_;
  faults::Progress before_;
  bool written_ = false, done_ = false;
};

}  // namespace squall::reports::cli
