// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/waiting.hpp"

#include <algorithm>
#include <span>

#include "sim/model.hpp"
#include "sim/wait_for.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

constexpr std::uint32_t small_world = 64;      // activations: one word holds a bit for each
constexpr std::uint32_t occasions_skipped = 8;
constexpr std::uint32_t pending_few = 2;

bool has(Judged judged, Judged part) { return (static_cast<unsigned>(judged) & static_cast<unsigned>(part)) != 0; }

/// Tells a trouble unless it was told. `remember` is null where a run has no memory of its own.
void tell(Violation violation, WaitMemory* remember, Violations& found) {
  if (remember == nullptr) {
    found.add(std::move(violation));
    return;
  }
  const std::uint64_t key = signature(violation);
  const std::span<const std::uint64_t> told{remember->told, remember->told_count};
  if (remember->told_count == WaitMemory::told_max || std::ranges::find(told, key) != told.end()) return;
  remember->told[remember->told_count++] = key;
  found.add(std::move(violation));
}

void look(const Model& model, const World& world, WaitMemory* memory, Violations& found, Judged judged) {
  const StuckWaits stuck = find_stuck(model, world);
  if (stuck.empty()) return;
  const auto known = [&](Row row) { return memory != nullptr && row < small_world && (memory->known >> row & 1) != 0; };
  if (has(judged, Judged::deadlocks)) {
    for (const Deadlock& deadlock : stuck.deadlocks) {
      // A cycle to which another has been added since is the same trouble.
      const auto told = [&](const WaitEdge& edge) { return known(edge.waiter); };
      if (std::ranges::none_of(deadlock.cycle, told)) {
        tell(describe(model, world, deadlock, found.wants_reasons), memory, found);
      }
    }
  }
  if (has(judged, Judged::orphans)) {
    for (const Orphan& orphan : stuck.orphans) {
      if (!known(orphan.wait.waiter)) tell(describe(model, world, orphan, found.wants_reasons), memory, found);
    }
  }
  if (memory == nullptr) return;
  for (const Row row : stuck.rows) {
    if (row < small_world) memory->known |= std::uint64_t{1} << row;
  }
}

/// Rows are used again: what was told of an activation says nothing about the next one in its row.
void forget_rows(const World& world, WaitMemory& memory) {
  for (std::uint64_t left = memory.known; left != 0; left &= left - 1) {
    const auto row = static_cast<Row>(__builtin_ctzll(left));
    if (world.activation(row).phase != Phase::waiting) memory.known &= ~(std::uint64_t{1} << row);
  }
}

/// The instance has closed: where others follow, its rows go to them after this event.
void forget_instance(const World& world, Row instance, WaitMemory& memory) {
  for (std::uint64_t left = memory.known; left != 0; left &= left - 1) {
    const auto row = static_cast<Row>(__builtin_ctzll(left));
    if (world.activation(row).instance == instance) memory.known &= ~(std::uint64_t{1} << row);
  }
}

bool owed_for_ever(const World& world, const Observation& seen) {
  const ActivationRow& row = world.activation(seen.activation);
  return row.phase == Phase::waiting && row.bounds == 0 &&
         (row.wait != Wait::mailbox || (row.flags & activation_flag::passive) == 0);
}

}  // namespace

void judge_waits(const Model& model, const World& world, const Observation& seen, std::byte* bytes, Violations& found,
                 Judged judged) {
  if (!world.timed()) {
    if (quick_look(model, world, seen.instance, 0) == QuickLook::unknown) look(model, world, nullptr, found, judged);
    return;
  }
  WaitMemory& memory = *reinterpret_cast<WaitMemory*>(bytes);
  if (memory.maybe == 0) {
    if (seen.kind != Seen::waited || !owed_for_ever(world, seen)) return;
    memory.maybe = 1;
  }
  ++memory.skipped;
  const std::uint32_t activations = world.used(Pool::activations);
  if (activations > small_world) {
    const bool leaves_waits = seen.kind == Seen::closed && world.instance(seen.instance).activations != 0;
    if (memory.skipped < activations && !leaves_waits) return;
    memory.skipped = 0;
    look(model, world, &memory, found, judged);
    return;
  }
  const bool routine = seen.kind == Seen::waited || seen.kind == Seen::finished;
  const bool quiet = seen.instance == no_row || world.instance(seen.instance).pending <= pending_few;
  if (routine && !quiet && memory.skipped < occasions_skipped) return;
  memory.skipped = 0;
  if (memory.known != 0) forget_rows(world, memory);
  const QuickLook quick = quick_look(model, world, seen.instance, memory.known);
  if (quick == QuickLook::nobody_waits && memory.known == 0) memory.maybe = 0;
  if (quick == QuickLook::unknown) look(model, world, &memory, found, judged);
  if (seen.kind == Seen::closed && model.load.instances > 1) forget_instance(world, seen.instance, memory);
}

void judge_waits_at_end(const Model& model, const World& world, std::byte* bytes, Violations& found, Judged judged) {
  WaitMemory* memory = world.timed() ? reinterpret_cast<WaitMemory*>(bytes) : nullptr;
  if (memory != nullptr && memory->maybe == 0) return;
  if (memory != nullptr) forget_rows(world, *memory);
  look(model, world, memory, found, judged);
}

}  // namespace squall::sim
