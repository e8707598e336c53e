// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/detail/of_instance.hpp"
#include "sim/detail/run_turn.hpp"
#include "sim/digest.hpp"

namespace squall::sim::detail {

std::uint64_t root_key(const Model& model, const World& world, AgentId agent) {
  const AgentRow& row = world.agent(agent);
  const std::uint64_t incarnation = world.timed() ? world.shadow(agent).incarnation : 0;
  return child_key(model.definition(row.definition).key, (incarnation << 32) | row.member);
}

Row begin_activation(World& world, Run& run, AgentId agent, Row instance, std::uint32_t pc, std::uint8_t flags,
                     std::uint64_t key, Row parent, Row message) {
  world.reserve(Pool::activations, 1);
  const Row row = world.take_raw(Pool::activations);
  world.activation(row) = {.agent = agent,
                           .next = no_row,
                           .instance = instance,
                           .pc = pc,
                           .phase = Phase::running,
                           .wait = Wait::none,
                           .flags = flags,
                           .bounds = 0,
                           .wait_arg = 0,
                           .want = 0,
                           .line = no_row,
                           .timer = no_row,
                           .parent = parent,
                           .message = message,
                           .seen = no_row,
                           .children = 0,
                           .children_ok = 0,
                           .children_failed = 0,
                           .number = 0};
  std::memset(world.locals(row), 0, std::size_t{8} * run.model.locals);
  if (run.model.session_words != 0) begin_session(world, run.model, row);
  AgentRow& owner = world.agent(agent);
  if (owner.last == no_row) {
    owner.first = row;
  } else {
    world.activation(owner.last).next = row;
  }
  if (world.by_instance.on()) [[unlikely]]
    world.by_instance.activations.append(agent, instance, row, owner.last);
  owner.last = row;
  if (instance != no_row) ++world.instance(instance).activations;
  if (run.timed) {
    ActivationShadow& shadow = world.activation_shadow(row);
    shadow = {.key = key, .since = world.clock().now};
    std::memset(world.occurrences(row), 0, std::size_t{4} * run.model.sites);
  }
  run.idle = false;
  run.touched = Run::everybody;
  return row;
}

void crash_after_turn(World& world, Run& run, AgentId agent) {
  if (run.stopping.agent != agent) return;
  const Run::Stopping how = std::exchange(run.stopping, {});
  if (how.hangs) {
    hang(world, run, agent);
    return;
  }
  crash(world, run, agent, how.restart_after < Duration::zero() ? std::nullopt : std::optional{how.restart_after},
        how.with_memory);
}

namespace {

/// A struct agent's whole turn counts as one step: faults that stop an agent at a step may stop it here.
bool struct_agent_step(Turn& turn) {
  Question q;
  if (turn.run.timed) {
    const AgentShadow& shadow = turn.world.shadow(turn.self);
    q = {.site = child_key(turn.world.activation_shadow(turn.activation).key, site_key("turn")),
         .instance = 0,
         .occurrence = shadow.events};
  }
  return turn.step(0, q);
}

}  // namespace

void observe_turn(World& world, Run& run, AgentId agent, Row instance) {
  observe(world, run, {.kind = Seen::turned, .agent = agent, .instance = instance});
}

void resumed(World& world, Run& run, Row activation) {
  const ActivationRow& row = world.activation(activation);
  observe(world, run,
          {.kind = Seen::resumed,
           .agent = row.agent,
           .activation = activation,
           .instance = row.instance,
           .detail = static_cast<std::uint32_t>(row.wait)});
}

void struct_turn_struck(Turn& turn, const Wake& wake) {
  if (struct_agent_step(turn)) turn.behaviour.turn(turn, wake);
  if (turn.run.stopping.agent != nobody) crash_after_turn(turn.world, turn.run, turn.self);
}

void run_turn(World& world, Run& run, Row activation, const Wake& wake) {
  ActivationRow& row = world.activation(activation);
  const Behaviour& behaviour = *run.model.definition(world.agent(row.agent).definition).behaviour;
  if (!behaviour.struct_agent) [[likely]] {
    run_program_turn(world, run, activation, row, behaviour, wake);
    return;
  }
  Row instance = no_row;
  if (wake.why == Wake::Why::message || wake.why == Wake::Why::satisfied) {
    instance = world.message(wake.row).instance;
  } else if (world.header().live_instances == 1 && run.model.load.instances == 1) {
    instance = 0;
  }
  run_struct_turn(world, run, activation, row.agent, instance, behaviour, wake);
}

void interrupt(World& world, Run& run, Row activation) {
  run.touched = Run::everybody;
  ActivationRow& row = world.activation(activation);
  if (row.phase == Phase::busy && row.timer != no_row) {
    disarm(world, row.timer);
  } else if (row.phase == Phase::waiting && row.wait == Wait::resource) {
    leave_line(world, run, activation);
  } else if (row.phase == Phase::waiting && row.wait == Wait::room && row.instance != no_row) {
    --world.instance(row.instance).in_line;
  }
  if (!run.model.tools.empty()) forget_call(world, run, activation);
  row.timer = no_row;
  row.phase = Phase::running;
  row.wait = Wait::none;
}

/// The next cell from `c` on that need be looked at. The runtime of a large graph has very many plain numbers, which are
/// passed over together; for the few cells of others that would cost more than it saves.
std::size_t next_cell(std::span<const CellType> types, std::size_t c) {
  static_assert(static_cast<int>(CellType::integer) == 0 && sizeof(CellType) == 1);
  constexpr std::size_t many = 256, at_once = sizeof(std::uint64_t);
  if (types.size() < many) [[likely]]
    return c;
  for (std::uint64_t word = 0; c + at_once <= types.size(); c += at_once) {
    std::memcpy(&word, &types[c], at_once);
    if (word != 0) break;
  }
  while (c < types.size() && types[c] == CellType::integer) ++c;
  return c;
}

void release_cells(World& world, Run& run, std::span<const CellType> types, std::int64_t* cells) {
  for (std::size_t c = next_cell(types, 0); c < types.size(); c = next_cell(types, c + 1)) {
    if (cells[c] == 0) continue;
    const Row row = static_cast<Row>(static_cast<std::uint64_t>(cells[c]) - 1);  // a number may be the least there is
    switch (types[c]) {
      case CellType::message: release_message(world, run, row); break;
      case CellType::messages:
        for (Row m = row; m != no_row;) {
          const Row next = world.message(m).next;
          release_message(world, run, m);
          m = next;
        }
        break;
      case CellType::artifact: release_artifact(world, row); break;
      default: continue;
    }
    cells[c] = 0;
  }
}

void retain_cells(World& world, std::span<const CellType> types, const std::int64_t* cells) {
  for (std::size_t c = next_cell(types, 0); c < types.size(); c = next_cell(types, c + 1)) {
    if (cells[c] == 0) continue;
    const Row row = static_cast<Row>(static_cast<std::uint64_t>(cells[c]) - 1);  // a number may be the least there is
    if (types[c] == CellType::message) retain_message(world, row);
    if (types[c] == CellType::artifact) retain_artifact(world, row);
    if (types[c] == CellType::messages) {
      for (Row m = row; m != no_row; m = world.message(m).next) retain_message(world, m);
    }
  }
}

void unlink_activation(World& world, Row activation) {
  const ActivationRow& row = world.activation(activation);
  AgentRow& owner = world.agent(row.agent);
  const Row next = row.next;
  Row before = no_row;
  if (world.by_instance.on()) [[unlikely]] {
    before = world.by_instance.activations.before(activation);
    world.by_instance.activations.remove(row.agent, row.instance, activation, next);
  } else {
    for (Row at = owner.first; at != activation; at = world.activation(at).next) before = at;
  }
  (before == no_row ? owner.first : world.activation(before).next) = next;
  if (owner.last == activation) owner.last = before;
}

void free_activation(World& world, Run& run, Row activation, bool crashed) {
  run.touched = Run::everybody;
  ActivationRow& row = world.activation(activation);
  const Behaviour& behaviour = *run.model.definition(world.agent(row.agent).definition).behaviour;
  if (row.wait == Wait::resource || row.wait == Wait::room) interrupt(world, run, activation);
  // A turn that ends its activation has disarmed what it armed; whoever is stopped from outside may have anything armed.
  if (row.timer != no_row || row.bounds != 0 || crashed) disarm_all(world, activation);
  if (!run.model.tools.empty()) forget_call(world, run, activation);
  if (!run.model.resources.empty())
    forget_holds(world, run, activation, crashed);  // may wake the next in line: reserves
  ActivationRow& rest = world.activation(activation);
  release_cells(world, run, behaviour.local_types, world.locals(activation));
  if (rest.seen != no_row) release_artifact(world, rest.seen);
  if (rest.message != no_row) release_message(world, run, rest.message);
  if (rest.instance != no_row) --world.instance(rest.instance).activations;
  unlink_activation(world, activation);
  rest.phase = Phase::free;
  world.give(Pool::activations, activation);
}

void end_activation(World& world, Run& run, Row activation, Ending ending, Error error, std::int64_t because) {
  run.idle = false;
  ActivationRow& row = world.activation(activation);
  const AgentId agent = row.agent;
  const Row instance = row.instance;
  const std::uint8_t flags = row.flags;
  if (watched(run, Seen::finished) || watched(run, Seen::failed)) {
    observe(world, run,
            {.kind = ending == Ending::ok ? Seen::finished : Seen::failed,
             .agent = agent,
             .activation = activation,
             .instance = instance,
             .row = because < 0 ? no_row : static_cast<Row>(because),
             .detail = static_cast<std::uint32_t>(error),
             .value = static_cast<std::int64_t>(ending)});
  }
  if ((flags & activation_flag::handler) != 0) {
    const Row handled = row.message;
    if (handled != no_row) {
      const MessageRow& message = world.message(handled);
      if (ending != Ending::ok && message.request != 0) {
        answer(world, run, agent, activation, handled, {}, ending == Ending::failed ? error : Error::cancelled, {});
      }
    }
    --world.agent(agent).handlers;
  }
  if (run.model.acks) forget_acks(world, run, activation, ending == Ending::ok ? Handled::well : Handled::failed);
  if ((flags & activation_flag::root) != 0) forget_position(world, run, agent, instance);
  if ((flags & activation_flag::root) != 0 && ending == Ending::failed && instance != no_row) {
    InstanceRow& of = world.instance(instance);
    if (of.failed_roots != 0xff) ++of.failed_roots;
  }
  tell_parent(world, run, activation, ending, error);
  free_activation(world, run, activation, false);
  if ((flags & activation_flag::handler) != 0) start_handlers(world, run, agent);
}

void begin_instance(World& world, Run& run) {
  const Model& model = run.model;
  if (std::ranges::binary_search(model.load.left_out, world.header().arrived)) {
    ++world.header().arrived;
    return;
  }
  world.reserve(Pool::instances, 1);
  const Row row = world.take(Pool::instances);
  InstanceRow& instance = world.instance(row);
  instance.number = world.header().arrived++;
  instance.live = 1;
  if (++world.header().live_instances > ByInstance::instances_walked && run.timed && !world.by_instance.on())
    world.by_instance.turn_on(world);
  if (run.timed && world.stride_of_instance_shadow() != 0) {
    std::memset(world.instance_shadow(row), 0, world.stride_of_instance_shadow());
  }
  begin_context(world, model, row);
  if (watched(run, Seen::arrived))
    observe(world, run, {.kind = Seen::arrived, .instance = row, .value = instance.number});
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Definition& definition = model.definitions[d];
    if (definition.behaviour->struct_agent || !definition.has_root || definition.start == Start::spawned) continue;
    if (definition.left_out) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m) {
      const AgentId agent{index(definition.first) + m};
      if (definition.start == Start::delayed && definition.start_after > Duration::zero()) {
        arm(world, run, TimerKind::start, index(agent), row, definition.start_after);
      } else if (world.agent(agent).state == AgentState::up) {
        begin_root(world, run, agent, row);
      } else {
        note_root(world, run, agent, row);
      }
    }
  }
}

