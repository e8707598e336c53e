// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/time.hpp"

namespace squall::scenarios {

/// An expression of the workflow language, by name: what a file or C++ wrote, not yet bound to a program. Immutable.
///
///     var("n") + 1 <= 3 && has("msg.place")
class Expression {
 public:
  enum class Kind : std::uint8_t {
    integer,  ///< number, boolean, or nanoseconds: `number()`
    text,     ///< literal text
    name,     ///< variable, agent, or `base.field`: `text()`
    has,      ///< whether the field named by `text()` is there
    negation,
    minus,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    both,
    either,
    conditional,
    minimum,
    maximum,
    one_of,  ///< the first operand equals one of the others
    size,    ///< of the list named by `text()`
    every,
    some,
    count  ///< over the list named by `text()`: the operand, for each message called `item()`
  };

  /// What an `integer` was written as.
  enum class Literal : std::uint8_t { number, boolean, duration };

  Expression() : Expression(0) {}
  template <std::integral T>
  Expression(T number)  // NOLINT: a literal
      : Expression(std::is_same_v<T, bool> ? Literal::boolean : Literal::number, static_cast<std::int64_t>(number)) {}
  template <class Rep, class Period>
  Expression(std::chrono::duration<Rep, Period> d)  // NOLINT: a literal
      : Expression(Literal::duration, std::chrono::duration_cast<sim::Duration>(d).count()) {}
  Expression(const char* literal) : Expression(Kind::text, 0, literal) {}  // NOLINT: a literal
  Expression(Kind kind, std::int64_t number, std::string text, std::vector<Expression> operands = {},
             std::string item = {})
      : node_(std::make_shared<Node>(
            Node{kind, Literal::number, 0, number, std::move(text), std::move(item), std::move(operands)})) {}
  Expression(Literal literal, std::int64_t number)
      : node_(std::make_shared<Node>(Node{Kind::integer, literal, 0, number, {}, {}, {}})) {}

  /// The same, with a reader's own number of the place where it stands: see `Step::mark`.
  Expression marked(std::uint32_t mark) && {
    // What nobody else has seen yet is still to be finished; what is shared stays as it is.
    if (node_.use_count() != 1) node_ = std::make_shared<Node>(*node_);
    node_->mark = mark;
    return std::move(*this);
  }

  Kind kind() const { return node_->kind; }
  Literal literal() const { return node_->literal; }
  std::uint32_t mark() const { return node_->mark; }
  std::int64_t number() const { return node_->number; }
  const std::string& text() const { return node_->text; }
  const std::string& item() const { return node_->item; }
  const std::vector<Expression>& operands() const { return node_->operands; }

 private:
  struct Node {
    Kind kind;
    Literal literal;
    std::uint32_t mark;
    std::int64_t number;
    std::string text;
    std::string item;
    std::vector<Expression> operands;
  };
  std::shared_ptr<Node> node_;  // changed by nobody but `marked`
};

/// A variable, an agent, or a field: `var("n")`, `var("tester")`, `var("msg.place")`, `var("error.name")`, `var("now")`.
inline Expression var(std::string name) { return {Expression::Kind::name, 0, std::move(name)}; }
inline Expression has(std::string field) { return {Expression::Kind::has, 0, std::move(field)}; }
inline Expression size(std::string list) { return {Expression::Kind::size, 0, std::move(list)}; }
inline Expression every(std::string list, std::string item, Expression that) {
  return {Expression::Kind::every, 0, std::move(list), {std::move(that)}, std::move(item)};
}
inline Expression some(std::string list, std::string item, Expression that) {
  return {Expression::Kind::some, 0, std::move(list), {std::move(that)}, std::move(item)};
}
inline Expression count(std::string list, std::string item, Expression that) {
  return {Expression::Kind::count, 0, std::move(list), {std::move(that)}, std::move(item)};
}
inline Expression min(Expression a, Expression b) {
  return {Expression::Kind::minimum, 0, {}, {std::move(a), std::move(b)}};
}
inline Expression max(Expression a, Expression b) {
  return {Expression::Kind::maximum, 0, {}, {std::move(a), std::move(b)}};
}
inline Expression one_of(Expression value, std::vector<Expression> list) {
  list.insert(list.begin(), std::move(value));
  return {Expression::Kind::one_of, 0, {}, std::move(list)};
}
/// `condition ? yes : no`.
inline Expression choose(Expression condition, Expression yes, Expression no) {
  return {Expression::Kind::conditional, 0, {}, {std::move(condition), std::move(yes), std::move(no)}};
}

#define SQUALL_BINARY(symbol, kind)                                       \
  inline Expression operator symbol(Expression a, Expression b) {         \
    return {Expression::Kind::kind, 0, {}, {std::move(a), std::move(b)}}; \
  }
SQUALL_BINARY(+, add)
SQUALL_BINARY(-, subtract)
SQUALL_BINARY(*, multiply)
SQUALL_BINARY(/, divide)
SQUALL_BINARY(%, remainder)
SQUALL_BINARY(==, equal)
SQUALL_BINARY(!=, not_equal)
SQUALL_BINARY(<, less)
SQUALL_BINARY(<=, less_equal)
SQUALL_BINARY(>, greater)
SQUALL_BINARY(>=, greater_equal)
SQUALL_BINARY(&&, both)
SQUALL_BINARY(||, either)
#undef SQUALL_BINARY
// More special than those of std::chrono, which take anything for a number.
template <class Rep, class Period>
Expression operator*(const Expression& a, const std::chrono::duration<Rep, Period>& b) {
  return a * Expression{b};
}
template <class Rep, class Period>
Expression operator*(const std::chrono::duration<Rep, Period>& a, const Expression& b) {
  return Expression{a} * b;
}
inline Expression operator!(Expression a) { return {Expression::Kind::negation, 0, {}, {std::move(a)}}; }
inline Expression operator-(Expression a) { return {Expression::Kind::minus, 0, {}, {std::move(a)}}; }

}  // namespace squall::scenarios
