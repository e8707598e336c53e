// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/history/search.hpp"
#include "sim/history/transactions/dependencies.hpp"

namespace squall::sim::history {

/// What goes wrong between transactions (Adya, 1999; Kingsbury and Alvaro, "Elle", 2020).
enum class AnomalyKind : std::uint8_t {
  g0,               ///< writes in a circle
  g1a,              ///< a read of what was given up
  g1b,              ///< a read of what its writer went on to change
  g1c,              ///< writes and reads in a circle
  g_single,         ///< a circle with one read that missed a write
  g2_item,          ///< a circle with several reads that missed writes
  write_skew,       ///< two transactions, each of which missed the other's write of another key
  lost_update,      ///< two transactions changed the same version
  internal,         ///< a transaction contradicts itself
  duplicate,        ///< an element stands in a list twice
  incompatible,     ///< reads of one list that do not begin alike
  unwritten,        ///< a read of what nobody wrote
  cyclic_versions,  ///< versions of one key in a circle
  real_time         ///< a circle that real time or the order of a process closes
};

struct AnomalyRow {
  AnomalyKind kind;
  std::string_view name;   ///< as it is called in the literature
  std::string_view claim;  ///< a sentence
};
const AnomalyRow& anomaly_row(AnomalyKind kind);

/// What is promised to transactions, from weak to strong.
enum class Isolation : std::uint8_t {
  read_uncommitted,
  read_committed,
  snapshot,
  repeatable_read,
  serializable,
  strict_serializable
};
struct IsolationRow {
  Isolation level;
  std::string_view name;
};
std::span<const IsolationRow> isolations();
std::optional<Isolation> isolation_named(std::string_view name);
bool forbids(Isolation level, AnomalyKind kind);

struct Anomaly {
  AnomalyKind kind = AnomalyKind::g0;
  std::size_t count = 1;                    ///< how often: circles of different transactions, or reads
  std::vector<std::uint32_t> transactions;  ///< T1, T2, ... of the story: of a circle each one once, in its order
  std::vector<DependencyEdge> edges;        ///< of a circle: from each to the next one
  std::vector<std::string> story;           ///< a sentence for each edge, and what follows
};

struct TransactionsCheck {
  HistoryVerdict verdict = HistoryVerdict::holds;
  std::vector<HistoryTrouble> troubles;  ///< where there are any, nothing is to be concluded
  std::vector<Anomaly> anomalies;        ///< one of each kind: the shortest that was found
  std::size_t transactions = 0, edges = 0;
};

/// Whether an order of the transactions explains what they read, as far as `level` promises one. `initial`: what registers
/// hold at first. O(transactions + edges) where all is well.
TransactionsCheck check_transactions(const Transactions& transactions, Isolation level, ValueId initial);

}  // namespace squall::sim::history
