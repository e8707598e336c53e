// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/history/models.hpp"

/// Decisions without a search: of histories in which each value is written once, so that who sees a value knows who wrote
/// it; and of answers that come from nowhere.
namespace squall::sim::history {

struct QuickVerdict {
  bool holds = true;
  /// Where it does not hold: calls (positions in the span, ascending) that fail by themselves, whatever the others did.
  std::vector<std::uint32_t> witness;
};

/// Nothing where the history is not of such a kind. O(n log n), and the length of all lists that were read.
///
/// Registers, with compare-and-set: Gibbons and Korach, "Testing shared memories", 1997 (zones). Queues: Henzinger, Sezgin
/// and Vafeiadis, "Aspect-oriented linearizability proofs", 2013. Lists and sets: what is read orders what was added.
std::optional<QuickVerdict> quick_verdict(const Values& values, ModelKind kind, const ModelOptions& options,
                                          std::span<const Call> calls);

/// An answer that speaks of what nobody can have put there by the time it returned, however often values come again: read and
/// never written, taken more often than put in. Nothing where every answer may come from somewhere, and then a search
/// decides. Never `holds`. O(n log n), and the length of all lists that were read.
std::optional<QuickVerdict> from_nowhere(const Values& values, const ModelOptions& options,
                                         std::span<const Call> calls);

}  // namespace squall::sim::history
