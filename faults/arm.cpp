// SPDX-License-Identifier: Apache-2.0
#include "faults/arm.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "sim/world.hpp"

namespace squall::faults {
namespace {

void require(const std::vector<Trouble>& found) {
  if (found.empty()) return;
  throw std::invalid_argument(fmt::format("line {}: {}; {}", found[0].line + 1, found[0].what, found[0].fix));
}

template <class Named>
std::uint32_t position(const std::vector<Named>& all, std::string_view name, std::uint32_t otherwise) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? otherwise : static_cast<std::uint32_t>(found - all.begin());
}

}  // namespace

Armed::Armed(const sim::Model& model, const Plan& plan, const Profile& and_faults)
    : definitions_(static_cast<std::uint32_t>(model.definitions.size())),
      topics_(static_cast<std::uint32_t>(model.topics.size())),
      swarm_(and_faults.swarm),
      planned_(plan.lines.size()) {
  require(check(model, plan));
  require(check(model, and_faults));
  // Something of the user's own that has a special name shares its column.
  nobody_column_ = position(model.definitions, nobody_name, definitions_);
  reply_column_ = position(model.topics, reply_name, topics_);
  lines_ = plan.lines;
  lines_.insert(lines_.end(), and_faults.lines.begin(), and_faults.lines.end());
  if (model.fault_shadow < shadow_bytes(lines_.size())) {
    throw std::invalid_argument(fmt::format("{} lines of faults need {} bytes of Model::fault_shadow, it has {}",
                                            lines_.size(), shadow_bytes(lines_.size()), model.fault_shadow));
  }
  keys_ = keys_of(plan.lines);
  const std::vector<sim::SiteKey> keys = keys_of(and_faults.lines);
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  add_rules(model, plan.lines, 0, true);
  add_rules(model, and_faults.lines, static_cast<std::uint32_t>(planned_), false);
  messages_ = table_of(Strikes::message, definitions_ + 1, topics_ + 1);
  agents_ = table_of(Strikes::agent, definitions_ + 1, 1);
}

Armed::Columns Armed::columns_of(const sim::Model& model, const Line& line) const {
  const Matcher& matcher = line.matcher;
  Columns columns;
  const Names& acting = strikes_of(line.fault) == Strikes::message ? matcher.from : matcher.agent;
  if (!acting.empty()) columns.from = position(model.definitions, acting.all[0], nobody_column_);
  if (!matcher.to.empty()) columns.to = position(model.definitions, matcher.to.all[0], nobody_column_);
  if (!matcher.topic.empty()) columns.topic = position(model.topics, matcher.topic, reply_column_);
  if (matcher.instance) columns.instance = *matcher.instance;
  return columns;
}

void Armed::add_rules(const sim::Model& model, std::span<const Line> lines, std::uint32_t first_line, bool planned) {
  struct Entry {
    std::size_t kind;
    bool counted;
    Columns columns;
    std::uint32_t nth, line;
  };
  std::vector<Entry> entries;
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const Columns columns = columns_of(model, line);
    entries.push_back(
        {line.fault.index(), line.trigger.nth.has_value(), columns, line.trigger.nth.value_or(0), first_line + i});
    const Fault fault = timeless(line.fault);
    const Possibility possible{columns, fault, content(fault), line.trigger.at.has_value()};
    if (std::ranges::find(possible_, possible) == possible_.end()) possible_.push_back(possible);
  }
  // Kinds in the order of the catalogue: a lost message is not asked about anything else.
  std::ranges::stable_sort(entries, {},
                           [](const Entry& e) { return std::tie(e.kind, e.counted, e.columns, e.nth, e.line); });
  const Entry* before = nullptr;
  for (const Entry& entry : entries) {
    const Trigger& trigger = lines_[entry.line].trigger;
    const auto slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({.line = entry.line,
                      .nth = entry.nth,
                      .threshold = (std::uint64_t{trigger.chance.ppm} << 32) / 1'000'000,
                      .roll = sim::Purpose{sim::child_key(keys_[entry.line], sim::site_key("chance"))},
                      .draws = sim::Purpose{sim::child_key(keys_[entry.line], sim::site_key("options"))},
                      .from = trigger.from,
                      .until = trigger.until,
                      .at_most = trigger.at_most,
                      .planned = planned});
    if (trigger.at) {
      timed_.push_back(slot);
      continue;
    }
    const Strikes strikes = strikes_of(lines_[entry.line].fault);
    strikes_ |= static_cast<std::uint32_t>(strikes == Strikes::message ? sim::Strike::send : sim::Strike::step);
    const bool together = before != nullptr && entry.counted && before->counted && before->kind == entry.kind &&
                          before->columns == entry.columns;
    if (together) {
      ++rules_.back().last;
    } else {
      rules_.push_back({.columns = entry.columns, .first = slot, .last = slot + 1, .counted = entry.counted});
    }
    before = &entry;
  }
}

