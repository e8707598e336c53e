// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/uniform_walk.hpp"

namespace squall::sim {
namespace {

constexpr SiteKey event_site = site_key("walk/event");
constexpr SiteKey answer_site = site_key("walk/answer");
constexpr Purpose which = purpose("which");

}  // namespace

std::uint32_t UniformWalk::Drawn::event(std::uint64_t step, std::uint32_t n) const {
  return below(draw_value(draw_base(run_, event_site, 0, step), which), n);
}

std::uint32_t UniformWalk::Drawn::choose(const Question&, Purpose what_for, std::uint32_t n,
                                         const std::uint32_t* weights) {
  return weighted(draw_value(draw_base(run_, answer_site, 0, occurrence_++), what_for), n, weights);
}

UniformWalk::UniformWalk(const Exploration& exploration)
    : exploration_(exploration),
      initial_(exploration.model, Half::state_only),
      world_(initial_),
      run_{.model = exploration.model, .decide = drawn_, .faults = exploration.faults, .timed = false},
      enabled_(exploration.model, exploration.faults) {
  initial_.header().fault_budget = exploration.fault_budget;
  run_.moves = &enabled_.moves();
}

UniformWalk::Result UniformWalk::run(Seed seed, std::uint64_t steps_max, Violations* violations) {
  drawn_.begin(seed);
  run_.violations = violations;
  world_ = initial_;
  begin(world_, run_);
  Result result;
  for (; result.steps < steps_max; ++result.steps) {
    const std::vector<Event>& events = enabled_.list(world_);
    if (events.empty()) {
      result.ended = true;
      finish(world_, run_, false);
      break;
    }
    const std::uint32_t chosen = drawn_.event(result.steps, static_cast<std::uint32_t>(events.size()));
    apply(world_, events[chosen], run_);
  }
  return result;
}

}  // namespace squall::sim
