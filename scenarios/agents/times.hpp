// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "scenarios/agents/expression.hpp"
#include "sim/draw.hpp"

namespace squall::scenarios {

/// A duration as a program gives it: fixed, drawn at each use, or computed.
struct Time {
  sim::Distribution drawn{};
  std::optional<Expression> computed;
  std::optional<Expression> percent;  ///< so much of it, whether drawn or computed; not given: all

  Time() = default;
  template <class Rep, class Period>
  Time(std::chrono::duration<Rep, Period> fixed)  // NOLINT: `.timeout = 5min`
      : drawn(sim::Distribution::constant(std::chrono::duration_cast<sim::Duration>(fixed))) {}
  Time(sim::Distribution distribution) : drawn(distribution) {}     // NOLINT
  Time(Expression expression) : computed(std::move(expression)) {}  // NOLINT
};

inline sim::Distribution uniform(sim::Duration low, sim::Duration high) {
  return sim::Distribution::uniform(low, high);
}
inline sim::Distribution exponential(sim::Duration mean) { return sim::Distribution::exponential(mean); }
inline sim::Distribution lognormal(sim::Duration p50, sim::Duration p99) {
  return sim::Distribution::lognormal(p50, p99);
}

}  // namespace squall::scenarios
