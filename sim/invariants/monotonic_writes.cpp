// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/monotonic_writes.hpp"

#include "sim/invariants/sessions.hpp"

namespace squall::sim {

Monitor MonotonicWrites::monitor(Model& model) const {
  static constexpr SessionRules rules{
      .name = name, .claim = claim, .own_writes = false, .own_reads = false, .carried = Carried::writes};
  return session_monitor(model, rules, keys);
}

}  // namespace squall::sim
