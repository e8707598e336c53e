// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/agents/expression.hpp"
#include "scenarios/claims/claim.hpp"

/// The expression language: a small subset of CEL with durations, over int64, bool, text, agents and messages.
namespace squall::scenarios {

struct ExpressionLimits {
  static constexpr std::size_t bytes = 4096;
  static constexpr std::size_t depth = 64;
};

/// Why a text is no expression: the first thing that is wrong, by bytes of the text.
struct ExpressionTrouble {
  std::size_t at = 0, length = 1;
  std::string what, fix;
};

struct ExpressionContext {
  /// Names with hyphens in them: `code-review` is one name where an agent is called so, else a difference.
  const std::set<std::string, std::less<>>* hyphenated = nullptr;
  /// A number for a stretch of the text, to be kept in the expression; without it every mark is 0.
  std::function<std::uint32_t(std::size_t at, std::size_t length)> mark;
  /// Where `count(sent('task'))` puts its patterns; without it there is no `count`.
  std::vector<Pattern>* patterns = nullptr;
};

/// Reads one expression. Time and memory in proportion to the text, which is bounded.
///
///     n + 1 <= 3 && has(msg.place)          size(votes.filter(v, v.choice == 'yes')) >= 2
///     msg.from in [tester, docs] ? 5s : 2 * pause
std::variant<Expression, ExpressionTrouble> parse_expression(std::string_view text, const ExpressionContext& = {});

}  // namespace squall::scenarios
