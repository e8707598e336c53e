// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/error.hpp"
#include "sim/world.hpp"

/// Strikes: what armed lines do at one send, step, call, operation or grant.
namespace squall::faults {
namespace {

bool rolled(std::uint64_t threshold, std::uint64_t base, sim::Purpose roll) {
  return (sim::draw_value(base, roll) >> 32) < threshold;  // 100 % is 2^32: always
}

/// The budget is a matter of exploration; timed runs go down with it, so that the states of both can be compared.
void charge(sim::World& world, const Fault& fault) {
  std::uint32_t& left = world.header().fault_budget;
  left -= std::min(left, cost(fault));
}

/// Links are no place that a kind strikes: they drop what others send. Shapes have been taken apart.
bool take_effect(const Fault& fault, sim::Verdict& verdict, const Spot& spot) {
  return std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (!has_matches(Kind::strikes)) {
          return false;
        } else {
          return kind.strike(verdict, spot);
        }
      },
      fault);
}

}  // namespace

Spotted Armed::spotted(const sim::World& world, const sim::Target& target) const {
  const std::uint32_t number = target.instance == sim::no_row ? 0 : world.instance(target.instance).number;
  return {columns_.agent(world, target.agent), columns_.agent(world, target.other), columns_.what(target), number};
}

bool Armed::matches(const Columns& wanted, const Spotted& spot, const sim::World& world, const sim::Model& model,
                    const sim::Target& target) const {
  if (!columns_.has(wanted.from, spot.from) || !columns_.has(wanted.to, spot.to)) return false;
  if (!columns_.has(wanted.what, spot.what)) return false;
  if (wanted.instance != Columns::any && wanted.instance != spot.instance) return false;
  if ((wanted.operations >> static_cast<unsigned>(target.operation) & 1) == 0) return false;
  if (wanted.step != 0 && wanted.step != target.site) return false;
  if (wanted.phase != Columns::any && wanted.phase != columns_.phase(world, target)) return false;
  return wanted.where == Columns::any ||
         holds(columns_.condition(wanted.where), model, world, target.activation, target.row);
}

const Armed::List* Armed::list_at(sim::Strike strike, std::uint32_t agent, std::uint32_t what) const {
  const Table& table = tables_[table_number(strikes_at(strike))];
  if (table.marks.empty()) return nullptr;
  const std::uint8_t mark = table.marks[std::size_t{agent} * table.width + (table.width == 1 ? 0 : what)];
  return mark == 0 ? nullptr : &table.lists[mark];
}

bool Armed::might_strike_step(const sim::World& world, sim::AgentId agent, std::uint64_t base) const {
  if (world.header().fault_state != 0) return true;
  const List* list = list_at(sim::Strike::step, columns_.agent(world, agent), 0);
  if (list == nullptr) return false;
  bool might = list->look;
  for (const Roll& roll : list->rolls) might |= rolled(roll.threshold, base, roll.roll);
  return might;
}

sim::Verdict Armed::strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  return strike(world, run, target, nullptr);
}

sim::Verdict Armed::strike(sim::World& world, sim::Run& run, const sim::Target& target,
                           std::vector<Injection>* record) const {
  if (!run.timed) return explore_strike(world, run, target);
  if (calms_ && is_calm(world)) return {};
  const List* list = list_at(target.strike, columns_.agent(world, target.agent), columns_.what(target));
  const bool watched = target.strike == sim::Strike::send && !sending_.empty();
  return list != nullptr || watched || world.header().fault_state != 0 ? strike_listed(world, run, target, list, record)
                                                                       : sim::Verdict{};
}

void Armed::fail_in_outage(const sim::World& world, const Spotted& call, sim::Verdict& verdict) const {
  const Outage all = outage(world, call);
  verdict.kinds = all.keys;
  verdict.error = all.error;
}

bool Armed::goes_round(sim::World& world, const sim::Target& target, const Memory& memory,
                       sim::Verdict& verdict) const {
  constexpr sim::SiteKey once_more = sim::site_key("once more");
  Loops loops{memory.loops};
  if (target.back == sim::Target::nowhere || !loops.goes_on(target.agent)) return false;
  loops.went_back(target.agent);
  verdict.again = true;
  verdict.kinds += once_more;
  std::uint32_t& left = world.header().fault_budget;
  left -= std::min(left, 1U);
  return true;
}

sim::Verdict Armed::strike_listed(sim::World& world, sim::Run& run, const sim::Target& target, const List* list,
                                  std::vector<Injection>* record) const {
  sim::Verdict verdict;
  const Spotted where = spotted(world, target);
  if (target.strike == sim::Strike::send) watch_send(world, run, target, where, verdict);
  if (target.strike == sim::Strike::send && world.header().fault_state != 0) {
    const std::uint64_t cuts = cut(world, where.from, where.to);
    verdict.kinds += cuts;
    verdict.drop = cuts != 0;
  } else if (target.strike == sim::Strike::effect && world.header().fault_state != 0) {
    fail_in_outage(world, where, verdict);
  } else if (target.strike == sim::Strike::context) {
    take_head(world, where, verdict);
  }
  if (list == nullptr) return verdict;
  const Memory memory = memory_of(world.memory_shadow());
  const Spot spot{world, run, target, Tempo{memory.tempo}, Loops{memory.loops}};
  std::optional<Begun> begun;
  if (target.strike == sim::Strike::step) goes_round(world, target, memory, verdict);
  bool plan_struck = false;
  for (const std::uint32_t r : list->rules) {
    const Rule& rule = rules_[r];
    if (!rule.counted && never_up(rule, target, memory)) continue;
    if (!matches(rule.columns, where, world, run.model, target)) continue;
    std::uint32_t first = rule.first;
    std::uint32_t last = rule.last;
    if (rule.counted) {
      // Sends are counted, not arrivals, and whatever else strikes them: so a line more or less renumbers no other.
      Counter& counter = memory.counters[r];
      ++counter.seen;
      if (rule.goes_on) {
        const Slot& slot = slots_[first];
        const bool over = slot.burst != sim::unlimited && counter.seen - slot.nth >= slot.burst;
        if (counter.seen < slot.nth || over) continue;
      } else {
        first = counter.next;
        while (counter.next != last && slots_[counter.next].nth == counter.seen) ++counter.next;
        last = counter.next;
      }
    }
    for (std::uint32_t s = first; s != last; ++s) {
      if (verdict.drop && target.strike == sim::Strike::send) break;
      if (plan_struck && !slots_[s].planned) break;
      if (!comes_up(s, rule, target, memory)) continue;
      if (try_slot(s, spot, memory, verdict, record, begun)) plan_struck = plan_struck || slots_[s].planned;
    }
  }
  // Last: this may move the block in which `memory` lies.
  if (begun && begun->lasts) sim::schedule(world, run, *begun->lasts, {.kind = begun->slot, .target = heal});
  return verdict;
}

