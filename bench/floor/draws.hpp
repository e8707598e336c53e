// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

namespace squall::bench {

/// What floors and peers draw from, so that they differ in nothing but the simulator: xorshift64* (Vigna, 2016).
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 0x9e37'79b9'7f4a'7c15ULL | 1) {}

  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545'f491'4f6c'dd1dULL;
  }
  /// 0 .. end - 1.
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>((next() >> 32) * end >> 32); }
  /// Nanoseconds: 1 + an exponential of mean 1 ms.
  std::uint64_t delay() {
    const double unit = static_cast<double>(next() >> 11) * 0x1.0p-53;
    return 1 + static_cast<std::uint64_t>(-std::log(1.0 - unit) * 1e6);
  }

 private:
  std::uint64_t state_;
};

}  // namespace squall::bench
