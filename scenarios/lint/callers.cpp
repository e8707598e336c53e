// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/callers.hpp"

#include <algorithm>

#include "scenarios/lint/expressions.hpp"

namespace squall::scenarios {
namespace {

std::uint32_t product(std::uint32_t a, std::uint64_t b) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(many, a * std::max<std::uint64_t>(b, 1)));
}

/// Branches of a `map` that run at once.
std::uint64_t width(const steps::Map& map) {
  std::uint64_t elements = many;
  if (map.over.from && map.over.to) {
    const Interval from = interval_of(*map.over.from), to = interval_of(*map.over.to);
    if (from.is_one() && to.is_one())
      elements = to.low < from.low ? 0 : static_cast<std::uint64_t>(to.low) - static_cast<std::uint64_t>(from.low) + 1;
  }
  return map.over.limit == 0 ? elements : std::min<std::uint64_t>(elements, map.over.limit);
}

}  // namespace

std::uint32_t at_once_most(const Linting& linting, Survey::Number step) {
  const Survey& survey = linting.survey;
  const Survey::Site& site = survey.at(step);
  const AgentSpec& agent = linting.agent(site.agent);
  std::uint32_t count = linting.model.load.instances;
  if (agent.start == sim::Start::spawned) {
    std::uint32_t spawned = 0;
    for (const Survey::Number n : linting.index.spawns(linting.agent_name(site.agent))) {
      bool map = false;
      for (Survey::Number at = n; at != Survey::none; at = survey.at(at).up)
        map = map || survey.as<steps::Map>(at) != nullptr;
      spawned = std::min(many, spawned + (map || survey.in_loop(n) || survey.at(n).entry != 0 ? many : 1));
    }
    count = product(count, spawned);
  } else {
    count = product(count, agent.replicas);
  }
  if (site.entry != 0) count = product(count, agent.concurrency);
  for (Survey::Number at = step; survey.at(at).up != Survey::none; at = survey.at(at).up) {
    const auto* map = survey.as<steps::Map>(survey.at(at).up);
    if (map != nullptr && survey.at(at).part == Part::body) count = product(count, width(*map));
  }
  return count;
}

}  // namespace squall::scenarios
