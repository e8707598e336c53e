// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/expression/parse.hpp"

namespace squall::scenarios {

struct Token {
  enum class Kind : std::uint8_t { name, number, duration, text, symbol, end } kind = Kind::end;
  std::string_view written;  ///< as it stands in the expression
  std::string text;          ///< of a text: what it says
  std::int64_t number = 0;   ///< of a number or a duration (nanoseconds)
  std::size_t at = 0;        ///< byte of the expression where it begins
};

/// Cuts an expression into tokens; the last one is `end`.
std::variant<std::vector<Token>, ExpressionTrouble> tokens_of(std::string_view text, const ExpressionContext&);

}  // namespace squall::scenarios
