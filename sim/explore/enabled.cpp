// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/enabled.hpp"

#include "sim/agent.hpp"
#include "sim/detail/kernel.hpp"

namespace squall::sim {
namespace {

bool same_link(const MessageRow& a, const MessageRow& b) {
  return a.from == b.from && a.to == b.to && a.instance == b.instance;
}

/// Whether another message of its FIFO link was sent before.
bool held_back(const World& world, Row message) {
  const MessageRow& row = world.message(message);
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& other = world.message(m);
    if (other.place == Place::in_flight && same_link(other, row) &&
        static_cast<std::int32_t>(other.order - row.order) < 0) {
      return true;
    }
  }
  return false;
}

bool strikes_now(const World& world, const TimerRow& timer) {
  switch (timer.kind) {
    case TimerKind::free:
    case TimerKind::stale: return false;
    case TimerKind::timeout:
    case TimerKind::deadline: return world.activation(timer.target).phase != Phase::running;
    default: return true;
  }
}

}  // namespace

bool is_late(TimerKind kind) {
  return kind == TimerKind::timeout || kind == TimerKind::deadline || kind == TimerKind::backoff ||
         kind == TimerKind::expiry || kind == TimerKind::redelivery;
}

Enabled::Enabled(const Model& model, const Interposer* faults, Timers timers)
    : model_(model), faults_(faults), timers_(timers) {
  has_fifo_ = model.network.fifo;
  for (const Network::Link& link : model.network.links) has_fifo_ = has_fifo_ || link.fifo;
  for (const Definition& definition : model.definitions) {
    accepts_.push_back(definition.behaviour->struct_agent ? definition.behaviour->accepts : nullptr);
    if (definition.behaviour->actions == nullptr) continue;
    for (std::uint32_t m = 0; m < definition.replicas; ++m) actors_.push_back(AgentId{index(definition.first) + m});
  }
}

bool Enabled::takes(const World& world, Row message) const {
  const MessageRow& row = world.message(message);
  if (row.to == nobody) return true;
  const AgentRow& receiver = world.agent(row.to);
  const auto accepts = accepts_[index(receiver.definition)];
  return accepts == nullptr || receiver.first == no_row || accepts(model_, world, receiver.first, takes_where, message);
}

void Enabled::messages(const World& world) {
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& row = world.message(m);
    if (!under_way(row.place)) continue;
    if (has_fifo_ && row.place != Place::stray && detail::fifo_between(model_, world, row.from, row.to) &&
        held_back(world, m))
      continue;
    if (takes(world, m)) events_.push_back(Event::message(m));
  }
}

void Enabled::timers(const World& world, bool late) {
  for (Row t = 0; t < world.used(Pool::timers); ++t) {
    const TimerRow& timer = world.timer(t);
    const bool now = timers_ == Timers::any || is_late(timer.kind) == late;
    if (now && strikes_now(world, timer)) events_.push_back(Event::timer(t));
  }
}

const std::vector<Event>& Enabled::list(const World& world) {
  events_.clear();
  messages(world);
  timers(world, false);
  for (const AgentId agent : actors_) {
    const AgentRow& row = world.agent(agent);
    if (row.state != AgentState::up || row.first == no_row) continue;
    actions_.clear();
    model_.definition(row.definition).behaviour->actions(model_, world, agent, actions_);
    for (const std::uint32_t action : actions_.list()) events_.push_back(Event::action(agent, action));
  }
  if (timers_ == Timers::last && events_.empty()) timers(world, true);
  moves_.clear();
  if (faults_ != nullptr) {
    faults_->moves(model_, world, moves_);
    for (std::uint32_t m = 0; m < moves_.size(); ++m) events_.push_back(Event::move(m));
  }
  return events_;
}

}  // namespace squall::sim
