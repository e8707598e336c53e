// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/writes_follow_reads.hpp"

#include "sim/invariants/sessions.hpp"

namespace squall::sim {

Monitor WritesFollowReads::monitor(Model& model) const {
  static constexpr SessionRules rules{
      .name = name, .claim = claim, .own_writes = false, .own_reads = false, .carried = Carried::reads};
  return session_monitor(model, rules, keys);
}

}  // namespace squall::sim
