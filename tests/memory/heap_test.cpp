// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "tests/allocations.hpp"

// The counter by which everything here is measured. What it misses would be claimed not to exist.
namespace {

using squall::tests::allocations;

struct alignas(64) Line {
  char bytes[64];
};

/// How many blocks `make` asks for. Through a pointer, so that no compiler leaves out what comes to nothing.
template <class Make>
std::uint64_t counted(Make make) {
  void* (*volatile call)() = make;
  const std::uint64_t before = allocations();
  void* const block = call();
  const std::uint64_t after = allocations();
  CHECK(block != nullptr);
  std::free(block);
  return after - before;
}

}  // namespace

TEST_SUITE("counting allocations") {
  TEST_CASE("whoever asks the heap for memory is counted, by whatever name") {
    CHECK(counted([] { return std::malloc(10); }) == 1);
    CHECK(counted([] { return std::calloc(10, 10); }) == 1);
    CHECK(counted([] { return std::realloc(nullptr, 10); }) == 1);
    CHECK(counted([] { return std::aligned_alloc(64, 128); }) == 1);
    CHECK(counted([]() -> void* {
            void* block = nullptr;
            return posix_memalign(&block, 64, 64) == 0 ? block : nullptr;
          }) == 1);
  }

  TEST_CASE("every form of new is counted") {
    const std::uint64_t before = allocations();
    const auto one = std::make_unique<int>(1);
    const std::unique_ptr<int> quiet{new (std::nothrow) int{2}};
    const auto aligned = std::make_unique<Line>();
    const std::vector<Line> many(3);
    CHECK(*one + *quiet == 3);
    CHECK(aligned->bytes[0] == many[2].bytes[63]);
    CHECK(allocations() - before == 4);
  }

  TEST_CASE("what gives memory back, or uses what is there, is not") {
    std::vector<int> numbers;
    numbers.reserve(100);
    const std::uint64_t before = allocations();
    for (int n = 0; n < 100; ++n) numbers.push_back(n);
    numbers = {};
    CHECK(allocations() == before);
  }
}
