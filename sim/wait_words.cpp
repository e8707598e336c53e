// SPDX-License-Identifier: Apache-2.0
#include "sim/wait_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/apply.hpp"
#include "sim/detail/wait_solver.hpp"
#include "sim/invariants/deadlock_freedom.hpp"
#include "sim/invariants/no_orphaned_wait.hpp"

namespace squall::sim {
namespace {

using detail::Serving;
using detail::Servings;
using detail::WaitNode;
using detail::WaitSolver;

constexpr std::size_t mentioned_max = 8;  ///< of those who wait behind, and of possible suppliers

std::string name_of(const Model& model, const World& world, Row activation) {
  return agent_name(model, world, world.activation(activation).agent);
}

const std::string& role_of(const Model& model, const World& world, Row activation) {
  return model.definition(world.agent(world.activation(activation).agent).definition).name;
}

std::string topic_name(const Model& model, std::uint32_t topic) {
  if (topic >= model.topics.size()) return "a message";
  const TopicInfo& info = model.topics[topic];
  return info.told.empty() ? info.name : info.told;
}

/// When a deadline in its scope will end the wait, after its beginning. Nothing in untimed worlds.
std::optional<Duration> gives_up_after(const World& world, Row activation) {
  if (!world.timed()) return std::nullopt;
  Instant earliest = end_of_time;
  world.calendar.for_each([&](const Calendar::Entry& entry) {
    const Event event{entry.row};
    if (!event.is_timer()) return;
    const TimerRow& timer = world.timer(event.index());
    const bool bound = timer.kind == TimerKind::timeout || timer.kind == TimerKind::deadline;
    if (bound && timer.target == activation) earliest = std::min(earliest, entry.at);
  });
  if (earliest == end_of_time) earliest = world.clock().now;  // it strikes just now, and has left the calendar
  return earliest - world.activation_shadow(activation).since;
}

std::string sentence(const Model& model, const World& world, const WaitEdge& edge) {
  const std::string waiter = name_of(model, world, edge.waiter);
  const std::string blocker = edge.blocker == edge.waiter ? "itself" : name_of(model, world, edge.blocker);
  const auto resource = [&] { return model.resources[edge.detail].name; };
  switch (edge.awaited) {
    case Awaited::message:
      return fmt::format("{} waits for {} from {}", waiter, topic_name(model, edge.detail), blocker);
    case Awaited::answer: return fmt::format("{} waits for the answer of {}", waiter, blocker);
    case Awaited::resource: return fmt::format("{} waits for {}, which {} holds", waiter, resource(), blocker);
    case Awaited::line: return fmt::format("{} stands in line for {} behind {}", waiter, resource(), blocker);
    case Awaited::children:
      if (world.activation(edge.waiter).agent == world.activation(edge.blocker).agent) {
        return fmt::format("{} waits for one of its branches", waiter);
      }
      return fmt::format("{} waits for the end of {}", waiter, blocker);
    case Awaited::room: return fmt::format("{} waits for room in the inbox of {}", waiter, blocker);
    case Awaited::free_handler:
      return fmt::format("{} waits for {} from {}, which is busy with an earlier message", waiter,
                         topic_name(model, edge.detail), blocker);
  }
  return waiter;
}

std::string bounded_sentence(const Model& model, const World& world, const WaitEdge& edge) {
  std::string text = sentence(model, world, edge);
  if (!edge.gives_up) return text;
  const std::optional<Duration> after = gives_up_after(world, edge.waiter);
  return text + (after ? fmt::format(" (gives up after {})", in_words(*after)) : " (gives up in the end)");
}

/// What is awaited, without names of single agents: part of a signature.
std::string awaited(const Model& model, const World& world, const WaitEdge& edge) {
  switch (edge.awaited) {
    case Awaited::message: return topic_name(model, edge.detail);
    case Awaited::answer: return "an answer";
    case Awaited::resource:
    case Awaited::line: return model.resources[edge.detail].name;
    case Awaited::children: return "its children";
    case Awaited::room: return fmt::format("room at {}", role_of(model, world, edge.blocker));
    case Awaited::free_handler:
      return fmt::format("{} of busy {}", topic_name(model, edge.detail), role_of(model, world, edge.blocker));
  }
  return {};
}

void add_behind(const Model& model, const World& world, const std::vector<WaitEdge>& behind, Violation& violation) {
  for (std::size_t b = 0; b < behind.size() && b < mentioned_max; ++b) {
    if (behind[b].blocker == no_row) {
      violation.reasons.push_back(fmt::format("{} waits behind", name_of(model, world, behind[b].waiter)));
    } else {
      violation.reasons.push_back(fmt::format("behind: {}", sentence(model, world, behind[b])));
    }
  }
  if (behind.size() > mentioned_max) {
    violation.reasons.push_back(fmt::format("behind: {} more", behind.size() - mentioned_max));
  }
}

/// What an orphan waits for, without names of single agents: part of a signature.
std::string awaited(const Model& model, const World& world, const Orphan& orphan) {
  const ActivationRow& row = world.activation(orphan.wait.waiter);
  const Behaviour& behaviour = *model.definition(world.agent(row.agent).definition).behaviour;
  switch (row.wait) {
    case Wait::mailbox: {
      if (behaviour.struct_agent) return topic_name(model, row.wait_arg);
      const WaitSpec& wait = behaviour.waits[row.wait_arg];
      std::string text;
      for (const std::uint32_t s : orphan.sources) {
        if (text == topic_name(model, index(wait.sources[s].topic))) continue;  // by either of two names
        if (!text.empty()) text += wait.all ? " and " : " or ";
        if (wait.sources[s].count_max > 1) text += fmt::format("{} x ", wait.sources[s].count_max);
        text += topic_name(model, index(wait.sources[s].topic));
      }
      return text;
    }
    case Wait::reply: return WaitSolver::tool_wait(row) ? "the answer of a tool" : "an answer";
    case Wait::resource: return model.resources[row.wait_arg].name;
    case Wait::children: return "its children";
    case Wait::room:
      return fmt::format("room at {}", model.definition(world.agent(AgentId{row.wait_arg}).definition).name);
    case Wait::hung:
    case Wait::none: break;
  }
  return "nothing";
}

/// Says why nobody hands out what an orphan waits for.
class Orphanage {
 public:
  Orphanage(const WaitSolver& solver, const Orphan& orphan)
      : solver_(solver),
        model_(solver.model()),
        world_(solver.world()),
        orphan_(orphan),
        number_(solver.node_of(orphan.wait.waiter)),
        node_(solver.nodes()[number_]),
        row_(solver.row(node_)) {}

