// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace squall::tests {

/// How often this thread has asked the heap for memory since it began, by whatever name: new in all its forms, malloc,
/// realloc, aligned_alloc. Every test executable counts, so a test asks before and after what it is about.
std::uint64_t allocations();

}  // namespace squall::tests
