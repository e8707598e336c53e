// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "faults/fault.hpp"

namespace squall::faults {

/// One option of a kind, for readers and reference pages.
struct OptionRow {
  sim::Field field;
  std::string_view takes;  ///< duration, count, flag, or its words
};

/// One kind of fault.
struct CatalogueRow {
  std::string_view name;  ///< as users write it
  Strikes strikes;
  std::string_view about;    ///< what it does, as half a sentence
  std::string_view example;  ///< how one injection reads in a plan
  std::vector<OptionRow> options;
  Fault initial;  ///< with every option left out
};

/// All kinds, in the order of `Fault`. A table beats self-registration: its order is the same everywhere, and a linker cannot
/// drop a row.
std::span<const CatalogueRow> catalogue();

/// The kind of that name; nullptr where there is none.
const CatalogueRow* find_kind(std::string_view name);

}  // namespace squall::faults
