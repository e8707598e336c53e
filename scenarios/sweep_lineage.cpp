// SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep_lineage.hpp"

#include <algorithm>
#include <utility>

namespace squall::scenarios {

sim::SeenMask Lineage::listens() const {
  using sim::Seen;
  return sim::bits(Seen::sent, Seen::consumed, Seen::wrote, Seen::read, Seen::conflicted, Seen::acquired,
                   Seen::released, Seen::expired, Seen::spawned, Seen::reported, Seen::finished, Seen::failed);
}

Lineage::Event Lineage::add(sim::AgentId agent, Event other) {
  const auto event = static_cast<Event>(events_.size());
  Event before = 0;
  if (agent != sim::nobody) before = std::exchange(last_[agent], event);
  events_.push_back({before, other});
  return event;
}

void Lineage::on(const sim::Model&, const sim::World&, const sim::Observation& seen) {
  using sim::Seen;
  switch (seen.kind) {
    case Seen::sent:
      sent_[seen.row] = add(seen.agent);
      marked_.erase(seen.row);  // rows are used again
      break;
    case Seen::consumed: {
      const auto sent = sent_.find(seen.row);
      const Event event = add(seen.agent, sent == sent_.end() ? 0 : sent->second);
      if (const auto marked = marked_.find(seen.row); marked != marked_.end())
        places_[marked->second].taken.push_back(event);
      break;
    }
    case Seen::read:
    case Seen::conflicted: add(seen.agent, written_[seen.detail]); break;
    case Seen::wrote: written_[seen.detail] = add(seen.agent, written_[seen.detail]); break;
    case Seen::acquired: add(seen.agent, freed_[seen.detail]); break;
    case Seen::released:
    case Seen::expired: freed_[seen.detail] = add(seen.agent, freed_[seen.detail]); break;
    case Seen::spawned: add(seen.other, add(seen.agent)); break;
    case Seen::reported: reported_.push_back(add(seen.agent)); break;
    case Seen::finished:
    case Seen::failed: finished_.push_back(add(seen.agent)); break;
    default: break;
  }
}

Lineage::Mark Lineage::mark(const sim::Target& target) {
  const bool message = target.strike == sim::Strike::send;
  const auto mark = static_cast<Mark>(places_.size());
  if (message) marked_[target.row] = mark;
  places_.push_back({.event = message ? 0 : add(target.agent), .message = message, .taken = {}});
  return mark;
}

std::vector<bool> Lineage::supports() const {
  std::vector<bool> past(events_.size());
  for (const Event goal : reported_.empty() ? finished_ : reported_) past[goal] = true;
  // What came before has a smaller number.
  for (std::size_t event = events_.size(); event-- > 1;) {
    if (!past[event]) continue;
    past[events_[event].before] = true;
    past[events_[event].other] = true;
  }
  std::vector<bool> supports;
  for (const Place& place : places_) {
    supports.push_back(place.message ? std::ranges::any_of(place.taken, [&](Event taken) { return past[taken]; })
                                     : past[place.event]);
  }
  return supports;
}

}  // namespace squall::scenarios
