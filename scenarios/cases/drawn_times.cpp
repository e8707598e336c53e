// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/drawn_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "scenarios/agents/op.hpp"
#include "sim/pins.hpp"

namespace squall::scenarios {
namespace {

constexpr std::uint32_t each_max = 32, all_max = 256;

/// What draws a time, and the least that it may be answered with.
struct Site {
  std::string name;
  sim::Pin pin;
  sim::Duration shortest;
};

/// Counts how often it draws, and answers nothing.
sim::Pin counting(sim::SiteKey site) { return {.site = site, .nth = 0xffff'ffffU, .of = sim::Pin::Of::time}; }

bool is_fixed(const TimeOf& time) { return time.drawn.kind == sim::Distribution::Kind::constant; }

std::optional<Site> site_of(const Code& code, std::size_t at) {
  const Op& op = code.ops[at];
  const std::string& step = code.steps[code.step_of_op[at]].name;
  if (op.code == OpCode::work || op.code == OpCode::sleep) {
    const TimeOf& time = code.times[op.b];
    if (time.computed.given() || is_fixed(time)) return std::nullopt;
    return Site{step, counting(op.site), sim::sample(time.drawn, 0)};
  }
  if (op.code == OpCode::retry_failed) {
    const RetryOf& retry = code.retries[op.a];
    const bool none = !retry.backoff.computed.given() && is_fixed(retry.backoff) && retry.backoff.drawn.a == 0;
    if (none && !retry.hint) return std::nullopt;
    return Site{step + " backoff", counting(retry.jitter_site), sim::Duration{}};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Pins::Answer> shortest_times(const Scenario& scenario, std::uint64_t seed, const faults::Plan& plan) {
  Scenario probe = scenario;
  probe.plan = plan;
  probe.faults.lines.clear();
  probe.model.fault_shadow = faults::Armed::shadow_bytes(plan.lines, {});
  std::vector<Site> sites;
  for (const sim::Definition& definition : probe.model.definitions) {
    if (definition.behaviour->struct_agent || definition.behaviour->code == nullptr) continue;
    const Code& code = code_of(*definition.behaviour);
    for (std::size_t at = 0; at < code.ops.size(); ++at) {
      if (auto site = site_of(code, at)) sites.push_back(std::move(*site));
    }
  }
  const auto key = [](const Site& site) { return site.pin.site; };
  std::ranges::stable_sort(sites, {}, key);
  // A `finally` is compiled for each way into it.
  const auto same = [&](const Site& a, const Site& b) { return key(a) == key(b); };
  sites.erase(std::unique(sites.begin(), sites.end(), same), sites.end());
  probe.model.pins.clear();
  for (const Site& site : sites) probe.model.pins.push_back(site.pin);
  Runner runner{probe};
  runner.run(sim::Seed{seed});
  std::vector<Pins::Answer> times;
  for (std::size_t s = 0; s < sites.size(); ++s) {
    const std::uint32_t drawn = std::min(sim::drawn_at(runner.world(), probe.model, s), each_max);
    for (std::uint32_t nth = 1; nth <= drawn && times.size() < all_max; ++nth)
      times.push_back({fmt::format("{} #{}", sites[s].name, nth), sites[s].shortest});
  }
  std::ranges::sort(times, {}, &Pins::Answer::draw);
  return times;
}

}  // namespace squall::scenarios
