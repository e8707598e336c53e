// SPDX-License-Identifier: Apache-2.0
#include "sim/apply.hpp"

#include <algorithm>

#include "sim/detail/event.hpp"
#include "sim/detail/run_turn.hpp"

namespace squall::sim {
namespace detail {

Row only_instance(const World& world, const Run& run) {
  return run.model.load.instances == 1 && world.used(Pool::instances) != 0 && world.instance(0).live != 0 ? 0 : no_row;
}

void begin_struct_agent(World& world, Run& run, AgentId agent) {
  const Row activation = begin_activation(world, run, agent, no_row, 0, activation_flag::passive,
                                          run.timed ? root_key(run.model, world, agent) : 0);
  ActivationRow& row = world.activation(activation);
  row.phase = Phase::waiting;
  row.wait = Wait::mailbox;
  row.want = ~std::uint64_t{0};
  row.wait_arg = index(any_topic);
  run_turn(world, run, activation, {.why = Wake::Why::start});
}

}  // namespace detail

using namespace detail;

namespace {

bool is_plain(const World& world, const Run& run) {
  const Model& model = run.model;
  const std::uint32_t armed = world.header().armed;
  const bool struck = armed != 0 && (armed != static_cast<std::uint32_t>(Strike::send) || run.odds == nullptr);
  const bool particular = !model.pins.empty() || !model.network.links.empty() || model.bounded_inboxes ||
                          model.published != 0 || model.inner_topics || model.acks;
  return run.timed && !struck && !particular;
}

}  // namespace

void begin(World& world, Run& run) {
  const Model& model = run.model;
  run.looks =
      run.timed && run.violations != nullptr &&
      std::ranges::any_of(model.monitors, [](const PlacedMonitor& placed) { return placed.monitor.look != nullptr; });
  run.sunk = run.sink != nullptr ? run.sink->listens() : 0;
  run.heard =
      run.violations != nullptr ? (run.timed ? model.listens : model.listens_untimed) | model.at_once : SeenMask{0};
  run.watched = run.heard | run.sunk;
  run.odds = run.faults != nullptr ? run.faults->send_odds() : nullptr;
  run.seen.clear();
  run.stopping = {};
  world.header().armed = run.faults != nullptr ? run.faults->armed() : 0;
  run.plain = is_plain(world, run);
  run.free_steps = !watched(run, Seen::began) && !armed(world, Strike::step);
  begin_context(world, model, no_row);
  if (run.faults != nullptr) run.faults->begin(world, run);
  begin_instance(world, run);
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    if (!definition.behaviour->struct_agent || definition.left_out) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m) {
      begin_struct_agent(world, run, AgentId{index(definition.first) + m});
    }
  }
  arm_next_arrival(world, run);
  if (!run.seen.empty()) judge(world, run);
}

void apply(World& world, Event event, Run& run) { apply_event(world, event, run); }

void apply_ready(World& world, Row activation, Run& run) { apply_ready_event(world, activation, run); }

void finish(World& world, Run& run, bool undecided) {
  if (!undecided) close_lines(world, run);
  if (run.violations == nullptr) return;
  for (const PlacedMonitor& placed : run.model.monitors) {
    if (placed.monitor.end != nullptr) {
      placed.monitor.end(judging(world, run, placed), undecided);
    }
  }
}

}  // namespace squall::sim
