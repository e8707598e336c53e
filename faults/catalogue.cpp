// SPDX-License-Identifier: Apache-2.0
#include "faults/catalogue.hpp"

#include <array>
#include <optional>

namespace squall::faults {
namespace {

template <class Value>
constexpr std::string_view takes = "";
template <>
constexpr std::string_view takes<sim::Distribution> = "duration";
template <>
constexpr std::string_view takes<std::uint32_t> = "count";
template <>
constexpr std::string_view takes<bool> = "flag";
template <>
constexpr std::string_view takes<Side> = "before, after";
template <class Value>
constexpr std::string_view takes<std::optional<Value>> = takes<Value>;

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
    static_assert(!takes<Value>.empty(), "an option of a new type: say what may be written there");
    result.options.push_back({field, takes<Value>});
  });
  return result;
}

}  // namespace

std::span<const CatalogueRow> catalogue() {
  static const std::array rows{
      row<MessageLoss>(), row<MessageDuplicate>(), row<MessageDelay>(), row<AgentCrash>(), row<AgentRestart>(),
  };
  static_assert(rows.size() == std::variant_size_v<Fault>);
  return rows;
}

const CatalogueRow* find_kind(std::string_view name) {
  for (const CatalogueRow& row : catalogue()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace squall::faults
