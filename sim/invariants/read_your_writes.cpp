// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/read_your_writes.hpp"

#include "sim/invariants/sessions.hpp"

namespace squall::sim {

Monitor ReadYourWrites::monitor(Model& model) const {
  static constexpr SessionRules rules{.name = name, .claim = claim, .own_writes = true, .own_reads = false};
  return session_monitor(model, rules, keys);
}

}  // namespace squall::sim
