// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Transaction commit without a protocol (Gray and Lamport, "Consensus on Transaction Commit", 2006; TCommit.tla): each
/// resource manager acts on what all of them are at this moment. No messages, so one agent holds them all.
///
/// 3 managers: 34 distinct states, 94 generated, 7 levels (TLC).
template <std::uint8_t managers>
struct TransactionCommit {
  enum State : std::uint8_t { working, prepared, committed, aborted };
  std::array<State, managers> manager{};

  enum Action : std::uint32_t { prepare = 0, commit = 64, abort = 128 };  ///< plus the manager's number
  void actions(sim::ActionList& list) const {
    const auto all_willing = std::ranges::all_of(manager, [](State s) { return s == prepared || s == committed; });
    const auto none_committed = std::ranges::none_of(manager, [](State s) { return s == committed; });
    for (std::uint32_t m = 0; m < managers; ++m) {
      if (manager[m] == working) list.add(prepare + m);
      if (manager[m] == prepared && all_willing) list.add(commit + m);
      if ((manager[m] == working || manager[m] == prepared) && none_committed) list.add(abort + m);
    }
  }
  void on_action(sim::Turn&, std::uint32_t action) {
    manager[action % 64] = action < commit ? prepared : action < abort ? committed : aborted;
  }

  static sim::Model model() {
    sim::Model result;
    result.name = "transaction commit";
    sim::add_agent<TransactionCommit>(result, "managers");
    result.finish();
    return result;
  }
};

}  // namespace squall::scenarios
