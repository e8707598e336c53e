// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/passable.hpp"

#include <algorithm>
#include <deque>

#include "scenarios/agents/reach.hpp"

namespace squall::scenarios {

using sim::Supply;

const Code* program_of(const sim::Model& model, std::uint32_t definition) {
  const sim::Behaviour& behaviour = *model.definitions[definition].behaviour;
  return behaviour.struct_agent ? nullptr : &code_of(behaviour);
}

Passable::Passable(const sim::Model& model)
    : model_(model), reached_(model.definitions.size()), sent_to_(model.definitions.size()) {
  const auto definitions = static_cast<std::uint32_t>(model.definitions.size());
  of_step_.resize(definitions);
  for (std::uint32_t d = 0; d < definitions; ++d) {
    const Code* code = program_of(model, d);
    unknown_ = unknown_ || code == nullptr;
    if (code == nullptr) continue;
    reached_[d].resize(code->ops.size());
    const bool spawned = model.definitions[d].start == sim::Start::spawned;
    for (std::uint32_t pc = 0; pc < code->ops.size(); ++pc) {
      for (const Supply& supply : supplies_of(*code, code->ops[pc], model, spawned)) {
        const auto number = static_cast<std::uint32_t>(supplies_.size());
        supplies_.push_back({d, pc, supply});
        of_step_[d].emplace_back(pc, number);
        const bool known = supply.kind == Supply::Kind::spawn || supply.kind == Supply::Kind::message;
        if (known && !supply.to_anybody) {
          sent_to_[index(supply.to)].push_back(number);
        } else if (known || supply.kind == Supply::Kind::publish) {
          sent_to_anybody_[supply.topic].push_back(number);
        }
      }
    }
  }
  grow_all(definitions);
}

/// Each definition again whenever something new is handed out to it.
void Passable::grow_all(std::uint32_t definitions) {
  std::deque<std::uint32_t> open;
  std::vector<bool> waits(definitions);
  const auto look_at = [&](std::uint32_t definition) {
    if (waits[definition]) return;
    waits[definition] = true;
    open.push_back(definition);
  };
  for (bool everybody = true; everybody;) {
    everybody = false;
    for (std::uint32_t d = 0; d < definitions; ++d) look_at(d);
    while (!open.empty()) {
      const std::uint32_t d = open.front();
      open.pop_front();
      waits[d] = false;
      std::vector<bool> before = reached_[d];
      while (grow(d)) {}
      for (const auto& [pc, number] : of_step_[d]) {
        const Supply& supply = supplies_[number].supply;
        if (before[pc] || !reached_[d][pc]) continue;
        const bool known = supply.kind == Supply::Kind::spawn || supply.kind == Supply::Kind::message;
        if (known && !supply.to_anybody) {
          look_at(index(supply.to));
        } else {
          everybody = true;
        }
      }
    }
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
  return std::ranges::any_of(sent_to_[definition], [&](std::uint32_t number) {
    const Supplier& by = supplies_[number];
    return by.supply.kind == Supply::Kind::spawn && reached_[by.definition][by.pc];
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

template <class Each>
bool Passable::any_supplier(std::uint32_t definition, const sim::Source& source, const Each& each) const {
  const auto is = [&](std::uint32_t number) {
    return serves(supplies_[number], definition, source) && each(supplies_[number]);
  };
  if (std::ranges::any_of(sent_to_[definition], is)) return true;
  if (source.topic != sim::any_topic) {
    const auto found = sent_to_anybody_.find(source.topic);
    return found != sent_to_anybody_.end() && std::ranges::any_of(found->second, is);
  }
  return std::ranges::any_of(sent_to_anybody_,
                             [&](const auto& of_topic) { return std::ranges::any_of(of_topic.second, is); });
}

bool Passable::fed(std::uint32_t definition, const sim::Source& source) const {
  // What the kernel itself says comes when it comes; a struct agent may send anything.
  const sim::TopicId topic = source.topic;
  if (unknown_ || (topic != sim::any_topic && (topic == model_.ended || topic == model_.down || topic == model_.up)))
    return true;
  return any_supplier(definition, source, [&](const Supplier& by) { return reached_[by.definition][by.pc]; });
}

bool Passable::met(std::uint32_t definition, const Op& receive) const {
  const sim::WaitSpec& wait = program_of(model_, definition)->waits[receive.a];
  const auto is_fed = [&](const sim::Source& source) { return fed(definition, source); };
  return wait.all ? std::ranges::all_of(wait.sources, is_fed) : std::ranges::any_of(wait.sources, is_fed);
}

std::vector<Passable::Supplier> Passable::suppliers(std::uint32_t definition, const sim::Source& source) const {
  std::vector<Supplier> found;
  any_supplier(definition, source, [&](const Supplier& by) {
    found.push_back(by);
    return false;
  });
  return found;
}

}  // namespace squall::scenarios
