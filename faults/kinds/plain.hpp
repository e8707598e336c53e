// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace squall::faults {

/// What kinds share that have no options: they strike, and that is all there is to say.
struct Plain {
  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const { return {}; }
  friend bool operator==(const Plain&, const Plain&) = default;
};

}  // namespace squall::faults
