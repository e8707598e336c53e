// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/kernel.hpp"
#include "sim/digest.hpp"

namespace squall::sim::detail {

/// What the armed faults make of a strike; what takes effect enters the digest. `origin`: content key of the occurrence,
/// `instance`: number in the load; together they name the fault's draws.
inline Verdict ask_faults(World& world, Run& run, Target target, SiteKey origin, std::uint32_t instance) {
  if (!armed(world, target.strike)) [[likely]]
    return {};
  if (run.timed) target.base = draw_base(run.key, origin, instance, 0);
  const Verdict verdict = run.faults->strike(world, run, target);
  if (run.timed && verdict.kinds != 0) digest_injection(world, target.agent, paired(verdict.kinds, origin));
  return verdict;
}

/// Content key of what happens for a question: the site and which time.
inline SiteKey origin_of(const Question& q) { return child_key(q.site, q.occurrence); }

inline std::uint32_t load_number(const World& world, Row instance) {
  return instance == no_row ? 0 : world.instance(instance).number;
}

}  // namespace squall::sim::detail
