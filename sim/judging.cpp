// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/kernel.hpp"

/// What is seen of an event reaches the sink and the monitors; what is over with it is closed.
namespace squall::sim::detail {

void hear(World& world, Run& run, const Observation& observation) {
  const SeenMask kind = bit(observation.kind);
  if ((run.sunk & kind) != 0) run.sink->on(run.model, world, run.sink->place() = observation);
  const SeenMask listens = run.timed ? run.model.listens : run.model.listens_untimed;
  if ((listens & kind) != 0) run.seen.push_back(observation);
  if ((run.model.at_once & kind) == 0) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if ((placed.monitor.at_once & kind) != 0) placed.monitor.on(judging(world, run, placed), observation);
  }
}

Judging judging(World& world, const Run& run, const PlacedMonitor& placed) {
  std::byte* instances = world.at(Pool::instances) + sizeof(InstanceRow) + run.model.instance_keys_bytes;
  return {.model = run.model,
          .world = world,
          .options = placed.monitor.options,
          .memory = world.memory() + placed.memory,
          .of_instances = instances + placed.instance_memory,
          .instance_stride = world.stride(Pool::instances),
          .obligation = run.timed ? &world.clock().obligation : nullptr,
          .found = *run.violations};
}

void look(World& world, Run& run) {
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.look != nullptr) placed.monitor.look(judging(world, run, placed));
  }
}

void obligations_due(World& world, Run& run) {
  world.clock().obligation = end_of_time;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.due != nullptr) placed.monitor.due(judging(world, run, placed));
  }
}

void judge(World& world, Run& run) {
  // What monitors cause to be seen does not exist: they only look.
  SeenMask stirred = 0;
  for (const Observation& observation : run.seen) {
    const SeenMask kind = bit(observation.kind);
    stirred |= kind;
    for (const PlacedMonitor& placed : run.model.monitors) {
      const SeenMask listens = placed.monitor.listens | (run.timed ? 0 : placed.monitor.listens_untimed);
      if ((listens & ~placed.monitor.at_once & kind) != 0 && placed.monitor.on != nullptr) {
        placed.monitor.on(judging(world, run, placed), observation);
      }
    }
  }
  run.seen.clear();
  if ((run.model.stirs & stirred) == 0) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if ((placed.monitor.stirs & stirred) != 0) placed.monitor.settled(judging(world, run, placed));
  }
}

void settle_slowly(World& world, Run& run, Row instance) {
  if (run.settle_all) {
    run.settle_all = false;
    for (Row i = 0; i < world.used(Pool::instances); ++i) {
      if (i != instance && world.instance(i).live != 0) settle_slowly(world, run, i);
    }
  }
  const bool was_live = instance != no_row && world.instance(instance).live != 0;
  if (was_live) settle_instance(world, run, instance);
  if (!run.seen.empty()) judge(world, run);
  if (was_live && world.instance(instance).live == 0 && run.model.load.instances > 1)
    free_instance(world, run, instance);
}

void close_lines(World& world, Run& run) {
  for (Row i = 0; i < world.used(Pool::instances); ++i) {
    if (world.instance(i).live == 0) continue;
    if (world.instance(i).in_line == 0 && !waits_for_handler(world, run.model, i)) continue;
    close_instance(world, run, i);
    judge(world, run);
  }
}

}  // namespace squall::sim::detail
