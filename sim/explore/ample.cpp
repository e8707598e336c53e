// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/ample.hpp"

#include <algorithm>

#include "sim/detail/kernel.hpp"
#include "sim/supply.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// What only its agent notices, besides judges.
constexpr SeenMask of_its_own =
    bits(Seen::sent, Seen::delivered, Seen::consumed, Seen::waited, Seen::resumed, Seen::timed_out, Seen::began,
         Seen::made, Seen::validated, Seen::finished, Seen::emitted, Seen::discarded, Seen::late_reply, Seen::turned);

/// Whose event it is; nobody: it may be of several.
AgentId agent_of(const World& world, Event event) {
  if (event.is_move()) return nobody;
  if (event.is_action()) return event.actor();
  if (event.is_message()) return world.message(event.index()).to;
  const TimerRow& timer = world.timer(event.index());
  switch (timer.kind) {
    case TimerKind::ready:
    case TimerKind::work:
    case TimerKind::latency:
    case TimerKind::backoff:
    case TimerKind::timeout:
    case TimerKind::deadline:
    case TimerKind::alarm: return world.activation(timer.target).agent;
    case TimerKind::start: return AgentId{timer.target};
    case TimerKind::effect:
    case TimerKind::reply: return world.call(timer.target).agent;
    case TimerKind::expiry: return world.hold(timer.target).agent;
    default: return nobody;
  }
}

bool somebody_waits(const World& world, AgentId agent, Wait wait) {
  for (Row a = world.agent(agent).first; a != no_row; a = world.activation(a).next) {
    if (world.activation(a).phase == Phase::waiting && world.activation(a).wait == wait) return true;
  }
  return false;
}

/// Whether an answer may still come: a request of the agent's is somewhere, or an answer is under way.
bool is_owed_reply(const World& world, AgentId agent) {
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& row = world.message(m);
    if (row.place != Place::free && row.request != 0 && row.from == agent && !is_reply(row.topic)) return true;
  }
  return false;
}

bool has_spawned(const World& world, AgentId agent) {
  for (Row a = 0; a < world.used(Pool::activations); ++a) {
    const ActivationRow& row = world.activation(a);
    if (row.phase == Phase::free || row.agent == agent || row.parent == no_row) continue;
    if (world.activation(row.parent).agent == agent) return true;
  }
  return false;
}

}  // namespace

/// Whom those that can act may reach, as far as they have been followed.
struct Ample::Reached {
  std::vector<std::uint8_t> definitions;  ///< 1: some member may be told something or begin, 2: and all were followed
  std::vector<std::uint8_t> agents;       ///< 1: followed
  bool everybody = false, replies = false, releases = false, ends = false;
};

Ample::Ample(const Model& model, Timers timers) : model_(model), timers_(timers) {}

std::string Ample::refusal(const Model& model) {
  if (model.network.duplicating) return "messages that are delivered stay under way";
  for (const Definition& definition : model.definitions) {
    if (definition.host != no_host) return "agents of one process end together";
    if (definition.ack == Ack::end) return "messages that were not acknowledged come again";
  }
  for (const TopicInfo& topic : model.topics) {
    if (topic.ack == Ack::end) return "messages that were not acknowledged come again";
  }
  for (const PlacedMonitor& placed : model.monitors) {
    const Monitor& monitor = placed.monitor;
    const bool looks = monitor.on != nullptr || monitor.settled != nullptr || monitor.end != nullptr;
    if (looks && monitor.rests == Rests::on_anything)
      return std::string{monitor.name} + " may depend on the order of any two events";
  }
  return {};
}

/// Sorts the events by agent. False where one of them may be of several agents, or the whole state must be looked at.
bool Ample::group(const World& world, const std::vector<Event>& events) {
  groups_.clear();
  bool late = false;
  for (const Event event : events) {
    const AgentId agent = agent_of(world, event);
    if (agent == nobody) return false;
    late = late || (event.is_timer() && is_late(world.timer(event.index()).kind));
    auto found = std::ranges::find(groups_, agent, &Candidate::agent);
    if (found == groups_.end()) found = groups_.insert(groups_.end(), {.agent = agent, .events = {}});
    found->events.push_back(event);
  }
  // A bound that strikes last is put off again by whatever another one's striking makes possible.
  return !(late && timers_ == Timers::last);
}

