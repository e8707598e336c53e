// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/retry_amplification.hpp"

#include <fmt/format.h>

#include "sim/invariants/calls.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Called {
  std::uint64_t purpose;
  std::uint32_t tool;
  std::uint32_t times;
};

struct OfInstance {
  static constexpr std::size_t most = 16;
  Called calls[most];
};

void tell_amplified(const Judging& at, const Observation& seen, std::uint32_t times) {
  const std::string& tool = at.model.tools[seen.detail].name;
  tell(at, at.memory_as<Told>(), RetryAmplification::name,
       {fmt::format("{} by {}", tool, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} is called by {} for the {}th time for one purpose{}", tool,
                                                     agent_name(at.model, at.world, seen.agent), times,
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row || !counts_as_call(at, seen)) return;
  const std::uint64_t purpose = at.world.call(seen.row).purpose_of;
  const std::uint32_t allowed = at.options_as<RetryAmplification>().times;
  for (Called& one : at.of<OfInstance>(seen.instance).calls) {
    if (one.times != 0 && (one.purpose != purpose || one.tool != seen.detail)) continue;
    if (one.times > allowed) return;
    one = {purpose, seen.detail, one.times + 1};
    if (one.times > allowed) tell_amplified(at, seen, one.times);
    return;
  }
  at.found.leave_open(RetryAmplification::name,
                      fmt::format("calls for more than {} purposes in one instance", OfInstance::most));
}

}  // namespace

Monitor RetryAmplification::monitor(Model& model) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::effect, Seen::replied),
          .at_once = bits(Seen::effect, Seen::replied),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(*this),
          .on = judge};
}

}  // namespace squall::sim
