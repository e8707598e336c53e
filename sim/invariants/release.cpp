// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/release.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/resources.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

std::string_view slot_of(const ResourceInfo& resource) {
  return resource.kind == ResourceInfo::Kind::lock ? "lock" : "semaphore";
}

/// After an end: grants whose holder is gone, and which nothing but a release by that holder would give back.
void judge(const Judging& at) {
  for (std::uint16_t r = 0; r < at.model.resources.size(); ++r) {
    const ResourceInfo& info = at.model.resources[r];
    if (is_limiter(info) || info.kind == ResourceInfo::Kind::lease) continue;
    const ResourceRow& resource = at.world.resource(ResourceId{r});
    for (Row h = resource.holds; h != no_row; h = at.world.hold(h).next) {
      const HoldRow& hold = at.world.hold(h);
      if (hold.activation != no_row) continue;
      tell(at, at.memory_as<Told>(), Release::name,
           {fmt::format("{} {} of {}", slot_of(info), info.name, role_of(at.model, at.world, hold.agent))}, at.now(),
           [&] {
             std::vector<std::string> reasons{fmt::format("{} is over, and has not released {}{}",
                                                          agent_name(at.model, at.world, hold.agent), info.name,
                                                          instance_text(at.model, at.world, hold.instance))};
             if (resource.head != no_row) {
               const AgentId next = at.world.activation(resource.head).agent;
               reasons.push_back(fmt::format("{} stands in line for it", agent_name(at.model, at.world, next)));
             }
             return reasons;
           });
    }
  }
}

}  // namespace

Monitor Release::monitor(Model& model) const {
  Monitor monitor{.name = name, .claim = claim};
  if (model.resources.empty()) return monitor;
  monitor.bytes = sizeof(Told);
  monitor.stirs = bits(Seen::finished, Seen::failed, Seen::crashed);
  monitor.settled = judge;
  monitor.rests = Rests::on_what_it_hears;
  monitor.names = Names::none;
  return monitor;
}

}  // namespace squall::sim
