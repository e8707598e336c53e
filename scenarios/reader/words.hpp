// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fields.hpp"

namespace squall::scenarios {

/// The words of a row that takes words: they stand in its `detail`, separated by blanks.
inline std::vector<std::string_view> words_of(std::string_view detail) {
  std::vector<std::string_view> words;
  for (std::size_t from = 0; from < detail.size();) {
    const std::size_t to = std::min(detail.find(' ', from), detail.size());
    words.push_back(detail.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

/// Whether every step may have it: the other fields of a step are its actions.
constexpr bool is_step_field(std::string_view name) {
  constexpr std::array<std::string_view, 8> fields{"id",       "as",   "timeout",   "retry",
                                                   "deadline", "undo", "otherwise", "finally"};
  return std::ranges::find(fields, name) != fields.end();
}

/// What may be written in a field, for people.
std::string takes_text(const FieldRow& field);

}  // namespace squall::scenarios
