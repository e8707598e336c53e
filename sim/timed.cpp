// SPDX-License-Identifier: Apache-2.0
#include "sim/timed.hpp"

#include <algorithm>
#include <optional>

#include "sim/detail/event.hpp"
#include "sim/timed_until.hpp"

namespace squall::sim {
namespace {

/// A turn that is due now needs no calendar unless something else is due as well. Either way the same event comes next.
bool run_ready(World& world, Run& run) {
  Clock& clock = world.clock();
  const Row activation = clock.ready;
  clock.ready = no_row;
  if (world.calendar.empty() || world.calendar.peek_due() > clock.now) {
    detail::apply_ready_event(world, activation, run);
    return true;
  }
  detail::wake(world, run, activation, Wake::Why::ready);
  return false;
}

/// A dependent cache miss costs more than an event. In a world that does not fit into a cache, what the next few events
/// will touch is fetched in three waves: message, then its receiver, then the receiver's activation and cells.
void prefetch(const World& world, const Run& run) {
  constexpr std::uint32_t agents_in_cache = 1024;
  if (world.used(Pool::agents) <= agents_in_cache) return;
  const auto receiver_of = [&](std::uint32_t ahead) {
    const Row row = world.calendar.peek_row(ahead);
    if (row == no_row || Event{row}.is_timer() || world.message(row).to == nobody) return nobody;
    return world.message(row).to;
  };
  if (const Row row = world.calendar.peek_row(9); row != no_row && !Event{row}.is_timer()) {
    __builtin_prefetch(&world.message(row));
    __builtin_prefetch(&world.message_shadow(row));
  }
  if (const AgentId agent = receiver_of(6); agent != nobody) {
    __builtin_prefetch(&world.agent(agent));
    __builtin_prefetch(&world.shadow(agent));
  }
  if (const AgentId agent = receiver_of(3); agent != nobody && world.agent(agent).first != no_row) {
    const Row activation = world.agent(agent).first;
    const bool program = !run.model.definition(world.agent(agent).definition).behaviour->struct_agent;
    if (program || world.header().expecting != 0) __builtin_prefetch(&world.activation(activation));
    __builtin_prefetch(&world.activation_shadow(activation));
    __builtin_prefetch(world.cells(agent));
  }
}

/// Takes the earliest row out of the calendar and applies it. Requires: there is one.
template <bool plain>
inline void next_event(World& world, Run& run) {
  const Calendar::Entry next = world.calendar.pop();
  world.clock().now = next.at;
  prefetch(world, run);
  detail::apply_event<plain>(world, Event{next.row}, run);
}

template <bool plain>
bool step_as(World& world, Run& run) {
  if (world.clock().ready != no_row && run_ready(world, run)) return true;
  if (world.calendar.empty()) return false;
  next_event<plain>(world, run);
  return true;
}

/// Runs until nothing is pending or a limit is reached; nothing where `over` ended it, which is asked after each event. Of a
/// question that is never yes nothing is left in the loop. `plain`: `Run::plain` holds.
template <bool plain, class Over>
std::optional<Halt> advance(World& world, Run& run, const Over& over) {
  // Limits of events and rows are looked at now and then: what so many events take lies below what an `Event` can number.
  constexpr std::uint32_t rows_max = Event::timer_bit - (1U << 20);
  constexpr std::uint64_t events_between_counts = 64;
  const std::uint64_t events_max = run.model.limits.events_per_instance * run.model.load.instances;
  const Instant latest = later(start_of_time, run.model.limits.virtual_time);
  std::uint64_t look_again = 0;
  for (;;) {
    if (over()) return std::nullopt;
    if (const std::uint64_t events = world.clock().events; events >= look_again) [[unlikely]] {
      if (events >= events_max) return Halt::event_limit;
      if (world.used(Pool::messages) >= rows_max || world.used(Pool::timers) >= rows_max) return Halt::pending_limit;
      look_again = std::min(events_max, events + events_between_counts);
    }
    if (world.clock().ready != no_row && run_ready(world, run)) continue;
    if (world.calendar.empty()) return Halt::idle;
    if (world.calendar.peek_due() > latest) [[unlikely]]
      return Halt::time_limit;
    next_event<plain>(world, run);
  }
}

}  // namespace

bool step(World& world, Run& run) { return run.plain ? step_as<true>(world, run) : step_as<false>(world, run); }

Halt run_timed(World& world, Run& run) {
  constexpr auto never = [] { return false; };
  const Halt halt = run.plain ? *advance<true>(world, run, never) : *advance<false>(world, run, never);
  finish(world, run, halt != Halt::idle);
  return halt;
}

std::optional<Halt> run_timed_until(World& world, Run& run, const std::function<bool(const Violations&)>& enough) {
  std::size_t known = 0;
  const auto over = [&] {
    const std::size_t now = run.violations->list().size();
    if (now == known) return false;
    known = now;
    return enough(*run.violations);
  };
  const std::optional<Halt> halt = advance<false>(world, run, over);
  if (halt) finish(world, run, *halt != Halt::idle);
  return halt;
}

}  // namespace squall::sim
