// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/comes_again.hpp"
#include "sim/explore/event_name.hpp"
#include "sim/world.hpp"

/// Moves: what lines do at a time of their own, and what may happen to an explored world between two events.
namespace squall::faults {
namespace {

constexpr sim::Purpose every_purpose = sim::purpose("every");
constexpr sim::Purpose moment_purpose = sim::purpose("moment");

bool possible_for(const Fault& fault, const sim::World& world, sim::AgentId agent) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (Kind::strikes == Strikes::agent) {
          return kind.possible(world, agent);
        } else {
          return false;
        }
      },
      fault);
}

bool play_on(const Fault& fault, sim::World& world, sim::Run& run, sim::AgentId agent, Tempo tempo) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (Kind::strikes == Strikes::agent || Kind::strikes == Strikes::clock) {
          return kind.play(world, run, agent, tempo);
        } else {
          return false;
        }
      },
      fault);
}

/// Of kinds that do something to a message in flight.
bool possible_for_message(const Fault& fault, const sim::Model& model, const sim::World& world, sim::Row message) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (requires { kind.possible(model, world, message); }) return kind.possible(model, world, message);
        return true;
      },
      fault);
}

/// Nothing of the workflow can happen any more: faults that come again and again would go on for ever.
bool all_over(const sim::World& world, const sim::Model& model) {
  return world.header().live_instances == 0 && world.header().arrived >= model.load.instances;
}

}  // namespace

void Armed::begin(sim::World& world, sim::Run& run) const {
  if (!run.timed) return;
  const Memory memory = memory_of(world.memory_shadow());
  Tempo{memory.tempo}.clear();
  Loops{memory.loops}.clear();
  *memory.calm = 0;
  std::fill_n(memory.struck, lines_.size(), 0);
  std::fill_n(memory.going_on, slots_.size(), 0);
  std::fill_n(memory.rounds, slots_.size(), 0);
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
    if (lines_[slot.line].trigger.every) {
      schedule_round(world, run, s, slot.from);
      continue;
    }
    // Memory anew: what has been scheduled may have moved the block.
    if (!rolled_for_run(run, s, memory_of(world.memory_shadow()))) continue;
    const std::optional<sim::Instant> at = lines_[slot.line].trigger.at;
    const sim::Instant begins = at ? *at : in_window(run, slot);
    if (begins >= slot.from && begins < slot.until) {
      const sim::Instant own = sim::later(begins, parts_[slot.part].after);
      sim::schedule(world, run, own.time_since_epoch(), {.kind = s, .target = onset});
    }
  }
}

std::uint32_t Armed::round_of(const Memory& memory, std::uint32_t s) const {
  return lines_[slots_[s].line].trigger.every ? memory.rounds[s] - 1 : 0;
}

Fault Armed::drawn_for_round(const sim::Run& run, const Memory& memory, std::uint32_t s) const {
  const Slot& slot = slots_[s];
  const std::uint64_t base = sim::draw_base(run.key, keys_[slot.line], 0, round_of(memory, s));
  return drawn(parts_[slot.part].line.fault, sim::Draw{sim::draw_value(base, slot.draws)});
}

bool Armed::rolled_for_run(const sim::Run& run, std::uint32_t s, const Memory& memory) const {
  const std::uint64_t base = sim::draw_base(run.key, keys_[slots_[s].line], 0, round_of(memory, s));
  return (sim::draw_value(base, slots_[s].roll) >> 32) < memory.thresholds[s];
}

sim::Instant Armed::in_window(const sim::Run& run, const Slot& slot) const {
  const auto width = static_cast<std::uint64_t>((slot.until - slot.from).count());
  const std::uint64_t base = sim::draw_base(run.key, keys_[slot.line], 0, 0);
  return slot.from + sim::Duration{static_cast<std::int64_t>(sim::scale(sim::draw_value(base, moment_purpose), width))};
}

void Armed::schedule_round(sim::World& world, sim::Run& run, std::uint32_t s, sim::Instant from) const {
  if (all_over(world, run.model)) return;
  const Slot& slot = slots_[s];
  const Memory memory = memory_of(world.memory_shadow());
  if (memory.struck[slot.line] >= slot.at_most) return;
  // Moves are no events of the run, but they must not go on where nothing else happens for a year.
  if (world.clock().moves >= run.model.limits.events_per_instance * run.model.load.instances) return;
  std::uint32_t& round = memory.rounds[s];
  const std::uint64_t base = sim::draw_base(run.key, keys_[slot.line], 0, round);
  const sim::Duration after = sim::sample(*lines_[slot.line].trigger.every, sim::draw_value(base, every_purpose));
  // A few nanoseconds besides, so that it falls together with nothing: a plan that says the same instant replays the run,
  // although its moves were pushed at another time.
  const sim::Duration apart{1 + sim::below(sim::draw_value(base, moment_purpose), 999)};
  const sim::Instant at = sim::later(sim::later(from, after), apart);
  ++round;
  if (at < slot.until) {
    sim::schedule(world, run, at - world.clock().now, {.kind = s, .target = onset});
  }
}

