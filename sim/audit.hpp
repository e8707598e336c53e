// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {

/// Recomputes everything in a world that is kept up to date step by step (lists, counts, reference counts, free lists,
/// the calendar against its rows) and says what does not agree. Empty: the world is sound. For tests, between events.
/// O(rows + mailboxes).
std::vector<std::string> audit(const World& world, const Model& model);

}  // namespace squall::sim
