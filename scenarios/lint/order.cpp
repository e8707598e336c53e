// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/order.hpp"

#include <algorithm>

#include "scenarios/agents/reach.hpp"

namespace squall::scenarios {

Order::Order(const Linting& linting) : linting_(linting) {}

const Flow& Order::flow(Number agent) {
  const auto found = flows_.find(agent);
  if (found != flows_.end()) return found->second;
  return flows_.emplace(agent, Flow{*program_of(linting_.model, agent)}).first->second;
}

bool Order::is_many(Number agent) const {
  const AgentSpec& spec = linting_.agent(agent);
  if (spec.start != sim::Start::spawned) return spec.replicas > 1;
  Number spawns = 0;
  for (const Number n : linting_.index.spawns(linting_.agent_name(agent))) {
    bool often = linting_.survey.in_loop(n) || linting_.survey.at(n).entry != 0;
    for (Number at = n; at != Survey::none; at = linting_.survey.at(at).up)
      often = often || linting_.survey.as<steps::Map>(at) != nullptr;
    spawns += often ? 2 : 1;
  }
  return spawns > 1;
}

bool Order::is_single(const Entry& entry) const {
  const AgentSpec& spec = linting_.agent(entry.agent);
  return !is_many(entry.agent) && (entry.entry == 0 || spec.concurrency == 1);
}

/// Whether a branch that several of run at once holds the step: the body of a `map`.
bool Order::with_itself(Number step) const {
  const Survey& survey = linting_.survey;
  if (!is_single(entry_of(step))) return true;
  for (Number at = step; survey.at(at).up != Survey::none; at = survey.at(at).up) {
    const auto* map = survey.as<steps::Map>(survey.at(at).up);
    if (map != nullptr && survey.at(at).part == Part::body && map->over.limit != 1) return true;
  }
  return false;
}

bool Order::in_one_activation(Number x, Number y) const {
  const Survey& survey = linting_.survey;
  const Survey::Fork fork = survey.fork(x, y);
  if (fork.holder == Survey::none || fork.same_program) return with_itself(x) && with_itself(y);
  if (survey.as<steps::Parallel>(fork.holder) != nullptr && survey.at(fork.left).part == Part::branch &&
      survey.at(fork.right).part == Part::branch)
    return true;
  return with_itself(x) && with_itself(y);
}

bool Order::leads(Number agent, std::span<const std::uint32_t> from, std::uint32_t to, const Flow::Set& barred) {
  const Flow& flow = this->flow(agent);
  spent_ += flow.size();
  return flow.leads(from, to, barred);
}

bool Order::at_once(Number x, Number y) {
  if (spent_ > steps_most) return false;
  const Entry a = entry_of(x), b = entry_of(y);
  if (a == b) return in_one_activation(x, y);
  if (a.agent == b.agent) {
    // Handlers of an agent that works on one message at a time come one after the other; its `do` runs beside them.
    if (a.entry != 0 && b.entry != 0) return linting_.agent(a.agent).concurrency > 1 || is_many(a.agent);
    return true;
  }
  return !is_after(x, y) && !is_after(y, x) && !takes_turns(x, y);
}

std::vector<std::uint32_t> Order::starts(const Entry& entry) const {
  const sim::Definition& definition = linting_.model.definitions[entry.agent];
  return {entry.entry == 0 ? definition.root_pc : definition.handlers[entry.entry - 1].pc};
}

/// Whether the success of a `receive` says that one of the suppliers that are `good` has sent.
template <class Good>
bool Order::is_sign(Number agent, const Op& receive, const Good& good) const {
  const sim::WaitSpec& wait = program_of(linting_.model, agent)->waits[receive.a];
  const auto says = [&](const sim::Source& source) {
    const auto suppliers = linting_.passable.suppliers(agent, source);
    return !suppliers.empty() && std::ranges::all_of(suppliers, good);
  };
  return wait.all ? std::ranges::any_of(wait.sources, says) : std::ranges::all_of(wait.sources, says);
}

std::pair<Flow::Set, bool> Order::signs(const Entry& here, const Entry& there) {
  const Flow& flow = this->flow(here.agent);
  const sim::Model& model = linting_.model;
  const auto good = [&](const Passable::Supplier& by) {
    const Number site = linting_.survey.of_op(by.definition, by.pc);
    return site != Survey::none && entry_of(site) == there;
  };
  Flow::Set set(flow.size());
  for (std::uint32_t pc = 0; pc < flow.size(); ++pc) {
    const Op& op = flow.op(pc);
    if (op.code == OpCode::receive) set[pc] = is_sign(here.agent, op, good);
    if (op.code == OpCode::ask && op.b == 1) {
      const sim::Definition& asked = model.definitions[there.agent];
      const bool this_one = op.a == index(asked.first) && asked.replicas == 1;
      set[pc] = this_one && (there.entry == 0 || index(asked.handlers[there.entry - 1].topic) == op.x);
    }
  }
  bool start = false;
  if (here.entry != 0) {
    const auto suppliers = linting_.passable.suppliers(
        here.agent, {.topic = model.definitions[here.agent].handlers[here.entry - 1].topic});
    start = !suppliers.empty() && std::ranges::all_of(suppliers, good);
  }
  return {std::move(set), start};
}

std::vector<std::uint32_t> Order::hand_overs(const Entry& from, const Entry& to) {
  const Flow& flow = this->flow(from.agent);
  const sim::Definition& receiver = linting_.model.definitions[to.agent];
  std::vector<std::uint32_t> positions;
  for (std::uint32_t pc = 0; pc < flow.size(); ++pc) {
    const Op& op = flow.op(pc);
    const Number site = linting_.survey.of_op(from.agent, pc);
    if (site == Survey::none || entry_of(site) != from) continue;
    const bool sends = op.code == OpCode::send || op.code == OpCode::ask;
    const bool known = sends && op.b != 0;
    const bool to_it =
        (sends && (!known || (op.a >= index(receiver.first) && op.a < index(receiver.first) + receiver.replicas))) ||
        op.code == OpCode::reply || op.code == OpCode::publish;
    if (!to_it) continue;
    for (const std::uint32_t next : flow.after_failure(pc)) positions.push_back(next);
    if (op.code == OpCode::ask) continue;  // where it succeeds, the other has answered
    for (const std::uint32_t next : flow.after(pc)) positions.push_back(next);
  }
  return positions;
}

bool Order::token_begins_at(Number first, Number second) {
  const Entry a = entry_of(first), b = entry_of(second);
  const auto [signs_of_b, told_a] = signs(a, b);
  const auto [signs_of_a, told_b] = signs(b, a);
  const auto pc_first = linting_.survey.first_op(first), pc_second = linting_.survey.first_op(second);
  if (!pc_first || !pc_second) return false;
  if (!told_b && leads(b.agent, starts(b), *pc_second, signs_of_a)) return false;
  return !leads(a.agent, hand_overs(a, b), *pc_first, signs_of_b) &&
         !leads(b.agent, hand_overs(b, a), *pc_second, signs_of_a);
}

bool Order::takes_turns(Number x, Number y) {
  if (!is_single(entry_of(x)) || !is_single(entry_of(y))) return false;
  return token_begins_at(x, y) || token_begins_at(y, x);
}

bool Order::comes_after(const Passable::Supplier& by, Number earlier) {
  const Number site = linting_.survey.of_op(by.definition, by.pc);
  if (site == Survey::none) return false;
  const Entry from = entry_of(site);
  if (from != entry_of(earlier)) return is_after(site, earlier);
  if (from.entry != 0 || !is_single(from) || in_one_activation(site, earlier)) return false;
  const Flow& flow = this->flow(from.agent);
  const auto pc = linting_.survey.first_op(earlier);
  return pc && !leads(from.agent, flow.after(by.pc), *pc, Flow::Set(flow.size()));
}

/// Each way to `later` passes a message that is sent only when `earlier` is over for good.
bool Order::is_after(Number later, Number earlier) {
  const auto [known, fresh] = asked_.emplace(std::pair{later, earlier}, false);
  if (!fresh || spent_ > steps_most) return known->second;  // on the way: it would follow from itself
  const Entry here = entry_of(later);
  const auto good = [&](const Passable::Supplier& by) { return comes_after(by, earlier); };
  const sim::Definition& definition = linting_.model.definitions[here.agent];
  bool after = false;
  if (here.entry != 0) {
    const auto suppliers =
        linting_.passable.suppliers(here.agent, {.topic = definition.handlers[here.entry - 1].topic});
    after = !suppliers.empty() && std::ranges::all_of(suppliers, good);
  }
  if (const auto pc = linting_.survey.first_op(later); !after && pc) {
    const Flow& flow = this->flow(here.agent);
    Flow::Set barred(flow.size());
    for (std::uint32_t at = 0; at < flow.size(); ++at) {
      if (flow.op(at).code == OpCode::receive) barred[at] = is_sign(here.agent, flow.op(at), good);
    }
    after = !leads(here.agent, starts(here), *pc, barred);
  }
  asked_[{later, earlier}] = after;
  return after;
}

}  // namespace squall::scenarios
