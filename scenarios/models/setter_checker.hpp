// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// A setter that writes twice and a checker that looks once: between the two writes it sees what it must not. A uniform
/// choice among the enabled lets it with probability 1/4 (3 orders, 1 of them bad).
struct SetterChecker {
  static constexpr std::uint32_t set = 0, check = 1;
  std::uint8_t writes = 0;
  std::uint8_t checked = 0;
  std::uint8_t bad = 0;

  void actions(sim::ActionList& list) const {
    if (writes < 2) list.add(set);
    if (checked == 0) list.add(check);
  }
  void on_action(sim::Turn&, std::uint32_t action) {
    if (action == set) {
      ++writes;
    } else {
      checked = 1;
      bad = writes == 1 ? 1 : 0;
    }
  }

  static bool seen_between(const SetterChecker& state) { return state.bad != 0; }

  static sim::Model model() {
    sim::Model result;
    result.name = "setter and checker";
    sim::add_agent<SetterChecker>(result, "both");
    result.finish();
    return result;
  }
};

}  // namespace squall::scenarios
