// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/ledger.hpp"

#include <fmt/format.h>

namespace squall::laws {
namespace {

using sim::Seen;

/// What a broadcast retains is a record of its messages, not one of them; nor is what it says to nobody.
bool is_record(const sim::Model& model, const sim::MessageRow& row) {
  return row.place == sim::Place::queued && model.topic(row.topic).mode == sim::TopicInfo::Mode::broadcast;
}

Link link_of(const sim::Model& model, const sim::World& world, const sim::MessageRow& row) {
  if (!sim::is_reply(row.topic) && model.topic(row.topic).mode == sim::TopicInfo::Mode::queue) {
    return {"queue", model.topic(row.topic).name};
  }
  const auto name = [&](sim::AgentId agent) {
    return agent == sim::nobody ? std::string("nobody") : model.definition(world.agent(agent).definition).name;
  };
  return {name(row.from), name(row.to)};
}

}  // namespace

sim::SeenMask Ledger::listens() const {
  return sim::bits(Seen::sent, Seen::consumed, Seen::lost, Seen::dead_letter, Seen::dropped, Seen::discarded,
                   Seen::late_reply, Seen::closed);
}

void Ledger::on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) {
  if (seen.kind == Seen::closed) {
    close(model, world, seen.instance);
    return;
  }
  const sim::MessageRow& row = world.message(seen.row);
  // A dead letter that was taken before: it was redelivered as often as its topic allows.
  if (seen.kind == Seen::dead_letter && (row.place == sim::Place::held || is_record(model, row))) return;
  Account& account = accounts[link_of(model, world, row)];
  switch (seen.kind) {
    case Seen::sent: ++account.sent; break;
    case Seen::consumed: ++account.consumed; break;
    case Seen::lost: ++account.lost; break;
    case Seen::dead_letter: ++account.dead; break;
    case Seen::dropped: ++account.dropped; break;
    case Seen::discarded: ++account.discarded; break;
    default: ++account.late; break;
  }
}

/// Under load, what is left of a closed instance is given back without a word.
void Ledger::close(const sim::Model& model, const sim::World& world, sim::Row instance) {
  if (model.load.instances == 1) return;
  for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
    const sim::MessageRow& row = world.message(m);
    const bool left = row.place == sim::Place::mailbox || row.place == sim::Place::queued;
    if (row.instance == instance && left && !is_record(model, row)) ++accounts[link_of(model, world, row)].left_over;
  }
}

Counts somewhere(const sim::Model& model, const sim::World& world) {
  Counts counts;
  for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
    const sim::MessageRow& row = world.message(m);
    const bool here = sim::under_way(row.place) || row.place == sim::Place::mailbox || row.place == sim::Place::queued;
    if (here && !is_record(model, row)) ++counts[link_of(model, world, row)];
  }
  return counts;
}

std::string unaccounted(const Play& play, const Ledger& ledger) {
  std::int64_t sent = 0, gone = 0, here = 0;
  for (const auto& [link, account] : ledger.accounts) {
    sent += account.sent;
    gone += account.gone();
  }
  for (const auto& [link, number] : somewhere(play.model, play.world)) here += number;
  const sim::Clock& clock = play.world.clock();
  const auto told = static_cast<std::int64_t>(clock.sent), copied = static_cast<std::int64_t>(clock.copied);
  if (told == sent && sent + copied == gone + here) return {};
  return fmt::format("sent {} (counted {}), copied {}; gone {}, somewhere {}", sent, told, copied, gone, here);
}

}  // namespace squall::laws
