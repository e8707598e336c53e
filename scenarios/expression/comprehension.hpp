// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "scenarios/agents/expression.hpp"

namespace squall::scenarios {

/// A list of messages with the filters and the mapping that an expression laid upon it. Nothing of it exists while a
/// workflow runs: what is asked of it in the end becomes one question about the list.
class Comprehension {
 public:
  explicit Comprehension(std::string list) : list_(std::move(list)) {}

  /// Only the elements, called `item` there, for which `condition` is true.
  Comprehension filtered(const std::string& item, const Expression& condition) &&;
  /// `value` in place of each element, which it calls `item`.
  Comprehension mapped(const std::string& item, const Expression& value) &&;

  Expression size() const;
  Expression all(const std::string& item, const Expression& condition) const;
  Expression exists(const std::string& item, const Expression& condition) const;
  /// Whether some element equals `value`.
  Expression contains(const Expression& value) const;

 private:
  /// `e`, which calls the element `item`, in words of the list's own elements.
  Expression own(const Expression& e, const std::string& item) const;

  std::string list_;
  std::string item_;  ///< what `condition_` and `value_` call an element; empty: there are none yet
  std::optional<Expression> condition_;
  std::optional<Expression> value_;  ///< what stands for an element; none: itself
};

}  // namespace squall::scenarios
