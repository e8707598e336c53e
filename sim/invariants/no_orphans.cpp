// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_orphans.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Memory {
  std::uint64_t parent;  ///< agent + 1 whose activation, with children, has ended in this event; 0 between events
  Told told;
};

/// At once, while the row still knows that it has children.
void note_end(const Judging& at, const Observation& seen) {
  const ActivationRow& row = at.world.activation(seen.activation);
  if ((row.flags & activation_flag::parent) != 0) at.memory_as<Memory>().parent = std::uint64_t{index(seen.agent)} + 1;
}

/// A spawned root that goes on by itself. A restarted one has had no parent from the start.
bool is_orphan(const Judging& at, const ActivationRow& row) {
  constexpr std::uint8_t stopping = activation_flag::cancelled | activation_flag::finishing;
  return row.phase != Phase::free && (row.flags & activation_flag::root) != 0 && (row.flags & stopping) == 0 &&
         row.parent == no_row && at.model.definition(at.world.agent(row.agent).definition).start == Start::spawned &&
         !(at.world.timed() && at.world.shadow(row.agent).incarnation != 0);
}

void judge(const Judging& at) {
  auto& memory = at.memory_as<Memory>();
  if (memory.parent == 0) return;
  const AgentId parent{static_cast<std::uint32_t>(memory.parent - 1)};
  memory.parent = 0;
  for (Row a = 0; a < at.world.used(Pool::activations); ++a) {
    const ActivationRow& row = at.world.activation(a);
    if (!is_orphan(at, row)) continue;
    tell(
        at, memory.told, NoOrphans::name,
        {fmt::format("{} of {}", role_of(at.model, at.world, row.agent), role_of(at.model, at.world, parent))},
        at.now(), [&] {
          return std::vector<std::string>{
              fmt::format("{} is over, and {}, which it has spawned, goes on{}", agent_name(at.model, at.world, parent),
                          agent_name(at.model, at.world, row.agent), instance_text(at.model, at.world, row.instance)),
              "nobody has asked it to stop, and nobody will hear of its end"};
        });
  }
}

}  // namespace

Monitor NoOrphans::monitor(Model& model) const {
  constexpr SeenMask ends = bits(Seen::finished, Seen::failed, Seen::interrupted);
  bool spawns = false;
  for (const Definition& definition : model.definitions) spawns = spawns || definition.start == Start::spawned;
  if (!spawns) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = ends,
          .at_once = ends,
          .bytes = sizeof(Memory),
          .on = [](const Judging& at, const Observation& seen) { note_end(at, seen); },
          .stirs = ends,
          .settled = judge};
}

}  // namespace squall::sim
