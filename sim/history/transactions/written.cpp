// SPDX-License-Identifier: Apache-2.0
#include "sim/history/transactions/written.hpp"

#include <fmt/format.h>

#include "sim/site.hpp"

namespace squall::sim::history {
namespace {

std::uint64_t hash_of(ValueId key, ValueId value) { return moremur(child_key(key, value)); }

}  // namespace

Written::Written(const Transactions& transactions, std::vector<HistoryTrouble>& troubles) {
  const Values& values = transactions.history().values;
  for (std::uint32_t t = 0; t < transactions.size(); ++t) {
    const std::size_t first = rows_.size();
    for (const MicroOperation& part : transactions.parts(t)) {
      if (part.access != Access::write) continue;
      for (std::size_t r = first; r < rows_.size(); ++r) {
        if (rows_[r].key == part.key) rows_[r].writer.last = false;
      }
      if (const Writer* other = writer(part.key, part.value)) {
        if (troubles.size() < 20)
          troubles.push_back(
              {t,
               fmt::format("{} is written to {} a second time; the first time in line {}", values.text(part.value, 40),
                           values.text(part.key, 40), transactions.operation(other->transaction).invoked),
               "write each value once to each key: who reads it then knows who wrote it"});
        continue;
      }
      rows_.push_back({part.key, part.value, {t, true}});
      index_.add(hash_of(part.key, part.value), static_cast<std::uint32_t>(rows_.size() - 1));
    }
  }
}

const Written::Writer* Written::writer(ValueId key, ValueId value) const {
  const std::uint32_t at =
      index_.find(hash_of(key, value), [&](std::uint32_t r) { return rows_[r].key == key && rows_[r].value == value; });
  return at == FlatIndex::none ? nullptr : &rows_[at].writer;
}

}  // namespace squall::sim::history
