// SPDX-License-Identifier: Apache-2.0
#include "scenarios/claims/text.hpp"

#include <fmt/format.h>

#include "sim/wait_words.hpp"

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

std::string_view symbol(Kind kind) {
  switch (kind) {
    case Kind::add: return "+";
    case Kind::subtract: return "-";
    case Kind::multiply: return "*";
    case Kind::divide: return "/";
    case Kind::remainder: return "%";
    case Kind::equal: return "==";
    case Kind::not_equal: return "!=";
    case Kind::less: return "<";
    case Kind::less_equal: return "<=";
    case Kind::greater: return ">";
    case Kind::greater_equal: return ">=";
    case Kind::both: return "&&";
    case Kind::either: return "||";
    default: return {};
  }
}

/// What stands inside something else, in brackets where it consists of several parts.
std::string part(const Expression& e) {
  return symbol(e.kind()).empty() && e.kind() != Kind::conditional ? text_of(e) : "(" + text_of(e) + ")";
}

std::string fold(const Expression& e, std::string_view word) {
  return fmt::format("{}.{}({}, {})", e.text(), word, e.item(), text_of(e.operands()[0]));
}

std::string one_of(const Expression& e) {
  std::string list;
  for (std::size_t i = 1; i < e.operands().size(); ++i) list += (i > 1 ? ", " : "") + text_of(e.operands()[i]);
  return fmt::format("{} in [{}]", part(e.operands()[0]), list);
}

}  // namespace

std::string text_of(const Expression& e) {
  const auto& parts = e.operands();
  switch (e.kind()) {
    case Kind::integer: return std::to_string(e.number());
    case Kind::text: return "'" + e.text() + "'";
    case Kind::name: return e.text().starts_with("effects.") ? "effects('" + e.text().substr(8) + "')" : e.text();
    case Kind::has: return "has(" + e.text() + ")";
    case Kind::negation: return "!" + part(parts[0]);
    case Kind::minus: return "-" + part(parts[0]);
    case Kind::conditional: return fmt::format("{} ? {} : {}", part(parts[0]), part(parts[1]), part(parts[2]));
    case Kind::minimum: return fmt::format("min({}, {})", text_of(parts[0]), text_of(parts[1]));
    case Kind::maximum: return fmt::format("max({}, {})", text_of(parts[0]), text_of(parts[1]));
    case Kind::one_of: return one_of(e);
    case Kind::size: return "size(" + e.text() + ")";
    case Kind::every: return fold(e, "all");
    case Kind::some: return fold(e, "exists");
    case Kind::count: return fold(e, "count");
    default: return fmt::format("{} {} {}", part(parts[0]), symbol(e.kind()), part(parts[1]));
  }
}

std::string text_of(const Condition& condition) {
  std::string text = text_of(condition.expression);
  for (std::size_t p = condition.patterns.size(); p-- > 0;) {
    const std::string place = "count." + std::to_string(p);
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + 1))
      text.replace(at, place.size(), "count(" + text_of(condition.patterns[p]) + ")");
  }
  return text;
}

std::string text_of(const Pattern& pattern) {
  static constexpr std::string_view words[] = {"sent",    "received", "ran",    "wrote",       "effect",
                                               "emitted", "ended",    "failed", "dead-letter", "outcome"};
  std::string text{words[static_cast<std::size_t>(pattern.kind)]};
  if (!pattern.what.empty()) text += " " + pattern.what;
  if (!pattern.sender.empty()) text += " from " + pattern.sender;
  if (!pattern.receiver.empty()) text += " to " + pattern.receiver;
  if (pattern.property) text += " where " + text_of(*pattern.property);
  return text;
}

std::string text_of(const Claim& claim) {
  const std::string that = std::visit([](const auto& subject) { return text_of(subject); }, claim.that);
  const std::string within = claim.within ? " within " + sim::in_words(*claim.within) : "";
  switch (claim.kind) {
    case Claim::Kind::always: return "always " + that;
    case Claim::Kind::never: return "never " + that;
    case Claim::Kind::eventually: return "eventually " + that + within;
    case Claim::Kind::sometimes: return "sometimes " + that;
    case Claim::Kind::leads_to: {
      const std::string by = claim.by.empty() ? "" : " with the same " + claim.by;
      return fmt::format("{} leads to {}{}{}", that, claim.then ? text_of(*claim.then) : "nothing", by, within);
    }
    case Claim::Kind::precedes:
      return fmt::format("{} precedes {}", that, claim.then ? text_of(*claim.then) : "nothing");
    case Claim::Kind::at_most: {
      const std::string after = claim.after ? " after each " + text_of(*claim.after) : "";
      return fmt::format("at most {} x {}{}", claim.n, that, after);
    }
  }
  return that;
}

std::string_view keyword(Claim::Kind kind) {
  static constexpr std::string_view words[] = {"always",   "never",   "eventually", "leads-to",
                                               "precedes", "at-most", "sometimes"};
  return words[static_cast<std::size_t>(kind)];
}

}  // namespace squall::scenarios
