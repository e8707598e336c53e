// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Each operation on a key takes effect at one moment between its start and its end (Herlihy and Wing, 1990). Judged at each
/// operation, as what is seen from outside: a version that is older in the store may be given as long as nobody could tell.
///
/// Every version is written once, so its operations come in one piece, and it is enough to look at two versions at a time
/// (Gibbons and Korach, "Testing shared memories", 1997): each came before the other one only where some order is
/// impossible. Of an agent with several operations under way, none is over before all are; so it may miss, never accuse.
struct Linearizable {
  static constexpr const char* name = "linearizable";
  static constexpr const char* claim = "every operation takes effect at one moment between its start and its end";
  static constexpr const char* witness = "the key and the operation that fits nowhere: plan read by coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Linearizable&, const Linearizable&) = default;
};

}  // namespace squall::sim
