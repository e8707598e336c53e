// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/counterexample.hpp"

#include <algorithm>

#include "sim/explore/odometer.hpp"

namespace squall::sim {
namespace {

/// Gives answers that were given before, in their order.
class Recited final : public Decider {
 public:
  void recite(const std::vector<std::uint32_t>& answers) {
    answers_ = answers;
    given_ = 0;
  }
  std::uint32_t choose(const Question&, Purpose, std::uint32_t, const std::uint32_t*) override {
    return given_ < answers_.size() ? answers_[given_++] : 0;
  }

 private:
  std::vector<std::uint32_t> answers_;
  std::size_t given_ = 0;
};

std::string topic_text(const Model& model, TopicId topic) {
  if (topic == reply_topic) return "reply";
  if (is_reply(topic))
    return std::string(error_name(static_cast<Error>(index(topic) - index(error_reply_topic)))) + " reply";
  return model.topic(topic).name;
}

std::string timer_text(const Model& model, const World& world, const TimerRow& timer) {
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
      return of_activation("timer ") + topic_text(model, TopicId{static_cast<std::uint16_t>(timer.detail)});
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
    case TimerKind::move: return "fault " + std::to_string(timer.detail);
    default: return "timer";
  }
}

/// Tries what can happen in one state, until something leads to `fingerprint`.
bool step_towards(std::uint64_t fingerprint, const Exploration& exploration, World& world, Run& run, Odometer& odometer,
                  Content& content, std::vector<Step>& path) {
  Enabled enabled{exploration.model, exploration.faults, exploration.timers};
  for (const Event event : enabled.list(world)) {
    do {
      World next = world;
      run.moves = &enabled.moves();
      apply(next, event, run);
      if ((exploration.idle_steps || !run.idle) && content.hash(next) == fingerprint) {
        path.push_back({.event = event,
                        .move = event.is_move() ? enabled.moves()[event.index()] : Move{},
                        .answers = odometer.answers(),
                        .text = event_text(exploration.model, world, event, enabled.moves())});
        world = std::move(next);
        odometer.reset();
        return true;
      }
    } while (odometer.next());
  }
  return false;
}

}  // namespace

std::string event_text(const Model& model, const World& world, Event event, const std::vector<Move>& moves) {
  if (event.is_move()) {
    const Move& move = moves[event.index()];
    return "fault " + std::to_string(move.kind) + " on " + std::to_string(move.target);
  }
  if (event.is_action())
    return agent_name(model, world, event.actor()) + " action " + std::to_string(event.action_number());
  if (event.is_timer()) return timer_text(model, world, world.timer(event.index()));
  const MessageRow& message = world.message(event.index());
  return agent_name(model, world, message.from) + " -> " + agent_name(model, world, message.to) + " " +
         topic_text(model, message.topic);
}

void begin_explored(World& world, Run& run, const Exploration& exploration) {
  world = World{exploration.model, Half::state_only};
  world.header().fault_budget = exploration.fault_budget;
  begin(world, run);
}

std::vector<Step> path_through(const Exploration& exploration, const std::vector<std::uint64_t>& fingerprints,
                               std::vector<std::uint32_t>& begin) {
  Odometer odometer;
  Run run{.model = exploration.model, .decide = odometer, .faults = exploration.faults, .timed = false};
  run.notes_deliveries = exploration.content.last_delivered;
  Violations known;  // monitors must run here too: what they remember is part of the state
  if (!exploration.model.monitors.empty()) run.violations = &known;
  Content content{exploration.model, exploration.content};
  World world{exploration.model, Half::state_only};
  std::vector<Step> path;
  do {
    begin_explored(world, run, exploration);
    if (content.hash(world) == fingerprints.front()) break;
  } while (odometer.next());
  begin = odometer.answers();
  odometer.reset();
  for (std::size_t i = 1; i < fingerprints.size(); ++i) {
    if (!step_towards(fingerprints[i], exploration, world, run, odometer, content, path)) return {};
  }
  return path;
}

World retrace(const Exploration& exploration, const std::vector<std::uint32_t>& begin, const std::vector<Step>& path,
              Sink& sink) {
  Recited recited;
  Run run{.model = exploration.model, .decide = recited, .faults = exploration.faults, .timed = false};
  run.notes_deliveries = exploration.content.last_delivered;
  run.sink = &sink;
  World world{exploration.model, Half::state_only};
  recited.recite(begin);
  begin_explored(world, run, exploration);
  std::vector<Move> moves;
  for (const Step& step : path) {
    if (step.event.is_move()) {
      moves.resize(std::max(moves.size(), std::size_t{step.event.index()} + 1));
      moves[step.event.index()] = step.move;
    }
    run.moves = &moves;
    recited.recite(step.answers);
    apply(world, step.event, run);
  }
  return world;
}

}  // namespace squall::sim
