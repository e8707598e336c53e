// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/history/consistency/accesses.hpp"

namespace squall::sim::history::detail {

/// Who could know of whom: the order of each session, and from each write to its reads, closed. As vector clocks: of each
/// access and session, how many accesses of that session came before it (Fidge, Mattern, 1988).
class Causality {
 public:
  /// 4 bytes for each access and session.
  explicit Causality(const RegisterAccesses& accesses);

  /// Accesses each of which could know of the next one, in a circle; empty where there is none.
  const std::vector<std::uint32_t>& circle() const { return circle_; }

  /// `early` came before `late`, or is it.
  bool knows(std::uint32_t late, std::uint32_t early) const {
    return known(late, accesses_[early].session) > accesses_[early].index;
  }
  /// How many of a session's accesses came before, this one included.
  std::uint32_t known(std::uint32_t access, std::uint32_t session) const {
    return clocks_[std::size_t{access} * accesses_.sessions() + session];
  }

  /// The last access among the first `count` of a session that writes to (reads from, where `reading`) `object`; nothing
  /// where there is none. O(log).
  std::optional<std::uint32_t> last_before(std::uint32_t session, std::uint32_t object, std::uint32_t count,
                                           bool reading = false) const;

 private:
  struct ByObject {
    std::uint32_t object, index, access;
  };

  void order();

  const RegisterAccesses& accesses_;
  std::vector<std::uint32_t> clocks_, circle_;
  std::vector<std::vector<ByObject>> writes_, reads_;  ///< by session, by object, in its order
};

}  // namespace squall::sim::history::detail
