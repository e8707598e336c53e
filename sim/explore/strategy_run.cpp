// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/strategy_run.hpp"

#include <algorithm>
#include <utility>

#include "sim/explore/event_name.hpp"

namespace squall::sim {
namespace {

constexpr SiteKey answer_site = site_key("walk/answer");

}  // namespace

std::uint32_t StrategyRun::Drawn::choose(const Question&, Purpose what_for, std::uint32_t n,
                                         const std::uint32_t* weights) {
  const std::uint32_t answer =
      weighted(draw_value(draw_base(run_, answer_site, 0, occurrence_++), what_for), n, weights);
  if (keeps) given_.push_back(answer);
  return answer;
}

StrategyRun::StrategyRun(const Exploration& exploration, Strategy strategy, const Forecast& forecast)
    : exploration_(exploration),
      initial_(exploration.model, Half::state_only),
      world_(initial_),
      run_{.model = exploration.model, .decide = drawn_, .faults = exploration.faults, .timed = false},
      enabled_(exploration.model, exploration.faults, exploration.timers),
      tasks_(exploration.model),
      chooser_(make_chooser(strategy, forecast)) {
  initial_.header().fault_budget = exploration.fault_budget;
  run_.moves = &enabled_.moves();
  run_.notes_deliveries = exploration.content.last_delivered;
}

StrategyResult StrategyRun::run(Seed seed, std::uint64_t steps_max, Violations* violations) {
  drawn_.keeps = false;
  return go(seed, steps_max, violations, nullptr);
}

StrategyResult StrategyRun::record(Seed seed, std::uint64_t steps_max, Violations* violations,
                                   std::vector<std::uint32_t>& begin, std::vector<Step>& path) {
  drawn_.keeps = true;
  path.clear();
  const StrategyResult result = go(seed, steps_max, violations, &path);
  begin = begin_;
  return result;
}

StrategyResult StrategyRun::go(Seed seed, std::uint64_t steps_max, Violations* violations, std::vector<Step>* path) {
  drawn_.begin(seed);
  chooser_->begin(drawn_.key());
  chosen_.clear();
  run_.violations = violations;
  world_ = initial_;
  begin(world_, run_);
  begin_ = drawn_.given();
  const auto is_violated = [&] { return violations != nullptr && !violations->empty(); };
  StrategyResult result;
  for (; result.steps < steps_max && !is_violated(); ++result.steps) {
    const std::vector<Event>& events = enabled_.list(world_);
    if (events.empty()) {
      result.ended = true;
      finish(world_, run_, false);
      break;
    }
    choices_.clear();
    for (const Event event : events) choices_.push_back(tasks_.choice(world_, event, enabled_.moves()));
    const std::size_t at = chooser_->choose(result.steps, choices_);
    const Event event = events[at];
    chosen_.push_back(choices_[at].task);
    Step step{.event = event, .move = {}, .answers = {}, .text = {}};
    if (path != nullptr) {
      if (event.is_move()) step.move = enabled_.moves()[event.index()];
      step.text = event_names(exploration_.model, world_, events, exploration_.faults, enabled_.moves())[at];
    }
    apply(world_, event, run_);
    if (path == nullptr) continue;
    step.answers = drawn_.given();
    path->push_back(std::move(step));
  }
  if (!result.ended && result.steps == steps_max && !is_violated()) finish(world_, run_, true);
  result.violated = is_violated();
  return result;
}

Forecast forecast(const Exploration& exploration, std::uint64_t steps_max) {
  constexpr std::uint64_t runs = 32;
  Forecast known;
  StrategyRun probe{exploration, {}, known};
  std::vector<SiteKey> tasks;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    known.steps = std::max(known.steps, probe.run(Seed{seed}, steps_max).steps);
    tasks = probe.tasks();
    std::ranges::sort(tasks);
    for (std::size_t from = 0; from < tasks.size();) {
      std::size_t to = from;
      while (to < tasks.size() && tasks[to] == tasks[from]) ++to;
      const auto count = static_cast<std::uint32_t>(to - from);
      const auto place =
          std::ranges::lower_bound(known.events, tasks[from], {}, &std::pair<SiteKey, std::uint32_t>::first);
      if (place != known.events.end() && place->first == tasks[from]) {
        place->second = std::max(place->second, count);
      } else {
        known.events.insert(place, {tasks[from], count});
      }
      from = to;
    }
  }
  return known;
}

}  // namespace squall::sim
