// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/world.hpp"

/// Links, tools and heads of keys: which are cut is a bit for each line that cuts them, in the world's state.
namespace squall::faults {
namespace {

constexpr std::uint64_t bit(std::uint32_t link) { return std::uint64_t{1} << link; }

/// What the kernel itself says travels on no link.
bool said_by_kernel(const sim::Model& model, sim::TopicId topic) {
  return topic == model.ended || topic == model.down || topic == model.up;
}

}  // namespace

bool Armed::goes(const Link& link, std::uint32_t from, std::uint32_t to) const {
  const Columns& sides = link.columns;
  const bool leaves = columns_.has(sides.from, from);
  // Without another side it is all the rest; who is named is never cut off from itself.
  return leaves && (sides.to != Columns::any ? columns_.has(sides.to, to) : !columns_.has(sides.from, to));
}

bool Armed::crosses(const Link& link, std::uint32_t from, std::uint32_t to) const {
  if (link.columns.from == Columns::any) {  // one way, to somebody from all the rest
    const bool arrives = columns_.has(link.columns.to, to) && !columns_.has(link.columns.to, from);
    const bool answers = columns_.has(link.columns.to, from) && !columns_.has(link.columns.to, to);
    return arrives || (link.both_ways && answers);
  }
  return goes(link, from, to) || (link.both_ways && goes(link, to, from));
}

std::uint64_t Armed::cut(const sim::World& world, std::uint32_t from, std::uint32_t to) const {
  std::uint64_t keys = 0;
  for (std::uint64_t left = world.header().fault_state; left != 0; left &= left - 1) {
    const Link& link = links_[static_cast<std::size_t>(__builtin_ctzll(left))];
    if (!link.of_calls && !link.of_inboxes && !link.of_keys && crosses(link, from, to)) keys += link.key;
  }
  return keys;
}

void Armed::take_head(const sim::World& world, const Spotted& operation, sim::Verdict& verdict) const {
  for (std::uint64_t left = world.header().fault_state; left != 0; left &= left - 1) {
    const Link& link = links_[static_cast<std::size_t>(__builtin_ctzll(left))];
    if (!link.of_keys || link.columns.what != operation.what) continue;
    verdict.head = columns_.has(link.columns.from, operation.from) ? 2 : 1;
    verdict.kinds += link.key;
    return;  // a key has two heads at most
  }
}

Armed::Outage Armed::outage(const sim::World& world, const Spotted& call) const {
  Outage all;
  for (std::uint64_t left = world.header().fault_state; left != 0; left &= left - 1) {
    const Link& link = links_[static_cast<std::size_t>(__builtin_ctzll(left))];
    if (!link.of_calls || !columns_.has(link.columns.what, call.what)) continue;
    all.keys += link.key;
    if (all.error == 0) all.error = link.error;
  }
  return all;
}

bool Armed::takes_no_more(const sim::World& world, sim::AgentId agent) const {
  for (std::uint64_t left = world.header().fault_state; left != 0; left &= left - 1) {
    const Link& link = links_[static_cast<std::size_t>(__builtin_ctzll(left))];
    if (link.of_inboxes && columns_.has(link.columns.from, columns_.agent(world, agent))) return true;
  }
  return false;
}

bool Armed::begin_cut(sim::World& world, sim::Run& run, std::uint32_t number) const {
  if ((world.header().fault_state & bit(number)) != 0) return false;
  const Link& link = links_[number];
  if (link.of_inboxes && !run.model.bounded_inboxes) return false;
  if (!link.momentary) world.header().fault_state |= bit(number);
  run.idle = false;
  if (!link.drops_in_flight) return true;
  bool dropped = false;
  for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
    const sim::MessageRow& row = world.message(m);
    if (!sim::under_way(row.place) || said_by_kernel(run.model, row.topic)) continue;
    if (!crosses(link, columns_.agent(world, row.from), columns_.agent(world, row.to))) continue;
    sim::lose(world, run, m);
    dropped = true;
  }
  return dropped || !link.momentary;
}

void Armed::end_cut(sim::World& world, sim::Run& run, std::uint32_t number) const {
  world.header().fault_state &= ~bit(number);
  run.idle = false;
  if (links_[number].of_keys) {
    sim::join_heads(world, run.model, sim::KeyId{static_cast<std::uint16_t>(links_[number].columns.what)});
  }
  if (!links_[number].of_inboxes) return;
  for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
    const sim::AgentId agent{a};
    if (columns_.has(links_[number].columns.from, columns_.agent(world, agent))) sim::room_again(world, run, agent);
  }
}

const Armed::Sending* Armed::sending_of(std::uint32_t slot) const {
  const auto found = std::ranges::find(sending_, slot, &Sending::slot);
  return found == sending_.end() ? nullptr : &*found;
}

// Where a stream still counts, its slot's number of matches to come is how many messages arrive, + 1; of a slow link it is 1.

bool Armed::begin_sending(sim::World& world, sim::Run& run, const Sending& of, const Fault& fault) const {
  std::uint32_t& going_on = memory_of(world.memory_shadow()).going_on[of.slot];
  if (going_on != 0) return false;
  if (of.times != 0) {
    going_on = 1;
    if (const auto time = lasts(fault)) sim::schedule(world, run, *time, {.kind = of.slot, .target = heal});
    return true;
  }
  if (is_cut(world, slots_[of.slot].link)) return false;
  going_on = std::get<StreamCut>(fault).after + 1;
  return true;
}

void Armed::end_sending(sim::World& world, sim::Run& run, const Sending& of) const {
  if (of.times == 0) return end_cut(world, run, slots_[of.slot].link);
  memory_of(world.memory_shadow()).going_on[of.slot] = 0;
}

void Armed::watch_send(sim::World& world, sim::Run& run, const sim::Target& target, const Spotted& where,
                       sim::Verdict& verdict) const {
  constexpr sim::SiteKey slow = sim::site_key("a slow link");
  std::uint32_t slowest = 1;
  for (const Sending& of : sending_) {
    std::uint32_t& going_on = memory_of(world.memory_shadow()).going_on[of.slot];
    if (going_on == 0 || !crosses(of.link, where.from, where.to)) continue;
    if (of.times != 0) {
      slowest = std::max(slowest, of.times);
    } else if (--going_on == 0) {
      begin_cut(world, run, slots_[of.slot].link);
      const Fault fault = drawn_for_round(run, memory_of(world.memory_shadow()), of.slot);
      if (const auto time = lasts(fault)) sim::schedule(world, run, *time, {.kind = of.slot, .target = heal});
    }
  }
  if (slowest == 1) return;
  const auto added = sim::checked_multiply(target.latency.count(), std::int64_t{slowest} - 1);
  verdict.delay = sim::Duration{added.value_or(sim::Duration::max().count())};
  verdict.kinds = slow;
}

bool Armed::is_cut(const sim::World& world, std::uint32_t number) const {
  return (world.header().fault_state & bit(number)) != 0;
}

}  // namespace squall::faults
