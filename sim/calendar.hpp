// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/ids.hpp"
#include "sim/time.hpp"

namespace squall::sim {

/// Pending rows in virtual time, earliest first; rows due at the same instant come out in the order they were pushed.
class Calendar {
 public:
  struct Entry { Instant at; Row row; };
  void push(Instant due, Row row);
  bool empty() const;
  std::size_t size() const;
  std::optional<Instant> next_due() const;
  Entry pop();
  void clear();
  void reserve(std::size_t n);
  std::size_t bytes() const;
};

}  // namespace squall::sim
