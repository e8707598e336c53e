// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "faults/fault.hpp"

namespace squall::faults {

/// What may be written for a field, with its unit.
enum class Takes : std::uint8_t {
  flag,       ///< true or false
  count,      ///< a whole number from 0 to 2^32 - 2
  integer,    ///< a whole number of 64 bits
  chance,     ///< percent, to one part per million
  duration,   ///< a time, or how to draw one; in plans one time
  word,       ///< one of `FieldRow::words`
  agents,     ///< the name of an agent, or a list of such names
  topic,      ///< a name
  tool,       ///< a name
  key,        ///< the name of a context key
  resource,   ///< a name
  artifact,   ///< a name
  field,      ///< the name of a message field
  condition,  ///< an expression
  window,     ///< from one time since the start to another
  moment      ///< a time since the start, or before or after a step
};
std::string_view name_of(Takes);

/// One field of a kind's lines, for readers, schemas and reference pages.
struct FieldRow {
  sim::Field field;
  Takes takes;
  std::span<const std::string_view> words = {};  ///< of `Takes::word`
};

/// One kind of fault.
struct CatalogueRow {
  std::string_view name;  ///< as users write it
  Strikes strikes;
  std::string_view about;    ///< what it does, as half a sentence
  std::string_view example;  ///< how one injection reads in a plan
  std::vector<FieldRow> options;
  Fault initial;  ///< with every option left out
};

/// All kinds, by what they strike. A table beats self-registration: its order is the same everywhere, and a linker cannot
/// drop a row.
std::span<const CatalogueRow> catalogue();

/// The kind of that name; nullptr where there is none.
const CatalogueRow* find_kind(std::string_view name);

}  // namespace squall::faults
