// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/waiting.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "sim/detail/of_instance.hpp"
#include "sim/detail/wait_index.hpp"
#include "sim/model.hpp"
#include "sim/wait_for.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

constexpr std::uint32_t small_world = 64;  // activations: one word holds a bit for each

/// What may take away the last supplier of a wait, or add a wait.
constexpr SeenMask occasions = bits(Seen::waited, Seen::finished, Seen::failed, Seen::crashed, Seen::hung, Seen::lost,
                                    Seen::dropped, Seen::dead_letter, Seen::discarded);

constexpr bool has(Judged judged, Judged part) {
  return (static_cast<unsigned>(judged) & static_cast<unsigned>(part)) != 0;
}

/// Whether the run has been told of this already, or of too much; from now on it has. `memory` is null where a run has none.
bool told_before(const Violation& violation, WaitMemory* memory) {
  if (memory == nullptr) return false;
  const std::uint64_t key = signature(violation);
  const std::span<const std::uint64_t> told{memory->told, memory->told_count};
  if (told.size() == WaitMemory::told_max || std::ranges::find(told, key) != told.end()) return true;
  memory->told[memory->told_count++] = key;
  return false;
}

/// Tells a trouble unless it was told. Reasons are found for news alone: they take a look at everything.
template <class Trouble>
void tell(const Model& model, const World& world, const Trouble& trouble, WaitMemory* memory, Violations& found) {
  Violation violation = describe(model, world, trouble, false);
  if (told_before(violation, memory)) return;
  if (found.wants_reasons) violation = describe(model, world, trouble, true);
  found.add(std::move(violation));
}

void tell_all(const Model& model, const World& world, const StuckWaits& stuck, WaitMemory* memory, Violations& found,
              Judged judged) {
  if (stuck.empty()) return;
  const auto known = [&](Row row) { return memory != nullptr && row < small_world && (memory->known >> row & 1) != 0; };
  if (has(judged, Judged::deadlocks)) {
    for (const Deadlock& deadlock : stuck.deadlocks) {
      // A cycle that has grown since is the same trouble.
      if (std::ranges::any_of(deadlock.cycle, [&](const WaitEdge& edge) { return known(edge.waiter); })) continue;
      tell(model, world, deadlock, memory, found);
    }
  }
  if (has(judged, Judged::orphans)) {
    for (const Orphan& orphan : stuck.orphans) {
      // So is what is left of a cycle when a deadline has broken it up.
      if (!known(orphan.wait.waiter)) tell(model, world, orphan, memory, found);
    }
  }
  if (memory == nullptr) return;
  for (const Row row : stuck.rows) {
    if (row < small_world) memory->known |= std::uint64_t{1} << row;
  }
}

/// Rows are used again: what was told of an activation says nothing about the next one in its row.
template <class Over>
void forget_rows(const World& world, WaitMemory& memory, const Over& over) {
  for (std::uint64_t left = memory.known; left != 0; left &= left - 1) {
    const auto row = static_cast<Row>(__builtin_ctzll(left));
    if (over(world.activation(row))) memory.known &= ~(std::uint64_t{1} << row);
  }
}

/// Whether a quick look at all instances shows that nothing new is stuck.
bool surely_moving(const Model& model, const World& world, std::uint64_t known) {
  if (world.header().live_instances <= 1) return quick_look(model, world, no_row, known) != QuickLook::unknown;
  for (Row instance = 0; instance < world.used(Pool::instances); ++instance) {
    if (world.instance(instance).live == 0) continue;
    switch (quick_look(model, world, instance, known)) {
      case QuickLook::unknown: return false;
      case QuickLook::nobody_waits: return true;
      case QuickLook::moving: break;
    }
  }
  return true;
}

void forget_moving(const World& world, WaitMemory& memory) {
  forget_rows(world, memory, [](const ActivationRow& row) { return row.phase != Phase::waiting; });
}

void look(const Model& model, const World& world, WaitMemory& memory, Violations& found, Judged judged) {
  forget_moving(world, memory);
  if (!surely_moving(model, world, memory.known))
    tell_all(model, world, find_stuck(model, world), &memory, found, judged);
}

