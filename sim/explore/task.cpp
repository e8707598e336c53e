// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/task.hpp"

namespace squall::sim {
namespace {

constexpr SiteKey link_key = site_key("task/link");
constexpr SiteKey agent_key = site_key("task/agent");
constexpr SiteKey action_key = site_key("task/action");
constexpr SiteKey tool_key = site_key("task/tool");
constexpr SiteKey move_key = site_key("task/move");
constexpr SiteKey rest_key = site_key("task/rest");

}  // namespace

Tasks::Tasks(const Model& model) {
  for (const Definition& definition : model.definitions) definitions_.push_back(site_key(definition.name));
}

SiteKey Tasks::agent(const World& world, AgentId id) const {
  if (id == nobody) return rest_key;
  const AgentRow& row = world.agent(id);
  return child_key(definitions_[index(row.definition)], row.member);
}

SiteKey Tasks::instance(const World& world, Row row) { return row == no_row ? 0 : world.instance(row).number + 1; }

Choice Tasks::of_timer(const World& world, Row row) const {
  const TimerRow& timer = world.timer(row);
  const auto of = [&](SiteKey kind, AgentId id, std::uint64_t detail, bool reaches_out) -> Choice {
    const SiteKey who = agent(world, id);
    return {.task = child_key(child_key(child_key(kind, who), detail), instance(world, timer.instance)),
            .who = who,
            .event = child_key(static_cast<SiteKey>(timer.kind), timer.detail),
            .reaches_out = reaches_out};
  };
  switch (timer.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: {
      // Branches and handlers of one agent are tasks of their own.
      std::uint64_t older = 0;
      const ActivationRow& activation = world.activation(timer.target);
      for (Row a = world.agent(activation.agent).first; a != no_row && a != timer.target; a = world.activation(a).next)
        ++older;
      return of(agent_key, activation.agent, older, timer.kind == TimerKind::latency);
    }
    case TimerKind::start:
    case TimerKind::restart: return of(agent_key, AgentId{timer.target}, 0, false);
    case TimerKind::effect:
    case TimerKind::reply: {
      const CallRow& call = world.call(timer.target);
      return of(child_key(tool_key, index(call.tool)), call.agent, 0, true);
    }
    case TimerKind::expiry: return of(rest_key, world.hold(timer.target).agent, 0, true);
    case TimerKind::notice: return of(rest_key, world.watch(timer.target).watcher, 1, false);
    default: return of(rest_key, nobody, static_cast<std::uint64_t>(timer.kind), true);
  }
}

Choice Tasks::choice(const World& world, Event event, const std::vector<Move>& moves) const {
  if (event.is_move()) {
    const Move& move = moves[event.index()];
    const SiteKey kind = child_key(move_key, move.kind);
    return {.task = kind, .who = kind, .event = child_key(move.target, move.detail), .reaches_out = true};
  }
  if (event.is_action()) {
    const SiteKey who = agent(world, event.actor());
    return {.task = child_key(child_key(action_key, who), event.action_number()), .who = who, .event = 0};
  }
  if (event.is_timer()) return of_timer(world, event.index());
  const MessageRow& message = world.message(event.index());
  const SiteKey to = agent(world, message.to);
  return {.task = child_key(child_key(child_key(link_key, agent(world, message.from)), to),
                            instance(world, message.instance)),
          .who = to,
          .event = message.order};
}

}  // namespace squall::sim
