// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Who has seen a write of an agent sees all that this agent wrote before, to whatever key, or newer (Terry and others, 1994).
struct MonotonicWrites {
  static constexpr const char* name = "monotonic-writes";
  static constexpr const char* claim = "the writes of one agent are seen in their order";
  static constexpr const char* witness = "the key, the writer and the reader: plan of planner at coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const MonotonicWrites&, const MonotonicWrites&) = default;
};

}  // namespace squall::sim
