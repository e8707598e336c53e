// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/passable.hpp"

#include <algorithm>

#include "scenarios/agents/reach.hpp"

namespace squall::scenarios {

using sim::Supply;

const Code* program_of(const sim::Model& model, std::uint32_t definition) {
  const sim::Behaviour& behaviour = *model.definitions[definition].behaviour;
  return behaviour.struct_agent ? nullptr : &code_of(behaviour);
}

Passable::Passable(const sim::Model& model) : model_(model), reached_(model.definitions.size()) {
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const Code* code = program_of(model, d);
    if (code == nullptr) continue;
    reached_[d].resize(code->ops.size());
    const bool spawned = model.definitions[d].start == sim::Start::spawned;
    for (std::uint32_t pc = 0; pc < code->ops.size(); ++pc) {
      for (const Supply& supply : supplies_of(code->ops[pc], model, spawned)) supplies_.push_back({d, pc, supply});
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t d = 0; d < model.definitions.size(); ++d) changed = grow(d) || changed;
  }
}

bool Passable::reach(std::uint32_t definition, std::uint32_t pc) {
  if (reached_[definition][pc]) return false;
  reached_[definition][pc] = true;
  return true;
}

/// Adds what follows from what there is. True where something was added.
bool Passable::grow(std::uint32_t definition) {
  const Code* code = program_of(model_, definition);
  if (code == nullptr) return false;
  const sim::Definition& agent = model_.definitions[definition];
  bool added = false;
  if (agent.has_root && starts(definition)) added = reach(definition, agent.root_pc);
  for (const sim::Definition::Handler& handler : agent.handlers) {
    if (!reached_[definition][handler.pc] && starts(definition) && fed(definition, {.topic = handler.topic}))
      added = reach(definition, handler.pc) || added;
  }
  for (std::uint32_t pc = 0; pc < code->ops.size(); ++pc) {
    if (!reached_[definition][pc]) continue;
    const Op& op = code->ops[pc];
    if (op.code != OpCode::receive || met(definition, op)) {
      for (const std::uint32_t next : on_success(*code, op)) added = reach(definition, next) || added;
    }
    if (may_fail(op)) added = reach(definition, op.handler) || added;
  }
  return added;
}

bool Passable::starts(std::uint32_t definition) const {
  if (model_.definitions[definition].start != sim::Start::spawned) return true;
  return std::ranges::any_of(supplies_, [&](const Supplier& by) {
    return by.supply.kind == Supply::Kind::spawn && index(by.supply.to) == definition && reached_[by.definition][by.pc];
  });
}

bool Passable::serves(const Supplier& by, std::uint32_t definition, const sim::Source& source) const {
  const bool hands_out =
      by.supply.kind == Supply::Kind::publish ||
      (by.supply.kind == Supply::Kind::message && (by.supply.to_anybody || index(by.supply.to) == definition));
  if (!hands_out || (source.topic != sim::any_topic && source.topic != by.supply.topic)) return false;
  if (source.from != sim::Source::From::members) return true;
  const sim::Definition& sender = model_.definitions[by.definition];
  // Spawned members have no numbers of their own before they are there.
  if (sender.start == sim::Start::spawned) return true;
  const std::uint32_t first = index(sender.first), wanted = index(source.first);
  return first < wanted + source.members && wanted < first + sender.replicas;
}

bool Passable::fed(std::uint32_t definition, const sim::Source& source) const {
  // What the kernel itself says comes when it comes.
  const sim::TopicId topic = source.topic;
  if (topic != sim::any_topic && (topic == model_.ended || topic == model_.down || topic == model_.up)) return true;
  for (std::uint32_t d = 0; d < model_.definitions.size(); ++d) {
    if (program_of(model_, d) == nullptr) return true;
  }
  return std::ranges::any_of(
      supplies_, [&](const Supplier& by) { return reached_[by.definition][by.pc] && serves(by, definition, source); });
}

bool Passable::met(std::uint32_t definition, const Op& receive) const {
  const sim::WaitSpec& wait = program_of(model_, definition)->waits[receive.a];
  const auto is_fed = [&](const sim::Source& source) { return fed(definition, source); };
  return wait.all ? std::ranges::all_of(wait.sources, is_fed) : std::ranges::any_of(wait.sources, is_fed);
}

std::vector<Passable::Supplier> Passable::suppliers(std::uint32_t definition, const sim::Source& source) const {
  std::vector<Supplier> found;
  std::ranges::copy_if(supplies_, std::back_inserter(found),
                       [&](const Supplier& by) { return serves(by, definition, source); });
  return found;
}

}  // namespace squall::scenarios
