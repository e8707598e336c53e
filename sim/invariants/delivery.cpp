// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/delivery.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// A message that did not arrive, while nothing has made it good and nobody has noticed.
struct Loss {
  std::uint64_t content;  ///< fields and artifact; never 0 of a loss
  AgentId from, to;       ///< `to` nobody: a queue
  TopicId topic;
  std::uint16_t how;  ///< `Seen`
  std::uint32_t spare;
};

struct OfInstance {
  static constexpr std::size_t most = 8;
  Loss losses[most];
};

std::uint64_t content_of(const Judging& at, Row message) {
  const MessageRow& row = at.world.message(message);
  std::uint64_t content = child_key(site_key("message"), index(row.topic));
  for (std::uint32_t f = 0; f < at.model.fields; ++f) {
    if ((row.present >> f & 1) != 0)
      content = child_key(child_key(content, f), static_cast<std::uint64_t>(at.world.fields(message)[f]));
  }
  if (row.artifact != no_row) content = child_key(content, at.world.artifact(row.artifact).identity);
  return content | 1;
}

bool is_copy(const World& world, Row message) { return world.timed() && world.message_shadow(message).copy != 0; }

void note_loss(const Judging& at, const Observation& seen) {
  if (is_copy(at.world, seen.row)) return;
  const MessageRow& row = at.world.message(seen.row);
  for (Loss& loss : at.of<OfInstance>(seen.instance).losses) {
    if (loss.content != 0) continue;
    loss = {.content = content_of(at, seen.row),
            .from = row.from,
            .to = row.to,
            .topic = row.topic,
            .how = static_cast<std::uint16_t>(seen.kind),
            .spare = 0};
    return;
  }
  at.found.leave_open(Delivery::name, fmt::format("more than {} messages were lost at once", OfInstance::most));
}

void note_taken(const Judging& at, const Observation& seen) {
  auto& of = at.of<OfInstance>(seen.instance);
  for (Loss& loss : of.losses) {
    if (loss.content == 0 || loss.topic != seen.topic || loss.from != seen.other) continue;
    if ((loss.to != seen.agent && loss.to != nobody) || loss.content != content_of(at, seen.row)) continue;
    loss = {};
    return;
  }
}

void note_timeout(const Judging& at, const Observation& seen) {
  for (Loss& loss : at.of<OfInstance>(seen.instance).losses) {
    if (loss.from == seen.agent || loss.to == seen.agent) loss = {};
  }
}

std::string how_lost(Seen how, const std::string& receiver) {
  switch (how) {
    case Seen::dropped: return fmt::format("the full inbox of {} refused it", receiver);
    case Seen::dead_letter: return fmt::format("{} took nothing any more", receiver);
    default: return "it was lost";
  }
}

void judge_end_of(const Judging& at, Row instance) {
  const InstanceRow& row = at.world.instance(instance);
  if (row.outcome == ReportedOutcome::failure || row.failed_roots != 0) return;
  for (const Loss& loss : at.of<OfInstance>(instance).losses) {
    if (loss.content == 0) continue;
    const std::string what = topic_text(at.model, loss.topic);
    const std::string to = loss.to == nobody ? "its queue" : role_of(at.model, at.world, loss.to);
    tell(at, at.memory_as<Told>(), Delivery::name,
         {fmt::format("{} from {} to {}", what, role_of(at.model, at.world, loss.from), to)}, at.now(), [&] {
           const std::string receiver = loss.to == nobody ? to : agent_name(at.model, at.world, loss.to);
           return std::vector<std::string>{
               fmt::format("{} from {} to {} never arrived: {}{}", what, agent_name(at.model, at.world, loss.from),
                           receiver, how_lost(static_cast<Seen>(loss.how), receiver),
                           instance_text(at.model, at.world, instance)),
               "nothing was sent in its place, neither of them ran into a timeout, and no failure was reported"};
         });
  }
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  switch (seen.kind) {
    case Seen::consumed: note_taken(at, seen); break;
    case Seen::timed_out: note_timeout(at, seen); break;
    case Seen::closed: judge_end_of(at, seen.instance); break;
    default: note_loss(at, seen); break;
  }
}

}  // namespace

Monitor Delivery::monitor(Model&) const {
  constexpr SeenMask losses = bits(Seen::lost, Seen::dropped, Seen::dead_letter);
  constexpr SeenMask remedies = bits(Seen::consumed, Seen::timed_out);
  return {.name = name,
          .claim = claim,
          .listens = losses | remedies | bit(Seen::closed),
          .at_once = losses | remedies,
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .on = judge};
}

}  // namespace squall::sim
