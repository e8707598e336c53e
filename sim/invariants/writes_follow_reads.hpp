// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Who has seen a write sees all that its writer had read before it, or newer (Terry and others, 1994).
struct WritesFollowReads {
  static constexpr const char* name = "writes-follow-reads";
  static constexpr const char* claim = "what rests on a read is seen after what was read";
  static constexpr const char* witness = "both keys and the reader: plan before code at docs";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const WritesFollowReads&, const WritesFollowReads&) = default;
};

}  // namespace squall::sim
