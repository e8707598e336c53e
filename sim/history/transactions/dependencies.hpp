// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/history/transactions/transactions.hpp"

namespace squall::sim::history {

/// Why one transaction must have come before another one (Adya, "Weak Consistency", 1999).
enum class Dependency : std::uint8_t {
  write_write,  ///< the second wrote the next version
  write_read,   ///< the second read what the first wrote
  read_write,   ///< the second wrote what the first did not see any more
  process,      ///< the same process asked for the first one before
  real_time     ///< the first had returned before the second was invoked
};

struct DependencyEdge {
  std::uint32_t from = 0, to = 0;  ///< transactions
  Dependency kind = Dependency::write_write;
  ValueId key = nil;
  ValueId before = nil, after = nil;  ///< the values by which it is seen: written or read by `from`, then by `to`

  friend bool operator==(const DependencyEdge&, const DependencyEdge&) = default;
};

/// What an observer saw that no transactions, in whatever order, could have shown: not a matter of order.
enum class Oddity : std::uint8_t {
  aborted_read,       ///< G1a
  intermediate_read,  ///< G1b
  internal,           ///< a transaction contradicts itself
  duplicate,          ///< an element stands in a list twice
  incompatible,       ///< two reads of one list, neither of which begins with the other
  unwritten,          ///< nobody wrote what was read
  cyclic_versions,    ///< versions of a register follow each other in a circle
  lost_update         ///< two transactions changed the same version
};

struct OddFinding {
  Oddity kind = Oddity::internal;
  std::uint32_t transaction = 0, other = 0;  ///< who saw it; who wrote it or saw it otherwise
  ValueId key = nil;
  ValueId value = nil, other_value = nil;
};

struct Dependencies {
  std::vector<DependencyEdge> edges;
  std::vector<OddFinding> oddities;      ///< in the order of transactions
  std::vector<HistoryTrouble> troubles;  ///< a value that is written twice: then nobody knows who read whose
};

/// The order that reads tell. Lists: a read tells the order of all its elements (Kingsbury and Alvaro, "Elle", 2020).
/// Registers: a version follows another one where a transaction read the one and wrote the other; all follow the first.
/// `initial`: what a register holds at first.
Dependencies dependencies_of(const Transactions& transactions, ValueId initial);

/// Edges of real time, few enough to carry all of it: from each transaction to those that begin between its return and the
/// next return of one that began after it. And of processes, each from one transaction to the next.
void add_real_time(const Transactions& transactions, std::vector<DependencyEdge>& edges);
void add_processes(const Transactions& transactions, std::vector<DependencyEdge>& edges);

}  // namespace squall::sim::history
