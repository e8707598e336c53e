// SPDX-License-Identifier: Apache-2.0
#include "faults/recorder.hpp"

#include "sim/apply.hpp"
#include "sim/world.hpp"

namespace squall::faults {

sim::Verdict Recorder::strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  const bool message = target.strike == sim::Strike::send;
  const bool loaded = model_.load.instances > 1;
  Place place{.from = faults_.agent_column(world, target.agent), .to = 0, .topic = 0, .instance = 0};
  if (loaded && target.instance != sim::no_row) place.instance = world.instance(target.instance).number;
  if (message) {
    place.to = faults_.agent_column(world, target.other);
    place.topic = faults_.topic_column(target.topic);
  }
  const std::uint32_t nth = ++(message ? sends_ : steps_)[place];

  injected_.clear();
  const sim::Verdict verdict = faults_.strike(world, run, target, &injected_);
  if (injected_.empty()) return verdict;
  const auto agent_name = [&](std::uint32_t column) {
    return column < model_.definitions.size() ? model_.definitions[column].name : std::string(nobody_name);
  };
  Matcher matcher;
  if (message) {
    matcher.from = agent_name(place.from);
    matcher.to = agent_name(place.to);
    matcher.topic = place.topic < model_.topics.size() ? model_.topics[place.topic].name : std::string(reply_name);
  } else {
    matcher.agent = agent_name(place.from);
  }
  if (loaded) matcher.instance = place.instance;
  for (const Injection& injection : injected_) {
    plan_.lines.push_back({.fault = injection.fault, .matcher = matcher, .trigger = {.nth = nth}});
  }
  return verdict;
}

std::uint64_t Recorder::play(sim::World& world, sim::Run& run, const sim::Move& move) const {
  injected_.clear();
  const std::uint64_t kinds = faults_.play(world, run, move, &injected_);
  for (const Injection& injection : injected_) {
    plan_.lines.push_back({.fault = injection.fault,
                           .matcher = {.agent = faults_.lines()[injection.line].matcher.agent},
                           .trigger = {.at = world.clock().now}});
  }
  return kinds;
}

}  // namespace squall::faults
