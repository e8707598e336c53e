// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace squall::sim {

/// One option of a fault, an invariant or a step, as people write it. Readers, schemas and reference pages are made from
/// these, so that an option has one name, one unit and one sentence wherever it is met.
///
/// Whoever has options lists them in one function, `fields(self, visit)`, which calls `visit(field, member)` for each:
/// the type of the member says what may be written there, this says the rest.
struct Field {
  std::string_view name;
  std::string_view otherwise;  ///< what leaving it out means, as it would be written; empty: then it is not there
  std::string_view about;      ///< one sentence
};

/// Whether an option of this type may be left out without a word that stands for it.
template <class Value>
constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;

}  // namespace squall::sim
