// SPDX-License-Identifier: Apache-2.0
#include "bench/counted/allocations.hpp"

#include <cerrno>
#include <cstddef>

// Counted at malloc, not at operator new: a world takes its block by aligned_alloc.
namespace {
thread_local std::uint64_t count = 0;
}

std::uint64_t squall::bench::allocations() { return count; }

#ifdef __GLIBC__
// glibc's own functions under the names by which a replacement reaches them. What they return, its free() takes back.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) noexcept { return ++count, __libc_malloc(size); }
void* calloc(std::size_t number, std::size_t size) noexcept { return ++count, __libc_calloc(number, size); }
void* realloc(void* block, std::size_t size) noexcept { return ++count, __libc_realloc(block, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return ++count, __libc_memalign(alignment, size);
}
}
#endif
