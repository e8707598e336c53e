// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/expressions.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

template <class Visit>
void walk(const Expression& expression, const Visit& visit) {
  visit(expression);
  for (const Expression& operand : expression.operands()) walk(operand, visit);
}

bool is_comparison(Kind kind) {
  switch (kind) {
    case Kind::equal:
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal:
    case Kind::one_of: return true;
    default: return false;
  }
}

std::int64_t saturated(__int128 value) {
  constexpr __int128 least = std::numeric_limits<std::int64_t>::min(), most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(value, least, most));
}

Interval sum(const Interval& a, const Interval& b, int sign) {
  const Interval whole{};
  const Interval c = sign > 0 ? b : Interval{b.high, b.low};
  const auto side = [&](std::int64_t x, std::int64_t y, std::int64_t open) {
    const bool unknown = x == whole.low || x == whole.high || y == whole.low || y == whole.high;
    return unknown ? open : saturated(static_cast<__int128>(x) + static_cast<__int128>(sign) * y);
  };
  return {side(a.low, c.low, whole.low), side(a.high, c.high, whole.high)};
}

}  // namespace

std::set<std::string> names_in(const Expression& expression) {
  std::set<std::string> names;
  walk(expression, [&](const Expression& part) {
    switch (part.kind()) {
      case Kind::name:
      case Kind::has:
      case Kind::size:
      case Kind::every:
      case Kind::some:
      case Kind::count: names.insert(part.text()); break;
      default: break;
    }
  });
  return names;
}

bool steps_on(const Expression& value) {
  bool steps = false;
  walk(value,
       [&](const Expression& part) { steps = steps || part.kind() == Kind::add || part.kind() == Kind::subtract; });
  return steps;
}

std::vector<const Expression*> expressions_of(const Step& step) {
  std::vector<const Expression*> all;
  const auto one = [&](const Expression& expression) { all.push_back(&expression); };
  const auto maybe = [&](const std::optional<Expression>& expression) {
    if (expression) all.push_back(&*expression);
  };
  const auto named = [&](const Named& list) {
    for (const auto& entry : list) all.push_back(&entry.second);
  };
  const auto demand = [&](const Matcher& matcher) {
    maybe(matcher.sender);
    maybe(matcher.property);
  };
  const auto time = [&](const Time& given) { maybe(given.computed); };
  std::visit(
      [&](const auto& s) {
        if constexpr (requires { s.time; }) time(s.time);
        if constexpr (requires { s.silence; }) time(s.silence);
        if constexpr (requires { s.content; }) named(s.content.with);
        if constexpr (requires { s.to.each; }) {
          for (const Expression& to : s.to.each) one(to);
        }
        if constexpr (requires { s.from_sequence; }) one(s.from_sequence);
        if constexpr (requires { s.demand; }) {
          for (const Demand::Part& part : s.demand.parts) demand(part.matcher);
        }
        if constexpr (requires { s.matcher; }) demand(s.matcher);
        if constexpr (requires { s.expected; }) one(s.expected);
        if constexpr (requires { s.value.kind(); }) one(s.value);
        if constexpr (requires { s.value.has_value(); }) maybe(s.value);
        if constexpr (requires { s.condition; }) one(s.condition);
        if constexpr (requires { s.of.key; }) {
          maybe(s.of.key);
          maybe(s.of.for_);
          maybe(s.of.with);
        }
        if constexpr (requires { s.loop; }) {
          maybe(s.loop.times);
          maybe(s.loop.while_);
          maybe(s.loop.until);
        }
        if constexpr (requires { s.over; }) {
          maybe(s.over.from);
          maybe(s.over.to);
        }
        if constexpr (requires { s.child; }) named(s.child.with);
        if constexpr (requires { s.agent.kind(); }) one(s.agent);
      },
      step.action);
  return all;
}

std::string base_of(const std::string& name) { return name.substr(0, name.find('.')); }

std::vector<Expression> conjuncts_of(const Expression& condition) {
  if (condition.kind() != Kind::both) return {condition};
  std::vector<Expression> all;
  for (const Expression& operand : condition.operands()) {
    for (Expression& part : conjuncts_of(operand)) all.push_back(std::move(part));
  }
  return all;
}

std::set<std::string> needed_fields(const Expression& where) {
  std::set<std::string> fields;
  const auto note = [&](const std::string& name) {
    static const std::set<std::string> always{"topic", "from", "request", "attempt", "seq", "artifact"};
    if (!name.starts_with("msg.")) return;
    const std::string field = name.substr(4);
    if (field.find('.') == std::string::npos && !always.contains(field)) fields.insert(field);
  };
  for (const Expression& part : conjuncts_of(where)) {
    if (part.kind() == Kind::has) note(part.text());
    if (!is_comparison(part.kind())) continue;
    for (const Expression& side : part.operands()) {
      if (side.kind() == Kind::name) note(side.text());
    }
  }
  return fields;
}

Interval interval_of(const Expression& expression, const std::map<std::string, Interval>& sizes) {
  const auto of = [&](std::size_t operand) { return interval_of(expression.operands()[operand], sizes); };
  switch (expression.kind()) {
    case Kind::integer: return {expression.number(), expression.number()};
    case Kind::size: {
      const auto known = sizes.find(expression.text());
      return known == sizes.end() ? Interval{.low = 0} : known->second;
    }
    case Kind::count: return {.low = 0};
    case Kind::add: return sum(of(0), of(1), 1);
    case Kind::subtract: return sum(of(0), of(1), -1);
    case Kind::minimum: return {std::min(of(0).low, of(1).low), std::min(of(0).high, of(1).high)};
    case Kind::maximum: return {std::max(of(0).low, of(1).low), std::max(of(0).high, of(1).high)};
    case Kind::conditional: return {std::min(of(1).low, of(2).low), std::max(of(1).high, of(2).high)};
    default: return {};
  }
}

std::map<std::string, std::vector<Origin>> origins_of(const Survey& survey, Survey::Number agent) {
  std::map<std::string, std::vector<Origin>> origins;
  for (Survey::Number n = survey.first(agent); n < survey.last(agent); ++n) {
    const Step& step = *survey.at(n).step;
    if (const auto* set = survey.as<steps::Set>(n)) origins[set->name].push_back({Origin::Kind::set, n, &set->value});
    if (const auto* map = survey.as<steps::Map>(n)) origins[map->over.item].push_back({Origin::Kind::item, n});
    if (step.fields.as.empty()) continue;
    const bool message = survey.as<steps::Receive>(n) != nullptr || survey.as<steps::Ask>(n) != nullptr;
    const Origin::Kind kind = survey.as<steps::Read>(n) != nullptr    ? Origin::Kind::read
                              : message                               ? Origin::Kind::message
                              : survey.as<steps::Spawn>(n) != nullptr ? Origin::Kind::child
                                                                      : Origin::Kind::other;
    origins[step.fields.as].push_back({kind, n});
  }
  return origins;
}

bool is_counter(const Survey& survey, Survey::Number agent, const std::string& name) {
  for (Survey::Number n = survey.first(agent); n < survey.last(agent); ++n) {
    const auto* set = survey.as<steps::Set>(n);
    if (set == nullptr || set->name != name) continue;
    if (steps_on(set->value) && names_in(set->value).contains(name)) return true;
  }
  return false;
}

}  // namespace squall::scenarios
