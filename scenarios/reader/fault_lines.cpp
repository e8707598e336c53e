// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "faults/decode.hpp"
#include "scenarios/agents/declarations.hpp"
#include "scenarios/claims/world_compiler.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/sections.hpp"

/// `faults` and `plan`: lines of kinds, by the rows of the catalogue of faults.
namespace squall::scenarios {
namespace {

using faults::FieldValue;

/// A row of the field table for a field of a fault, so that values of both are read by the same functions.
FieldRow row_of(const faults::FieldRow& field) {
  return {"fault", field.field.name, Takes::special, "", field.field.otherwise, field.field.about};
}

class LineReader {
 public:
  LineReader(Reading& reading, FaultLines& into, faults::Line& line) : reading_(reading), into_(into), line_(line) {}

  void read(const faults::FieldRow& field, const Node& node) {
    if (field.takes == faults::Takes::condition) return condition(row_of(field), node);
    const auto value = value_of(field, node);
    if (!value) return;
    const std::string wrong = faults::set_field(line_, field.field.name, *value);
    if (!wrong.empty()) {
      reading_.say(node, fmt::format("'{}' {}", field.field.name, wrong),
                   fmt::format("{}: {}", field.field.name, field.field.about));
    }
  }

 private:
  void condition(const FieldRow& row, const Node& node) {
    auto expression = reading_.as_condition(row, node);
    if (!expression) return;
    into_.conditions.push_back(
        {into_.lines.size(), std::string{row.name}, std::move(*expression), node.text, node.mark});
  }

  template <class T>
  static std::optional<FieldValue> given(std::optional<T> value) {
    if (!value) return std::nullopt;
    return FieldValue{std::move(*value)};
  }

  std::optional<FieldValue> name(FieldRow row, const Node& node, std::string_view of) {
    row.detail = of;
    return given(reading_.as_name(row, node));
  }

  std::optional<FieldValue> value_of(const faults::FieldRow& field, const Node& node) {
    FieldRow row = row_of(field);
    switch (field.takes) {
      case faults::Takes::flag: return given(reading_.as_flag(row, node));
      case faults::Takes::count: {
        const auto count = reading_.as_count(row, node);
        return count ? std::optional{FieldValue{std::int64_t{*count}}} : std::nullopt;
      }
      case faults::Takes::integer: {
        const auto parsed = parse_number(node.text);
        if (node.is_scalar() && std::holds_alternative<std::int64_t>(parsed))
          return FieldValue{std::get<std::int64_t>(parsed)};
        reading_.say(node, fmt::format("'{}' takes a whole number", row.name), "write such as 3 or -3");
        return std::nullopt;
      }
      case faults::Takes::chance: return given(reading_.as_chance(row, node));
      case faults::Takes::duration:
        if (node.is_scalar() && !field.field.otherwise.empty() && node.text == field.field.otherwise &&
            !looks_like_duration(node.text))
          return FieldValue{node.text};
        return given(reading_.as_drawn(row, node));
      case faults::Takes::word: {
        if (!node.is_scalar()) break;
        if (std::ranges::find(field.words, node.text) != field.words.end()) return FieldValue{node.text};
        reading_.say(node, fmt::format("'{}': '{}' is not one of its words", row.name, node.text),
                     instead_of(node.text, field.words));
        return std::nullopt;
      }
      case faults::Takes::agents: {
        row.detail = "agent";
        auto names = reading_.as_names(row, node);
        return names ? std::optional{FieldValue{faults::Names{std::move(*names)}}} : std::nullopt;
      }
      case faults::Takes::topic: return name(row, node, "topic");
      case faults::Takes::tool: return name(row, node, "tool");
      case faults::Takes::key: return name(row, node, "key");
      case faults::Takes::resource: return name(row, node, "resource");
      case faults::Takes::artifact: return name(row, node, "artifact");
      case faults::Takes::field: return name(row, node, "variable");
      case faults::Takes::condition: break;
      case faults::Takes::window: return window(row, node);
      case faults::Takes::moment: return moment(row, node);
    }
    reading_.say(node, fmt::format("'{}' cannot be read here", row.name), fmt::format("leave '{}' out", row.name));
    return std::nullopt;
  }

