// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/kernel.hpp"

namespace squall::sim {
namespace {

void begin_cells(World& world, Run& run, AgentId agent) {
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  detail::release_cells(world, run, behaviour.cell_types, world.cells(agent));
  if (behaviour.cell_types.empty()) return;
  std::memcpy(world.cells(agent), behaviour.initial_cells.data(), std::size_t{8} * behaviour.cell_types.size());
}

/// Programs begin again as the agent resumes, branches with them, and what was handled comes again where it is not yet
/// acknowledged.
void observe_interruption(World& world, Run& run, Row activation) {
  const ActivationRow& row = world.activation(activation);
  const Definition& definition = run.model.definition(world.agent(row.agent).definition);
  bool again = definition.resume != Resume::never;
  if ((row.flags & activation_flag::handler) != 0) {
    const TopicInfo* topic = row.message != no_row && index(world.message(row.message).topic) < run.model.topics.size()
                                 ? &run.model.topic(world.message(row.message).topic)
                                 : nullptr;
    again = definition.ack == Ack::end || (topic != nullptr && topic->ack == Ack::end);
    // Whoever lives in another's process is told to begin again by that one.
    again = again || (definition.host != no_host && run.model.definition(definition.host).resume != Resume::never);
  }
  detail::observe(world, run,
                  {.kind = Seen::interrupted,
                   .agent = row.agent,
                   .activation = activation,
                   .instance = row.instance,
                   .value = again ? 1 : 0});
}

void crash_alone(World& world, Run& run, AgentId agent, std::optional<Duration> restart_after, bool with_memory) {
  if (const AgentState state = world.agent(agent).state; state != AgentState::up && state != AgentState::hung) return;
  if (run.looks) detail::look(world, run);
  run.idle = false;
  run.touched = Run::everybody;
  run.settle_all = true;
  detail::note_unfinished(world, run, agent);
  const bool observed = detail::watched(run, Seen::interrupted);
  while (world.agent(agent).first != no_row) {
    const Row activation = world.agent(agent).first;
    if (observed) observe_interruption(world, run, activation);
    detail::tell_parent(world, run, activation, Ending::crashed, Error::crashed);
    if (run.model.acks) detail::forget_acks(world, run, activation, detail::Handled::crashed);
    detail::free_activation(world, run, activation, true);
  }
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  if (!definition.survives) detail::clear_mailbox(world, run, agent);
  if (!with_memory) {
    begin_cells(world, run, agent);
    detail::restore_cells(world, run, agent);
  }
  detail::forget_watches(world, run, agent);
  AgentRow& row = world.agent(agent);
  row.state = AgentState::down;
  row.handlers = 0;
  if (detail::watched(run, Seen::crashed)) detail::observe(world, run, {.kind = Seen::crashed, .agent = agent});
  detail::notice_crash(world, run, agent);
  if (restart_after && definition.resume != Resume::never) {
    ++world.header().restarting;
    detail::arm(world, run, TimerKind::restart, index(agent), detail::only_instance(world, run), *restart_after);
  }
  if (!definition.survives && definition.inbox != unlimited) detail::room_made(world, run, agent);
}

/// The process that an agent lives in goes as a whole: its host, and everybody else in it.
void crash_process(World& world, Run& run, AgentId agent, bool with_memory) {
  const DefinitionId own = world.agent(agent).definition;
  const DefinitionId host = run.model.definition(own).host == no_host ? own : run.model.definition(own).host;
  for (std::uint32_t d = 0; d < run.model.definitions.size(); ++d) {
    const Definition& definition = run.model.definitions[d];
    if (DefinitionId{d} != host && definition.host != host) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m) {
      const AgentId other{index(definition.first) + m};
      // One of them comes back for all.
      if (other != agent) crash_alone(world, run, other, std::nullopt, with_memory);
    }
  }
}

}  // namespace

void crash(World& world, Run& run, AgentId agent, std::optional<Duration> restart_after, bool with_memory) {
  if (const AgentState state = world.agent(agent).state; state != AgentState::up && state != AgentState::hung) return;
  crash_alone(world, run, agent, restart_after, with_memory);
  if (run.model.hosts) crash_process(world, run, agent, with_memory);
}

void hang(World& world, Run& run, AgentId agent) {
  if (world.agent(agent).state != AgentState::up) return;
  if (run.looks) detail::look(world, run);
  run.idle = false;
  run.touched = Run::everybody;
  run.settle_all = true;
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    detail::interrupt(world, run, a);
    detail::disarm_all(world, a);
    for (std::size_t c = 0; c < behaviour.local_types.size(); ++c) {
      if (behaviour.local_types[c] == CellType::timer) world.locals(a)[c] = 0;
    }
    ActivationRow& row = world.activation(a);
    row.phase = Phase::waiting;
    row.wait = Wait::hung;
    row.bounds = 0;
    row.wait_arg = 0;
    row.want = 0;
  }
  world.agent(agent).state = AgentState::hung;
  if (detail::watched(run, Seen::hung)) detail::observe(world, run, {.kind = Seen::hung, .agent = agent});
  detail::notice_crash(world, run, agent);
}

namespace {

void restart_alone(World& world, Run& run, AgentId agent) {
  if (world.agent(agent).state != AgentState::down) return;
  run.idle = false;
  world.agent(agent).state = AgentState::up;
  if (run.timed) ++world.shadow(agent).incarnation;
  if (detail::watched(run, Seen::restarted)) detail::observe(world, run, {.kind = Seen::restarted, .agent = agent});
  detail::notice_restart(world, run, agent);
  if (run.model.definition(world.agent(agent).definition).behaviour->struct_agent) {
    detail::begin_struct_agent(world, run, agent);
    if (run.model.published != 0) detail::offer_queued(world, run, agent);
  } else {
    detail::resume_activations(world, run, agent);
    detail::start_handlers(world, run, agent);
  }
}

}  // namespace

void restart(World& world, Run& run, AgentId agent) {
  const DefinitionId own = world.agent(agent).definition;
  const DefinitionId host = run.model.definition(own).host == no_host ? own : run.model.definition(own).host;
  // Whom the host will ask for something is there before it.
  for (std::uint32_t d = 0; run.model.hosts && d < run.model.definitions.size(); ++d) {
    const Definition& definition = run.model.definitions[d];
    if (definition.host != host) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m)
      restart_alone(world, run, AgentId{index(definition.first) + m});
  }
  if (run.model.hosts && own != host) restart_alone(world, run, run.model.definition(host).first);
  restart_alone(world, run, agent);
}

}  // namespace squall::sim
