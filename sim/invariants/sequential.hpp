// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// There is one order of all operations in which each agent's own come as it began them, and which explains what was read
/// (Lamport, 1979). An agent's own are those of one instance. Judged at the end, over the operations in the order in which they began,
/// by the checker of histories (`history/consistency`): a search, since finding such an order is NP-hard, and open where it
/// gets too long.
struct Sequential {
  static constexpr const char* name = "sequential";
  static constexpr const char* claim = "there is one order of all operations that every agent's own agrees with";
  static constexpr const char* witness = "the key and the operation that fits nowhere: plan read by coder";

  std::uint32_t operations = 200;
  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"operations", "200", "so many of a run at most: 16 bytes of each state; with more it is left open"},
          self.operations);
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  std::string_view problem() const {
    return operations == 0 || operations > 100'000 ? "'operations' is from 1 to 100,000" : std::string_view{};
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Sequential&, const Sequential&) = default;
};

}  // namespace squall::sim
