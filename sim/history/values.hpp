// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/history/flat_index.hpp"

namespace squall::sim::history {

/// A value of a history. Equal numbers are equal values.
using ValueId = std::uint32_t;
inline constexpr ValueId nil = 0;  ///< null: nothing, or nothing known
inline constexpr ValueId no_value = 0xffff'ffffU;

/// Every different value of a history once: a word (a number or a name as text) or a list of values. Checkers compare
/// numbers and never look inside, except where a list has a meaning of its own.
///
/// At most 2^32 - 2 values and 2^32 bytes or items of them.
class Values {
 public:
  Values();

  /// The value that reads `text`. What kinds of words there are, and how each is told from the others, is up to whoever
  /// reads them. O(length).
  ValueId word(std::string_view text);
  ValueId list(std::span<const ValueId> items);
  ValueId number(std::int64_t value);

  bool is_list(ValueId value) const { return rows_[value].list; }
  /// Requires: a list. Another value that is added may move what this shows.
  std::span<const ValueId> items(ValueId value) const {
    return std::span{items_}.subspan(rows_[value].offset, rows_[value].length);
  }
  /// The text of a word; empty for nil and for lists.
  std::string_view word_of(ValueId value) const {
    return rows_[value].list ? std::string_view{}
                             : std::string_view{bytes_}.substr(rows_[value].offset, rows_[value].length);
  }
  /// As people read it: `null`, `3`, `abc` (without the quotes of a name), `[1, 2]`; at most about `most` bytes.
  std::string text(ValueId value, std::size_t most = 200) const;

  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const;

 private:
  struct ValueRow {
    std::uint32_t offset;
    std::uint32_t length : 31;
    bool list : 1;
  };
  void write(ValueId value, std::size_t most, std::string& into) const;

  std::vector<ValueRow> rows_;
  std::string bytes_;
  std::vector<ValueId> items_;
  FlatIndex index_;
};

}  // namespace squall::sim::history
