// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/single_owner.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> resources, keys, tools;
};

/// An agent that still takes itself for the owner. Of one agent's several activations it is not told apart which.
struct Late {
  AgentId agent;           ///< + 1; 0: none
  std::uint32_t token;     ///< that it had
  std::uint32_t instance;  ///< number in the load
  std::uint32_t resource;
};

struct Memory {
  static constexpr std::size_t most = 16;
  Late late[most];
  Told told;
};

std::uint32_t number_of(const World& world, Row instance) {
  return instance == no_row ? 0 : world.instance(instance).number;
}

bool is_of(const Judging& at, const Late& late, const Observation& seen) {
  return index(late.agent) == index(seen.agent) + 1 && late.instance == number_of(at.world, seen.instance);
}

void note_expiry(const Judging& at, const Observation& seen) {
  if (seen.activation == no_row || !at.options_as<Judged>().resources[seen.detail]) return;
  for (Late& late : at.memory_as<Memory>().late) {
    if (index(late.agent) != 0) continue;
    late = {.agent = AgentId{index(seen.agent) + 1},
            .token = static_cast<std::uint32_t>(seen.value),
            .instance = number_of(at.world, seen.instance),
            .resource = seen.detail};
    return;
  }
  at.found.leave_open(SingleOwner::name, fmt::format("more than {} leases had run out at once", Memory::most));
}

/// It knows, or is the owner again, or is over: of this resource, or of all.
void forget(const Judging& at, const Observation& seen, bool of_all) {
  for (Late& late : at.memory_as<Memory>().late) {
    if (is_of(at, late, seen) && (of_all || late.resource == seen.detail)) late = {};
  }
}

void judge_act(const Judging& at, const Observation& seen) {
  const bool writes = seen.kind == Seen::wrote;
  const auto& judged = at.options_as<Judged>();
  if (writes ? seen.row == no_row || !judged.keys[seen.detail] : !judged.tools[seen.detail]) return;
  auto& memory = at.memory_as<Memory>();
  for (const Late& late : memory.late) {
    if (index(late.agent) == 0 || !is_of(at, late, seen)) continue;
    const ResourceId id{static_cast<std::uint16_t>(late.resource)};
    const ResourceRow& resource = at.world.resource(id);
    if (resource.fence == late.token) continue;  // nobody else has had it since
    // What its own fence lets pass comes before all that the new owner has done there.
    if ((writes ? at.model.keys[seen.detail].fenced_by : at.model.tools[seen.detail].fenced_by) == id) continue;
    const std::string& lease = at.model.resource(id).name;
    const std::string act =
        writes ? "writes " + at.model.keys[seen.detail].name : "calls " + at.model.tools[seen.detail].name;
    tell(at, memory.told, SingleOwner::name,
         {lease, fmt::format("{} {}", role_of(at.model, at.world, seen.agent), act)}, at.now(), [&] {
           const std::string who = agent_name(at.model, at.world, seen.agent);
           std::vector<std::string> reasons{
               fmt::format("the lease {} of {} (token {}) has run out, and it does not know", lease, who, late.token)};
           const std::string since =
               resource.holds != no_row
                   ? fmt::format("{} holds it now (token {})",
                                 agent_name(at.model, at.world, at.world.hold(resource.holds).agent), resource.fence)
                   : fmt::format("it has been granted to others since (token {})", resource.fence);
           reasons.push_back(since);
           reasons.push_back(fmt::format("{} {} all the same, and nothing refuses it{}", who, act,
                                         instance_text(at.model, at.world, seen.instance)));
           return reasons;
         });
  }
}

void judge(const Judging& at, const Observation& seen) {
  switch (seen.kind) {
    case Seen::expired: note_expiry(at, seen); break;
    case Seen::acquired:
    case Seen::disowned: forget(at, seen, false); break;
    case Seen::wrote:
    case Seen::effect: judge_act(at, seen); break;
    default: forget(at, seen, true); break;
  }
}

}  // namespace

Monitor SingleOwner::monitor(Model& model) const {
  Monitor monitor{.name = name, .claim = claim};
  bool has_lease = false;
  for (const ResourceInfo& resource : model.resources)
    has_lease = has_lease || resource.kind == ResourceInfo::Kind::lease;
  if (!has_lease) return monitor;  // what cannot be lost has one owner
  monitor.listens = bits(Seen::expired, Seen::acquired, Seen::disowned, Seen::wrote, Seen::effect, Seen::finished,
                         Seen::failed, Seen::interrupted);
  monitor.at_once = monitor.listens;
  monitor.bytes = sizeof(Memory);
  monitor.options = &model.keep(Judged{selected(resources, model), selected(keys, model), selected(tools, model)});
  monitor.on = judge;
  return monitor;
}

}  // namespace squall::sim
