// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/event_name.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

#include "sim/error.hpp"
#include "sim/strike.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

std::string topic_name(const Model& model, TopicId topic) {
  if (topic == reply_topic) return "reply";
  if (is_reply(topic))
    return std::string(error_name(static_cast<Error>(index(topic) - index(error_reply_topic)))) + " reply";
  return model.topic(topic).name;
}

std::string timer_name(const Model& model, const World& world, const TimerRow& timer) {
  const auto of = [&](AgentId agent, const char* what) { return agent_name(model, world, agent) + " " + what; };
  const auto of_activation = [&](const char* what) { return of(world.activation(timer.target).agent, what); };
  switch (timer.kind) {
    case TimerKind::ready: return of_activation("goes on");
    case TimerKind::work: return of_activation("work done");
    case TimerKind::latency: return of_activation("context operation done");
    case TimerKind::backoff: return of_activation("tries again");
    case TimerKind::timeout: return of_activation("timeout");
    case TimerKind::deadline: return of_activation("deadline");
    case TimerKind::alarm:
      return of_activation("timer ") + topic_name(model, TopicId{static_cast<std::uint16_t>(timer.detail)});
    case TimerKind::start: return of(AgentId{timer.target}, "starts");
    case TimerKind::effect:
      return of(world.call(timer.target).agent, "call reaches ") + model.tool(world.call(timer.target).tool).name;
    case TimerKind::reply:
      return of(world.call(timer.target).agent, "hears from ") + model.tool(world.call(timer.target).tool).name;
    case TimerKind::expiry:
      return of(world.hold(timer.target).agent, "loses ") + model.resource(world.hold(timer.target).resource).name;
    case TimerKind::refill:
      return model.resource(ResourceId{static_cast<std::uint16_t>(timer.target)}).name + " has room";
    case TimerKind::arrival: return "next instance arrives";
    case TimerKind::restart: return of(AgentId{timer.target}, "restarts");
    case TimerKind::notice:
      return of(world.watch(timer.target).watcher, "is told of ") +
             agent_name(model, world, world.watch(timer.target).target);
    case TimerKind::redelivery: return "redelivery";
    case TimerKind::cancel: return of(AgentId{timer.target}, "is asked to stop");
    case TimerKind::subscription: return of(world.subscription(timer.target).agent, "is subscribed");
    case TimerKind::move: return "fault " + std::to_string(timer.detail);
    default: return "timer";
  }
}

Row instance_of(const World& world, Event event) {
  if (event.is_message()) return world.message(event.index()).instance;
  return event.is_timer() ? world.timer(event.index()).instance : no_row;
}

/// How many activations of the same agent are older.
std::uint64_t age_of(const World& world, Row activation) {
  std::uint64_t older = 0;
  for (Row a = world.agent(world.activation(activation).agent).first; a != no_row && a != activation;
       a = world.activation(a).next)
    ++older;
  return older;
}

bool is_of_activation(TimerKind kind) {
  switch (kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: return true;
    default: return false;
  }
}

/// Where an event stands among those with its name, by what does not depend on rows where that can be.
std::uint64_t place_of(const World& world, Event event) {
  if (event.is_message()) return world.message(event.index()).order;
  if (event.is_timer() && is_of_activation(world.timer(event.index()).kind))
    return age_of(world, world.timer(event.index()).target);
  return event.row;
}

}  // namespace

std::string message_name(const Model& model, const World& world, Row message) {
  const MessageRow& row = world.message(message);
  const auto who = [&](AgentId agent) { return agent == nobody ? "outside" : agent_name(model, world, agent); };
  return who(row.from) + " -> " + (row.to == nobody ? "queue" : who(row.to)) + " " + topic_name(model, row.topic);
}

std::string event_name(const Model& model, const World& world, Event event, const Interposer* faults,
                       const std::vector<Move>& moves) {
  if (event.is_move()) return faults->move_name(model, world, moves[event.index()]);
  if (event.is_action())
    return agent_name(model, world, event.actor()) + " action " + std::to_string(event.action_number());
  std::string name = event.is_timer() ? timer_name(model, world, world.timer(event.index()))
                                      : message_name(model, world, event.index());
  const Row instance = instance_of(world, event);
  if (model.load.instances > 1 && instance != no_row)
    name += " [instance " + std::to_string(world.instance(instance).number) + "]";
  return name;
}

std::vector<std::string> event_names(const Model& model, const World& world, const std::vector<Event>& events,
                                     const Interposer* faults, const std::vector<Move>& moves) {
  std::vector<std::tuple<std::string, std::uint64_t, std::size_t>> sorted;
  for (std::size_t e = 0; e < events.size(); ++e)
    sorted.emplace_back(event_name(model, world, events[e], faults, moves), place_of(world, events[e]), e);
  std::ranges::sort(sorted);
  std::vector<std::string> names(events.size());
  std::size_t alike = 0;
  for (std::size_t s = 0; s < sorted.size(); ++s) {
    const std::string& name = std::get<0>(sorted[s]);
    alike = s > 0 && std::get<0>(sorted[s - 1]) == name ? alike + 1 : 1;
    names[std::get<2>(sorted[s])] = alike == 1 ? name : name + " (" + std::to_string(alike) + ")";
  }
  return names;
}

}  // namespace squall::sim
