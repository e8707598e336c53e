// SPDX-License-Identifier: Apache-2.0
#include "sim/detail/ask_faults.hpp"
#include "sim/detail/kernel.hpp"
#include "sim/detail/of_instance.hpp"

/// Which activation began which: branches share the fate of their parent, spawned children have their own.
namespace squall::sim {
namespace {

using detail::cancel;
using detail::end_activation;
using detail::for_branches;
using detail::for_spawned;
using detail::wake;

bool is_branch(const ActivationRow& row) { return (row.flags & activation_flag::branch) != 0; }

/// The oldest branch of `parent`. Branches stand in their agent's list behind their parent, in the order of their fork.
Row first_branch(const World& world, Row parent) {
  for (Row a = detail::next_activation(world, parent); a != no_row; a = detail::next_activation(world, a)) {
    if (world.activation(a).parent == parent && is_branch(world.activation(a))) return a;
  }
  return no_row;
}

/// Nobody is told: who would be is about to go as well.
void end_branches(World& world, Run& run, Row parent) {
  for (Row branch = first_branch(world, parent); branch != no_row; branch = first_branch(world, parent)) {
    world.activation(branch).parent = no_row;
    end_activation(world, run, branch, Ending::cancelled, Error::cancelled);
  }
}

/// A parent is about to go: nobody refers to it from then on. Branches of a crashed agent are taken by the crash.
void leave_children(World& world, Run& run, Row parent, Ending ending) {
  if (ending != Ending::crashed) end_branches(world, run, parent);
  detail::each_activation(world, world.activation(parent).instance, [&](Row a) {
    ActivationRow& row = world.activation(a);
    if (row.phase == Phase::free || row.parent != parent) return;
    row.parent = no_row;
    if (!is_branch(row) && static_cast<OnParentEnd>(row.number) == OnParentEnd::cancel) cancel(world, run, a, false);
  });
}

/// The parent goes on to look at its join. Of several ends at one instant the first wakes it; the first error stays.
void tell_join(World& world, Run& run, Row parent, std::uint32_t awaited, Error error) {
  const ActivationRow& row = world.activation(parent);
  if (row.phase == Phase::waiting && row.wait == Wait::children && row.wait_arg == awaited) {
    wake(world, run, parent, Wake::Why::joined, static_cast<Row>(error));
  } else if (row.phase == Phase::running && row.timer != no_row) {
    TimerRow& timer = world.timer(row.timer);
    const bool joins = timer.kind == TimerKind::ready && timer.why == static_cast<std::uint8_t>(Wake::Why::joined);
    if (joins && timer.detail == 0) timer.detail = static_cast<std::uint32_t>(error);
  }
}

void join_branch(World& world, Run& run, Row branch, Ending ending, Error error) {
  const Row parent = world.activation(branch).parent;
  if (const Row seen = world.activation(branch).seen; seen != no_row) detail::see(world, run, parent, seen);
  ActivationRow& row = world.activation(parent);
  --row.children;
  if (ending == Ending::ok) ++row.children_ok;
  if (ending == Ending::failed) ++row.children_failed;
  tell_join(world, run, parent, for_branches, ending == Ending::failed ? error : Error::none);
}

/// The message `ended` to whoever spawned it, from the child itself.
void tell_end(World& world, Run& run, Row child, Ending ending, Error error) {
  const ActivationRow row = world.activation(child);
  const AgentId parent_agent = world.activation(row.parent).agent;
  if (run.model.ended != any_topic) {
    const std::int64_t fields[] = {static_cast<std::int64_t>(ending), static_cast<std::int64_t>(error)};
    const std::uint8_t present = ending == Ending::ok ? 1 : 3;
    const Row message =
        detail::tell(world, run, parent_agent, row.instance, run.model.ended, present, fields, row.agent);
    if (run.timed) world.message_shadow(message).origin = world.activation_shadow(child).key;
  }
  if (static_cast<OnParentEnd>(row.number) == OnParentEnd::wait)
    tell_join(world, run, row.parent, for_spawned, Error::none);
}

/// Members of a spawned definition so far.
std::uint32_t members_of(const World& world, const Model& model, DefinitionId definition) {
  for (std::uint32_t a = world.used(Pool::agents); a-- > model.members;) {
    if (world.agent(AgentId{a}).definition == definition) return world.agent(AgentId{a}).member + 1;
  }
  return 0;
}

AgentId new_member(World& world, const Model& model, DefinitionId id) {
  const Behaviour& behaviour = *model.definition(id).behaviour;
  const auto cells = static_cast<std::uint32_t>(behaviour.cell_types.size());
  const std::uint32_t member = members_of(world, model, id);
  world.reserve(Pool::agents, 1);
  world.reserve(Pool::cells, cells);
  // Cells are never given back, hence a member's lie side by side.
  Row first_cell = world.used(Pool::cells);
  for (std::uint32_t c = 0; c < cells; ++c) world.take_raw(Pool::cells);
  const AgentId agent{world.take(Pool::agents)};
  world.agent(agent) = AgentRow{.definition = id,
                                .handlers = 0,
                                .member = member,
                                .box_head = no_row,
                                .box_tail = no_row,
                                .first = no_row,
                                .last = no_row,
                                .cells = first_cell,
                                .box_count = 0,
                                .state = AgentState::up};
  if (cells != 0) std::memcpy(world.cells(agent), behaviour.initial_cells.data(), std::size_t{8} * cells);
  if (world.timed()) world.shadow(agent) = {};
  return agent;
}

/// The message that its spawner gave it: held by its root from the start, never on its way.
Row first_message(World& world, Run& run, AgentId from, AgentId to, Row instance, const Outgoing& with,
                  const Question& q) {
  world.reserve(Pool::messages, 1);
  const Row row = world.take_raw(Pool::messages);
  Outgoing out = with;
  out.to = to;
  detail::write_message(world, run.model, row, from, instance, out, Place::held);
  detail::hold(world, row);
  if (run.timed) world.message_shadow(row) = {.origin = q.site, .occurrence = q.occurrence, .copy = 0};
  return row;
}

/// Whether ending `other` ends `activation` as well.
bool falls_with(const World& world, Row activation, Row other) {
  while (activation != other && is_branch(world.activation(activation)) &&
         world.activation(activation).parent != no_row) {
    activation = world.activation(activation).parent;
  }
  return activation == other;
}

}  // namespace

void detail::tell_parent(World& world, Run& run, Row activation, Ending ending, Error error) {
  const std::uint8_t flags = world.activation(activation).flags;
  if ((flags & activation_flag::parent) != 0) leave_children(world, run, activation, ending);
  if (world.activation(activation).parent != no_row) {
    if ((flags & activation_flag::branch) != 0) {
      join_branch(world, run, activation, ending, error);
    } else {
      tell_end(world, run, activation, ending, error);
    }
  }
  if ((flags & activation_flag::root) == 0 || ending == Ending::crashed) return;
  const AgentId agent = world.activation(activation).agent;
  if (run.model.definition(world.agent(agent).definition).start != Start::spawned) return;
  if (unfinished(world, agent, world.activation(activation).instance)) return;  // it ends only to begin again
  world.agent(agent).state = AgentState::ended;
  forget_watches(world, run, agent);
}

void detail::cancel(World& world, Run& run, Row activation, bool forced) {
  const ActivationRow& row = world.activation(activation);
  const bool told = (row.flags & (activation_flag::cancelled | activation_flag::finishing)) != 0;
  const bool permanent = run.model.definition(world.agent(row.agent).definition).behaviour->struct_agent;
  if (!forced && (told || permanent)) return;
  run.idle = false;
  if (watched(run, Seen::cancelled)) {
    observe(world, run,
            {.kind = Seen::cancelled,
             .agent = row.agent,
             .activation = activation,
             .instance = row.instance,
             .value = forced ? 1 : 0});
  }
  if (forced) {
    end_activation(world, run, activation, Ending::cancelled, Error::cancelled);
    return;
  }
  world.activation(activation).flags |= activation_flag::cancelled;
  if (row.phase == Phase::running || row.wait == Wait::hung) return;
  interrupt(world, run, activation);
  wake(world, run, activation, Wake::Why::cancelled);
}

Row Turn::fork(std::uint32_t pc, std::uint16_t number, std::uint64_t name_key) {
  const std::uint64_t key = run.timed ? child_key(world.activation_shadow(activation).key, name_key) : 0;
  const Row branch =
      detail::begin_activation(world, run, self, instance, pc, activation_flag::branch, key, activation, row().message);
  ActivationRow& child = world.activation(branch);
  child.number = number;
  child.seen = row().seen;
  if (child.seen != no_row) detail::retain_artifact(world, child.seen);
  if (child.message != no_row) detail::retain_message(world, child.message);
  std::int64_t* copy = world.locals(branch);
  std::memcpy(copy, locals(), std::size_t{8} * behaviour.local_types.size());
  for (std::size_t c = 0; c < behaviour.local_types.size(); ++c) {
    if (behaviour.local_types[c] == CellType::timer)
      copy[c] = 0;  // a bound strikes its owner, which cancels its branches
  }
  detail::retain_cells(world, behaviour.local_types, copy);
  row().flags |= activation_flag::parent;
  ++row().children;
  detail::wake(world, run, branch, Wake::Why::start);
  return branch;
}

AgentId Turn::spawn(DefinitionId definition, const Outgoing& with, OnParentEnd policy, const Question& q) {
  const AgentId child = new_member(world, model(), definition);
  if (model().definition(definition).has_root) {
    const Row message = first_message(world, run, self, child, instance, with, q);
    const std::uint64_t key = run.timed ? child_key(q.site, q.occurrence) : 0;
    const Row root = detail::begin_activation(world, run, child, instance, model().definition(definition).root_pc,
                                              activation_flag::root, key, activation, message);
    world.activation(root).number = static_cast<std::uint16_t>(policy);
    row().flags |= activation_flag::parent;
    if (with.artifact != no_row) detail::see(world, run, root, with.artifact);
    detail::wake(world, run, root, Wake::Why::start, message);
  }
  observe({.kind = Seen::spawned, .agent = self, .other = child, .activation = activation, .instance = instance});
  detail::start_handlers(world, run, child);
  return child;
}

void Turn::wait_children() { detail::begin_wait(*this, Wait::children, for_branches); }

bool Turn::wait_spawned() {
  if ((row().flags & activation_flag::parent) == 0) return false;
  bool awaited = false;
  detail::each_activation(world, instance, [&](Row a) {
    const ActivationRow& child = world.activation(a);
    if (child.phase == Phase::free || child.parent != activation || is_branch(child)) return;
    awaited = awaited || static_cast<OnParentEnd>(child.number) == OnParentEnd::wait;
  });
  if (awaited) detail::begin_wait(*this, Wait::children, for_spawned);
  return awaited;
}

void Turn::cancel(Row other, bool forced) {
  if (forced && !ended_ && falls_with(world, activation, other)) ended_ = true;
  detail::cancel(world, run, other, forced);
}

void Turn::cancel_children(bool forced) {
  if ((row().flags & activation_flag::parent) == 0) return;
  if (forced) {
    for (Row branch = first_branch(world, activation); branch != no_row; branch = first_branch(world, activation)) {
      detail::cancel(world, run, branch, true);
    }
    return;
  }
  for (Row a = detail::next_activation(world, activation); a != no_row; a = detail::next_activation(world, a)) {
    if (world.activation(a).parent == activation && is_branch(world.activation(a)))
      detail::cancel(world, run, a, false);
  }
}

namespace {

/// Calls `cancel_one` for each activation of `agent` that belongs to `instance`, branches apart.
template <class Cancel>
void cancel_each(World& world, AgentId agent, Row instance, bool forced, Cancel&& cancel_one) {
  const auto concerned = [&](const ActivationRow& other) {
    return !is_branch(other) && (instance == no_row || other.instance == no_row || other.instance == instance);
  };
  if (!forced) {
    for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
      if (concerned(world.activation(a))) cancel_one(a);
    }
    return;
  }
  // The end of one handler may begin another for a message that waited: that one is not meant, hence the mark.
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    if (concerned(world.activation(a))) world.activation(a).flags |= activation_flag::cancelled;
  }
  for (;;) {
    Row next = world.agent(agent).first;
    while (next != no_row &&
           !(concerned(world.activation(next)) && (world.activation(next).flags & activation_flag::cancelled) != 0)) {
      next = world.activation(next).next;
    }
    if (next == no_row) return;
    cancel_one(next);
  }
}

}  // namespace

void detail::cancel_agent(World& world, Run& run, AgentId agent, Row instance, bool forced) {
  cancel_each(world, agent, instance, forced, [&](Row activation) { cancel(world, run, activation, forced); });
}

void Turn::cancel_agent(AgentId agent, bool forced) {
  if (detail::armed(world, Strike::notice)) [[unlikely]] {
    SiteKey origin = 0;
    if (run.timed) {
      const auto now = static_cast<std::uint64_t>(world.clock().now.time_since_epoch().count());
      origin = child_key(child_key(world.activation_shadow(activation).key, site_key("cancel")), now);
    }
    const Verdict met = detail::ask_faults(world, run,
                                           {.strike = Strike::notice,
                                            .agent = self,
                                            .other = agent,
                                            .activation = activation,
                                            .instance = instance,
                                            .operation = Operation::cancel},
                                           origin, detail::load_number(world, instance));
    if (met.drop) return;
    if (met.late) {
      detail::arm(world, run, TimerKind::cancel, index(agent), instance, met.delay, forced ? 1 : 0);
      return;
    }
  }
  cancel_each(world, agent, instance, forced, [&](Row other) { cancel(other, forced); });
}

}  // namespace squall::sim
