// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/reading.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "scenarios/expression/parse.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/words.hpp"
#include "scenarios/reader/yaml.hpp"

/// Values of fields.
namespace squall::scenarios {
namespace {

/// What a node is, for people.
std::string described(const Node& node) {
  if (node.is_sequence()) return "a list";
  if (node.is_mapping()) return "a mapping";
  return node.text.empty() ? "nothing" : "'" + node.text + "'";
}

}  // namespace

std::string field_name(const FieldRow& row) { return fmt::format("'{}'", row.name); }

Mark Reading::part(const Node& scalar, std::size_t from, std::size_t length) const {
  const std::string_view text = sources_.text(scalar.mark.file);
  for (const std::uint32_t quote : {0U, 1U}) {
    const std::size_t offset = scalar.mark.offset + quote;
    if (text.substr(std::min(offset, text.size()), scalar.text.size()) != scalar.text) continue;
    return {scalar.mark.file, static_cast<std::uint32_t>(offset + from), static_cast<std::uint32_t>(length)};
  }
  return scalar.mark;
}

std::uint32_t Reading::number_of(Mark mark, const Node* step) {
  numbered_.push_back({mark, step, false});
  return static_cast<std::uint32_t>(numbered_.size());
}

template <class T>
std::optional<T> Reading::take(const FieldRow& row, const Node& node, Parsed<T> parsed) {
  if (auto* refused = std::get_if<Refused>(&parsed)) {
    say(node, fmt::format("{}: '{}' {}", field_name(row), node.text, refused->what), refused->fix);
    return std::nullopt;
  }
  return std::get<T>(std::move(parsed));
}

bool Reading::is_scalar(const FieldRow& row, const Node& node, std::string_view takes) {
  if (node.is_scalar() && !node.is_null()) return true;
  say(node, fmt::format("{} takes {}, not {}", field_name(row), takes, described(node)),
      fmt::format("write {} here", takes));
  return false;
}

std::optional<bool> Reading::as_flag(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "true or false")) return std::nullopt;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  say(node, fmt::format("{} takes true or false, not '{}'", field_name(row), node.text), "write true or false");
  return std::nullopt;
}

