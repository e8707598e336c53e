// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/draw.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Holds an operation on a key up. It takes effect where it always does, at its beginning; its caller goes on later.
///
/// Explored worlds have no such move: there, an operation may take as long as it likes.
struct ContextSlow {
  static constexpr std::string_view name = "context-slow";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "the operation takes longer";
  static constexpr std::string_view example = "context-slow: {agent: coder, key: plan, nth: 1, by: 5s}";

  sim::Distribution by = sim::Distribution::constant(std::chrono::seconds{1});

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"by", "1s", "added to its latency"}, self.by);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (by.a <= 0) return false;
    verdict.delay = sim::later(sim::Instant{verdict.delay}, sim::Duration{by.a}).time_since_epoch();
    return true;
  }
  friend bool operator==(const ContextSlow&, const ContextSlow&) = default;
};

}  // namespace squall::faults
