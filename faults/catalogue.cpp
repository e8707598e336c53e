// SPDX-License-Identifier: Apache-2.0
#include "faults/catalogue.hpp"

#include <algorithm>
#include <string>
#include <type_traits>

#include "sim/fields.hpp"

namespace squall::faults {
namespace {

template <class Value>
constexpr Takes takes_of() {
  if constexpr (sim::is_optional<Value>) {
    return takes_of<typename Value::value_type>();
  } else if constexpr (std::is_same_v<Value, bool>) {
    return Takes::flag;
  } else if constexpr (std::is_same_v<Value, std::uint32_t>) {
    return Takes::count;
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return Takes::integer;
  } else if constexpr (std::is_same_v<Value, sim::Distribution>) {
    return Takes::duration;
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return Takes::field;
  } else if constexpr (std::is_same_v<Value, Names>) {
    return Takes::agents;
  } else if constexpr (std::is_same_v<Value, TopicName>) {
    return Takes::topic;
  } else {
    static_assert(std::is_enum_v<Value>, "an option of a new type: say what may be written there");
    return Takes::word;
  }
}

template <class Kind>
CatalogueRow row() {
  Kind initial;
  CatalogueRow result{.name = Kind::name,
                      .strikes = Kind::strikes,
                      .about = Kind::about,
                      .example = Kind::example,
                      .options = {},
                      .initial = initial};
  Kind::fields(initial, [&]<class Value>(const sim::Field& field, Value&) {
    FieldRow option{field, takes_of<Value>()};
    if constexpr (std::is_enum_v<Value>) option.words = words_of<Value>;
    result.options.push_back(option);
  });
  return result;
}

template <class... Kinds>
std::vector<CatalogueRow> rows_of(const std::variant<Kinds...>*) {
  return {row<Kinds>()...};
}

}  // namespace

std::span<const CatalogueRow> catalogue() {
  static const std::vector<CatalogueRow> rows = [] {
    std::vector<CatalogueRow> all = rows_of(static_cast<const Fault*>(nullptr));
    std::ranges::stable_sort(all, {}, &CatalogueRow::strikes);
    return all;
  }();
  return rows;
}

const CatalogueRow* find_kind(std::string_view name) {
  for (const CatalogueRow& row : catalogue()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view name_of(Takes takes) {
  constexpr std::string_view names[] = {"flag",   "count",     "integer", "chance", "duration", "word",
                                        "agents", "topic",     "tool",    "key",    "resource", "artifact",
                                        "field",  "condition", "window",  "moment"};
  return names[static_cast<std::size_t>(takes)];
}

}  // namespace squall::faults