std::optional<std::uint32_t> Reading::as_count(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a count")) return std::nullopt;
  const auto count = take<std::uint64_t>(row, node, parse_count(node.text, 1'000'000'000));
  return count ? std::optional{static_cast<std::uint32_t>(*count)} : std::nullopt;
}

std::optional<std::vector<std::uint32_t>> Reading::as_counts(const FieldRow& row, const Node& node) {
  if (!node.is_sequence()) {
    say(node, fmt::format("{} is a list of counts", field_name(row)), "write it as [1, 2]");
    return std::nullopt;
  }
  std::vector<std::uint32_t> counts;
  for (const Node* item : node.items) {
    if (const auto count = as_count(row, *item)) counts.push_back(*count);
  }
  return counts;
}

std::optional<std::string> Reading::as_text(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a text")) return std::nullopt;
  return node.text;
}

std::optional<std::string> Reading::as_name(const FieldRow& row, const Node& node) {
  const std::string what =
      row.detail == "action" || row.detail.empty()
          ? "a name"
          : fmt::format("a name of {} {}", row.detail.find_first_of("aeiou") == 0 ? "an" : "a", row.detail);
  if (!is_scalar(row, node, what)) return std::nullopt;
  const bool plain = row.detail == "variable" || row.detail == "key";
  if (plain ? is_plain_name(node.text) : is_name(node.text)) return node.text;
  if (node.text.starts_with('=')) {
    say(node, fmt::format("{} is {} and cannot be computed", field_name(row), what), "write the name itself");
  } else if (plain && is_name(node.text)) {
    say(node, fmt::format("'{}' holds a hyphen, which would be a minus in expressions", node.text),
        "write '_' instead of '-'");
  } else {
    say(node, fmt::format("{}: '{}' is not a name", field_name(row), node.text),
        "begin with a small letter; then small letters, digits, _ and -");
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> Reading::as_names(const FieldRow& row, const Node& node) {
  std::vector<std::string> names;
  if (!node.is_sequence()) {
    auto name = as_name(row, node);
    if (!name) return std::nullopt;
    names.push_back(std::move(*name));
    return names;
  }
  for (const Node* item : node.items) {
    if (auto name = as_name(row, *item)) names.push_back(std::move(*name));
  }
  return names;
}

std::optional<sim::Duration> Reading::as_duration(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "one duration")) return std::nullopt;
  return take<sim::Duration>(row, node, parse_duration(node.text));
}

std::optional<sim::Distribution> Reading::as_drawn(const FieldRow& row, const Node& node) {
  if (!node.is_mapping()) {
    if (!is_scalar(row, node, "a duration")) return std::nullopt;
    return take<sim::Distribution>(row, node, parse_drawn(node.text));
  }
  const Node* mean = node.find("mean");
  const Node* p50 = node.find("p50");
  const Node* p99 = node.find("p99");
  const std::size_t known = (mean != nullptr ? 1U : 0U) + (p50 != nullptr ? 1U : 0U) + (p99 != nullptr ? 1U : 0U);
  const bool fits = mean != nullptr ? known == 1 : p50 != nullptr && p99 != nullptr;
  if (!fits || node.entries.size() != known) {
    say(node, fmt::format("{} takes a duration, and this mapping is none", field_name(row)),
        "write {mean: 5s}, or {p50: 4s, p99: 20s}, or 1s..5s, or 5s");
    return std::nullopt;
  }
  if (mean != nullptr) {
    const auto duration = as_duration(row, *mean);
    return duration ? std::optional{sim::Distribution::exponential(*duration)} : std::nullopt;
  }
  const auto half = as_duration(row, *p50), most = as_duration(row, *p99);
  if (!half || !most) return std::nullopt;
  if (*half == sim::Duration::zero()) {
    say(*p50, "a p50 of nothing leaves a log-normal nothing to spread", "write a p50 above 0s, or one duration");
    return std::nullopt;
  }
  if (*most < *half) {
    say(*p99, fmt::format("the p99 '{}' is below the p50 '{}'", p99->text, p50->text),
        "write a p99 that is at least the p50");
    return std::nullopt;
  }
  return sim::Distribution::lognormal(*half, *most);
}

std::optional<Time> Reading::as_time(const FieldRow& row, const Node& node) {
  if (node.is_scalar() && node.text.starts_with('=')) {
    auto computed = as_expression(node);
    return computed ? std::optional{Time{std::move(*computed)}} : std::nullopt;
  }
  const auto drawn = as_drawn(row, node);
  return drawn ? std::optional{Time{*drawn}} : std::nullopt;
}

std::optional<sim::Probability> Reading::as_chance(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a percentage")) return std::nullopt;
  return take<sim::Probability>(row, node, parse_chance(node.text));
}

std::optional<std::pair<std::uint32_t, sim::Duration>> Reading::as_rate(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a rate such as '10 per 1s'")) return std::nullopt;
  return take<std::pair<std::uint32_t, sim::Duration>>(row, node, parse_rate(node.text));
}

std::optional<std::uint32_t> Reading::as_seeds(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a number of seeds such as '10 seeds'")) return std::nullopt;
  return take<std::uint32_t>(row, node, parse_seeds(node.text));
}

std::optional<std::size_t> Reading::as_word(const FieldRow& row, const Node& node) {
  const auto words = words_of(row.detail);
  if (!is_scalar(row, node, fmt::format("one of {}", fmt::join(words, ", ")))) return std::nullopt;
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  say(node, fmt::format("{}: '{}' is not one of its words", field_name(row), node.text), instead_of(node.text, words));
  return std::nullopt;
}

std::optional<OrWord<std::uint32_t>> Reading::as_number_or(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a count")) return std::nullopt;
  const auto words = words_of(row.detail);
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return OrWord<std::uint32_t>{{}, static_cast<std::size_t>(found - words.begin())};
  if (!looks_like_number(node.text) && !words.empty()) {
    say(node, fmt::format("{}: '{}' is neither a count nor one of its words", field_name(row), node.text),
        fmt::format("write a count, or one of: {}", fmt::join(words, ", ")));
    return std::nullopt;
  }
  const auto count = as_count(row, node);
  return count ? std::optional{OrWord<std::uint32_t>{*count, 0}} : std::nullopt;
}

std::optional<OrWord<sim::Duration>> Reading::as_duration_or(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a duration")) return std::nullopt;
  const auto words = words_of(row.detail);
  const auto found = std::ranges::find(words, node.text);
  if (found != words.end()) return OrWord<sim::Duration>{{}, static_cast<std::size_t>(found - words.begin())};
  const bool number = looks_like_number(node.text) || looks_like_duration(node.text);
  if (!number) {
    say(node, fmt::format("{}: '{}' is neither a duration nor one of its words", field_name(row), node.text),
        fmt::format("write a duration such as 5s, or one of: {}", fmt::join(words, ", ")));
    return std::nullopt;
  }
  const auto duration = as_duration(row, node);
  return duration ? std::optional{OrWord<sim::Duration>{*duration, 0}} : std::nullopt;
}

// ---- expressions ----

std::optional<Expression> Reading::parsed_expression(const Node& node, std::size_t from,
                                                     std::vector<Pattern>* patterns) {
  const ExpressionContext context{
      .hyphenated = &hyphenated,
      .mark = [&](std::size_t at, std::size_t length) { return number_of(part(node, from + at, length)); },
      .patterns = patterns};
  // An alias may repeat an expression as often as a file may have nodes.
  expression_bytes_ += node.text.size();
  if (expression_bytes_ > FileLimits::expression_bytes) {
    say(node, fmt::format("the expressions of the file have more than {} bytes together", FileLimits::expression_bytes),
        "split the workflow");
    return std::nullopt;
  }
  auto parsed = parse_expression(std::string_view{node.text}.substr(from), context);
  if (const auto* trouble = std::get_if<ExpressionTrouble>(&parsed)) {
    say(part(node, from + trouble->at, trouble->length), trouble->what, trouble->fix);
    return std::nullopt;
  }
  return std::get<Expression>(std::move(parsed));
}

std::optional<Expression> Reading::as_expression(const Node& node) { return parsed_expression(node, 1); }

std::optional<Expression> Reading::as_condition(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a condition")) return std::nullopt;
  // A condition is an expression by itself; who writes `=` all the same means nothing else.
  return parsed_expression(node, node.text.starts_with('=') ? 1 : 0);
}

std::optional<Condition> Reading::as_world_condition(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a condition")) return std::nullopt;
  std::vector<Pattern> patterns;
  auto expression = parsed_expression(node, node.text.starts_with('=') ? 1 : 0, &patterns);
  if (!expression) return std::nullopt;
  Condition condition{std::move(*expression), std::move(patterns)};
  condition.mark = number_of(node.mark);
  return condition;
}

std::optional<Expression> Reading::as_value(const FieldRow& row, const Node& node) {
  if (!is_scalar(row, node, "a value")) return std::nullopt;
  const std::string& text = node.text;
  if (text.starts_with('=')) return as_expression(node);
  const auto literal = [&](Expression e) { return std::move(e).marked(number_of(node.mark)); };
  if (text == "true" || text == "false") return literal(text == "true");
  if (looks_like_number(text)) {
    const auto number = take<std::int64_t>(row, node, parse_number(text));
    return number ? std::optional{literal(*number)} : std::nullopt;
  }
  if (looks_like_duration(text)) {
    const auto duration = take<sim::Duration>(row, node, parse_duration(text));
    return duration ? std::optional{literal(*duration)} : std::nullopt;
  }
  return literal({Expression::Kind::text, 0, text});
}

std::optional<Named> Reading::as_values(const FieldRow& row, const Node& node) {
  Named values;
  if (node.is_null()) return values;
  if (!node.is_mapping()) {
    say(node, fmt::format("{} is a map of names to values, not {}", field_name(row), described(node)),
        fmt::format("write {}: {{name: value}}", row.name));
    return std::nullopt;
  }
  for (const Node::Entry& entry : node.entries) {
    if (!is_plain_name(entry.key->text)) {
      say(*entry.key, fmt::format("'{}' is no name of a variable or a field", entry.key->text),
          "begin with a small letter; then small letters, digits and _");
    }
    if (auto value = as_value(row, *entry.value)) values.emplace_back(entry.key->text, std::move(*value));
  }
  return values;
}

std::optional<Expression> Reading::as_agent(const FieldRow& row, const Node& node) {
  if (node.is_scalar() && node.text.starts_with('=')) return as_expression(node);
  static constexpr FieldRow agent{"", "", Takes::name, "agent", "", ""};
  const FieldRow named{row.shape, row.name, Takes::name, agent.detail, "", ""};
  auto name = as_name(named, node);
  return name ? std::optional{var(std::move(*name)).marked(number_of(node.mark))} : std::nullopt;
}

std::optional<Target> Reading::as_agents(const FieldRow& row, const Node& node) {
  Target target{std::initializer_list<const char*>{}};
  if (!node.is_sequence()) {
    auto agent = as_agent(row, node);
    if (!agent) return std::nullopt;
    target.each.push_back(std::move(*agent));
    return target;
  }
  for (const Node* item : node.items) {
    if (auto agent = as_agent(row, *item)) target.each.push_back(std::move(*agent));
  }
  if (target.each.empty() && node.items.empty()) {
    say(node, fmt::format("{} names nobody", field_name(row)), "name an agent");
    return std::nullopt;
  }
  return target;
}

}  // namespace squall::scenarios