const std::vector<Ample::Candidate>& Ample::candidates(const World& world, const std::vector<Event>& events) {
  candidates_.clear();
  const Header& header = world.header();
  if (header.fault_budget != 0 || header.fault_state != 0 || header.restarting != 0) return candidates_;
  if (world.used(Pool::watches) != 0 || world.used(Pool::deliveries) != 0) return candidates_;
  // Timers that are nobody's, or a restart: also where they are not enabled yet.
  for (Row t = 0; t < world.used(Pool::timers); ++t) {
    const TimerKind kind = world.timer(t).kind;
    if (kind != TimerKind::free && kind != TimerKind::stale && agent_of(world, Event::timer(t)) == nobody)
      return candidates_;
  }
  if (!group(world, events) || groups_.size() < 2) return candidates_;
  for (Candidate& one : groups_) {
    if (!reachable(world, one.agent, events)) candidates_.push_back(std::move(one));
  }
  return candidates_;
}

void Ample::note_program(const Definition& definition, std::uint32_t pc, Reached& reached) const {
  const SupplyTable* table = definition.behaviour->supplies;
  if (table == nullptr || definition.behaviour->struct_agent) {
    reached.everybody = true;
    return;
  }
  const std::span<const std::uint64_t> words = table->row(table->row_of_pc[pc]);
  for (std::size_t f = 0; f < table->facts.size(); ++f) {
    if ((words[f / 64] >> (f % 64) & 1) == 0) continue;
    const Supply& fact = table->facts[f];
    switch (fact.kind) {
      case Supply::Kind::message:
      case Supply::Kind::cancel:
        if (fact.to_anybody) reached.everybody = true;
        [[fallthrough]];
      case Supply::Kind::spawn:
        if (!fact.to_anybody && reached.definitions[index(fact.to)] == 0) reached.definitions[index(fact.to)] = 1;
        break;
      case Supply::Kind::publish: reached.everybody = true; break;
      case Supply::Kind::reply: reached.replies = true; break;
      case Supply::Kind::release: reached.releases = true; break;
      case Supply::Kind::finish: reached.ends = true; break;
    }
  }
}

/// All that `from` can still hand out, by what it is at and by what it may be asked.
void Ample::note(const World& world, AgentId from, Reached& reached) const {
  const AgentRow& row = world.agent(from);
  const Definition& definition = model_.definition(row.definition);
  bool begun = false;
  for (Row a = row.first; a != no_row; a = world.activation(a).next) {
    begun = true;
    note_program(definition, world.activation(a).pc, reached);
  }
  for (const Definition::Handler& handler : definition.handlers) note_program(definition, handler.pc, reached);
  if (definition.has_root && !begun) note_program(definition, definition.root_pc, reached);
  // Whatever it says of itself: a program that ends frees what it holds, answers what it owes and tells who awaits its end.
  reached.replies = reached.releases = reached.ends = true;
}

/// Whether what those hand out that can act gets to `agent` without its being named: as an answer, a resource, room, an end.
bool Ample::helped(const World& world, AgentId agent, const Reached& reached) const {
  if (somebody_waits(world, agent, Wait::room)) return true;
  if (reached.releases && somebody_waits(world, agent, Wait::resource)) return true;
  if (reached.replies && (somebody_waits(world, agent, Wait::reply) || is_owed_reply(world, agent))) return true;
  return reached.ends && has_spawned(world, agent);
}

