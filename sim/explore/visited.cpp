// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/visited.hpp"

#include <cstring>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace squall::sim {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;
std::align_val_t alignment(std::size_t bytes) { return std::align_val_t{bytes >= huge_page ? huge_page : 64}; }

}  // namespace

TableMemory::TableMemory(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) return;
  data_ = ::operator new(bytes, alignment(bytes));
#ifdef __linux__
  if (bytes >= huge_page) madvise(data_, bytes, MADV_HUGEPAGE);  // a hint: without it everything works, slower
#endif
  std::memset(data_, 0, bytes);
}

TableMemory::~TableMemory() {
  if (data_ != nullptr) ::operator delete(data_, alignment(bytes_));
}

void Visited::allocate(unsigned bits) {
  bits_ = bits;
  fingerprint_memory_ = TableMemory{capacity() * sizeof(std::uint64_t)};
  parent_memory_ = TableMemory{capacity() * sizeof(Place)};
  fingerprints_ = static_cast<std::uint64_t*>(fingerprint_memory_.data());
  parents_ = static_cast<Place*>(parent_memory_.data());
}

std::vector<Visited::Place> Visited::grow() {
  const std::size_t old_capacity = capacity();
  TableMemory old_fingerprint_memory = std::move(fingerprint_memory_);
  TableMemory old_parent_memory = std::move(parent_memory_);
  const std::uint64_t* old_fingerprints = fingerprints_;
  const Place* old_parents = parents_;
  allocate(bits_ + 1);
  std::vector<Place> moved(old_capacity, no_place);
  for (std::size_t old = 0; old < old_capacity; ++old) {
    if (old_fingerprints[old] == 0) continue;
    std::size_t at = slot(old_fingerprints[old]);
    while (fingerprints_[at] != 0) at = (at + 1) & (capacity() - 1);
    fingerprints_[at] = old_fingerprints[old];
    moved[old] = static_cast<Place>(at);
  }
  for (std::size_t old = 0; old < old_capacity; ++old) {
    if (moved[old] == no_place) continue;
    const Place parent = old_parents[old];
    parents_[moved[old]] = parent == no_place ? no_place : moved[parent];
  }
  return moved;
}

}  // namespace squall::sim
