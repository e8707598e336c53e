// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/history/models.hpp"
#include "sim/history/search.hpp"

namespace squall::sim::history {

/// A call in a part of a history that fails by itself.
struct PartCall {
  Call call;            ///< of an open call `returned` is `never`
  bool needed = false;  ///< it must take effect; otherwise the part fails whether or not it does
};

/// A part of a history that no order explains, whatever else happened.
struct FailingPart {
  ValueId key = nil;
  std::vector<PartCall> calls;      ///< in the order of their invocations
  std::uint32_t blocked = 0;        ///< position in `calls`: what cannot be placed any more
  bool any_start = false;           ///< it fails from whatever state the object was in before
  bool from_nowhere = false;        ///< what `blocked` answers nobody can have put there, or not so often
  std::vector<std::string> states;  ///< what the object can have come to when `blocked` returns: half sentences
  std::size_t out_of = 0;           ///< calls to this object up to there
};

struct HistoryCheck {
  HistoryVerdict verdict = HistoryVerdict::holds;
  std::vector<HistoryTrouble> troubles;  ///< where there are any, the history does not fit the model
  std::size_t objects = 0, calls = 0;
  std::size_t searched = 0;  ///< objects that took a search
  std::uint64_t steps = 0;
  std::size_t memory = 0;  ///< bytes, of the search that took most
  bool keyed = false;
  std::vector<FailingPart> failing;  ///< the first object that fails
  std::size_t objects_failing = 0;
  std::string unknown;        ///< why it is unknown, as half a sentence
  std::uint32_t reached = 0;  ///< of an unknown verdict: the operation up to whose return all is explained
};

/// Judges a history by a model: linearizable or not, object by object. May add values to the history.
HistoryCheck check_history(History& history, ModelKind kind, const ModelOptions& options, const SearchLimits& limits);

}  // namespace squall::sim::history
