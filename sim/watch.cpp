// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "sim/detail/ask_faults.hpp"
#include "sim/detail/kernel.hpp"

/// Failure detectors: a watcher is told when nothing was heard of its target for a while. A live target is always heard,
/// so silence begins with a crash (or with a fault that says so) and ends with the restart.
namespace squall::sim {
namespace detail {
namespace {

/// The detector speaks to its watcher, by itself and without latency.
void say(World& world, Run& run, const WatchRow& watch, TopicId topic) {
  if (topic == any_topic) return;
  const std::int64_t fields[] = {std::int64_t{index(watch.target)} + 1};
  const Row message = tell(world, run, watch.watcher, watch.instance, topic, 1, fields);
  if (!run.timed) return;
  const AgentRow& target = world.agent(watch.target);
  MessageShadow& shadow = world.message_shadow(message);
  shadow.origin = child_key(shadow.origin, child_key(run.model.definition(target.definition).key, target.member));
  shadow.occurrence = world.shadow(watch.target).incarnation;
}

void listen(World& world, Run& run, Row watch) {
  const Row timer = arm(world, run, TimerKind::notice, watch, world.watch(watch).instance, world.watch(watch).silence);
  world.watch(watch).timer = timer;
}

/// Whether the detector is wrong about what its target now begins to be.
bool is_wrong(World& world, Run& run, Row watch, Operation operation) {
  const WatchRow& row = world.watch(watch);
  SiteKey origin = 0;
  if (run.timed) {
    const auto name = [&](AgentId agent) {
      return child_key(run.model.definition(world.agent(agent).definition).key, world.agent(agent).member);
    };
    origin =
        child_key(child_key(name(row.watcher), name(row.target)),
                  std::uint64_t{world.shadow(row.target).incarnation} << 8 | static_cast<std::uint64_t>(operation));
  }
  return ask_faults(world, run,
                    {.strike = Strike::notice,
                     .agent = row.watcher,
                     .other = row.target,
                     .instance = row.instance,
                     .operation = operation},
                    origin, load_number(world, row.instance))
      .wrong;
}

void forget(World& world, Row watch) {
  WatchRow& row = world.watch(watch);
  if (row.timer != no_row) disarm(world, row.timer);
  row.watcher = nobody;
  world.give(Pool::watches, watch);
}

Row find(const World& world, AgentId watcher, AgentId target, Row instance) {
  for (Row w = 0; w < world.used(Pool::watches); ++w) {
    const WatchRow& row = world.watch(w);
    if (row.watcher == watcher && row.target == target && row.instance == instance) return w;
  }
  return no_row;
}

/// Calls `visit(Row)` for each watch of `target`, by watcher and instance: not by slot, which means nothing.
template <class Visit>
void for_each_watch(World& world, AgentId target, Visit&& visit) {
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  const auto place = [&](Row w) {
    return Place{index(world.watch(w).watcher), load_number(world, world.watch(w).instance)};
  };
  Row last = no_row;
  for (;;) {
    Row next = no_row;
    for (Row w = 0; w < world.used(Pool::watches); ++w) {
      if (world.watch(w).watcher == nobody || world.watch(w).target != target) continue;
      if ((last == no_row || place(w) > place(last)) && (next == no_row || place(w) < place(next))) next = w;
    }
    if (next == no_row) return;
    last = next;
    visit(next);
  }
}

}  // namespace

void notice_due(World& world, Run& run, const TimerRow& due) {
  WatchRow& watch = world.watch(due.target);
  watch.timer = no_row;
  watch.told = 1;
  const WatchRow told = watch;
  say(world, run, told, run.model.down);
}

void notice_crash(World& world, Run& run, AgentId target) {
  for_each_watch(world, target, [&](Row w) {
    if (world.watch(w).timer == no_row && !is_wrong(world, run, w, Operation::silence)) listen(world, run, w);
  });
}

void notice_restart(World& world, Run& run, AgentId target) {
  for_each_watch(world, target, [&](Row w) {
    WatchRow& watch = world.watch(w);
    if (watch.timer != no_row) {  // back before anybody noticed
      disarm(world, watch.timer);
      watch.timer = no_row;
    } else if (watch.told != 0) {
      watch.told = 0;
      const WatchRow told = watch;
      say(world, run, told, run.model.up);
    }
  });
}

void forget_watches(World& world, Run&, AgentId watcher) {
  for (Row w = 0; w < world.used(Pool::watches); ++w) {
    if (world.watch(w).watcher == watcher) forget(world, w);
  }
}

void close_watches(World& world, Row instance) {
  for (Row w = 0; w < world.used(Pool::watches); ++w) {
    if (world.watch(w).watcher != nobody && world.watch(w).instance == instance) forget(world, w);
  }
}

}  // namespace detail

void Turn::watch(AgentId agent, Duration silence, const Question&) {
  run.idle = false;
  Row watch = detail::find(world, self, agent, instance);
  if (watch == no_row) {
    world.reserve(Pool::watches, 1);
    watch = world.take(Pool::watches);
    world.watch(watch) = {.next = no_row,
                          .watcher = self,
                          .target = agent,
                          .instance = instance,
                          .timer = no_row,
                          .told = 0,
                          .spare = {},
                          .silence = silence};
    const AgentState state = world.agent(agent).state;
    const bool silent = state == AgentState::down || state == AgentState::hung;
    if (silent || (state == AgentState::up && detail::is_wrong(world, run, watch, Operation::watch)))
      detail::listen(world, run, watch);
  }
  world.watch(watch).silence = silence;
}

}  // namespace squall::sim