Armed::Table Armed::table_of(Strikes strikes, std::uint32_t rows, std::uint32_t width) const {
  Table table{.width = width, .marks = {}, .lists = std::vector<List>(1)};
  std::vector<std::uint32_t> all;
  for (std::uint32_t r = 0; r < rules_.size(); ++r) {
    if (strikes_of(lines_[slots_[rules_[r].first].line].fault) == strikes) all.push_back(r);
  }
  if (all.empty()) return table;

  std::map<std::vector<std::uint32_t>, std::uint8_t> numbers{{{}, 0}};
  const auto mark_of = [&](std::vector<std::uint32_t> list) {
    const auto known = numbers.find(list);
    if (known != numbers.end()) return known->second;
    if (table.lists.size() == Table::everything) return Table::everything;
    const auto number = static_cast<std::uint8_t>(table.lists.size());
    table.lists.push_back(list_of(list));
    numbers.emplace(std::move(list), number);
    return number;
  };
  const auto marks_of_row = [&](std::uint32_t row) {
    std::vector<std::uint32_t> here;
    for (const std::uint32_t r : all) {
      if (rules_[r].columns.from == any || rules_[r].columns.from == row) here.push_back(r);
    }
    std::vector<std::uint8_t> marks(width);
    for (std::uint32_t column = 0; column < width; ++column) {
      std::vector<std::uint32_t> list;
      for (const std::uint32_t r : here) {
        if (rules_[r].columns.topic == any || rules_[r].columns.topic == column) list.push_back(r);
      }
      marks[column] = mark_of(std::move(list));
    }
    return marks;
  };
  // Most agents are named by no line: they share one row.
  std::vector<bool> named(rows, false);
  for (const std::uint32_t r : all) {
    if (rules_[r].columns.from != any) named[rules_[r].columns.from] = true;
  }
  const std::vector<std::uint8_t> common = marks_of_row(any - 1);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::vector<std::uint8_t> own = named[row] ? marks_of_row(row) : common;
    table.marks.insert(table.marks.end(), own.begin(), own.end());
  }
  table.lists.resize(Table::everything + std::size_t{1});
  table.lists[Table::everything] = list_of(std::move(all));
  return table;
}

Armed::List Armed::list_of(std::vector<std::uint32_t> rules) const {
  List list{.rules = std::move(rules), .rolls = {}, .look = swarm_};
  for (const std::uint32_t r : list.rules) {
    const Slot& slot = slots_[rules_[r].first];
    if (rules_[r].counted) {
      list.look = true;
    } else if (slot.threshold != 0) {
      list.rolls.push_back({slot.threshold, slot.roll});
    }
  }
  return list;
}

Armed::Memory Armed::memory_of(std::byte* shadow) const {
  auto* thresholds = reinterpret_cast<std::uint64_t*>(shadow);
  auto* counters = reinterpret_cast<Counter*>(thresholds + slots_.size());
  return {thresholds, counters, reinterpret_cast<std::uint32_t*>(counters + rules_.size())};
}

std::uint32_t Armed::agent_column(const sim::World& world, sim::AgentId agent) const {
  return agent == sim::nobody ? nobody_column_ : index(world.agent(agent).definition);
}

std::uint32_t Armed::topic_column(sim::TopicId topic) const {
  return sim::is_reply(topic) ? reply_column_ : std::min(index(topic), topics_);
}

std::vector<std::uint32_t> Armed::struck(const sim::World& world) const {
  // What is read here is not changed: the world's bytes are only looked at.
  const Memory memory = memory_of(const_cast<std::byte*>(world.memory_shadow()));
  return {memory.struck, memory.struck + lines_.size()};
}

std::vector<std::size_t> Armed::unstruck(const sim::World& world) const {
  const std::vector<std::uint32_t> counts = struck(world);
  std::vector<std::size_t> lines;
  for (std::size_t line = 0; line < planned_; ++line) {
    if (counts[line] == 0) lines.push_back(line);
  }
  return lines;
}

}  // namespace squall::faults
