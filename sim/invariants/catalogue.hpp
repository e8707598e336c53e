// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// All invariants, in the order in which they are shown. Adding one means its files and a row here.
std::span<const Monitor> invariants();

/// The invariant called `name`; null if there is none.
const Monitor* find_invariant(std::string_view name);

/// Lets `invariant` judge the runs of `model`; nothing if it does already. Call before `Model::finish`.
/// Invariants that rest on one analysis share it: the first of them placed then finds for all.
void place(Model& model, const Monitor& invariant);

}  // namespace squall::sim
