// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/context.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

/// Lock, semaphore, lease and rate limiter. Waiters stand in one line, in order of arrival; nobody passes it. A grant
/// belongs to the activation that asked for it, and asking again while one holds the only slot is waiting for oneself.
namespace squall::sim {

/// A grant of `resource` that `activation` holds; no_row: none. O(grants of the resource).
inline Row hold_of(const World& world, ResourceId resource, Row activation) {
  Row row = world.resource(resource).holds;
  while (row != no_row && world.hold(row).activation != activation) row = world.hold(row).next;
  return row;
}

inline bool is_limiter(const ResourceInfo& resource) { return resource.kind >= ResourceInfo::Kind::bucket; }

}  // namespace squall::sim
