// SPDX-License-Identifier: Apache-2.0
#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/world.hpp"

/// Links and tools: which are cut is a bit for each line that cuts them, in the world's state.
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
    if (!link.of_calls && crosses(link, from, to)) keys += link.key;
  }
  return keys;
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

bool Armed::begin_cut(sim::World& world, sim::Run& run, std::uint32_t number) const {
  if ((world.header().fault_state & bit(number)) != 0) return false;
  const Link& link = links_[number];
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
}

bool Armed::is_cut(const sim::World& world, std::uint32_t number) const {
  return (world.header().fault_state & bit(number)) != 0;
}

}  // namespace squall::faults
