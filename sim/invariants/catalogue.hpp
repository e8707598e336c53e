// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/invariants/invariant.hpp"

namespace squall::sim {

/// One option of an invariant, for readers, schemas and reference pages.
struct InvariantOption {
  Field field;
  std::string_view takes;  ///< what may be written: duration, count, names of keys
};

/// One invariant.
struct InvariantRow {
  std::string_view family;   ///< under which it is shown
  std::string_view name;     ///< as users write it
  std::string_view claim;    ///< a sentence, printed as it stands
  std::string_view witness;  ///< what a witness says, with an example
  std::vector<InvariantOption> options;
  Invariant initial;  ///< with every option left out
};

/// All invariants in the order in which they are shown. A table beats self-registration: its order is the same everywhere,
/// and a linker cannot drop a row.
std::span<const InvariantRow> invariants();

/// The invariant of that name; nullptr where there is none.
const InvariantRow* find_invariant(std::string_view name);

/// What is checked where a workflow does not say.
std::span<const Invariant> default_invariants();

}  // namespace squall::sim
