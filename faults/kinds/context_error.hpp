// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/error.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Makes an operation on a key fail `unavailable`: the store is down, the connection reset before the request was read.
struct ContextError {
  static constexpr std::string_view name = "context-error";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "the operation fails and changes nothing";
  static constexpr std::string_view example = "context-error: {agent: coder, key: plan, nth: 1}";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot&) const {
    if (verdict.error != 0) return false;
    verdict.error = static_cast<std::uint8_t>(sim::Error::unavailable);
    return true;
  }
  friend bool operator==(const ContextError&, const ContextError&) = default;
};

}  // namespace squall::faults
