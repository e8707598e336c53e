// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/bounded_waits.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// After the event: a wait that was over within it held nobody.
void judge(const Judging& at, const Observation& seen) {
  const ActivationRow& row = at.world.activation(seen.activation);
  if (row.phase != Phase::waiting || row.agent != seen.agent || row.bounds != 0) return;
  if (row.wait == Wait::children || row.wait == Wait::hung || (row.flags & activation_flag::passive) != 0) return;
  const Definition& definition = at.model.definition(at.world.agent(seen.agent).definition);
  if (definition.daemon || definition.behaviour->struct_agent) return;
  if (row.wait == Wait::mailbox && !definition.behaviour->waits.empty()) {
    // A runtime's wait for its nodes is theirs.
    const TopicId topic = definition.behaviour->waits[row.wait_arg].sources[0].topic;
    if (index(topic) < at.model.topics.size() && !at.model.topic(topic).told.empty()) return;
  }
  const std::string awaited = awaited_text(at.model, at.world, seen.activation);
  tell(at, at.memory_as<Told>(), BoundedWaits::name, {fmt::format("{} waits for {}", definition.name, awaited)},
       at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} waits for {}, and nothing would end that but its coming{}",
                                                     agent_name(at.model, at.world, seen.agent), awaited,
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

}  // namespace

Monitor BoundedWaits::monitor(Model&) const {
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::waited),
          .bytes = sizeof(Told),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
