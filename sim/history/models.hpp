// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/history/machine.hpp"

/// The kinds of objects a history can be judged as.
namespace squall::sim::history {

enum class ModelKind : std::uint8_t {
  plain_register,
  cas_register,
  multi_register,
  mutex,
  owned_mutex,
  queue,
  unordered_queue,
  set,
  list_append
};

struct ModelRow {
  ModelKind kind;
  std::string_view name;   ///< what users write
  std::string_view claim;  ///< a sentence: what such an object does
};
std::span<const ModelRow> models();
const ModelRow& model_row(ModelKind kind);
/// Also by another name that is in use: `fifo-queue` is `queue`.
std::optional<ModelKind> model_named(std::string_view name);

struct ModelOptions {
  /// What a register holds at first, as a value of the history.
  ValueId initial = nil;
  /// Whether a read that saw null saw that nothing is there. Otherwise it says nothing about what it saw, which is how
  /// many clients record what they could not make out.
  bool null_is_a_value = false;
};

/// What is wrong with an operation for this model.
struct HistoryTrouble {
  std::uint32_t operation = 0;
  std::string what, fix;
};

/// A history taken apart into the calls to each object. Objects of different keys do not touch one another, so a history is
/// linearizable if that of each object is (Herlihy and Wing's locality; P-compositionality of Horn and Kroening, 2015).
struct Objects {
  std::vector<ObjectCalls> objects;      ///< in the order in which they are first spoken of
  std::vector<HistoryTrouble> troubles;  ///< at most 20; where there are any, nothing is to be concluded
  bool keyed = false;                    ///< values were [key, value] pairs
  bool taken_blindly = false;            ///< somebody may have taken nobody knows what out of an unordered queue
};

/// Values are [key, value] pairs where every operation's is. May add values to the history.
Objects objects_of(History& history, ModelKind kind, const ModelOptions& options);

/// The machine for `calls`. Refers to `values`, which may grow meanwhile.
std::unique_ptr<Machine> machine_of(const Values& values, ModelKind kind, const ModelOptions& options,
                                    std::span<const Call> calls);

/// `read -> 3`, `cas 1 -> 2`, `acquire`.
std::string call_text(const Values& values, const Call& call);

}  // namespace squall::sim::history
