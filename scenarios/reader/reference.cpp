// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "faults/decode.hpp"
#include "scenarios/field_table.hpp"
#include "scenarios/file.hpp"
#include "scenarios/reader/words.hpp"
#include "sim/invariants/catalogue.hpp"

/// The reference page of workflow files, written from the field table and the two catalogues.
namespace squall::scenarios {
namespace {

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string{"\\|"} : std::string{c};
  return escaped;
}

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string title_of(std::string_view shape) {
  if (shape == "file") return "The file";
  if (shape == "key") return "`context.KEY`";
  if (shape == "topic") return "`topics.TOPIC`";
  if (shape == "tool") return "`tools.TOOL`";
  if (shape == "resource") return "`resources.RESOURCE`";
  if (shape == "agent") return "`agents.AGENT`";
  return fmt::format("`{}`", shape);
}

void add_shape(std::string& page, const ShapeRow& shape) {
  page += fmt::format("\n### {}\n\n{}\n", title_of(shape.name), shape.text);
  if (!shape.shorthand.empty()) page += fmt::format("Short form: the value of `{}` alone.\n", shape.shorthand);
  std::string rows;
  for (const FieldRow& field : field_table) {
    if (field.shape != shape.name || (shape.name == "step" && !is_step_field(field.name))) continue;
    const std::string initial = field.initial == required ? "**required**" : code(field.initial);
    rows += fmt::format("| `{}` | {} | {} | {} |\n", field.name, cell(takes_text(field)), initial, cell(field.text));
  }
  if (!rows.empty()) page += "\n| field | takes | default | meaning |\n|---|---|---|---|\n" + rows;
}

void add_actions(std::string& page) {
  page += "\n| action | takes | meaning |\n|---|---|---|\n";
  for (const FieldRow& field : field_table) {
    if (field.shape != "step" || is_step_field(field.name)) continue;
    page += fmt::format("| `{}` | {} | {} |\n", field.name, cell(takes_text(field)), cell(field.text));
  }
}

void add_faults(std::string& page) {
  page +=
      "\n## Faults\n\nEach line of `faults` and `plan` is `KIND: {fields}`. The matcher says what may be struck, the "
      "trigger when.\n";
  for (const faults::CatalogueRow& kind : faults::catalogue()) {
    page += fmt::format("\n### `{}`\n\nStrikes: {}. Effect: {}.\n\nOne injection reads `{}`.\n", kind.name,
                        name_of(kind.strikes), kind.about, kind.example);
    const auto rows = faults::fields_of(kind);
    if (rows.empty()) continue;
    page += "\n| field | takes | default | meaning |\n|---|---|---|---|\n";
    for (const faults::FieldRow& row : rows) {
      std::string takes{name_of(row.takes)};
      if (!row.words.empty()) takes = fmt::format("{}", fmt::join(row.words, ", "));
      page += fmt::format("| `{}` | {} | {} | {} |\n", row.field.name, cell(takes), code(row.field.otherwise),
                          cell(row.field.about));
    }
  }
}

void add_invariants(std::string& page) {
  page += "\n## Invariants\n\nNamed in `check`, with options as `NAME: {option: value}`.\n";
  std::string_view family;
  for (const sim::InvariantRow& row : sim::invariants()) {
    if (row.family != family) page += fmt::format("\n### {}\n\n", row.family);
    family = row.family;
    page += fmt::format("- **`{}`**: {}. A witness names {}.\n", row.name, row.claim, row.witness);
    for (const sim::InvariantOption& option : row.options) {
      page += fmt::format("  - `{}` ({}{}): {}\n", option.field.name, option.takes,
                          option.field.otherwise.empty() ? "" : fmt::format(", default `{}`", option.field.otherwise),
                          option.field.about);
    }
  }
}

}  // namespace

std::string takes_text(const FieldRow& field) {
  const auto quoted_words = [&] {
    std::string all;
    for (const std::string_view word : words_of(field.detail))
      all += fmt::format("{}`{}`", all.empty() ? "" : ", ", word);
    return all;
  };
  switch (field.takes) {
    case Takes::flag: return "`true` or `false`";
    case Takes::count: return "a count";
    case Takes::counts: return "a list of counts";
    case Takes::text: return "a text";
    case Takes::name: return field.detail.empty() ? "a name" : fmt::format("a name: {}", field.detail);
    case Takes::names: return fmt::format("one or several names: {}", field.detail);
    case Takes::duration: return "one duration";
    case Takes::drawn: return "a duration, drawn at each use";
    case Takes::time: return "a duration, drawn at each use, or `=expr`";
    case Takes::chance: return "a percentage";
    case Takes::rate: return "a rate: `10 per 1s`";
    case Takes::seeds: return "`n seeds`";
    case Takes::value: return "a literal or `=expr`";
    case Takes::values: return "a map of names to values";
    case Takes::condition: return "a condition";
    case Takes::agent: return "an agent or `=expr`";
    case Takes::agents: return "an agent, `=expr`, or a list of these";
    case Takes::word: return quoted_words();
    case Takes::number_or:
      return field.detail.empty() ? "a number, decimal or 0x hexadecimal" : "a count, or " + quoted_words();
    case Takes::duration_or: return "one duration, or " + quoted_words();
    case Takes::steps: return "steps";
    case Takes::branches: return "a map of names to steps";
    case Takes::record: return fmt::format("[`{}`](#{})", field.detail, field.detail);
    case Takes::records: return fmt::format("a list of [`{}`](#{})", field.detail, field.detail);
    case Takes::named: return fmt::format("a map of names to [`{}`](#{})", field.detail, field.detail);
    case Takes::special: return "see there";
  }
  return {};
}

std::string reference() {
  std::string page =
      "# Workflow files: reference\n\n"
      "Written by `squall` from the tables that its reader uses; do not edit. What the language means is told by the "
      "suites in\n"
      "`scenarios/suites/`; this page lists every field. YAML 1.2, one document, at most 4 MiB.\n\n"
      "Durations have a unit: `ns us ms s m h d`. `1s..5s` is uniform, `{mean: 5s}` exponential, `{p50: 4s, p99: "
      "20s}`\n"
      "log-normal. Percentages are written with their sign. In flow style, quote what holds `, : # [ ] { }`.\n\n"
      "Expressions: `|| && ! == != < <= > >= + - * / % in ?:`, `min max size has`, and of lists `.all .exists .filter "
      ".map\n"
      ".contains`; durations, numbers, texts in quotes. In claims also `count(sent('topic'))` and `effects('tool')`.\n"
      "\n## Sections\n";
  bool claims = false, steps = false;
  for (const ShapeRow& shape : shape_table) {
    if (shape.name == "claim" && !claims) page += "\n## Claims\n";
    if (shape.name == "step" && !steps) page += "\n## Steps\n";
    claims = claims || shape.name == "claim";
    steps = steps || shape.name == "step";
    add_shape(page, shape);
    if (shape.name == "step") add_actions(page);
  }
  add_faults(page);
  add_invariants(page);
  return page;
}

}  // namespace squall::scenarios
