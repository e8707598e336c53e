// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody misses what came before something that he has seen: what he read or wrote himself, what the writers of what he
/// read had read or written before, and so on. All four guarantees of sessions at once, and through any number of hands.
struct Causal {
  static constexpr const char* name = "causal";
  static constexpr const char* claim = "nobody sees an effect before its cause";
  static constexpr const char* witness = "both keys and the reader: plan before code at docs";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Causal&, const Causal&) = default;
};

}  // namespace squall::sim
