// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No tool is called more than so many times for one purpose within an instance, by whom and whatever became of the
/// calls.
struct RetryAmplification {
  static constexpr const char* name = "retry-amplification";
  static constexpr const char* claim = "retries do not multiply the load";
  static constexpr const char* witness = "the tool and who calls it: search by coder";

  std::uint32_t times = 3;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"times", "3", "calls for one purpose, at most"}, self.times);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const RetryAmplification&, const RetryAmplification&) = default;
};

}  // namespace squall::sim