  std::vector<std::string> reasons();

 private:
  void why_no_message();
  bool why_none_of(TopicId topic, const Servings& servings);
  void why_not(const Serving& serving);
  void why_no_release();
  void say(std::string text) {
    if (std::ranges::find(reasons_, text) == reasons_.end()) reasons_.push_back(std::move(text));
  }

  const WaitSolver& solver_;
  const Model& model_;
  const World& world_;
  const Orphan& orphan_;
  std::uint32_t number_;
  const WaitNode& node_;
  const ActivationRow& row_;
  std::vector<std::string> reasons_;
};

/// Why those who have `serving` in their program will not hand it out.
void Orphanage::why_not(const Serving& serving) {
  const Definition& giver = model_.definitions[serving.definition];
  if (giver.start == Start::spawned) {
    say(fmt::format("a {} could send it, but none is at work and none will be started", giver.name));
    return;
  }
  for (std::uint32_t m = 0; m < giver.replicas; ++m) {
    const AgentId agent{index(giver.first) + m};
    const AgentRow& owner = world_.agent(agent);
    const std::string name = agent_name(model_, world_, agent);
    bool here = false, idle = giver.behaviour->struct_agent, would = false;
    for (Row a = solver_.first_of(agent); a != no_row; a = solver_.next_of(a)) {
      const WaitNode& other = solver_.nodes()[solver_.node_of(a)];
      if (!solver_.same_instance(node_, other) || solver_.node_of(a) == number_) continue;
      here = true;
      idle = idle || (other.waiting && !other.owed);
      would = would || (other.waiting && !other.met && solver_.after_wait(other, serving.fact));
    }
    if (owner.state != AgentState::up) {
      say(fmt::format("{} could have sent it, but {}", name, owner.state == AgentState::hung ? "hangs" : "is down"));
    } else if (idle || (!here && !giver.handlers.empty())) {
      say(fmt::format("{} could send it, but is idle: nothing that would make it is on its way", name));
    } else if (!here) {
      say(fmt::format("{} could have sent it, but has ended", name));
    } else if (would) {
      say(fmt::format("{} would send it, but waits itself for what does not come", name));
    } else {
      say(fmt::format("{} is past the steps that send it", name));
    }
  }
}

/// Whether anybody else has it in its program.
bool Orphanage::why_none_of(TopicId topic, const Servings& servings) {
  bool anybody = false;
  for (const Serving& serving : servings) {
    const Definition& giver = model_.definitions[serving.definition];
    if (!detail::same_topic(topic, giver.behaviour->supplies->facts[serving.fact].topic)) continue;
    if (serving.definition == node_.definition && giver.replicas == 1) continue;
    anybody = true;
    if (reasons_.size() < mentioned_max) why_not(serving);
  }
  return anybody;
}

void Orphanage::why_no_message() {
  bool anybody = false;
  if (solver_.struct_agent(node_)) {
    anybody =
        why_none_of(TopicId{static_cast<std::uint16_t>(row_.wait_arg)}, model_.wait_index->of_struct(node_.definition));
  }
  for (const std::uint32_t s : orphan_.sources) {
    const Source& source = solver_.definition(node_).behaviour->waits[row_.wait_arg].sources[s];
    anybody |= why_none_of(source.topic, model_.wait_index->of_source(node_.definition, row_.wait_arg, s));
  }
  if (!anybody) say("no other agent ever sends it");
}

void Orphanage::why_no_release() {
  for (Row h = world_.resource(ResourceId{static_cast<std::uint16_t>(row_.wait_arg)}).holds; h != no_row;
       h = world_.hold(h).next) {
    const HoldRow& hold = world_.hold(h);
    const std::string holder = agent_name(model_, world_, hold.agent);
    say(hold.activation == no_row ? fmt::format("{} took it and is gone", holder)
                                  : fmt::format("{} holds it and will not release it", holder));
  }
}

std::vector<std::string> Orphanage::reasons() {
  say(fmt::format("{} waits for {}, and nobody can hand it out any more",
                  agent_name(model_, world_, AgentId{node_.agent}), awaited(model_, world_, orphan_)));
  switch (row_.wait) {
    case Wait::mailbox: why_no_message(); break;
    case Wait::reply:
      if (!WaitSolver::tool_wait(row_)) {
        const Row request = solver_.request_of(node_);
        say(request == no_row ? std::string{"nobody has its request any more"}
                              : fmt::format("{} has its request and will not answer",
                                            agent_name(model_, world_, world_.message(request).to)));
      }
      break;
    case Wait::resource: why_no_release(); break;
    case Wait::room:
      say(fmt::format("{} takes nothing out of its inbox any more",
                      agent_name(model_, world_, AgentId{row_.wait_arg})));
      break;
    case Wait::children:
    case Wait::hung:
    case Wait::none: break;
  }
  return std::move(reasons_);
}

}  // namespace

std::string in_words(Duration duration) {
  struct Unit {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr Unit units[] = {{3'600'000'000'000, "h"}, {60'000'000'000, "min"}, {1'000'000'000, "s"},
                            {1'000'000, "ms"},        {1'000, "us"},           {1, "ns"}};
  const std::int64_t count = duration.count();
  for (const Unit& unit : units) {
    if (count != 0 && count % unit.nanoseconds == 0) return fmt::format("{} {}", count / unit.nanoseconds, unit.name);
    const bool decimal = unit.nanoseconds >= 1'000 && unit.nanoseconds <= 1'000'000'000;
    if (!decimal || count / unit.nanoseconds == 0) continue;
    const std::int64_t thousandths = count % unit.nanoseconds / (unit.nanoseconds / 1'000);
    if (thousandths == 0) return fmt::format("{} {}", count / unit.nanoseconds, unit.name);
    std::string fraction = fmt::format("{:03}", thousandths);
    while (fraction.back() == '0') fraction.pop_back();
    return fmt::format("{}.{} {}", count / unit.nanoseconds, fraction, unit.name);
  }
  return "0 s";
}

Violation describe(const Model& model, const World& world, const Deadlock& deadlock, bool reasons) {
  Violation violation;
  violation.invariant = DeadlockFreedom::name;
  violation.at = deadlock.since;
  violation.cycle = true;
  for (const WaitEdge& edge : deadlock.cycle) {
    violation.witness.push_back(
        fmt::format("{} waits for {}", role_of(model, world, edge.waiter), awaited(model, world, edge)));
    if (!reasons) continue;
    violation.reasons.push_back(bounded_sentence(model, world, edge));
    violation.members.push_back(name_of(model, world, edge.waiter));
  }
  if (reasons) add_behind(model, world, deadlock.behind, violation);
  return violation;
}

Violation describe(const Model& model, const World& world, const Orphan& orphan, bool reasons) {
  Violation violation;
  violation.invariant = NoOrphanedWait::name;
  violation.at = orphan.since;
  std::string& witness = violation.witness.emplace_back();
  witness.reserve(48);  // mostly enough
  witness.append(role_of(model, world, orphan.wait.waiter)).append(" waits for ").append(awaited(model, world, orphan));
  if (!reasons) return violation;
  WaitSolver& solver = detail::wait_solver();
  // As it was found: of an instance that is over a look at all might still hope for what comes too late.
  const Row instance = world.activation(orphan.wait.waiter).instance;
  const bool over = world.by_instance.on() && instance != no_row && world.instance(instance).live == 0;
  if (!over || !solver.solve_alone(model, world, instance)) solver.solve(model, world);
  violation.reasons = Orphanage{solver, orphan}.reasons();
  add_behind(model, world, orphan.behind, violation);
  return violation;
}

}  // namespace squall::sim
