// SPDX-License-Identifier: Apache-2.0
#include "reports/catalogue.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "faults/decode.hpp"
#include "reports/version.hpp"
#include "scenarios/field_table.hpp"
#include "scenarios/lint/rules.hpp"
#include "scenarios/reader/words.hpp"
#include "sim/invariants/catalogue.hpp"

namespace squall::reports {
namespace {

/// The tables speak Markdown; here nothing but the words is wanted.
std::string plain(std::string_view text) {
  std::string words;
  for (const char c : text) {
    if (c != '`') words += c;
  }
  return words;
}

/// Forms that only one or two fields have.
std::string special_text(std::string_view rule) {
  if (rule == "subject") return "a condition, or a pattern of events";
  if (rule == "eventually") return "a condition, a pattern of events, or {that, within}";
  if (rule == "otherwise") return "steps, or a map of errors to steps";
  if (rule == "cursor") return "now, start, or =expr";
  if (rule == "range") return "a count, or a range such as 2..3";
  if (rule == "over") return "a range such as 1..3, or =expr";
  return std::string{rule};
}

std::string takes_of(const scenarios::FieldRow& field) {
  switch (field.takes) {
    case scenarios::Takes::record:
    case scenarios::Takes::records: {
      const char* form = field.takes == scenarios::Takes::records ? "a list of " : "";
      const scenarios::ShapeRow* shape = scenarios::find_shape(field.detail);
      const bool brief = shape != nullptr && !shape->shorthand.empty();
      return fmt::format("{}a {}{}", form, field.detail,
                         brief ? fmt::format(", or its {} alone", shape->shorthand) : "");
    }
    case scenarios::Takes::special: return special_text(field.detail);
    default: return plain(scenarios::takes_text(field));
  }
}

CatalogueField field_of(const scenarios::FieldRow& field) {
  return {std::string{field.name}, takes_of(field), plain(field.initial), plain(field.text)};
}

std::vector<CatalogueField> fields_of_shape(std::string_view shape) {
  std::vector<CatalogueField> fields;
  for (const scenarios::FieldRow& field : scenarios::field_table) {
    if (field.shape == shape) fields.push_back(field_of(field));
  }
  return fields;
}

bool is_record(const scenarios::FieldRow& field) {
  return field.takes == scenarios::Takes::record || field.takes == scenarios::Takes::records;
}

/// What stands in its map, then what stands beside it.
CatalogueEntry entry_of(std::string group, const scenarios::FieldRow& row) {
  CatalogueEntry entry{
      .group = std::move(group), .name = std::string{row.name}, .about = plain(row.text), .example = {}, .fields = {}};
  if (is_record(row)) {
    const scenarios::ShapeRow* shape = scenarios::find_shape(row.detail);
    if (shape != nullptr) entry.about = plain(shape->text);
    entry.fields = fields_of_shape(row.detail);
  } else {
    entry.fields.push_back({"", takes_of(row), "", ""});
  }
  for (CatalogueField& beside : fields_of_shape("beside " + entry.name)) entry.fields.push_back(std::move(beside));
  return entry;
}

std::string field_text(const CatalogueField& field) {
  if (field.name.empty()) return fmt::format("    takes {}\n", field.takes);
  std::string text = fmt::format("    {}: {}", field.name, field.takes);
  if (field.otherwise == scenarios::required) {
    text += ", required";
  } else if (!field.otherwise.empty()) {
    text += fmt::format(", else {}", field.otherwise);
  }
  return text + (field.about.empty() ? "\n" : fmt::format(". {}\n", field.about));
}

}  // namespace

Catalogue fault_catalogue() {
  Catalogue catalogue{"faults", {}};
  for (const faults::CatalogueRow& kind : faults::catalogue()) {
    CatalogueEntry entry{.group = fmt::format("strikes: {}", name_of(kind.strikes)),
                         .name = std::string{kind.name},
                         .about = std::string{kind.about},
                         .example = std::string{kind.example},
                         .fields = {}};
    for (const faults::FieldRow& row : faults::fields_of(kind)) {
      const std::string takes =
          row.words.empty() ? std::string{name_of(row.takes)} : fmt::format("{}", fmt::join(row.words, ", "));
      entry.fields.push_back(
          {std::string{row.field.name}, takes, std::string{row.field.otherwise}, std::string{row.field.about}});
    }
    catalogue.entries.push_back(std::move(entry));
  }
  return catalogue;
}

Catalogue invariant_catalogue() {
  Catalogue catalogue{"invariants", {}};
  for (const sim::InvariantRow& row : sim::invariants()) {
    CatalogueEntry entry{.group = std::string{row.family},
                         .name = std::string{row.name},
                         .about = std::string{row.claim},
                         .example = fmt::format("a witness names {}", row.witness),
                         .fields = {}};
    for (const sim::InvariantOption& option : row.options) {
      entry.fields.push_back({std::string{option.field.name}, std::string{option.takes},
                              std::string{option.field.otherwise}, std::string{option.field.about}});
    }
    catalogue.entries.push_back(std::move(entry));
  }
  for (const scenarios::FieldRow& row : scenarios::field_table) {
    if (row.shape == "claim" && row.name != "name" && row.name != "because")
      catalogue.entries.push_back(entry_of("claims of a workflow's own", row));
  }
  return catalogue;
}

Catalogue step_catalogue() {
  Catalogue catalogue{"steps", {}};
  for (const bool fields : {false, true}) {
    for (const scenarios::FieldRow& row : scenarios::field_table) {
      if (row.shape == "step" && scenarios::is_step_field(row.name) == fields)
        catalogue.entries.push_back(entry_of(fields ? "fields that every step may have" : "actions", row));
    }
  }
  return catalogue;
}

Catalogue rule_catalogue() {
  Catalogue catalogue{"rules", {}};
  for (const scenarios::LintRule& rule : scenarios::lint_rules()) {
    std::string example =
        rule.shown_by.empty() ? std::string{"no run shows it"} : fmt::format("a run shows it by {}", rule.shown_by);
    std::string seen;
    for (const scenarios::Evidence& evidence : scenarios::evidence_of(rule)) {
      if (!evidence.thread.empty())
        seen += fmt::format("{}{} {}", seen.empty() ? "; seen in " : ", ", evidence.id, evidence.thread);
    }
    const bool loud = rule.severity == scenarios::Severity::warning;
    catalogue.entries.push_back({.group = loud ? "warnings" : "notes",
                                 .name = fmt::format("{} {}", rule.id, rule.name),
                                 .about = std::string{rule.means},
                                 .example = example + seen,
                                 .fields = {}});
  }
  std::ranges::stable_sort(catalogue.entries, std::greater<>{}, &CatalogueEntry::group);
  return catalogue;
}

std::string to_text(const Catalogue& catalogue) {
  std::string text, group;
  for (const CatalogueEntry& entry : catalogue.entries) {
    if (entry.group != group) text += fmt::format("{}{}\n", group.empty() ? "" : "\n", entry.group);
    group = entry.group;
    text += fmt::format("\n  {}\n    {}\n", entry.name, entry.about);
    if (!entry.example.empty()) text += fmt::format("    {}\n", entry.example);
    for (const CatalogueField& field : entry.fields) text += field_text(field);
  }
  return text;
}

std::string to_json(const Catalogue& catalogue) {
  nlohmann::ordered_json json = {{"version", version()}, {catalogue.name, nlohmann::ordered_json::array()}};
  for (const CatalogueEntry& entry : catalogue.entries) {
    nlohmann::ordered_json one = {{"name", entry.name}, {"group", entry.group}, {"about", entry.about}};
    if (!entry.example.empty()) one["example"] = entry.example;
    one["fields"] = nlohmann::ordered_json::array();
    for (const CatalogueField& field : entry.fields)
      one["fields"].push_back(
          {{"name", field.name}, {"takes", field.takes}, {"otherwise", field.otherwise}, {"about", field.about}});
    json[catalogue.name].push_back(std::move(one));
  }
  return json.dump(2, ' ', true) + "\n";
}

}  // namespace squall::reports
