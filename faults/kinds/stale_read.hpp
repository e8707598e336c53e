// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/context.hpp"
#include "sim/fields.hpp"

namespace squall::faults {

/// Shows a reader an earlier version than it should see, whatever the key's consistency promises: a lagging replica, a
/// cache. Where there is no earlier version it takes no effect.
struct StaleRead {
  static constexpr std::string_view name = "stale-read";
  static constexpr Strikes strikes = Strikes::context;
  static constexpr std::string_view about = "a reader sees an earlier version";
  static constexpr std::string_view example = "stale-read: {agent: coder, key: plan, nth: 1, versions: 1}";
  static constexpr sim::Operation acts_on[] = {sim::Operation::read};

  std::uint32_t versions = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"versions", "1", "how many versions earlier; no more than are kept"}, self.versions);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return versions == 0 ? std::string_view{"'versions' counts from 1"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Target& target = spot.target;
    if (verdict.choice != 0) return false;
    const sim::KeyId key{static_cast<std::uint16_t>(target.detail)};
    const sim::KeyView kept = sim::key_of(spot.world, spot.run.model, key, target.instance);
    if (kept.newest() == kept.oldest()) return false;
    verdict.choice = versions;
    return true;
  }
  friend bool operator==(const StaleRead&, const StaleRead&) = default;
};

}  // namespace squall::faults
