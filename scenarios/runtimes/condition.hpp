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
  using Kind = Expression::Kind;
  const auto operand = [&](std::size_t n) { return condition_value(e.operands()[n], lookup); };
  switch (e.kind()) {
    case Kind::integer: return e.number();
    case Kind::name: return lookup(std::string_view{e.text()});
    case Kind::negation: return operand(0) == 0 ? 1 : 0;
    case Kind::add: return operand(0) + operand(1);
    case Kind::subtract: return operand(0) - operand(1);
    case Kind::both: return operand(0) != 0 && operand(1) != 0 ? 1 : 0;
    case Kind::either: return operand(0) != 0 || operand(1) != 0 ? 1 : 0;
    case Kind::equal: return operand(0) == operand(1) ? 1 : 0;
    case Kind::not_equal: return operand(0) != operand(1) ? 1 : 0;
    case Kind::less: return operand(0) < operand(1) ? 1 : 0;
    case Kind::less_equal: return operand(0) <= operand(1) ? 1 : 0;
    case Kind::greater: return operand(0) > operand(1) ? 1 : 0;
    default: return operand(0) >= operand(1) ? 1 : 0;
  }
}

}  // namespace squall::scenarios
