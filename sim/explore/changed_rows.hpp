// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/rows.hpp"

namespace squall::sim {

/// Which rows differ between a world as it was and as it is, a bit each, for those who keep what they computed of rows. Rows
/// from 63 on share the last bit; the pools after that of the instances share their bits.
class ChangedRows {
 public:
  static constexpr std::uint64_t all = ~std::uint64_t{0};
  static constexpr std::uint64_t bit(Row row) { return std::uint64_t{1} << (row < 63 ? row : 63); }

  void note(Pool pool, Row row) { rows_[part(pool)] |= bit(row); }
  /// Rows `from` to `to` - 1.
  void note(Pool pool, Row from, Row to) {
    for (Row row = from; row < to; ++row) note(pool, row);
  }
  void note(const ChangedRows& others) {
    for (std::size_t p = 0; p < parts; ++p) rows_[p] |= others.rows_[p];
  }
  /// Nothing is known of what is as it was.
  void note_all() { rows_.fill(all); }
  void clear() { rows_ = {}; }
  std::uint64_t of(Pool pool) const { return rows_[part(pool)]; }

 private:
  static constexpr std::size_t parts = static_cast<std::size_t>(Pool::instances) + 2;
  static constexpr std::size_t part(Pool pool) { return std::min(static_cast<std::size_t>(pool), parts - 1); }

  std::array<std::uint64_t, parts> rows_{};
};

}  // namespace squall::sim