std::uint64_t Armed::play(sim::World& world, sim::Run& run, const sim::Move& move,
                          std::vector<Injection>* record) const {
  if (!run.timed) return explore_move(world, run, move);
  if (calms_ && is_calm(world)) return 0;
  if (move.target == onset) return play_at(world, run, move.kind, record);
  const Slot& slot = slots_[move.kind];
  const Sending* sending = sending_of(move.kind);
  if (sending != nullptr) {
    end_sending(world, run, *sending);
  } else {
    end_cut(world, run, slot.link);
  }
  if (lines_[slot.line].trigger.every) schedule_round(world, run, move.kind, world.clock().now);
  // By content: a plan writes a line for each time, and its replay has the digest of the run.
  return sim::child_key(sending != nullptr ? sending->link.key : links_[slot.link].key, heal);
}

std::uint64_t Armed::play_at(sim::World& world, sim::Run& run, std::uint32_t s, std::vector<Injection>* record) const {
  const Slot& slot = slots_[s];
  const Line& line = lines_[slot.line];
  const Memory memory = memory_of(world.memory_shadow());
  const bool again = line.trigger.every.has_value();
  if (again && all_over(world, run.model)) return 0;
  std::uint64_t kinds = 0;
  bool heals = false;  // or stays for good
  const bool placed =
      parts_[slot.part].after > sim::Duration::zero();  // by its shape, whose time was inside the window
  if ((placed || is_open(slot, world, run, memory)) && (!again || rolled_for_run(run, s, memory))) {
    const Fault fault = drawn_for_round(run, memory, s);
    if (std::holds_alternative<Calm>(fault)) {
      note(world, slot, fault, 1);
      calm_down(world, run, s);
      kinds = content(fault);
    } else if (const Sending* sending = sending_of(s); sending != nullptr) {
      if (begin_sending(world, run, *sending, fault)) {
        heals = lasts(fault).has_value();
        kinds = content(fault);
        note(world, slot, fault, 1);
      }
    } else if (is_state(strikes_of(fault))) {
      if (begin_cut(world, run, slot.link)) {
        heals = !links_[slot.link].momentary;
        kinds = content(fault);
        note(world, slot, fault, 1);
        if (const auto time = lasts(fault)) sim::schedule(world, run, *time, {.kind = s, .target = heal});
      }
    } else {
      kinds = play_on_agents(world, run, s, fault);
    }
    if (kinds != 0 && record != nullptr) record->push_back({slot.line, slot.part, fault});
  }
  // The next round of a cut begins when it has healed.
  if (again && !heals) schedule_round(world, run, s, world.clock().now);
  return kinds;
}

void Armed::note(sim::World& world, const Slot& slot, const Fault& fault, std::uint32_t how_often) const {
  ++memory_of(world.memory_shadow()).struck[slot.line];
  std::uint32_t& budget = world.header().fault_budget;
  budget -= std::min(budget, cost(fault) * how_often);
}

std::uint64_t Armed::play_on_agents(sim::World& world, sim::Run& run, std::uint32_t s, const Fault& fault) const {
  const Slot& slot = slots_[s];
  std::uint32_t struck = 0;
  for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
    const sim::AgentId agent{a};
    if (!columns_.has(acting_[slot.part], columns_.agent(world, agent))) continue;
    const Tempo tempo{memory_of(world.memory_shadow()).tempo};  // anew: what a fault does may move the block
    if (play_on(fault, world, run, agent, tempo)) ++struck;
  }
  if (struck == 0) return 0;
  note(world, slot, fault, struck);
  return content(fault) * struck;
}

void Armed::moves(const sim::Model& model, const sim::World& world, std::vector<sim::Move>& found) const {
  const std::uint32_t budget = world.header().fault_budget;
  if (budget == 0 && world.header().fault_state == 0) return;
  for (std::uint32_t p = 0; p < possible_.size(); ++p) {
    const Possibility& possible = possible_[p];
    const Strikes strikes = strikes_of(possible.fault);
    if (holds_state(possible.fault) && is_cut(world, possible.link)) {
      if (lasts(possible.fault)) found.push_back({.kind = p, .target = possible.link, .detail = heal});
      continue;
    }
    const std::uint32_t needed = cost(possible.fault);
    if (needed == 0 || needed > budget || !holds(possible.holds, model, world)) continue;
    if (is_state(strikes)) {
      found.push_back({.kind = p, .target = possible.link, .detail = onset});
    } else if (strikes == Strikes::message) {
      message_moves(model, world, p, found);
    } else if (possible.between_events) {
      agent_moves(world, p, found);
    }
  }
}

