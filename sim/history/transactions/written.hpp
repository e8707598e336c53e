// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/history/transactions/dependencies.hpp"

namespace squall::sim::history {

/// Who wrote which value of which key, and whether it was the last thing it wrote there.
class Written {
 public:
  struct Writer {
    std::uint32_t transaction;
    bool last;  ///< nothing of the same transaction replaced or followed it
  };

  /// Adds trouble for each value of a key that is written twice.
  Written(const Transactions& transactions, std::vector<HistoryTrouble>& troubles);

  /// Who wrote it; nobody where nothing is returned.
  const Writer* writer(ValueId key, ValueId value) const;

 private:
  struct Row {
    ValueId key, value;
    Writer writer;
  };
  std::vector<Row> rows_;
  FlatIndex index_;
};

}  // namespace squall::sim::history
