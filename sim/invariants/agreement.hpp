// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nothing is decided from contradictory versions: no piece of work, and no success that is reported, rests on two versions
/// of one key, wherever in its ancestry they were read.
struct Agreement {
  static constexpr const char* name = "agreement";
  static constexpr const char* claim = "nothing is decided from contradictory versions";
  static constexpr const char* witness = "the key, what rests on it and whose it is: plan under code of coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "whose versions have to agree"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

}  // namespace squall::sim
