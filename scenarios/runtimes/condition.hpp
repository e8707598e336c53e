// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "scenarios/agents/expression.hpp"

namespace squall::scenarios {

/// What an expression of a drawing comes to, where `lookup(name)` says what its names do: numbers, + - == != < <= > >= && || !.
/// Others are refused when a file is read. O(size of the expression).
template <class Lookup>
std::int64_t condition_value(const Expression& e, const Lookup& lookup) {
  using Operator = Expression::Kind;
  const auto operand = [&](std::size_t n) { return condition_value(e.operands()[n], lookup); };
  switch (e.kind()) {
    case Operator::integer: return e.number();
    case Operator::name: return lookup(std::string_view{e.text()});
    case Operator::negation: return operand(0) == 0 ? 1 : 0;
    case Operator::add: return operand(0) + operand(1);
    case Operator::subtract: return operand(0) - operand(1);
    case Operator::both: return operand(0) != 0 && operand(1) != 0 ? 1 : 0;
    case Operator::either: return operand(0) != 0 || operand(1) != 0 ? 1 : 0;
    case Operator::equal: return operand(0) == operand(1) ? 1 : 0;
    case Operator::not_equal: return operand(0) != operand(1) ? 1 : 0;
    case Operator::less: return operand(0) < operand(1) ? 1 : 0;
    case Operator::less_equal: return operand(0) <= operand(1) ? 1 : 0;
    case Operator::greater: return operand(0) > operand(1) ? 1 : 0;
    default: return operand(0) >= operand(1) ? 1 : 0;
  }
}

}  // namespace squall::scenarios
