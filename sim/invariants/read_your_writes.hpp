// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Who has written a version reads no older one (Terry and others, "Session guarantees", 1994). A write that was acknowledged
/// and not kept counts: it came after all that was there.
struct ReadYourWrites {
  static constexpr const char* name = "read-your-writes";
  static constexpr const char* claim = "who has written a version reads no older one";
  static constexpr const char* witness = "the key and the reader: plan read by coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const ReadYourWrites&, const ReadYourWrites&) = default;
};

}  // namespace squall::sim
