// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>

namespace squall {

/// How many of `n` states, seeds or nodes a test looks at: all of them in an optimised build, a tenth where nothing is
/// optimised. The sanitizers take fifty times as long, and what they look for does not hide in rare seeds.
template <class Count>
constexpr Count effort(Count n) {
#ifdef __OPTIMIZE__
  return n;
#else
  return n / 10;
#endif
}

/// Whether what cannot be looked at in part is looked at: spaces of more than ten thousand states, designs at their limit.
inline constexpr bool thorough = effort(10) == 10;

/// How many of something drawn a test looks at: what the environment's `variable` says, for whoever has the time; else `n`.
inline std::uint64_t asked(const char* variable, std::uint64_t n) {
  const char* given = std::getenv(variable);
  return given == nullptr ? n : std::strtoull(given, nullptr, 10);
}

}  // namespace squall
