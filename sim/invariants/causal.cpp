// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/causal.hpp"

#include "sim/invariants/sessions.hpp"

namespace squall::sim {

Monitor Causal::monitor(Model& model) const {
  static constexpr SessionRules rules{
      .name = name, .claim = claim, .own_writes = true, .own_reads = true, .carried = Carried::everything};
  return session_monitor(model, rules, keys);
}

}  // namespace squall::sim