void Armed::message_moves(const sim::Model& model, const sim::World& world, std::uint32_t p,
                          std::vector<sim::Move>& found) const {
  const Possibility& possible = possible_[p];
  for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
    const sim::MessageRow& row = world.message(m);
    // As in timed runs: what the kernel itself says is out of reach, and a copy is not struck again.
    if (row.place != sim::Place::in_flight) continue;
    if (model.is_inner(row.topic)) continue;
    // What comes again in time is not lost where there is no time.
    if (std::holds_alternative<MessageLoss>(possible.fault) &&
        sim::comes_again(model, row.topic) > sim::Duration::zero())
      continue;
    const sim::Target target{.strike = sim::Strike::send,
                             .agent = row.from,
                             .other = row.to,
                             .topic = row.topic,
                             .instance = row.instance,
                             .row = m};
    if (!matches(possible.columns, spotted(world, target), world, model, target)) continue;
    if (possible_for_message(possible.fault, model, world, m)) found.push_back({.kind = p, .target = m, .detail = 0});
  }
}

void Armed::agent_moves(const sim::World& world, std::uint32_t p, std::vector<sim::Move>& found) const {
  const Possibility& possible = possible_[p];
  for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
    const sim::AgentId agent{a};
    if (!columns_.has(possible.columns.from, columns_.agent(world, agent))) continue;
    if (possible_for(possible.fault, world, agent)) found.push_back({.kind = p, .target = a, .detail = 0});
  }
}

std::string Armed::move_name(const sim::Model& model, const sim::World& world, const sim::Move& move) const {
  const Fault& fault = possible_[move.kind].fault;
  const std::string name{name_of(fault)};
  switch (strikes_of(fault)) {
    case Strikes::message: return name + " of " + sim::message_name(model, world, move.target);
    case Strikes::agent: return name + " of " + sim::agent_name(model, world, sim::AgentId{move.target});
    default: return name + (move.detail == heal ? " heals" : " begins");
  }
}

std::string_view Armed::strike_name(sim::Purpose purpose) const {
  for (const Possibility& possible : possible_) {
    if (sim::Purpose{possible.key} == purpose) return name_of(possible.fault);
  }
  return {};
}

std::uint64_t Armed::explore_move(sim::World& world, sim::Run& run, const sim::Move& move) const {
  const Possibility& possible = possible_[move.kind];
  if (holds_state(possible.fault) && move.detail == heal) {
    end_cut(world, run, possible.link);
    return possible.key;
  }
  std::uint32_t& budget = world.header().fault_budget;
  budget -= std::min(budget, cost(possible.fault));
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (Kind::strikes == Strikes::agent) {
          kind.play(world, run, sim::AgentId{move.target}, Tempo{});
        } else if constexpr (is_state(Kind::strikes)) {
          begin_cut(world, run, possible.link);
        } else if constexpr (requires { kind.play(world, run, move.target); }) {
          kind.play(world, run, move.target);
        }
      },
      possible.fault);
  return possible.key;
}

void Armed::calm_down(sim::World& world, sim::Run& run, std::uint32_t s) const {
  for (std::uint32_t link = 0; link < links_.size(); ++link) {
    if (is_cut(world, link)) end_cut(world, run, link);
  }
  const Memory memory = memory_of(world.memory_shadow());
  Tempo{memory.tempo}.clear();
  Loops{memory.loops}.clear();
  std::fill_n(memory.going_on, slots_.size(), 0);
  *memory.calm = 1;
  for (std::uint32_t a = 0; a < world.used(sim::Pool::agents); ++a) {
    const sim::AgentId agent{a};
    const sim::AgentState state = world.agent(agent).state;
    if (!columns_.has(acting_[slots_[s].part], columns_.agent(world, agent))) {
      sim::hang(world, run, agent);
    } else if (state == sim::AgentState::down || state == sim::AgentState::hung) {
      AgentRestart{}.play(world, run, agent, Tempo{memory_of(world.memory_shadow()).tempo});
    }
  }
}

bool Armed::is_calm(const sim::World& world) const {
  return *memory_of(const_cast<std::byte*>(world.memory_shadow())).calm != 0;
}

sim::Instant Armed::paused_until(const sim::World& world, sim::AgentId agent) const {
  return Tempo{memory_of(const_cast<std::byte*>(world.memory_shadow())).tempo}.paused_until(agent);
}

sim::Duration Armed::paced(const sim::World& world, sim::AgentId agent, sim::Duration work) const {
  const Tempo tempo{memory_of(const_cast<std::byte*>(world.memory_shadow())).tempo};
  const std::uint32_t times = tempo.times(agent, world.clock().now);
  return sim::Duration{sim::checked_multiply(work.count(), times).value_or(sim::Duration::max().count())};
}

}  // namespace squall::faults
