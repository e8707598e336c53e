// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Ends a lease before its time, counted from a grant or a renewal: a clock that runs fast, a keeper that restarts. The
/// holder is not told. On a grant of anything but a lease it takes no effect.
///
/// Explored worlds have no such move: there, a lease may end at any moment.
struct LeaseExpiresEarly {
  static constexpr std::string_view name = "lease-expires-early";
  static constexpr Strikes strikes = Strikes::resource;
  static constexpr std::string_view about = "a lease ends before its time";
  static constexpr std::string_view example =
      "lease-expires-early: {agent: coder, resource: branch, nth: 1, after: 1s}";

  sim::Distribution after{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"after", "0s", "how long it holds"}, self.after);
  }
  std::uint32_t cost() const { return 0; }
  std::string_view problem() const { return {}; }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Target& target = spot.target;
    const sim::ResourceId resource{static_cast<std::uint16_t>(target.detail)};
    if (spot.run.model.resource(resource).kind != sim::ResourceInfo::Kind::lease) return false;
    const sim::Duration change = sim::Duration{after.a} - target.latency;
    if (change >= verdict.delay) return false;
    verdict.delay = std::min(verdict.delay, change);
    return true;
  }
  friend bool operator==(const LeaseExpiresEarly&, const LeaseExpiresEarly&) = default;
};

}  // namespace squall::faults
