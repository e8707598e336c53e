// SPDX-License-Identifier: Apache-2.0
#include "sim/timed.hpp"

#include "sim/detail/kernel.hpp"

namespace squall::sim {
namespace {

/// A turn that is due now needs no calendar unless something else is due as well. Either way the same event comes next.
bool run_ready(World& world, Run& run) {
  Clock& clock = world.clock();
  const Row activation = clock.ready;
  clock.ready = no_row;
  if (world.calendar.empty() || world.calendar.peek_due() > clock.now) {
    apply_ready(world, activation, run);
    return true;
  }
  detail::wake(world, run, activation, Wake::Why::ready);
  return false;
}

void prefetch_next(const World& world) {
  const Row next = world.calendar.peek_row();
  if (next == no_row || Event{next}.is_timer()) return;
  __builtin_prefetch(&world.message(next));
}

}  // namespace

bool step(World& world, Run& run) {
  if (world.clock().ready != no_row && run_ready(world, run)) return true;
  if (world.calendar.empty()) return false;
  const Calendar::Entry next = world.calendar.pop();
  world.clock().now = next.at;
  prefetch_next(world);
  apply(world, Event{next.row}, run);
  return true;
}

Halt run_timed(World& world, Run& run) {
  const std::uint64_t events_max = run.model.limits.events_per_instance * run.model.load.instances;
  const Instant latest = later(start_of_time, run.model.limits.virtual_time);
  Halt halt = Halt::idle;
  for (;;) {
    if (world.clock().events >= events_max) {
      halt = Halt::event_limit;
      break;
    }
    if (world.clock().ready == no_row && !world.calendar.empty() && world.calendar.peek_due() > latest) {
      halt = Halt::time_limit;
      break;
    }
    if (!step(world, run)) break;
  }
  finish(world, run, halt != Halt::idle);
  return halt;
}

}  // namespace squall::sim
