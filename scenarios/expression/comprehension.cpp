// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression/comprehension.hpp"

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

/// `e` with `value` wherever it says `item`. `item.field` stays a field: of the name that `value` is.
Expression substituted(const Expression& e, const std::string& item, const Expression& value) {
  const bool names = e.kind() == Kind::name || e.kind() == Kind::has;
  if (names && e.kind() == Kind::name && e.text() == item) return value;
  if (names && e.text().starts_with(item + ".") && value.kind() == Kind::name) {
    return Expression{e.kind(), 0, value.text() + e.text().substr(item.size())}.marked(e.mark());
  }
  if (e.operands().empty()) return e;
  std::vector<Expression> operands;
  // An inner list that calls its elements the same hides ours.
  for (const Expression& operand : e.operands())
    operands.push_back(e.item() == item ? operand : substituted(operand, item, value));
  return Expression{e.kind(), e.number(), e.text(), std::move(operands), e.item()}.marked(e.mark());
}

}  // namespace

Expression Comprehension::own(const Expression& e, const std::string& item) const {
  if (value_) return substituted(e, item, *value_);
  return item_.empty() || item == item_ ? e : substituted(e, item, var(item_));
}

Comprehension Comprehension::filtered(const std::string& item, const Expression& condition) && {
  const Expression mine = own(condition, item);
  if (item_.empty()) item_ = item;
  condition_ = condition_ ? *condition_ && mine : mine;
  return std::move(*this);
}

Comprehension Comprehension::mapped(const std::string& item, const Expression& value) && {
  value_ = own(value, item);
  if (item_.empty()) item_ = item;
  return std::move(*this);
}

Expression Comprehension::size() const {
  return condition_ ? count(list_, item_, *condition_) : scenarios::size(list_);
}

Expression Comprehension::all(const std::string& item, const Expression& condition) const {
  const Expression mine = own(condition, item);
  return every(list_, item_.empty() ? item : item_, condition_ ? !*condition_ || mine : mine);
}

Expression Comprehension::exists(const std::string& item, const Expression& condition) const {
  const Expression mine = own(condition, item);
  return some(list_, item_.empty() ? item : item_, condition_ ? *condition_ && mine : mine);
}

Expression Comprehension::contains(const Expression& value) const {
  // A name that no expression can say: nothing inside `value` is taken for it.
  const std::string item = item_.empty() ? " element" : item_;
  const Expression equal = (value_ ? *value_ : var(item)) == value;
  return some(list_, item, condition_ ? *condition_ && equal : equal);
}

}  // namespace squall::scenarios