  std::optional<FieldValue> window(const FieldRow& row, const Node& node) {
    if (node.is_scalar()) {
      const auto drawn = parse_drawn(node.text);
      const std::size_t dots = node.text.find("..");
      const auto open =
          dots + 2 == node.text.size() ? parse_duration(node.text.substr(0, dots)) : Parsed<sim::Duration>{Refused{}};
      if (const auto* from = std::get_if<sim::Duration>(&open))
        return faults::Window{sim::start_of_time + *from, sim::end_of_time};
      if (const auto* both = std::get_if<sim::Distribution>(&drawn); both != nullptr && dots != std::string::npos)
        return faults::Window{sim::Instant{sim::Duration{both->a}}, sim::Instant{sim::Duration{both->b}}};
    }
    reading_.say(node, fmt::format("'{}' takes two times since the start", row.name), "write such as 1m..5m, or 1m..");
    return std::nullopt;
  }

  std::optional<FieldValue> moment(const FieldRow& row, const Node& node) {
    const char* fix = "write {time: 5m}, {before: agent.id} or {after: agent.id, nth: 2}";
    const Node* time = node.find("time");
    const Node* before = node.find("before");
    const Node* after = node.find("after");
    const Node* nth = node.find("nth");
    const int sides = (before != nullptr ? 1 : 0) + (after != nullptr ? 1 : 0);
    for (const Node::Entry& entry : node.entries) {
      constexpr std::array<std::string_view, 4> known{"time", "before", "after", "nth"};
      if (std::ranges::find(known, entry.key->text) == known.end())
        reading_.say(*entry.key, fmt::format("'{}' has no field '{}'", row.name, entry.key->text), fix);
    }
    if (time != nullptr && sides == 0 && nth == nullptr) {
      const auto since = reading_.as_duration(row, *time);
      return since ? std::optional{FieldValue{faults::Moment{sim::start_of_time + *since}}} : std::nullopt;
    }
    if (time != nullptr || sides != 1) {
      reading_.say(node, fmt::format("'{}' takes a time or a step", row.name), fix);
      return std::nullopt;
    }
    const Node& place = before != nullptr ? *before : *after;
    const std::size_t dot = place.text.find('.');
    if (!place.is_scalar() || dot == std::string::npos || !is_name(place.text.substr(0, dot)) ||
        !is_name(place.text.substr(dot + 1))) {
      reading_.say(place, "a step is named by its agent and its id", "write agent.id");
      return std::nullopt;
    }
    faults::StepMoment step{{place.text.substr(0, dot), place.text.substr(dot + 1), after != nullptr}, std::nullopt};
    if (nth != nullptr) step.nth = reading_.as_count(row, *nth);
    return FieldValue{faults::Moment{step}};
  }

