// SPDX-License-Identifier: Apache-2.0
#include "tests/allocations.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

// Counted below operator new, at malloc: a world takes its block by aligned_alloc, and operator new alone has a dozen
// forms, each of which would have to be replaced together with its delete.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SQUALL_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SQUALL_SANITIZED
#endif

namespace {
thread_local std::uint64_t count = 0;
}

std::uint64_t squall::tests::allocations() { return count; }

#ifdef SQUALL_SANITIZED

// A sanitizer's own heap tells of every block: replacing malloc would take its checks away.
// NOLINTBEGIN(bugprone-reserved-identifier): its name
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                         void (*on_free)(const volatile void*));
// NOLINTEND(bugprone-reserved-identifier)
namespace {
[[maybe_unused]] const bool counting = [] {
  if (__sanitizer_install_malloc_and_free_hooks([](const volatile void*, std::size_t) { ++count; },
                                                [](const volatile void*) {}) != 0)
    return true;
  std::fputs("tests/allocations.cpp: this sanitizer lets nobody count, so that nothing would seem to allocate\n",
             stderr);
  std::abort();
}();
}  // namespace

#else

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
void* memalign(std::size_t alignment, std::size_t size) noexcept { return ++count, __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return ++count, __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  ++count;
  *block = __libc_memalign(alignment, size);
  return *block != nullptr ? 0 : ENOMEM;
}
}  // extern "C"

#endif
