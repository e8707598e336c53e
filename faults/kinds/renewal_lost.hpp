// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/drop.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Answers a renewal and forgets it: the lease ends when it would have ended without, and its holder believes in it.
struct RenewalLost : Dropped {
  static constexpr std::string_view name = "renewal-lost";
  static constexpr Strikes strikes = Strikes::resource;
  static constexpr std::string_view about = "a renewal of a lease is answered and has no effect";
  static constexpr std::string_view example = "renewal-lost: {agent: coder, resource: branch, nth: 2}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::renew};
};

}  // namespace squall::faults
