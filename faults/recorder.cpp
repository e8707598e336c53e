// SPDX-License-Identifier: Apache-2.0
#include "faults/recorder.hpp"

#include "sim/apply.hpp"
#include "sim/world.hpp"

namespace squall::faults {

sim::Verdict Recorder::strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  const NameColumns& columns = faults_.columns();
  const bool message = target.strike == sim::Strike::send;
  const bool loaded = model_.load.instances > 1;
  Place place{
      .strike = target.strike,
      .writes = target.operation == sim::Operation::write || target.operation == sim::Operation::compare_and_set,
      .from = columns.agent(world, target.agent),
      .to = 0,
      .what = columns.what(target),
      .instance = 0};
  if (loaded && target.instance != sim::no_row) place.instance = world.instance(target.instance).number;
  if (message) place.to = columns.agent(world, target.other);
  const std::uint32_t nth = ++matches_[place];

  injected_.clear();
  const sim::Verdict verdict = faults_.strike(world, run, target, &injected_);
  if (injected_.empty()) return verdict;
  Matcher matcher;
  (message ? matcher.from : matcher.agent) = columns.agent_name(place.from);
  if (message) matcher.to = columns.agent_name(place.to);
  switch (target.strike) {
    case sim::Strike::send: matcher.topic = columns.topic_name(place.what); break;
    case sim::Strike::effect: matcher.tool = model_.tools[place.what].name; break;
    case sim::Strike::context: matcher.key = model_.keys[place.what].name; break;
    case sim::Strike::grant: matcher.resource = model_.resources[place.what].name; break;
    default: break;
  }
  if (loaded) matcher.instance = place.instance;
  for (const Injection& injection : injected_) {
    plan_.lines.push_back({.fault = injection.fault, .matcher = matcher, .trigger = {.nth = nth}});
    instants_.push_back(world.clock().now);
  }
  return verdict;
}

std::uint64_t Recorder::play(sim::World& world, sim::Run& run, const sim::Move& move) const {
  injected_.clear();
  const std::uint64_t kinds = faults_.play(world, run, move, &injected_);
  for (const Injection& injection : injected_) {
    const Matcher& matcher = faults_.lines()[injection.line].matcher;
    plan_.lines.push_back({.fault = injection.fault,
                           .matcher = {.from = matcher.from, .to = matcher.to, .agent = matcher.agent},
                           .trigger = {.at = world.clock().now}});
    instants_.push_back(world.clock().now);
  }
  return kinds;
}

}  // namespace squall::faults
