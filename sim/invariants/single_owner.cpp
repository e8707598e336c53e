// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/single_owner.hpp"

#include <fmt/format.h>

#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> resources, keys, tools;
};

/// An activation that still takes itself for the owner, by content: whose it is, and the token it was given.
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

/// Token of the latest grant that an activation had; a branch goes by its parent's. Leases always keep it.
std::uint32_t last_token(const Judging& at, ResourceId id, Row activation) {
  while (activation != no_row) {
    const std::uint32_t token = session_of(at.world, at.model, activation)[at.model.resource(id).token];
    if (token != 0) return token;
    const ActivationRow& row = at.world.activation(activation);
    activation = (row.flags & activation_flag::branch) != 0 ? row.parent : no_row;
  }
  return 0;
}

/// Whether it is the late owner itself that is seen, and not another activation of its agent. A call goes on without its
/// caller: then the agent is all that is known.
bool is_of(const Judging& at, const Late& late, const Observation& seen) {
  if (index(late.agent) != index(seen.agent) + 1 || late.instance != number_of(at.world, seen.instance)) return false;
  const ResourceId id{static_cast<std::uint16_t>(late.resource)};
  return seen.activation == no_row || last_token(at, id, seen.activation) == late.token;
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

/// It knows, or is over: of this resource, or of all.
void forget(const Judging& at, const Observation& seen, bool of_all) {
  const bool branch = (at.world.activation(seen.activation).flags & activation_flag::branch) != 0;
  if (of_all && branch) return;  // its parent goes on as the owner
  for (Late& late : at.memory_as<Memory>().late) {
    if (is_of(at, late, seen) && (of_all || late.resource == seen.detail)) late = {};
  }
}

/// Another token takes the place of the lost one.
void forget_lost(const Judging& at, const Observation& seen) {
  for (Late& late : at.memory_as<Memory>().late) {
    const bool same = index(late.agent) == index(seen.agent) + 1 && late.instance == number_of(at.world, seen.instance);
    if (same && late.resource == seen.detail) late = {};
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
    case Seen::acquired: forget_lost(at, seen); break;
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
