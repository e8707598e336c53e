// SPDX-License-Identifier: Apache-2.0
#include "faults/extents.hpp"

#include <limits>
#include <optional>

namespace squall::faults {
namespace {

using sim::Distribution;
using sim::Field;

/// Calls `visit(field, number, is_time)` for each extent.
template <class Kind, class Visit>
void each_extent(Kind& kind, const Visit& visit) {
  const auto look = [&](const Field& field, auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    const auto time = [&](auto& drawn) {
      if (drawn.kind == Distribution::Kind::constant) visit(field, drawn.a, true);
    };
    if constexpr (std::is_same_v<Value, Distribution>) {
      time(value);
    } else if constexpr (std::is_same_v<Value, std::optional<Distribution>>) {
      if (value) time(*value);
    } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
      if (field.name == "times") visit(field, value, false);
    } else if constexpr (std::is_same_v<Value, std::optional<std::uint32_t>>) {
      if (field.name == "times" && value) visit(field, *value, false);
    }
  };
  kind.fields(kind, look);
}

}  // namespace

std::vector<Extent> extents(const Fault& fault) {
  std::vector<Extent> all;
  const auto note = [&](const Field& field, const auto& value, bool is_time) {
    all.push_back({field.name, is_time, static_cast<std::int64_t>(value)});
  };
  std::visit([&](const auto& kind) { each_extent(kind, note); }, fault);
  return all;
}

Fault with_extent(const Fault& fault, std::size_t which, std::int64_t value) {
  Fault result = fault;
  std::size_t at = 0;
  const auto set = [&](const Field&, auto& number, bool) {
    if (at++ == which) number = static_cast<std::remove_cvref_t<decltype(number)>>(value);
  };
  std::visit([&](auto& kind) { each_extent(kind, set); }, result);
  return result;
}

std::vector<std::int64_t> plain_values_below(const Extent& extent) {
  std::vector<std::int64_t> values;
  const auto add = [&](std::int64_t value) {
    if (value < extent.value) values.push_back(value);
  };
  const auto decades = [&](std::int64_t unit, std::int64_t most) {
    for (std::int64_t ten = unit; ten <= most; ten *= 10) {
      for (const std::int64_t digit : {1, 2, 5}) add(digit * ten);
      if (ten > most / 10) break;
    }
  };
  add(0);
  if (!extent.is_time) {
    decades(1, std::numeric_limits<std::uint32_t>::max() / 10);
    return values;
  }
  constexpr std::int64_t ms = 1'000'000, second = 1'000 * ms, minute = 60 * second, hour = 60 * minute;
  if (extent.value < ms) decades(1, ms / 10);
  decades(ms, second / 10);
  for (const std::int64_t unit : {second, minute}) {
    for (const std::int64_t number : {1, 2, 5, 10, 20, 30}) add(number * unit);
  }
  decades(hour, 100'000 * hour);
  return values;
}

}  // namespace squall::faults
