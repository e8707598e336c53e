// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/decisions.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "faults/shrink.hpp"
#include "faults/signature.hpp"

namespace squall::scenarios {
namespace {

class DecisionShrinker {
 public:
  DecisionShrinker(const Scenario& scenario, sim::Schedule schedule, std::uint64_t signature, std::uint64_t runs_max)
      : scenario_(scenario),
        armed_(armed(scenario)),
        now_(std::move(schedule)),
        signature_(signature),
        budget_{.left = runs_max} {}

  ShrunkDecisions run() {
    ShrunkDecisions result{.schedule = now_, .before = now_.decisions.size()};
    if (!budget_.spend() || !take(now_)) {
      result.runs = budget_.spent;
      return result;
    }
    bool minimal = leave_out();
    // Another answer or less room for faults may make more of the rest needless.
    if (minimal) {
      const bool answered = first_answers(), fewer = fewer_faults();
      if (answered || fewer) minimal = leave_out();
    }
    result.schedule = std::move(now_);
    result.minimal = minimal;
    result.runs = budget_.spent;
    return result;
  }

 private:
  /// The run of `schedule`, written down; nothing where it does not show the violation, or not by what was decided.
  std::optional<sim::Schedule> played(const sim::Schedule& schedule) const {
    const sim::Exploration exploration = exploration_of(scenario_, armed_, schedule.timers, schedule.faults);
    const sim::Followed run = follow(exploration, schedule);
    if (run.divergence || run.loop.has_value() != schedule.loop.has_value()) return std::nullopt;
    const auto drawn = [](const sim::Followed::Event& event) { return event.by == sim::Followed::By::draw; };
    if (std::ranges::any_of(run.events, drawn)) return std::nullopt;
    const auto meant = [&](const sim::Violation& violation) { return faults::signature(violation) == signature_; };
    if (std::ranges::none_of(run.violations, meant)) return std::nullopt;
    sim::Schedule anew{.timers = schedule.timers,
                       .faults = schedule.faults,
                       .begin = schedule.begin,
                       .decisions = {},
                       .loop = run.loop};
    for (const sim::Followed::Event& event : run.events) anew.decisions.push_back({event.name, event.answers});
    return anew;
  }

  /// Keeps `next` as it is played, where that shows the violation in no more steps than there are decisions.
  bool take(const sim::Schedule& next) {
    std::optional<sim::Schedule> anew = played(next);
    if (!anew || anew->decisions.size() > next.decisions.size()) return false;
    now_ = std::move(*anew);
    return true;
  }

  sim::Schedule only(std::span<const std::size_t> parts) const {
    sim::Schedule some = now_;
    some.decisions.clear();
    for (const std::size_t part : parts) some.decisions.push_back(now_.decisions[part]);
    if (now_.loop) {
      const auto before = std::ranges::lower_bound(parts, *now_.loop) - parts.begin();
      some.loop = static_cast<std::size_t>(before);
    }
    return some;
  }

  /// Until nothing more can be left out. False: the budget ended first.
  bool leave_out() {
    for (;;) {
      const std::size_t before = now_.decisions.size();
      const faults::Shrunk kept = faults::ddmin(
          before,
          [&](std::span<const std::size_t> parts) {
            const sim::Schedule some = only(parts);
            if (some.loop && *some.loop == some.decisions.size()) return false;
            const std::optional<sim::Schedule> anew = played(some);
            return anew && anew->decisions.size() <= parts.size();
          },
          budget_);
      if (kept.parts.size() < before) take(only(kept.parts));
      if (!kept.minimal) return false;
      if (now_.decisions.size() == before) return true;
    }
  }

  bool first_answers() {
    bool changed = false;
    for (std::size_t d = 0; d < now_.decisions.size(); ++d) {
      for (std::size_t a = 0; d < now_.decisions.size() && a < now_.decisions[d].answers.size(); ++a) {
        if (now_.decisions[d].answers[a] == 0) continue;
        sim::Schedule next = now_;
        next.decisions[d].answers[a] = 0;
        if (!budget_.spend()) return changed;
        changed = take(next) || changed;
      }
    }
    return changed;
  }

  bool fewer_faults() {
    const auto enough = [&](std::uint64_t faults) {
      sim::Schedule next = now_;
      next.faults = static_cast<std::uint32_t>(faults);
      return take(next);
    };
    const std::uint32_t before = now_.faults;
    faults::smallest(0, before, enough, budget_);
    return now_.faults != before;
  }

  const Scenario& scenario_;
  const faults::Armed armed_;
  sim::Schedule now_;
  const std::uint64_t signature_;
  faults::Budget budget_;
};

}  // namespace

ShrunkDecisions shrink_decisions(const Scenario& scenario, sim::Schedule schedule, std::uint64_t signature,
                                 std::uint64_t runs_max) {
  return DecisionShrinker{scenario, std::move(schedule), signature, runs_max}.run();
}

}  // namespace squall::scenarios
