// SPDX-License-Identifier: Apache-2.0
#include "scenarios/grid.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "faults/catalogue.hpp"
#include "faults/decode.hpp"
#include "faults/text.hpp"
#include "scenarios/reader/values.hpp"

namespace squall::scenarios {
namespace {

constexpr std::size_t values_max = 1'000;

/// `20%` or `5s`. `like`: the unit of a number that has none.
std::optional<GridValue> value_of(std::string_view text, std::string_view like) {
  std::string whole{text};
  if (!whole.empty() && whole.find_first_not_of("0123456789.") == std::string::npos) whole += like;
  const auto chance = parse_chance(whole);
  if (const auto* given = std::get_if<sim::Probability>(&chance)) return *given;
  const auto time = parse_duration(whole);
  if (const auto* given = std::get_if<sim::Duration>(&time)) return *given;
  return std::nullopt;
}

/// The letters at the end of a number.
std::string_view unit_of(std::string_view text) {
  const std::size_t digits = text.find_last_of("0123456789.");
  return digits == std::string_view::npos ? text : text.substr(digits + 1);
}

std::int64_t number_of(const GridValue& value) {
  const auto* chance = std::get_if<sim::Probability>(&value);
  return chance != nullptr ? std::int64_t{chance->ppm} : std::get<sim::Duration>(value).count();
}

GridValue with_number(const GridValue& like, std::int64_t number) {
  if (std::holds_alternative<sim::Probability>(like)) return sim::Probability{static_cast<std::uint32_t>(number)};
  return sim::Duration{number};
}

bool add_range(std::string_view text, std::vector<GridValue>& values) {
  const std::size_t dots = text.find("..");
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash < dots) return false;
  const std::string_view last_text = text.substr(dots + 2, slash - dots - 2);
  const std::string_view unit = unit_of(last_text);
  const auto first = value_of(text.substr(0, dots), unit), last = value_of(last_text, unit);
  const auto step = value_of(text.substr(slash + 1), unit);
  if (!first || !last || !step || first->index() != last->index() || first->index() != step->index()) return false;
  const std::int64_t by = number_of(*step), end = number_of(*last);
  if (by <= 0 || (end - number_of(*first)) / by >= std::int64_t{values_max}) return false;
  for (std::int64_t at = number_of(*first); at <= end; at += by) values.push_back(with_number(*first, at));
  return true;
}

bool add_list(std::string_view text, std::vector<GridValue>& values) {
  const std::string_view unit = unit_of(text);
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    const auto value = value_of(text.substr(from, to - from), unit);
    if (!value || (!values.empty() && values.front().index() != value->index())) return false;
    values.push_back(*value);
    from = to + 1;
  }
  return values.size() <= values_max;
}

/// The first option of the kind that is a time; empty: it has none.
std::string_view time_option(const faults::CatalogueRow& kind) {
  for (const faults::FieldRow& option : kind.options) {
    if (option.takes == faults::Takes::duration) return option.field.name;
  }
  return {};
}

}  // namespace

std::string to_text(const GridValue& value) {
  return std::visit([](const auto& each) { return faults::to_text(each); }, value);
}

std::optional<GridAxis> grid_axis(std::string_view text, std::string& trouble, std::string& fix) {
  fix = "write KIND=LOW..HIGH/STEP: message-loss=0..20%/5, or message-delay=0s..20s/5s; or a list: agent-crash=0%,1%";
  const std::size_t equals = text.find('=');
  GridAxis axis{.kind = std::string{text.substr(0, equals)}, .values = {}};
  const faults::CatalogueRow* kind = faults::find_kind(axis.kind);
  if (kind == nullptr) {
    trouble = fmt::format("no kind of fault is called '{}'", axis.kind);
    fix = "see squall catalogue faults";
    return std::nullopt;
  }
  const std::string_view values = equals == std::string_view::npos ? std::string_view{} : text.substr(equals + 1);
  const bool range = values.find("..") != std::string_view::npos;
  if (values.empty() || !(range ? add_range(values, axis.values) : add_list(values, axis.values)) ||
      axis.values.empty()) {
    trouble = fmt::format("'{}' gives no values for {}, or more than {}", values, axis.kind, values_max);
    return std::nullopt;
  }
  if (std::holds_alternative<sim::Duration>(axis.values.front()) && time_option(*kind).empty()) {
    trouble = fmt::format("{} has no option that is a time", axis.kind);
    fix = "give it chances: " + axis.kind + "=0..20%/5";
    return std::nullopt;
  }
  return axis;
}

std::string set_strength(Scenario& scenario, const std::string& kind, const GridValue& value) {
  const faults::CatalogueRow& row = *faults::find_kind(kind);
  auto& lines = scenario.faults.lines;
  const auto is_kind = [&](const faults::Line& line) { return faults::name_of(line.fault) == kind; };
  if (number_of(value) == 0) {
    std::erase_if(lines, is_kind);
  } else {
    if (std::ranges::none_of(lines, is_kind)) lines.push_back(faults::blank_line(row));
    for (faults::Line& line : lines) {
      if (!is_kind(line)) continue;
      if (const auto* chance = std::get_if<sim::Probability>(&value)) {
        line.trigger.chance = *chance;
      } else {
        const auto time = sim::Distribution::constant(std::get<sim::Duration>(value));
        if (std::string wrong = faults::set_field(line, time_option(row), faults::FieldValue{time}); !wrong.empty())
          return fmt::format("{} {}", kind, wrong);
      }
    }
  }
  scenario.model.fault_shadow = faults::Armed::shadow_bytes(scenario.plan.lines, lines);
  const std::vector<faults::Trouble> troubles = check(scenario.model, scenario.faults);
  return troubles.empty() ? std::string{} : fmt::format("{}; {}", troubles.front().what, troubles.front().fix);
}

}  // namespace squall::scenarios
