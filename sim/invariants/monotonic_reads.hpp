// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Who has read a version reads no older one: what was known is never taken back (Terry and others, 1994).
struct MonotonicReads {
  static constexpr const char* name = "monotonic-reads";
  static constexpr const char* claim = "who has read a version reads no older one";
  static constexpr const char* witness = "the key and the reader: plan read by coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const MonotonicReads&, const MonotonicReads&) = default;
};

}  // namespace squall::sim
