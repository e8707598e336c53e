// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/livelock_freedom.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Used in timed runs alone. Behind it: how many events each agent had had at the middle of the window.
struct Memory {
  std::uint64_t progress;  ///< event of the run after which it last got somewhere
  std::uint64_t noted;     ///< event at which the agents' events were noted; 0: not since then
  Told told;

  std::uint32_t* events() { return reinterpret_cast<std::uint32_t*>(this + 1); }
};

/// At once: whose end it is, the row still knows.
void judge(const Judging& at, const Observation& seen) {
  if (!at.world.timed()) return;
  if (seen.kind == Seen::effect && seen.value > 1) return;
  if (seen.kind == Seen::finished && (at.world.activation(seen.activation).flags & activation_flag::root) == 0) return;
  auto& memory = at.memory_as<Memory>();
  memory.progress = at.world.clock().events;
  memory.noted = 0;
}

void note(const Judging& at, Memory& memory) {
  memory.noted = at.world.clock().events;
  for (std::uint32_t a = 0; a < at.model.members; ++a) memory.events()[a] = at.world.shadow(AgentId{a}).events;
}

bool has_moved(const Judging& at, Memory& memory, AgentId agent) {
  return index(agent) >= at.model.members || at.world.shadow(agent).events != memory.events()[index(agent)];
}

/// Somebody has not had a turn for half the window, and will have one: a long piece of work, or a bound to strike.
bool may_yet_move(const Judging& at, Memory& memory) {
  for (Row a = 0; a < at.world.used(Pool::activations); ++a) {
    const ActivationRow& row = at.world.activation(a);
    if (row.phase == Phase::free || has_moved(at, memory, row.agent)) continue;
    if (row.phase != Phase::waiting || row.bounds != 0) return true;
  }
  return at.world.header().arrived < at.model.load.instances;
}

void tell_livelock(const Judging& at, Memory& memory) {
  std::vector<std::string> witness;
  std::vector<std::string> reasons{
      fmt::format("for {} events no program has ended, no outcome was reported and nothing new has happened outside",
                  at.world.clock().events - memory.progress)};
  for (std::uint32_t a = 0; a < at.world.used(Pool::agents); ++a) {
    const AgentId agent{a};
    if (!has_moved(at, memory, agent)) continue;
    const std::string& role = role_of(at.model, at.world, agent);
    if (std::ranges::find(witness, role) == witness.end()) witness.push_back(role);
    if (a < at.model.members) {
      reasons.push_back(
          fmt::format("{} is busy meanwhile: {} events in the last {}", agent_name(at.model, at.world, agent),
                      at.world.shadow(agent).events - memory.events()[a], at.world.clock().events - memory.noted));
    }
  }
  std::ranges::sort(witness);
  tell(at, memory.told, LivelockFreedom::name, std::move(witness), at.now(), [&] { return reasons; });
}

void look(const Judging& at) {
  auto& memory = at.memory_as<Memory>();
  const std::uint64_t window = at.options_as<LivelockFreedom>().events;
  const std::uint64_t events = at.world.clock().events;
  if (events - memory.progress < window / 2) return;
  if (memory.noted == 0) return note(at, memory);
  if (events - memory.progress < window) return;
  if (!may_yet_move(at, memory)) tell_livelock(at, memory);
  memory.progress = events;  // another window, whatever it was
  memory.noted = 0;
}

}  // namespace

Monitor LivelockFreedom::monitor(Model& model) const {
  std::uint32_t members = 0;
  for (const Definition& definition : model.definitions)
    members += definition.start == Start::spawned ? 0 : definition.replicas;
  constexpr SeenMask progress = bits(Seen::arrived, Seen::finished, Seen::reported, Seen::effect, Seen::closed);
  return {.name = name,
          .claim = claim,
          .listens = progress,
          .at_once = progress,
          .bytes = static_cast<std::uint32_t>(sizeof(Memory)) + 4 * members,
          .options = &model.keep(*this),
          .on = judge,
          .look = look};
}

}  // namespace squall::sim
