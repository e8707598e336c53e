// SPDX-License-Identifier: Apache-2.0
#include "faults/arm.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "sim/error.hpp"
#include "sim/world.hpp"

/// Arming: lines become rules, rules become tables.
namespace squall::faults {
namespace {

void require(const std::vector<Trouble>& found) {
  if (found.empty()) return;
  throw std::invalid_argument(fmt::format("line {}: {}; {}", found[0].line + 1, found[0].what, found[0].fix));
}

/// What more than its own place a kind listens at.
std::uint32_t arms_besides(const Fault& fault) {
  return std::visit(
      []<class Kind>(const Kind&) -> std::uint32_t {
        if constexpr (requires { Kind::arms; }) return static_cast<std::uint32_t>(Kind::arms);
        return 0;
      },
      fault);
}

bool goes_on_from_match(const Fault& fault) {
  return std::visit(
      []<class Kind>(const Kind&) {
        return requires { Kind::goes_on; };
      },
      fault);
}

/// `whole` is the line that `part` comes from: shapes have their times whatever they are made of.
bool has_time_of_its_own(const Line& whole, const Line& part) {
  const Trigger& trigger = whole.trigger;
  return trigger.at || trigger.every || !has_matches(strikes_of(part.fault)) ||
         strikes_of(whole.fault) == Strikes::shape;
}

}  // namespace

Armed::Armed(const sim::Model& model, const Plan& plan, const Profile& and_faults)
    : columns_(model), swarm_(and_faults.swarm), planned_(plan.lines.size()) {
  require(check(model, plan));
  require(check(model, and_faults));
  lines_ = plan.lines;
  lines_.insert(lines_.end(), and_faults.lines.begin(), and_faults.lines.end());
  if (const auto needed = shadow_bytes(count_parts(lines_)); model.fault_shadow < needed) {
    throw std::invalid_argument(fmt::format("{} lines of faults need {} bytes of Model::fault_shadow, it has {}",
                                            lines_.size(), needed, model.fault_shadow));
  }
  keys_ = keys_of(plan.lines);
  const std::vector<sim::SiteKey> keys = keys_of(and_faults.lines);
  keys_.insert(keys_.end(), keys.begin(), keys.end());
  add_rules(plan.lines, 0, true);
  add_rules(and_faults.lines, static_cast<std::uint32_t>(planned_), false);
  for (std::size_t t = 0; t < table_count; ++t) {
    tables_[t] = table_of(asked[t], columns_.agents(), columns_.width(asked[t]));
  }
  odds_ = odds_of(tables_[table_number(Strikes::message)]);
}

void Armed::add_possibility(const Line& line, const Columns& columns, std::uint32_t link, bool timed) {
  const Fault fault = timeless(line.fault);
  const Possibility possible{columns, fault, line.trigger.holds, content(fault), link, timed};
  if (std::ranges::find(possible_, possible) == possible_.end()) possible_.push_back(possible);
}

Columns Armed::heads_of(const ContextFork& fork, const Line& line) {
  // Whoever the operation was that began it, and in which instance: a plan that names it means the same fork.
  return columns_.of({.fault = fork, .matcher = {.agent = fork.apart, .key = line.matcher.key}, .trigger = {}});
}

std::uint32_t Armed::link_of(const Line& line, const Columns& columns) {
  const Fault fault = timeless(line.fault);
  const auto make = [&]<class Kind>(const Kind& kind) -> std::optional<Link> {
    if constexpr (Kind::strikes == Strikes::outage) {
      return Link{.columns = columns,
                  .key = content(fault),
                  .both_ways = false,
                  .drops_in_flight = false,
                  .momentary = false,
                  .of_calls = true,
                  .error = static_cast<std::uint8_t>(sim::Error::unavailable)};
    } else if constexpr (Kind::strikes == Strikes::inbox) {
      Link link{.columns = columns, .key = content(fault)};
      link.of_inboxes = true;
      return link;
    } else if constexpr (std::is_same_v<Kind, ContextFork>) {
      Link link{.columns = heads_of(kind, line), .key = content(fault)};
      link.of_keys = true;
      return link;
    } else if constexpr (requires { Kind::goes_on; }) {
      return Link{.columns = columns,
                  .key = content(fault),
                  .both_ways = false,
                  .drops_in_flight = false,
                  .momentary = false,
                  .of_calls = true,
                  .error = static_cast<std::uint8_t>(sim::Error::rate_limited)};
    } else if constexpr (Kind::strikes == Strikes::link && !requires { Kind::sets_no_bit; }) {
      Link link{.columns = columns,
                .key = content(fault),
                .both_ways = Kind::both_ways,
                .drops_in_flight = true,
                .momentary = true,
                .of_calls = false,
                .error = 0};
      if constexpr (requires { kind.drops_in_flight; }) {
        link.drops_in_flight = kind.drops_in_flight;
        link.momentary = false;
      } else if constexpr (requires { Kind::watches_sends; }) {
        link.drops_in_flight = link.momentary = false;
      }
      return link;
    } else {
      return std::nullopt;
    }
  };
  const std::optional<Link> link = std::visit(make, fault);
  if (!link) return 0;
  const auto known = std::ranges::find(links_, *link);
  const auto number = static_cast<std::uint32_t>(known - links_.begin());
  if (number == 64) throw std::invalid_argument("more than 64 different partitions, outages and forks");
  if (known == links_.end()) links_.push_back(*link);
  strikes_ |= link->of_inboxes ? static_cast<std::uint32_t>(sim::Strike::room)
              : link->of_keys  ? static_cast<std::uint32_t>(sim::Strike::context)
              : link->of_calls
                  ? static_cast<std::uint32_t>(sim::Strike::effect)
                  : static_cast<std::uint32_t>(sim::Strike::send) | static_cast<std::uint32_t>(sim::Strike::cut);
  return number;
}

void Armed::add_sending(std::uint32_t slot, const Line& line, const Columns& columns) {
  const auto times = std::visit(
      []<class Kind>(const Kind& kind) -> std::optional<std::uint32_t> {
        if constexpr (!requires { Kind::watches_sends; }) return std::nullopt;
        if constexpr (
            requires { kind.times; } && requires { Kind::watches_sends; })
          return kind.times;
        return 0;
      },
      line.fault);
  if (!times) return;
  sending_.push_back({slot, {.columns = columns, .key = content(timeless(line.fault))}, *times});
  strikes_ |= static_cast<std::uint32_t>(sim::Strike::send);
}

void Armed::add_rules(std::span<const Line> lines, std::uint32_t first_line, bool planned) {
  struct Entry {
    std::size_t kind;
    bool counted;
    Columns columns;
    std::uint32_t nth, part;
  };
  std::vector<Entry> entries;
  for (Part& part : parts_of(lines)) {
    part.of += first_line;
    const Line& line = part.line;
    const Columns columns = columns_.of(line);
    entries.push_back({line.fault.index(), line.trigger.nth.has_value(), columns, line.trigger.nth.value_or(0),
                       static_cast<std::uint32_t>(parts_.size())});
    acting_.push_back(columns.from);
    add_possibility(line, columns, link_of(line, columns), has_time_of_its_own(lines_[part.of], line));
    parts_.push_back(std::move(part));
  }
  // Kinds in the order of `Fault`: a lost message is not asked about anything else.
  std::ranges::stable_sort(entries, {},
                           [](const Entry& e) { return std::tie(e.kind, e.counted, e.columns, e.nth, e.part); });
  const Entry* before = nullptr;
  for (const Entry& entry : entries) {
    const Part& part = parts_[entry.part];
    const Line& line = part.line;
    const Trigger& trigger = line.trigger;
    const sim::SiteKey key = keys_[part.of];
    const sim::SiteKey own = part.number == 0 ? key : sim::child_key(key, part.number);
    const auto slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({.line = part.of,
                      .part = entry.part,
                      .nth = entry.nth,
                      .threshold = (std::uint64_t{trigger.chance.ppm} << 32) / 1'000'000,
                      .roll = sim::Purpose{sim::child_key(key, sim::site_key("chance"))},
                      .draws = sim::Purpose{sim::child_key(own, sim::site_key("options"))},
                      .from = trigger.from,
                      .until = trigger.until,
                      .at_most = trigger.at_most,
                      .burst = trigger.persistent ? sim::unlimited : trigger.burst,
                      .link = link_of(line, entry.columns),
                      .planned = planned,
                      .conditional = trigger.holds.given(),
                      .goes_on = goes_on_from_match(line.fault),
                      .content = is_drawn(line.fault) ? content(line.fault) : 0});
    strikes_ |= arms_besides(line.fault);
    add_sending(slot, line, entry.columns);
    calms_ = calms_ || std::holds_alternative<Calm>(line.fault);
    if (has_time_of_its_own(lines_[part.of], line)) {
      timed_.push_back(slot);
      continue;
    }
    strikes_ |= static_cast<std::uint32_t>(strike_of(strikes_of(line.fault)));
    const bool goes_on = entry.counted && slots_.back().burst != 1;
    const bool together = before != nullptr && entry.counted && before->counted && before->kind == entry.kind &&
                          before->columns == entry.columns && !goes_on && !rules_.back().goes_on;
    if (together) {
      ++rules_.back().last;
    } else {
      rules_.push_back(
          {.columns = entry.columns, .first = slot, .last = slot + 1, .counted = entry.counted, .goes_on = goes_on});
    }
    before = &entry;
  }
}

Armed::Table Armed::table_of(Strikes strikes, std::uint32_t rows, std::uint32_t width) const {
  Table table{.width = width, .marks = {}, .lists = std::vector<List>(1)};
  std::vector<std::uint32_t> all;
  for (std::uint32_t r = 0; r < rules_.size(); ++r) {
    if (strikes_of(parts_[slots_[rules_[r].first].part].line.fault) == strikes) all.push_back(r);
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
  const auto marks_of_row = [&](const std::vector<std::uint32_t>& here) {
    std::vector<std::uint8_t> marks(width);
    for (std::uint32_t column = 0; column < width; ++column) {
      std::vector<std::uint32_t> list;
      for (const std::uint32_t r : here) {
        if (columns_.has(rules_[r].columns.what, column)) list.push_back(r);
      }
      marks[column] = mark_of(std::move(list));
    }
    return marks;
  };
  // Most agents are named by no line: they share one row.
  std::map<std::vector<std::uint32_t>, std::vector<std::uint8_t>> known_rows;
  for (std::uint32_t row = 0; row < rows; ++row) {
    std::vector<std::uint32_t> here;
    for (const std::uint32_t r : all) {
      if (columns_.has(rules_[r].columns.from, row)) here.push_back(r);
    }
    const auto known = known_rows.find(here);
    const std::vector<std::uint8_t> marks = known != known_rows.end() ? known->second : marks_of_row(here);
    if (known == known_rows.end()) known_rows.emplace(std::move(here), marks);
    table.marks.insert(table.marks.end(), marks.begin(), marks.end());
  }
  table.lists.resize(Table::everything + std::size_t{1});
  table.lists[Table::everything] = list_of(std::move(all));
  return table;
}

Armed::List Armed::list_of(std::vector<std::uint32_t> rules) const {
  List list{.rules = std::move(rules), .rolls = {}, .look = swarm_};
  for (const std::uint32_t r : list.rules) {
    const Slot& slot = slots_[rules_[r].first];
    const bool circles = std::holds_alternative<AgentLoop>(parts_[slot.part].line.fault);
    if (rules_[r].counted || slot.burst != 1 || circles) {
      list.look = true;
    } else if (slot.threshold != 0) {
      list.rolls.push_back({slot.threshold, slot.roll});
    }
  }
  return list;
}

sim::SendOdds Armed::odds_of(const Table& table) const {
  const std::uint32_t columns = columns_.width(Strikes::message);
  sim::SendOdds odds{.topics = columns - 1,
                     .replies = columns_.topic(sim::reply_topic),
                     .outside = columns_.nobody(),
                     .marks = table.marks,
                     .chances = {}};
  if (odds.marks.empty()) odds.marks.assign(std::size_t{columns_.agents()} * columns, 0);
  for (const List& list : table.lists) {
    sim::SendOdds::Chances here{.rolls = {}, .count = 0, .ask = list.look || !sending_.empty()};
    if (list.rolls.size() > sim::SendOdds::Chances::most) {
      here.ask = true;
    } else {
      for (const Roll& roll : list.rolls) here.rolls[here.count++] = roll;
    }
    odds.chances.push_back(here);
  }
  return odds;
}

Armed::Memory Armed::memory_of(std::byte* shadow) const {
  auto* tempo = shadow;
  auto* loops = tempo + Tempo::bytes;
  auto* calm = reinterpret_cast<std::uint64_t*>(loops + Loops::bytes);
  auto* thresholds = calm + 1;
  auto* counters = reinterpret_cast<Counter*>(thresholds + slots_.size());
  auto* struck = reinterpret_cast<std::uint32_t*>(counters + rules_.size());
  std::uint32_t* going_on = struck + lines_.size();
  return {thresholds, counters, struck, going_on, going_on + slots_.size(), tempo, loops, calm};
}

std::span<const std::uint32_t> Armed::struck_in(const sim::World& world) const {
  // What is read here is not changed: the world's bytes are only looked at.
  const Memory memory = memory_of(const_cast<std::byte*>(world.memory_shadow()));
  return {memory.struck, lines_.size()};
}

std::vector<std::uint32_t> Armed::struck(const sim::World& world) const {
  const auto counts = struck_in(world);
  return {counts.begin(), counts.end()};
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
