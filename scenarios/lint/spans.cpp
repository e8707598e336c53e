// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "scenarios/lint/expressions.hpp"

namespace squall::scenarios {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

sim::Duration plus(sim::Duration a, sim::Duration b) {
  return a.count() > most - b.count() ? sim::Duration{most} : a + b;
}

sim::Duration times(sim::Duration a, std::int64_t n) {
  if (n <= 0) return {};
  return a.count() > most / n ? sim::Duration{most} : a * n;
}

/// What the action takes, without the step's own fields.
sim::Duration of_action(const Linting& linting, const Step& step) {
  const auto all = [&](const Program& program) { return longest(linting, program); };
  const Action& action = step.action;
  if (const auto* work = std::get_if<steps::Work>(&action)) return longest(work->time);
  if (const auto* sleep = std::get_if<steps::Sleep>(&action)) return longest(sleep->time);
  if (const auto* call = std::get_if<steps::Call>(&action)) {
    const ToolSpec* tool = linting.index.tool(call->tool);
    return tool == nullptr ? sim::Duration{} : longest(tool->latency);
  }
  if (const auto* choice = std::get_if<steps::If>(&action)) return std::max(all(choice->then), all(choice->otherwise));
  if (const auto* block = std::get_if<steps::Block>(&action)) return all(block->body);
  sim::Duration longest_branch{};
  if (const auto* chance = std::get_if<steps::Choose>(&action)) {
    for (const auto& branch : chance->branches) longest_branch = std::max(longest_branch, all(branch.second));
  }
  if (const auto* parallel = std::get_if<steps::Parallel>(&action)) {
    for (const auto& branch : parallel->branches) longest_branch = std::max(longest_branch, all(branch.second));
  }
  if (const auto* loop = std::get_if<steps::Repeat>(&action)) {
    const Interval rounds = loop->loop.times ? interval_of(*loop->loop.times) : Interval{};
    return times(all(loop->body), rounds.is_one() ? rounds.low : 1);
  }
  if (const auto* map = std::get_if<steps::Map>(&action)) return all(map->body);
  return longest_branch;
}

}  // namespace

sim::Duration longest(const sim::Distribution& distribution) {
  return sim::sample(distribution, std::numeric_limits<std::uint64_t>::max());
}

sim::Duration longest(const Time& time) { return time.computed ? sim::Duration{} : longest(time.drawn); }

std::string rough(sim::Duration duration) {
  struct Unit {
    std::int64_t ns;
    const char* name;
  };
  constexpr Unit units[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"}, {60'000'000'000, "m"},
                            {1'000'000'000, "s"},      {1'000'000, "ms"},        {1'000, "us"}};
  for (const Unit& unit : units) {
    if (duration.count() >= 2 * unit.ns || (duration.count() >= unit.ns && duration.count() % unit.ns == 0))
      return fmt::format("{}{}", duration.count() / unit.ns, unit.name);
  }
  return fmt::format("{}ns", duration.count());
}

sim::Duration longest(const Linting& linting, const Step& step) {
  const Fields& fields = step.fields;
  sim::Duration time = of_action(linting, step);
  if (fields.timeout) {
    const bool waits =
        std::holds_alternative<steps::Receive>(step.action) || std::holds_alternative<steps::Ask>(step.action);
    const sim::Duration bound = longest(*fields.timeout);
    if (bound > sim::Duration{}) time = waits ? bound : std::min(time, bound);
  }
  if (repeats(step)) {
    time = times(time, fields.retry->times);
    time = plus(time, times(longest(fields.retry->backoff), fields.retry->times - 1));
  }
  if (fields.deadline) {
    const sim::Duration bound = longest(*fields.deadline);
    if (bound > sim::Duration{}) time = std::min(time, bound);
  }
  return time;
}

sim::Duration longest(const Linting& linting, const Program& program) {
  sim::Duration sum{};
  for (const Step& step : program.steps) sum = plus(sum, longest(linting, step));
  return sum;
}

}  // namespace squall::scenarios
