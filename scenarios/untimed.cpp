// SPDX-License-Identifier: Apache-2.0
#include "scenarios/untimed.hpp"

#include <fmt/format.h>

#include <utility>

namespace squall::scenarios {

faults::Armed armed(const Scenario& scenario) { return {scenario.model, scenario.plan, scenario.faults}; }

sim::Exploration exploration_of(const Scenario& scenario, const faults::Armed& armed, sim::Timers timers,
                                std::uint32_t faults) {
  return {.model = scenario.model, .faults = &armed, .fault_budget = faults, .content = {}, .timers = timers};
}

UntimedRun play(const Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed,
                const std::function<void(const sim::World&)>& look) {
  const faults::Armed may_strike = armed(scenario);
  sim::Trace trace;
  sim::Followed followed = follow(exploration_of(scenario, may_strike, schedule.timers, schedule.faults), schedule,
                                  {.seed = seed,
                                   .trace = &trace,
                                   .fault_of = [&](sim::Purpose purpose) { return may_strike.strike_name(purpose); },
                                   .look = look});
  Outcome outcome{.halt = followed.ended || !followed.violations.empty() ? sim::Halt::idle : sim::Halt::event_limit,
                  .digest = followed.digest,
                  .events = followed.events.size(),
                  .virtual_time = {},
                  .violations = followed.violations,
                  .undecided = followed.undecided,
                  .came_true = followed.came_true};
  return {std::move(outcome), std::move(trace), std::move(followed)};
}

std::string divergence_text(const sim::Schedule& schedule, const sim::Followed& followed) {
  if (!followed.divergence) return {};
  const sim::Divergence& divergence = *followed.divergence;
  if (divergence.decision == schedule.decisions.size())
    return "before the first event other questions are asked than 'choose' answers";
  const std::string where = fmt::format("at decision {} of {}", divergence.decision + 1, schedule.decisions.size());
  const std::string& event = schedule.decisions[divergence.decision].event;
  if (divergence.why == sim::Divergence::Why::answers)
    return fmt::format("{}, '{}' asks other questions than there are answers for", where, event);
  std::string instead;
  constexpr std::size_t told = 6;
  for (std::size_t p = 0; p < divergence.possible.size() && p < told; ++p)
    instead += fmt::format("{}'{}'", p == 0 ? "" : ", ", divergence.possible[p]);
  if (divergence.possible.size() > told) instead += fmt::format(" and {} more", divergence.possible.size() - told);
  return fmt::format("{}, '{}' cannot happen; what can: {}", where, event, instead.empty() ? "nothing" : instead);
}

}  // namespace squall::scenarios
