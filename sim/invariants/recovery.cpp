// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/recovery.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Behind it: for each agent from the start, then for each topic, by when its load has to be normal again. `start_of_time`:
/// it is; `end_of_time`: it was not, and that was told.
struct Memory {
  Told told;

  Instant* by() { return reinterpret_cast<Instant*>(this + 1); }
};

void note(const Judging& at, std::uint32_t place, std::uint32_t waiting) {
  const auto& options = at.options_as<Recovery>();
  Instant& by = at.memory_as<Memory>().by()[place];
  if (waiting <= options.normal) {
    by = start_of_time;
  } else if (by == start_of_time) {
    by = later(at.now(), options.within);
    at.oblige(by);
  }
}

void judge(const Judging& at, const Observation& seen) {
  if (!at.world.timed()) return at.found.leave_open(Recovery::name, "there is no time here");
  if (index(seen.agent) >= at.model.members) return;
  note(at, index(seen.agent), at.world.agent(seen.agent).box_count);
}

void judge_queues(const Judging& at) {
  if (!at.world.timed()) return;
  const std::uint32_t normal = at.options_as<Recovery>().normal;
  for (std::uint32_t t = 0; t < at.model.topics.size(); ++t) {
    const TopicInfo& topic = at.model.topics[t];
    if (topic.mode != TopicInfo::Mode::queue) continue;
    std::uint32_t count = 0;
    for (Row m = at.world.channel(topic.channel).head; m != no_row && count <= normal; m = at.world.message(m).next)
      ++count;
    note(at, at.model.members + t, count);
  }
}

void tell_loaded(const Judging& at, std::uint32_t place, Instant when, const std::string& how) {
  const bool queue = place >= at.model.members;
  const std::string topic = queue ? "queue " + at.model.topics[place - at.model.members].name : std::string{};
  const AgentId agent{place};
  const std::string which = queue ? topic : "mailbox of " + agent_name(at.model, at.world, agent);
  tell(at, at.memory_as<Memory>().told, Recovery::name,
       {queue ? topic : "mailbox of " + role_of(at.model, at.world, agent)}, when, [&] {
         return std::vector<std::string>{
             fmt::format("more than {} messages wait in the {} {}", at.options_as<Recovery>().normal, which, how)};
       });
}

/// Calls `visit(place, by)` for each place whose load is not normal and was not told.
template <class Visit>
void for_each_loaded(const Judging& at, Visit&& visit) {
  Instant* by = at.memory_as<Memory>().by();
  const auto places = static_cast<std::uint32_t>(at.model.members + at.model.topics.size());
  for (std::uint32_t place = 0; place < places; ++place) {
    if (by[place] != start_of_time && by[place] != end_of_time) visit(place, by[place]);
  }
}

void judge_due(const Judging& at) {
  for_each_loaded(at, [&](std::uint32_t place, Instant& by) {
    if (by >= at.now()) return at.oblige(by);
    tell_loaded(at, place, by, fmt::format("for {}", in_words(at.options_as<Recovery>().within)));
    by = end_of_time;
  });
}

void judge_end(const Judging& at, bool undecided) {
  if (!at.world.timed()) return;
  for_each_loaded(at, [&](std::uint32_t place, Instant&) {
    if (undecided) {
      at.found.leave_open(Recovery::name, "a limit of the run was reached before the end");
    } else {
      tell_loaded(at, place, at.now(), "at the end");
    }
  });
}

}  // namespace

Monitor Recovery::monitor(Model& model) const {
  std::size_t members = 0;
  bool queues = false;
  for (const Definition& definition : model.definitions)
    members += definition.start == Start::spawned ? 0 : definition.replicas;
  for (const TopicInfo& topic : model.topics) queues = queues || topic.mode == TopicInfo::Mode::queue;
  Monitor monitor{
      .name = name,
      .claim = claim,
      .listens = bits(Seen::delivered, Seen::consumed, Seen::dropped, Seen::discarded, Seen::crashed),
      .bytes = static_cast<std::uint32_t>(sizeof(Memory) + sizeof(Instant) * (members + model.topics.size())),
      .options = &model.keep(*this),
      .on = judge,
      .due = judge_due,
      .end = judge_end};
  if (queues) {
    monitor.stirs = bits(Seen::sent, Seen::delivered, Seen::consumed, Seen::turned, Seen::finished, Seen::failed);
    monitor.settled = judge_queues;
  }
  return monitor;
}

}  // namespace squall::sim
