// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Unsound work does not spread: it, and what derives from it, is taken by at most so many agents besides its maker, and
/// never by those that it is to be kept from. Taking is receiving a message or reading a key. Counted for each instance and
/// each piece that was unsound first; up to 64 agents are told apart.
struct Containment {
  static constexpr const char* name = "containment";
  static constexpr const char* claim = "unsound work does not spread";
  static constexpr const char* witness = "the work, whose it is and where it came: code of coder at docs";

  std::uint32_t at_most = 1;
  AgentNames keep_from;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"at-most", "1", "so many agents besides its maker may take it: the one that checks it"}, self.at_most);
    visit(Field{"keep-from", "none", "agents that never take unsound work"}, self.keep_from);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Containment&, const Containment&) = default;
};

}  // namespace squall::sim