void begin_root(World& world, Run& run, AgentId agent, Row instance) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  const Row activation = begin_activation(world, run, agent, instance, definition.root_pc, activation_flag::root,
                                          root_key(run.model, world, agent));
  wake(world, run, activation, Wake::Why::start);
}

namespace {

bool is_busy(const World& world, const Model& model, AgentId agent, TopicId topic) {
  const AgentRow& owner = world.agent(agent);
  const Definition& definition = model.definition(owner.definition);
  return owner.state == AgentState::up && owner.handlers >= definition.concurrency &&
         (definition.handled & topic_bit(topic)) != 0 && handler_of(definition, topic) != nullptr;
}

}  // namespace

bool waits_for_handler(const World& world, const Model& model, Row instance) {
  if (world.by_instance.on()) {
    return world.by_instance.mailboxes.any_of(
        instance, [&](Row m) { return is_busy(world, model, world.message(m).to, world.message(m).topic); });
  }
  // What has come last is asked first: an instance is settled when something of it has just happened.
  std::uint32_t left = world.instance(instance).messages;
  for (Row m = world.used(Pool::messages); m-- != 0 && left != 0;) {
    const MessageRow& message = world.message(m);
    if (message.place == Place::free || message.instance != instance) continue;
    --left;
    if (message.place == Place::mailbox && is_busy(world, model, message.to, message.topic)) return true;
  }
  return false;
}