/// Whether anybody who can act before `agent` does may reach it.
bool Ample::reachable(const World& world, AgentId agent, const std::vector<Event>& events) {
  if (index(agent) >= model_.members) return true;  // spawned: its parent's end may be its own
  Reached reached{.definitions = std::vector<std::uint8_t>(model_.definitions.size(), 0),
                  .agents = std::vector<std::uint8_t>(world.used(Pool::agents), 0)};
  const auto follow = [&](AgentId other) {
    if (other == agent || reached.agents[index(other)] != 0) return false;
    reached.agents[index(other)] = 1;
    note(world, other, reached);
    return true;
  };
  for (const Event event : events) follow(agent_of(world, event));
  for (Row m = 0; m < world.used(Pool::messages); ++m) {
    const MessageRow& row = world.message(m);
    if (!under_way(row.place)) continue;
    if (row.to == nobody) return true;
    follow(row.to);
  }
  // Bounds that are armed but not enabled now: their agents may come to act. Those that strike last wait for `agent`.
  for (Row t = 0; t < world.used(Pool::timers); ++t) {
    const TimerKind kind = world.timer(t).kind;
    if (kind != TimerKind::free && kind != TimerKind::stale && !(timers_ == Timers::last && is_late(kind)))
      follow(agent_of(world, Event::timer(t)));
  }
  for (bool more = true; more && !reached.everybody;) {
    more = false;
    for (std::uint32_t d = 0; d < reached.definitions.size(); ++d) {
      if (reached.definitions[d] != 1) continue;
      reached.definitions[d] = 2;
      more = true;
      if (d == index(world.agent(agent).definition)) return true;
      const Definition& definition = model_.definitions[d];
      // Members that there may be: what is spawned begins at its beginning.
      if (definition.start == Start::spawned) note_program(definition, definition.root_pc, reached);
      for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a) {
        if (index(world.agent(AgentId{a}).definition) == d) follow(AgentId{a});
      }
    }
    for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a) {
      const AgentId other{a};
      if (other != agent && reached.agents[a] == 0 && helped(world, other, reached)) more = follow(other) || more;
    }
  }
  return reached.everybody || helped(world, agent, reached);
}

Footprint::Footprint(const Model& model) {
  for (const PlacedMonitor& placed : model.monitors) {
    const Monitor& monitor = placed.monitor;
    if (monitor.rests == Rests::on_what_lasts) continue;
    heard_ |= monitor.listens | monitor.listens_untimed | monitor.at_once | monitor.stirs;
  }
}

void Footprint::on(const Model& model, const World& world, const Observation& seen) {
  const SeenMask kind = bit(seen.kind);
  if ((kind & of_its_own) == 0 || (kind & heard_) != 0) {
    alone_ = false;
    return;
  }
  const bool of_message =
      (kind & bits(Seen::sent, Seen::delivered, Seen::consumed, Seen::discarded, Seen::late_reply)) != 0;
  if (of_message && seen.topic != any_topic && !is_reply(seen.topic) &&
      model.topic(seen.topic).mode != TopicInfo::Mode::label) {
    alone_ = false;
  }
  if (seen.kind == Seen::sent) {
    // Room in a bounded inbox is everybody's.
    const bool bounded = seen.other == nobody || seen.other == anybody ||
                         model.definition(world.agent(seen.other).definition).inbox != unlimited;
    if (seen.agent != agent_ || bounded) alone_ = false;
  } else if (seen.agent != agent_) {
    alone_ = false;
  }
}

bool Footprint::kept_to_itself(const Model& model, const World& after) const {
  if (!alone_ || index(agent_) >= model.members || after.agent(agent_).state != AgentState::up) return false;
  if (after.used(Pool::subscriptions) != 0 || after.used(Pool::watches) != 0) return false;
  // A message taken makes room; whoever waits for one of a queue stands in everybody's line, as in a resource's.
  if (model.definition(after.agent(agent_).definition).inbox != unlimited) return false;
  // That something was asked of a tool is kept under what it is for, whoever asks.
  for (Row c = 0; model.keeps_requests && c < after.used(Pool::calls); ++c) {
    if (after.call(c).tool != no_tool && after.call(c).agent == agent_) return false;
  }
  for (Row a = after.agent(agent_).first; a != no_row; a = after.activation(a).next) {
    const ActivationRow& row = after.activation(a);
    if (row.phase != Phase::waiting) continue;
    if (row.wait == Wait::resource || row.wait == Wait::room || (row.want & model.published) != 0) return false;
  }
  return true;
}

}  // namespace squall::sim