/// What a look goes through: activations, messages and timers, and where it cannot be a quick one, definitions that may yet
/// begin something.
std::uint32_t size_of_look(const Model& model, const World& world) {
  const std::uint32_t rows =
      std::max({world.used(Pool::activations), world.used(Pool::messages), world.used(Pool::timers)});
  if (world.used(Pool::activations) <= small_world && model.wait_index->quick()) return world.used(Pool::activations);
  return std::max(rows, static_cast<std::uint32_t>(model.definitions.size()));
}

/// Large worlds are looked at once for as many events as a look has parts: O(1) for each event.
template <Judged judged>
void look_now_and_then(const Judging& at) {
  auto& memory = at.memory_as<WaitMemory>();
  const std::uint64_t events = at.world.clock().events;
  const std::uint32_t size = size_of_look(at.model, at.world);
  if (size > small_world && events - memory.looked_at < size) return;
  memory.looked_at = events;
  look(at.model, at.world, memory, at.found, judged);
}

/// Whether somebody of the instance waits for what it is owed, and nothing bounds its wait.
bool anybody_waits_for_ever(const World& world, Row instance) {
  bool waits = false;
  detail::each_activation(world, instance, [&](Row a) {
    const ActivationRow& row = world.activation(a);
    const bool here = row.instance == instance && row.phase == Phase::waiting && row.bounds == 0;
    const bool idle = row.wait == Wait::mailbox && (row.flags & activation_flag::passive) != 0;
    waits = waits || (here && !idle);
  });
  return waits;
}

/// Of everything: what a fault does may change who waits for what.
std::uint64_t happened(const World& world) { return world.clock().events + world.clock().moves; }

void look_at_all(const Judging& at, WaitMemory& memory, Judged judged) {
  look(at.model, at.world, memory, at.found, judged);
  memory.looked_at = at.world.clock().events;
  memory.settled_after = happened(at.world);
}

/// Of an instance that has closed. Mostly its waits are its own business; where others have a part in them, all are looked at.
void look_at_one(const Judging& at, Row instance, WaitMemory& memory, Judged judged) {
  const StuckWaits* stuck = find_stuck_alone(at.model, at.world, instance);
  if (stuck == nullptr) return look_at_all(at, memory, judged);
  forget_moving(at.world, memory);
  tell_all(at.model, at.world, *stuck, &memory, at.found, judged);
}

template <Judged judged>
void judge(const Judging& at, const Observation& seen) {
  const World& world = at.world;
  if (!world.timed()) {
    const bool unknown = quick_look(at.model, world, seen.instance, 0) == QuickLook::unknown;
    if (unknown) tell_all(at.model, world, find_stuck(at.model, world), nullptr, at.found, judged);
    return;
  }
  // The instance has closed: who waits still, waits for ever, and is gone after this event where other instances follow.
  if (world.instance(seen.instance).activations == 0) return;
  auto& memory = at.memory_as<WaitMemory>();
  if (!world.by_instance.on()) {
    look_at_all(at, memory, judged);
  } else if (memory.settled_after != happened(world) && anybody_waits_for_ever(world, seen.instance)) {
    // Of very many at once most leave nobody but idle servers: what the others wait for is looked at now and then.
    look_at_one(at, seen.instance, memory, judged);
  }
  if (at.model.load.instances == 1) return;
  forget_rows(world, memory, [&](const ActivationRow& row) { return row.instance == seen.instance; });
}

template <Judged judged>
void judge_end(const Judging& at, bool) {
  if (!at.world.timed()) return tell_all(at.model, at.world, find_stuck(at.model, at.world), nullptr, at.found, judged);
  auto& memory = at.memory_as<WaitMemory>();
  if (memory.settled_after != happened(at.world)) look(at.model, at.world, memory, at.found, judged);
}

template <Judged judged>
constexpr Monitor monitor_of = {.listens = bit(Seen::closed),
                                .listens_untimed = occasions,
                                .bytes = sizeof(WaitMemory),
                                .on = judge<judged>,
                                .look = look_now_and_then<judged>,
                                .end = judge_end<judged>,
                                .rests = Rests::on_what_lasts,
                                .names = Names::none};

}  // namespace

Monitor wait_monitor(Judged judged, const char* name, const char* claim) {
  Monitor monitor = judged == Judged::deadlocks ? monitor_of<Judged::deadlocks>
                    : judged == Judged::orphans ? monitor_of<Judged::orphans>
                                                : monitor_of<Judged::both>;
  monitor.name = name;
  monitor.claim = claim;
  return monitor;
}

}  // namespace squall::sim
