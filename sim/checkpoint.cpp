// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/detail/ask_faults.hpp"

/// What outlives a crash: checkpoints, and notes about what had not ended.
namespace squall::sim {
namespace detail {
namespace {

using Saved = CheckpointRow::Saved;

ActivationRow& saved_row(World& world, Row checkpoint) {
  return *World::after<ActivationRow>(world.checkpoint(checkpoint));
}
std::int64_t* saved_locals(World& world, Row checkpoint) {
  return reinterpret_cast<std::int64_t*>(&saved_row(world, checkpoint) + 1);
}
std::int64_t* saved_cells(World& world, const Model& model, Row checkpoint) {
  return saved_locals(world, checkpoint) + model.locals;
}

Row find(const World& world, AgentId agent, Row instance, Saved saved) {
  for (Row c = 0; c < world.used(Pool::checkpoints); ++c) {
    const CheckpointRow& row = world.checkpoint(c);
    if (row.agent == agent && row.instance == instance && row.saved == saved) return c;
  }
  return no_row;
}

/// Parts that a kind of row does not use are empty, so that nothing need ask for the kind.
Row new_row(World& world, AgentId agent, Row instance, Saved saved) {
  world.reserve(Pool::checkpoints, 1);
  const Row row = world.take(Pool::checkpoints);
  world.checkpoint(row) = {.next = no_row, .agent = agent, .instance = instance, .saved = saved};
  ActivationRow& activation = saved_row(world, row);
  activation.message = activation.seen = activation.parent = activation.timer = no_row;
  return row;
}

void forget(World& world, Run& run, Row checkpoint) {
  const AgentId agent = world.checkpoint(checkpoint).agent;
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  release_cells(world, run, behaviour.local_types, saved_locals(world, checkpoint));
  const Saved saved = world.checkpoint(checkpoint).saved;
  if (saved == Saved::variables ||
      saved == Saved::variables_before) {  // the others have no room for cells in many models
    release_cells(world, run, behaviour.cell_types, saved_cells(world, run.model, checkpoint));
  }
  const ActivationRow& activation = saved_row(world, checkpoint);
  if (activation.seen != no_row) release_artifact(world, activation.seen);
  if (activation.message != no_row) release_message(world, run, activation.message);
  world.checkpoint(checkpoint).agent = nobody;
  world.give(Pool::checkpoints, checkpoint);
}

void forget(World& world, Run& run, AgentId agent, Row instance, Saved saved) {
  if (const Row old = find(world, agent, instance, saved); old != no_row) forget(world, run, old);
}

/// What has been saved makes way for what will be.
void replace(World& world, Run& run, AgentId agent, Row instance, Saved saved, Saved before) {
  if (!armed(world, Strike::resume)) return forget(world, run, agent, instance, saved);
  forget(world, run, agent, instance, before);
  if (const Row old = find(world, agent, instance, saved); old != no_row) world.checkpoint(old).saved = before;
}

void save_variables(World& world, Run& run, AgentId agent, std::uint64_t omitted) {
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  replace(world, run, agent, no_row, Saved::variables, Saved::variables_before);
  const Row row = new_row(world, agent, no_row, Saved::variables);
  std::int64_t* cells = saved_cells(world, run.model, row);
  if (!behaviour.cell_types.empty()) {
    std::memcpy(cells, world.cells(agent), std::size_t{8} * behaviour.cell_types.size());
  }
  for (std::uint64_t left = omitted; left != 0; left &= left - 1) {
    const auto c = static_cast<std::size_t>(std::countr_zero(left));
    if (c < behaviour.cell_types.size()) cells[c] = behaviour.initial_cells[c];
  }
  retain_cells(world, behaviour.cell_types, cells);
}

void save_position(World& world, Run& run, Row activation) {
  const AgentId agent = world.activation(activation).agent;
  const Row instance = world.activation(activation).instance;
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  replace(world, run, agent, instance, Saved::position, Saved::position_before);
  const Row row = new_row(world, agent, instance, Saved::position);
  const ActivationRow& from = world.activation(activation);
  ActivationRow& into = saved_row(world, row);
  into.pc = from.pc;
  into.flags = from.flags & (activation_flag::root | activation_flag::finishing);
  into.message = from.message;
  into.seen = from.seen;
  if (into.message != no_row) retain_message(world, into.message);
  if (into.seen != no_row) retain_artifact(world, into.seen);
  std::int64_t* locals = saved_locals(world, row);
  std::copy_n(world.locals(activation), behaviour.local_types.size(), locals);
  for (std::size_t c = 0; c < behaviour.local_types.size(); ++c) {
    if (behaviour.local_types[c] == CellType::timer) locals[c] = 0;  // timers do not outlive a crash
  }
  retain_cells(world, behaviour.local_types, locals);
}

/// The root goes on where its checkpoint was saved. `key` names its draws.
void restore(World& world, Run& run, AgentId agent, Row instance, Row position, SiteKey key) {
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  const ActivationRow saved = saved_row(world, position);
  const Row activation =
      begin_activation(world, run, agent, instance, saved.pc, saved.flags, key, no_row, saved.message);
  world.activation(activation).seen = saved.seen;
  if (saved.message != no_row) retain_message(world, saved.message);
  if (saved.seen != no_row) retain_artifact(world, saved.seen);
  std::copy_n(saved_locals(world, position), behaviour.local_types.size(), world.locals(activation));
  retain_cells(world, behaviour.local_types, world.locals(activation));
  wake(world, run, activation, Wake::Why::ready);
}

void begin_again(World& world, Run& run, AgentId agent, Row instance, Row message) {
  const Definition& definition = run.model.definition(world.agent(agent).definition);
  const Row activation = begin_activation(world, run, agent, instance, definition.root_pc, activation_flag::root,
                                          root_key(run.model, world, agent), no_row, message);
  if (message != no_row) {
    retain_message(world, message);
    if (world.message(message).artifact != no_row) see(world, run, activation, world.message(message).artifact);
  }
  wake(world, run, activation, Wake::Why::start, message);
}

/// Of what `agent` had not ended, the earliest instance of the load.
Row next_unfinished(const World& world, AgentId agent) {
  Row earliest = no_row;
  for (Row c = 0; c < world.used(Pool::checkpoints); ++c) {
    const CheckpointRow& row = world.checkpoint(c);
    if (row.agent != agent || row.saved != Saved::unfinished) continue;
    if (earliest == no_row ||
        load_number(world, row.instance) < load_number(world, world.checkpoint(earliest).instance)) {
      earliest = c;
    }
  }
  return earliest;
}

}  // namespace

void note_root(World& world, Run& run, AgentId agent, Row instance, Row message) {
  if (run.model.definition(world.agent(agent).definition).resume == Resume::never) return;
  if (unfinished(world, agent, instance)) return;
  const Row row = new_row(world, agent, instance, Saved::unfinished);
  saved_row(world, row).message = message;
  if (message != no_row) retain_message(world, message);
}

bool unfinished(const World& world, AgentId agent, Row instance) {
  return find(world, agent, instance, Saved::unfinished) != no_row;
}

void note_unfinished(World& world, Run& run, AgentId agent) {
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    const ActivationRow& row = world.activation(a);
    if ((row.flags & activation_flag::root) != 0) note_root(world, run, agent, row.instance, row.message);
  }
}

namespace {

/// The agent's variables are those that row `row` has saved. Requires: they hold no references.
void copy_cells(World& world, Run& run, AgentId agent, Row row) {
  const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
  std::copy_n(saved_cells(world, run.model, row), behaviour.cell_types.size(), world.cells(agent));
  retain_cells(world, behaviour.cell_types, world.cells(agent));
}

void resume_root(World& world, Run& run, AgentId agent, Row instance, Row position) {
  const SiteKey key = root_key(run.model, world, agent);
  const Row earlier = armed(world, Strike::resume) ? find(world, agent, instance, Saved::position_before) : no_row;
  const Verdict met = ask_faults(world, run,
                                 {.strike = Strike::resume,
                                  .agent = agent,
                                  .instance = instance,
                                  .detail = earlier == no_row ? 0U : 1U,
                                  .operation = Operation::resume},
                                 child_key(key, site_key("resume")), load_number(world, instance));
  const bool goes_back = met.generation != 0 && earlier != no_row;
  if (goes_back) {
    const Row variables = find(world, agent, no_row, Saved::variables_before);
    const Behaviour& behaviour = *run.model.definition(world.agent(agent).definition).behaviour;
    if (variables != no_row) {
      release_cells(world, run, behaviour.cell_types, world.cells(agent));
      copy_cells(world, run, agent, variables);
    }
  }
  restore(world, run, agent, instance, goes_back ? earlier : position, key);
  if (met.twice) restore(world, run, agent, instance, goes_back ? earlier : position, child_key(key, site_key("twin")));
}

}  // namespace

void restore_cells(World& world, Run& run, AgentId agent) {
  const Row row = find(world, agent, no_row, Saved::variables);
  if (row != no_row) copy_cells(world, run, agent, row);
}

void resume_activations(World& world, Run& run, AgentId agent) {
  for (Row note = next_unfinished(world, agent); note != no_row; note = next_unfinished(world, agent)) {
    const Row instance = world.checkpoint(note).instance;
    const Row position = find(world, agent, instance, Saved::position);
    if (position != no_row) {
      resume_root(world, run, agent, instance, position);
    } else {
      begin_again(world, run, agent, instance, saved_row(world, note).message);
    }
    forget(world, run, note);
  }
}

void forget_position(World& world, Run& run, AgentId agent, Row instance) {
  if (world.used(Pool::checkpoints) == 0 || unfinished(world, agent, instance)) return;
  forget(world, run, agent, instance, Saved::position);
  forget(world, run, agent, instance, Saved::position_before);
}

void close_checkpoints(World& world, Run& run, Row instance) {
  for (Row c = 0; c < world.used(Pool::checkpoints); ++c) {
    const CheckpointRow& row = world.checkpoint(c);
    if (row.agent != nobody && row.instance == instance) forget(world, run, c);
  }
}

}  // namespace detail

void Turn::checkpoint(std::uint64_t omitted_cells, const Question& q) {
  if (model().definition(world.agent(self).definition).resume != Resume::checkpoint) return;
  const Verdict verdict = detail::ask_faults(world, run,
                                             {.strike = Strike::checkpoint,
                                              .agent = self,
                                              .activation = activation,
                                              .instance = instance,
                                              .operation = Operation::save},
                                             detail::origin_of(q), q.instance);
  if (verdict.drop) return;
  run.idle = false;
  if (verdict.choice == 0) detail::save_variables(world, run, self, omitted_cells);
  if ((row().flags & activation_flag::root) != 0) detail::save_position(world, run, activation);
}

void Turn::restart_self(Duration after) {
  if ((row().flags & activation_flag::root) != 0) detail::note_root(world, run, self, instance, row().message);
  // Else a fault has struck this very step, and decides.
  if (run.stopping.agent == nobody) run.stopping = {.agent = self, .restart_after = after};
  end(Ending::ok);
}

}  // namespace squall::sim
