// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/world.hpp"

/// Moves: what lines do at a time of their own, and what may happen to an explored world between two events.
namespace squall::faults {
namespace {

template <class Kind>
constexpr bool strikes_agents = Kind::strikes == Strikes::agent;

bool possible_for(const Fault& fault, const sim::World& world, sim::AgentId agent) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (strikes_agents<Kind>) {
          return kind.possible(world, agent);
        } else {
          return false;
        }
      },
      fault);
}

bool play_on(const Fault& fault, sim::World& world, sim::Run& run, sim::AgentId agent) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (strikes_agents<Kind>) {
          return kind.play(world, run, agent);
        } else {
          return false;
        }
      },
      fault);
}

}  // namespace

void Armed::begin(sim::World& world, sim::Run& run) const {
  if (!run.timed) return;
  const Memory memory = memory_of(world.memory_shadow());
  std::fill_n(memory.struck, lines_.size(), 0);
  for (std::size_t r = 0; r < rules_.size(); ++r) memory.counters[r] = {.seen = 0, .next = rules_[r].first};
  for (std::size_t s = 0; s < slots_.size(); ++s) {
    memory.thresholds[s] = slots_[s].threshold;
    if (!swarm_ || slots_[s].planned) continue;
    const Line& line = lines_[slots_[s].line];
    const auto strength = swarm_chance(run.key, keys_[slots_[s].line], line.trigger.chance);
    memory.thresholds[s] = strength ? (std::uint64_t{strength->ppm} << 32) / 1'000'000 : 0;
  }
  for (const std::uint32_t s : timed_) {
    const Slot& slot = slots_[s];
    const std::uint64_t base = sim::draw_base(run.key, keys_[slot.line], 0, 0);
    const std::uint64_t threshold = memory.thresholds[s];
    const bool rolled = (sim::draw_value(base, slot.roll) >> 32) < threshold;
    const sim::Instant at = *lines_[slot.line].trigger.at;
    if (rolled && at >= slot.from && at < slot.until) sim::schedule(world, run, at.time_since_epoch(), {.kind = s});
  }
}

std::uint64_t Armed::play(sim::World& world, sim::Run& run, const sim::Move& move,
                          std::vector<Injection>* record) const {
  return run.timed ? play_at(world, run, move.kind, record) : explore_move(world, run, move);
}

std::uint64_t Armed::play_at(sim::World& world, sim::Run& run, std::uint32_t s, std::vector<Injection>* record) const {
  const Slot& slot = slots_[s];
  const std::uint64_t base = sim::draw_base(run.key, keys_[slot.line], 0, 0);
  const Fault fault = drawn(lines_[slot.line].fault, sim::Draw{sim::draw_value(base, slot.draws)});
  const Names& names = lines_[slot.line].matcher.agent;
  std::uint64_t kinds = 0;
  for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
    const sim::AgentId agent{a};
    if (!names.empty() && run.model.definition(world.agent(agent).definition).name != names.all[0]) continue;
    const Memory memory = memory_of(world.memory_shadow());  // anew: what a fault does may move the block
    if (memory.struck[slot.line] >= slot.at_most || !play_on(fault, world, run, agent)) continue;
    ++memory_of(world.memory_shadow()).struck[slot.line];
    std::uint32_t& budget = world.header().fault_budget;
    budget -= std::min(budget, cost(fault));
    kinds += content(fault);
  }
  if (kinds != 0 && record != nullptr) record->push_back({slot.line, fault});
  return kinds;
}

void Armed::moves(const sim::Model&, const sim::World& world, std::vector<sim::Move>& found) const {
  const std::uint32_t budget = world.header().fault_budget;
  if (budget == 0) return;
  for (std::uint32_t p = 0; p < possible_.size(); ++p) {
    const Possibility& possible = possible_[p];
    const std::uint32_t needed = cost(possible.fault);
    if (needed == 0 || needed > budget) continue;
    if (strikes_of(possible.fault) == Strikes::message) {
      for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
        const sim::MessageRow& row = world.message(m);
        // As in timed runs: what the kernel itself says is out of reach, and a copy is not struck again.
        if (row.place != sim::Place::in_flight) continue;
        const sim::Target target{.strike = sim::Strike::send,
                                 .agent = row.from,
                                 .other = row.to,
                                 .topic = row.topic,
                                 .instance = row.instance};
        if (matches(possible.columns, world, target)) found.push_back({.kind = p, .target = m, .detail = 0});
      }
    } else if (possible.between_events) {
      for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
        const sim::Target target{.strike = sim::Strike::step, .agent = sim::AgentId{a}};
        if (!matches(possible.columns, world, target) || !possible_for(possible.fault, world, sim::AgentId{a}))
          continue;
        found.push_back({.kind = p, .target = a, .detail = 0});
      }
    }
  }
}

std::uint64_t Armed::explore_move(sim::World& world, sim::Run& run, const sim::Move& move) const {
  const Possibility& possible = possible_[move.kind];
  std::uint32_t& budget = world.header().fault_budget;
  budget -= std::min(budget, cost(possible.fault));
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (strikes_agents<Kind>) {
          kind.play(world, run, sim::AgentId{move.target});
        } else if constexpr (requires { kind.play(world, run, move.target); }) {
          kind.play(world, run, move.target);
        }
      },
      possible.fault);
  return possible.key;
}

}  // namespace squall::faults