bool Armed::never_up(const Rule& rule, const sim::Target& target, const Memory& memory) const {
  for (std::uint32_t s = rule.first; s != rule.last; ++s) {
    const std::uint64_t threshold = swarm_ ? memory.thresholds[s] : slots_[s].threshold;
    if (slots_[s].burst != 1 || rolled(threshold, target.base, slots_[s].roll)) return false;
  }
  return true;
}

bool Armed::comes_up(std::uint32_t s, const Rule& rule, const sim::Target& target, const Memory& memory) const {
  const Slot& slot = slots_[s];
  const std::uint64_t threshold = swarm_ ? memory.thresholds[s] : slot.threshold;
  if (slot.burst == 1 || rule.counted) return rolled(threshold, target.base, slot.roll);
  std::uint32_t& left = memory.going_on[s];
  if (left == 0) {
    if (!rolled(threshold, target.base, slot.roll)) return false;
    left = slot.burst;
  }
  if (left != sim::unlimited) --left;
  return true;
}

bool Armed::is_open(const Slot& slot, const sim::World& world, const sim::Run& run, const Memory& memory) const {
  const sim::Instant now = world.clock().now;
  if (now < slot.from || now >= slot.until || memory.struck[slot.line] >= slot.at_most) return false;
  return !slot.conditional || holds(lines_[slot.line].trigger.holds, run.model, world);
}

bool Armed::try_slot(std::uint32_t s, const Spot& spot, const Memory& memory, sim::Verdict& verdict,
                     std::vector<Injection>* record, std::optional<Begun>& begun) const {
  const Slot& slot = slots_[s];
  if (!is_open(slot, spot.world, spot.run, memory)) return false;
  const Fault& told = parts_[slot.part].line.fault;
  if (slot.content != 0) return inject(s, told, spot, memory, verdict, record, begun);
  const sim::Draw draw{sim::draw_value(spot.target.base, slot.draws)};
  return inject(s, drawn(told, draw), spot, memory, verdict, record, begun);
}

bool Armed::inject(std::uint32_t s, const Fault& fault, const Spot& spot, const Memory& memory, sim::Verdict& verdict,
                   std::vector<Injection>* record, std::optional<Begun>& begun) const {
  const Slot& slot = slots_[s];
  if (!take_effect(fault, verdict, spot)) return false;
  if (slot.goes_on) {
    begin_cut(spot.world, spot.run, slot.link);
    if (links_[slot.link].of_keys) take_head(spot.world, spotted(spot.world, spot.target), verdict);
    begun = Begun{s, lasts(fault)};
  }
  ++memory.struck[slot.line];
  // A sum: in whichever order the lines stand, the same injections are the same word.
  verdict.kinds += slot.content != 0 ? slot.content : content(fault);
  charge(spot.world, fault);
  if (record != nullptr) record->push_back({slot.line, slot.part, fault});
  return true;
}

sim::Verdict Armed::explore_strike(sim::World& world, sim::Run& run, const sim::Target& target) const {
  const Spotted where = spotted(world, target);
  sim::Verdict passed;
  if (target.strike == sim::Strike::cut) {
    passed.drop = cut(world, where.from, where.to) != 0;
    return passed;
  }
  if (target.strike == sim::Strike::effect && world.header().fault_state != 0) {
    fail_in_outage(world, where, passed);
    if (passed.kinds != 0) return passed;
  }
  if (target.strike == sim::Strike::context) take_head(world, where, passed);
  const Strikes strikes = strikes_at(target.strike);
  const std::uint32_t budget = world.header().fault_budget;
  for (const Possibility& possible : possible_) {
    if (possible.between_events || strikes_of(possible.fault) != strikes) continue;
    const std::uint32_t needed = cost(possible.fault);
    if (needed == 0 || needed > budget) continue;
    if (!matches(possible.columns, where, world, run.model, target) || !holds(possible.holds, run.model, world))
      continue;
    sim::Verdict verdict = passed;
    if (!take_effect(possible.fault, verdict, {world, run, target, {}, {}})) continue;
    if (run.decide.choose({}, sim::Purpose{possible.key}, 2, nullptr) == 0) continue;
    charge(world, possible.fault);
    if (holds_state(possible.fault)) {
      begin_cut(world, run, possible.link);
      if (links_[possible.link].of_keys) take_head(world, where, verdict);
    }
    verdict.kinds = possible.key;
    return verdict;
  }
  return passed;
}

}  // namespace squall::faults
