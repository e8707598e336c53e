// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody is given a value that was superseded before, or at least not long before. Judged at each read. Untimed worlds know
/// no age: there any version but the newest is too old, unless an age is allowed.
struct Freshness {
  static constexpr const char* name = "freshness";
  static constexpr const char* claim = "nobody is given a value that was superseded before";
  static constexpr const char* witness = "the key and its reader: plan read by coder";

  Duration within{};
  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"within", "0s", "for so long a value may have been superseded"}, self.within);
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Freshness&, const Freshness&) = default;
};

}  // namespace squall::sim
