// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "faults/arm.hpp"
#include "sim/apply.hpp"
#include "sim/world.hpp"

/// Strikes: what armed lines do at one send or one step.
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

}  // namespace

bool Armed::matches(const Columns& columns, const sim::World& world, const sim::Target& target) const {
  const std::uint32_t instance = target.instance == sim::no_row ? 0 : world.instance(target.instance).number;
  return columns.match(agent_column(world, target.agent), agent_column(world, target.other), topic_column(target.topic),
                       instance);
}

const Armed::List* Armed::list_at(const sim::World& world, sim::Strike strike, sim::AgentId agent,
                                  sim::TopicId topic) const {
  const Table& table = strike == sim::Strike::send ? messages_ : agents_;
  const std::uint32_t column = table.width == 1 ? 0 : topic_column(topic);
  const std::uint8_t mark = table.marks[std::size_t{agent_column(world, agent)} * table.width + column];
  return mark == 0 ? nullptr : &table.lists[mark];
}

bool Armed::might_strike(const sim::World& world, sim::Strike strike, sim::AgentId agent, sim::TopicId topic,
                         std::uint64_t base) const {
  const List* list = list_at(world, strike, agent, topic);
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
  const List* list = list_at(world, target.strike, target.agent, target.topic);
  return list != nullptr ? strike_listed(world, run, target, *list, record) : sim::Verdict{};
}

sim::Verdict Armed::strike_listed(sim::World& world, sim::Run& run, const sim::Target& target, const List& list,
                                  std::vector<Injection>* record) const {
  if (!run.timed) return explore_step(world, run, target);
  const std::uint32_t from = agent_column(world, target.agent);
  const std::uint32_t topic = topic_column(target.topic);
  const Memory memory = memory_of(world.memory_shadow());
  const std::uint32_t to = agent_column(world, target.other);
  const std::uint32_t instance = target.instance == sim::no_row ? 0 : world.instance(target.instance).number;
  sim::Verdict verdict;
  bool plan_struck = false;
  for (const std::uint32_t r : list.rules) {
    const Rule& rule = rules_[r];
    if (!rule.columns.match(from, to, topic, instance)) continue;
    std::uint32_t first = rule.first;
    std::uint32_t last = rule.last;
    if (rule.counted) {
      // Sends are counted, not arrivals, and whatever else strikes them: so a line more or less renumbers no other.
      Counter& counter = memory.counters[r];
      ++counter.seen;
      first = counter.next;
      while (counter.next != last && slots_[counter.next].nth == counter.seen) ++counter.next;
      last = counter.next;
    }
    for (std::uint32_t s = first; s != last; ++s) {
      const Slot& slot = slots_[s];
      if (verdict.drop || (plan_struck && !slot.planned)) break;
      if (try_slot(world, run, target, slot, memory, verdict, record)) plan_struck = plan_struck || slot.planned;
    }
  }
  return verdict;
}

bool Armed::try_slot(sim::World& world, sim::Run&, const sim::Target& target, const Slot& slot, const Memory& memory,
                     sim::Verdict& verdict, std::vector<Injection>* record) const {
  const std::uint64_t threshold = swarm_ ? memory.thresholds[&slot - slots_.data()] : slot.threshold;
  if (!rolled(threshold, target.base, slot.roll)) return false;
  const sim::Instant now = world.clock().now;
  if (now < slot.from || now >= slot.until || memory.struck[slot.line] >= slot.at_most) return false;
  const Fault fault = drawn(lines_[slot.line].fault, sim::Draw{sim::draw_value(target.base, slot.draws)});
  const bool took_effect = std::visit([&](const auto& kind) { return kind.strike(verdict, target); }, fault);
  if (!took_effect) return false;
  ++memory.struck[slot.line];
  verdict.kinds += content(fault);  // a sum: in whichever order the lines stand, the same injections are the same word
  charge(world, fault);
  if (record != nullptr) record->push_back({slot.line, fault});
  return true;
}

sim::Verdict Armed::explore_step(sim::World& world, sim::Run& run, const sim::Target& target) const {
  for (const Possibility& possible : possible_) {
    if (possible.between_events || strikes_of(possible.fault) != Strikes::agent) continue;
    if (world.header().fault_budget == 0) break;
    if (!matches(possible.columns, world, target)) continue;
    if (run.decide.choose({}, sim::Purpose{possible.key}, 2, nullptr) == 0) continue;
    sim::Verdict verdict;
    std::visit([&](const auto& kind) { kind.strike(verdict, target); }, possible.fault);
    verdict.kinds = possible.key;
    charge(world, possible.fault);
    return verdict;
  }
  return {};
}

}  // namespace squall::faults
