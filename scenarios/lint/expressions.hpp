// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/agents/expression.hpp"
#include "scenarios/lint/survey.hpp"

namespace squall::scenarios {

/// All names that an expression speaks of, as it writes them: `msg.attempt`, `n`, `self.index`.
std::set<std::string> names_in(const Expression& expression);
/// `calls` of `calls.value`.
std::string base_of(const std::string& name);

/// All expressions of a step itself, without those of the steps inside it.
std::vector<const Expression*> expressions_of(const Step& step);

/// The conditions that all have to hold for it to hold.
std::vector<Expression> conjuncts_of(const Expression& condition);
/// Fields of the candidate without which a `where` cannot hold: `has(msg.x)`, `msg.x == y`.
std::set<std::string> needed_fields(const Expression& where);

/// What a number may be, as far as its expression says.
struct Interval {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool is_one() const { return low == high; }
};
/// `sizes`: least and most messages of lists, by name.
Interval interval_of(const Expression& expression, const std::map<std::string, Interval>& sizes = {});

/// What may be behind a name in one agent's programs, without regard to where it is used.
struct Origin {
  enum class Kind : std::uint8_t { read, set, message, child, item, other } kind;
  Survey::Number site;
  const Expression* value = nullptr;  ///< of a set
};
/// Of all locals and variables of an agent, by name.
std::map<std::string, std::vector<Origin>> origins_of(const Survey& survey, Survey::Number agent);

/// Whether a value adds or subtracts.
bool steps_on(const Expression& value);
/// Whether some step of the agent makes a name larger or smaller step by step: `set: {n: =n + 1}`.
bool is_counter(const Survey& survey, Survey::Number agent, const std::string& name);

}  // namespace squall::scenarios