  Reading& reading_;
  FaultLines& into_;
  faults::Line& line_;
};

void read_line(Reading& reading, const Node& item, FaultLines& into) {
  const bool is_word = item.is_scalar() && !item.is_null();
  if (!is_word && (!item.is_mapping() || item.entries.size() != 1)) {
    reading.say(item, "a fault is a map with one key, its kind",
                "write - KIND: {…}, such as - message-loss: {chance: 1%}");
    return;
  }
  const Node& key = is_word ? item : *item.entries[0].key;
  const faults::CatalogueRow* kind = faults::find_kind(key.text);
  if (kind == nullptr) {
    std::vector<std::string_view> known;
    for (const faults::CatalogueRow& row : faults::catalogue()) known.push_back(row.name);
    reading.say(key, fmt::format("no fault is called '{}'", key.text), instead_of(key.text, known));
    return;
  }
  faults::Line line = faults::blank_line(*kind);
  if (!is_word && !item.entries[0].value->is_null()) {
    const Node& fields = *item.entries[0].value;
    if (!fields.is_mapping()) {
      reading.say(fields, fmt::format("'{}' takes a map of fields", key.text),
                  fmt::format("write such as {}", kind->example));
      return;
    }
    const std::vector<faults::FieldRow> rows = faults::fields_of(*kind);
    std::vector<std::string_view> known;
    known.reserve(rows.size());
    for (const faults::FieldRow& row : rows) known.push_back(row.field.name);
    LineReader reader{reading, into, line};
    for (const Node::Entry& entry : fields.entries) {
      const auto row = std::ranges::find(rows, entry.key->text, [](const auto& r) { return r.field.name; });
      if (row == rows.end()) {
        reading.say(*entry.key, fmt::format("'{}' has no field '{}'", key.text, entry.key->text),
                    instead_of(entry.key->text, known));
      } else {
        reader.read(*row, *entry.value);
      }
    }
  }
  into.lines.push_back(std::move(line));
  into.marks.push_back(key.mark);
}

/// A `where` asks of a message: it calls it `msg`, as a `receive` does; the world's compiler calls it `event`.
Expression of_event(const Expression& e) {
  std::vector<Expression> operands;
  for (const Expression& operand : e.operands()) operands.push_back(of_event(operand));
  const bool names = e.kind() == Expression::Kind::name || e.kind() == Expression::Kind::has;
  const bool message = names && e.text().starts_with("msg.");
  if (!message && operands.empty()) return e;
  std::string text = message ? "event." + e.text().substr(4) : e.text();
  return Expression{e.kind(), e.number(), std::move(text), std::move(operands), e.item()}.marked(e.mark());
}

/// What else of a message is asked has a field of the line.
bool asks_of(const Expression& e, std::string_view path) {
  return (e.kind() == Expression::Kind::name && e.text() == path) ||
         std::ranges::any_of(e.operands(), [&](const Expression& operand) { return asks_of(operand, path); });
}

}  // namespace

FaultLines read_fault_lines(Reading& reading, const Node& list) {
  FaultLines into;
  if (list.is_null()) return into;
  if (!list.is_sequence()) {
    reading.say(list, "faults are a list, since a kind may appear twice", "begin each with '- '");
    return into;
  }
  for (const Node* item : list.items) read_line(reading, *item, into);
  return into;
}

std::vector<Expression> conditions_of(const FaultLines& lines) {
  std::vector<Expression> all;
  for (const LineCondition& condition : lines.conditions)
    all.push_back(condition.field == "where" ? of_event(condition.expression) : condition.expression);
  return all;
}

void finish_fault_lines(Reading& reading, const Workflow& workflow, sim::Model& model, FaultLines& lines) {
  if (!lines.conditions.empty()) {
    // The same walk over the same workflow gives everything the number that it has in the model; texts are numbered as
    // they are met, so those of the programs come first, in their order.
    std::vector<BuildError> errors;
    Declarations names{workflow, errors};
    for (const std::string& text : model.texts) names.text(text);
    for (const LineCondition& condition : lines.conditions) {
      const bool where = condition.field == "where";
      bool refused = false;
      for (const char* path : {"msg.from", "msg.to", "msg.topic"}) {
        if (!where || !asks_of(condition.expression, path)) continue;
        refused = true;
        reading.say(condition.mark, fmt::format("'where' cannot ask for '{}' here", path),
                    fmt::format("use the line's own field '{}'", path + 4));
      }
      if (refused) continue;
      errors.clear();
      WorldCompiler compiler{names, errors, condition.field, 0};
      auto code = compiler.compile(where ? of_event(condition.expression) : condition.expression,
                                   where ? WorldCompiler::Sees::event : WorldCompiler::Sees::world);
      for (const BuildError& error : errors) reading.say(condition.mark, error.what, error.fix);
      if (compiler.counts_effects())
        reading.say(condition.mark, "effects are not counted for faults", "ask for something else");
      if (!errors.empty()) continue;
      const auto& kept = model.keep(std::move(code));
      faults::set_field(lines.lines[condition.line], condition.field, faults::Condition{condition.text, kept});
    }
    model.texts = names.model.texts;
  }
}

}  // namespace squall::scenarios
