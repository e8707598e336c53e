// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace squall::bench {

/// How often this thread has taken memory so far; always 0 where the C library is not glibc.
std::uint64_t allocations();

}  // namespace squall::bench
