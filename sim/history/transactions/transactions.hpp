// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/history/models.hpp"

namespace squall::sim::history {

/// What keys hold, and so what a read tells about who wrote before it.
enum class TransactionModel : std::uint8_t {
  list_append,  ///< lists that grow at their end: a read tells all writes in their order
  rw_register   ///< registers: a read tells the last write
};

enum class Access : std::uint8_t { read, write };

/// One part of a transaction. A write appends, or replaces.
struct MicroOperation {
  Access access = Access::read;
  ValueId key = nil;
  ValueId value = nil;
};

/// The transactions of a history, in the order of their invocations. What failed is among them, since others may have seen
/// what it wrote; the reads of what never returned are left out, since nobody knows what they saw.
class Transactions {
 public:
  /// Reads every operation as a transaction. Where one is none, that is trouble. Never adds a value.
  Transactions(const History& history, TransactionModel model);

  const std::vector<HistoryTrouble>& troubles() const { return troubles_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  const Operation& operation(std::uint32_t transaction) const { return history_.operations[transaction]; }
  Outcome outcome(std::uint32_t transaction) const { return operation(transaction).outcome; }
  std::span<const MicroOperation> parts(std::uint32_t transaction) const {
    const std::uint32_t begin = transaction == 0 ? 0 : ends_[transaction - 1];
    return std::span{parts_}.subspan(begin, ends_[transaction] - begin);
  }
  const History& history() const { return history_; }
  TransactionModel model() const { return model_; }
  /// `append x 3, read y -> [1, 2]`.
  std::string text(std::uint32_t transaction) const;

 private:
  bool read_part(ValueId row, bool answered, std::uint32_t operation);
  void trouble(std::uint32_t operation, std::string what, std::string fix);

  const History& history_;
  TransactionModel model_;
  std::vector<MicroOperation> parts_;
  std::vector<std::uint32_t> ends_;
  std::vector<HistoryTrouble> troubles_;
};

}  // namespace squall::sim::history
