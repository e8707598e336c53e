// SPDX-License-Identifier: Apache-2.0
#include "faults/recorder.hpp"

#include "sim/apply.hpp"
#include "sim/world.hpp"

namespace squall::faults {
namespace {

constexpr std::uint32_t all_operations = (2U << static_cast<unsigned>(sim::last_operation)) - 1;

}  // namespace

sim::Verdict Recorder::asked(sim::World& world, sim::Run& run, const sim::Target& target) const {
  if (mode_ == Mode::strikes) return faults_.strike(world, run, target, &injected_);
  // A strike may change the world besides its verdict: it pauses an agent, it takes from the fault budget.
  if (copy_) {
    *copy_ = world;
  } else {
    copy_.emplace(world);
  }
  faults_.strike(*copy_, run, target, &injected_);
  return {};
}

sim::Verdict Recorder::strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  const NameColumns& columns = faults_.columns();
  const bool message = target.strike == sim::Strike::send;
  const bool loaded = model_.load.instances > 1;
  Place place{.strike = target.strike,
              .operation = target.operation,
              .from = columns.agent(world, target.agent),
              .to = 0,
              .what = columns.what(target),
              .instance = 0};
  if (loaded && target.instance != sim::no_row) place.instance = world.instance(target.instance).number;
  if (message) place.to = columns.agent(world, target.other);
  ++matches_[place];

  injected_.clear();
  const sim::Verdict verdict = asked(world, run, target);
  if (injected_.empty()) return verdict;
  Matcher matcher;
  (message ? matcher.from : matcher.agent) = columns.agent_name(place.from);
  if (message) matcher.to = columns.agent_name(place.to);
  switch (target.strike) {
    case sim::Strike::send: matcher.topic = columns.topic_name(place.what); break;
    case sim::Strike::effect: matcher.tool = model_.tools[place.what].name; break;
    case sim::Strike::context: matcher.key = model_.keys[place.what].name; break;
    case sim::Strike::artifact: matcher.artifact = model_.artifact_names[place.what]; break;
    case sim::Strike::grant: matcher.resource = model_.resources[place.what].name; break;
    default: break;
  }
  if (loaded) matcher.instance = place.instance;
  for (const Injection& injection : injected_) {
    plan_.lines.push_back(
        {.fault = injection.fault, .matcher = matcher, .trigger = {.nth = nth_of(place, injection.fault)}});
    instants_.push_back(world.clock().now);
  }
  injected_.clear();  // this may have happened within a move, which adds its own
  return verdict;
}

std::uint32_t Recorder::nth_of(Place place, const Fault& fault) const {
  std::uint32_t nth = 0;
  for (std::uint32_t left = operations_of(fault) & all_operations; left != 0; left &= left - 1) {
    place.operation = static_cast<sim::Operation>(__builtin_ctz(left));
    const auto found = matches_.find(place);
    if (found != matches_.end()) nth += found->second;
  }
  return nth;
}

std::uint64_t Recorder::play(sim::World& world, sim::Run& run, const sim::Move& move) const {
  injected_.clear();
  const std::uint64_t kinds = faults_.play(world, run, move, &injected_);
  for (const Injection& injection : injected_) {
    const Matcher& matcher = faults_.matcher_of(injection);
    plan_.lines.push_back(
        {.fault = injection.fault,
         .matcher = {.from = matcher.from, .to = matcher.to, .agent = matcher.agent, .tool = matcher.tool},
         .trigger = {.at = world.clock().now}});
    instants_.push_back(world.clock().now);
  }
  return kinds;
}

}  // namespace squall::faults
