// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/monotonic_reads.hpp"

#include "sim/invariants/sessions.hpp"

namespace squall::sim {

Monitor MonotonicReads::monitor(Model& model) const {
  static constexpr SessionRules rules{.name = name, .claim = claim, .own_writes = false, .own_reads = true};
  return session_monitor(model, rules, keys);
}

}  // namespace squall::sim