void settle_instance(World& world, Run& run, Row row) {
  const InstanceRow& instance = world.instance(row);
  if (instance.live == 0 || instance.pending != 0 || instance.in_line != 0 || world.header().restarting != 0) return;
  if (!run.timed && run.model.acts) return;  // what is not pending may still be done
  if (run.timed && world.clock().ready != no_row && world.activation(world.clock().ready).instance == row) return;
  // What other instances keep busy takes its messages yet.
  if (waits_for_handler(world, run.model, row)) return;
  close_instance(world, run, row);
}

void close_instance(World& world, Run& run, Row row) {
  InstanceRow& instance = world.instance(row);
  instance.live = 0;
  --world.header().live_instances;
  if (watched(run, Seen::closed))
    observe(world, run, {.kind = Seen::closed, .instance = row, .value = instance.number});
}

void free_instance(World& world, Run& run, Row row) {
  if (world.instance(row).activations != 0) {
    each_activation(world, row, [&](Row a) {
      const ActivationRow& activation = world.activation(a);
      if (activation.phase == Phase::free || activation.instance != row) return;
      if ((activation.flags & activation_flag::handler) != 0) --world.agent(activation.agent).handlers;
      free_activation(world, run, a, true);
    });
  }
  if (world.instance(row).messages != 0) {
    each_in_mailboxes(world, row, [&](Row m) {
      const AgentId to = world.message(m).to;
      unlink_from_mailbox(world, m);
      drop_message(world, run, m);
      leave_room(world, run, to);
    });
  }
  close_context(world, run, row);
  if (!run.model.tools.empty()) close_effects(world, run, row);
  if (!run.model.resources.empty()) close_resources(world, run, row);
  close_checkpoints(world, run, row);
  close_watches(world, row);
  if (run.model.acks) close_deliveries(world, run, row);
  if (run.model.channels != 0) close_channels(world, run, row);
  world.give(Pool::instances, row);
}

}  // namespace squall::sim::detail
