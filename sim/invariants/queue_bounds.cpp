// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/queue_bounds.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

void tell_grown(const Judging& at, std::string which, std::string witness) {
  const std::uint32_t length = at.options_as<QueueBounds>().length;
  tell(at, at.memory_as<Told>(), QueueBounds::name, {std::move(witness)}, at.now(),
       [&] { return std::vector<std::string>{fmt::format("more than {} messages wait in the {}", length, which)}; });
}

void judge(const Judging& at, const Observation& seen) {
  if (at.world.agent(seen.agent).box_count <= at.options_as<QueueBounds>().length) return;
  tell_grown(at, "mailbox of " + agent_name(at.model, at.world, seen.agent),
             "mailbox of " + role_of(at.model, at.world, seen.agent));
}

void judge_queues(const Judging& at) {
  const std::uint32_t length = at.options_as<QueueBounds>().length;
  for (const TopicInfo& topic : at.model.topics) {
    if (topic.mode != TopicInfo::Mode::queue) continue;
    std::uint32_t count = 0;
    for (Row m = at.world.channel(topic.channel).head; m != no_row && count <= length; m = at.world.message(m).next)
      ++count;
    if (count > length) tell_grown(at, "queue " + topic.name, "queue " + topic.name);
  }
}

}  // namespace

Monitor QueueBounds::monitor(Model& model) const {
  Monitor monitor{.name = name,
                  .claim = claim,
                  .listens = bit(Seen::delivered),
                  .bytes = sizeof(Told),
                  .options = &model.keep(*this),
                  .on = judge,
                  .rests = Rests::on_what_it_hears,
                  .names = Names::none};
  for (const TopicInfo& topic : model.topics) {
    if (topic.mode != TopicInfo::Mode::queue) continue;
    monitor.stirs = bits(Seen::sent, Seen::delivered, Seen::consumed, Seen::turned, Seen::finished, Seen::failed);
    monitor.settled = judge_queues;
  }
  return monitor;
}

}  // namespace squall::sim
