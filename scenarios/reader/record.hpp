// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/reader/reading.hpp"

namespace squall::scenarios {

/// A mapping that is read as a shape of the field table. Unknown keys and missing required ones are said once, when it is
/// made; then each field is asked for by its row: `record.get<field_row("send.to")>()`. What a field yields follows from what
/// its row takes; nothing where it is left out or wrong.
class Record {
 public:
  /// `beside`: a further shape whose fields may stand here.
  Record(Reading& reading, const Node& node, std::string_view shape, std::string_view beside = {});

  template <std::size_t row>
  bool has() const {
    return find(row) != nullptr;
  }
  /// The node of a field, as it is.
  template <std::size_t row>
  const Node* node() {
    reading_.asked.set(row);
    return find(row);
  }

  template <std::size_t row>
  auto get() {
    static_assert(row < field_table.size());
    constexpr Takes takes = field_table[row].takes;
    const FieldRow& field = field_table[row];
    const Node* found = node<row>();
    const auto read = [&](auto as) { return found == nullptr ? decltype(as(*found)){} : as(*found); };
#define SQUALL_TAKES(kind, reader) \
  if constexpr (takes == Takes::kind) return read([&](const Node& n) { return reading_.reader(field, n); })
    SQUALL_TAKES(flag, as_flag);
    SQUALL_TAKES(count, as_count);
    SQUALL_TAKES(counts, as_counts);
    SQUALL_TAKES(text, as_text);
    SQUALL_TAKES(name, as_name);
    SQUALL_TAKES(names, as_names);
    SQUALL_TAKES(duration, as_duration);
    SQUALL_TAKES(drawn, as_drawn);
    SQUALL_TAKES(time, as_time);
    SQUALL_TAKES(chance, as_chance);
    SQUALL_TAKES(rate, as_rate);
    SQUALL_TAKES(seeds, as_seeds);
    SQUALL_TAKES(value, as_value);
    SQUALL_TAKES(values, as_values);
    SQUALL_TAKES(condition, as_condition);
    SQUALL_TAKES(agent, as_agent);
    SQUALL_TAKES(agents, as_agents);
    SQUALL_TAKES(word, as_word);
    SQUALL_TAKES(number_or, as_number_or);
    SQUALL_TAKES(duration_or, as_duration_or);
    SQUALL_TAKES(branches, branches);
#undef SQUALL_TAKES
    static_assert(takes != Takes::special, "what has a form of its own is asked for as a node");
    if constexpr (takes == Takes::steps) {
      return read([&](const Node& n) { return std::optional{reading_.steps(n)}; });
    }
    if constexpr (takes == Takes::record) {
      return read([&](const Node& n) { return std::optional<Record>{std::in_place, reading_, n, field.detail}; });
    }
    if constexpr (takes == Takes::records || takes == Takes::named) {
      std::vector<std::pair<const Node*, Record>> records;  // the key of a named one, and the record
      if (found != nullptr) each(field, *found, records);
      return records;
    }
  }

  /// Puts what a field says into `target`; leaves it alone where the field is left out or wrong.
  template <std::size_t row, class T>
  void into(T& target) {
    if (auto value = get<row>()) target = std::move(*value);
  }
  /// The same of a word, whose place among the words of the row is the number of an enumerator.
  template <std::size_t row, class Enum>
  void into_word(Enum& target, int shift = 0) {
    if (const auto word = get<row>()) target = static_cast<Enum>(static_cast<int>(*word) + shift);
  }

  /// Whether it is a mapping at all.
  bool usable() const { return map_ != nullptr; }
  const Node& at() const { return node_; }
  Reading& reading() const { return reading_; }

 private:
  const Node* find(std::size_t row) const { return map_ == nullptr ? nullptr : map_->find(field_table[row].name); }
  void each(const FieldRow& row, const Node& node, std::vector<std::pair<const Node*, Record>>& records);
  void check_keys(std::string_view shape, std::string_view beside);

  Reading& reading_;
  const Node& node_;
  const Node* map_ = nullptr;
};

}  // namespace squall::scenarios
