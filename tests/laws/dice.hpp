// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/draw.hpp"

namespace squall::laws {

/// Named draws, one after the other: what a generator of test cases rolls. Equal seeds roll alike on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : base_(sim::run_key(sim::Seed{seed})) {}
  std::uint32_t below(std::uint32_t n) {
    return sim::below(sim::draw_value(base_ + ++rolls_, sim::purpose("dice")), n);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <class T>
  const T& one_of(std::initializer_list<T> list) {
    return list.begin()[below(static_cast<std::uint32_t>(list.size()))];
  }

 private:
  std::uint64_t base_;
  std::uint64_t rolls_ = 0;
};

}  // namespace squall::laws
