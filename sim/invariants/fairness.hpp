// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Whoever comes for a resource and does not get it sees it go to others at most so many times before it has its turn,
/// or gives the matter up by ending. Lines serve in order of arrival; those who give up their place and come back,
/// after a timeout or a retry, are passed over all the same, and that is what is judged.
struct Fairness {
  static constexpr const char* name = "fairness";
  static constexpr const char* claim = "nobody is passed over again and again";
  static constexpr const char* witness = "who is, and for what: reader for db";

  std::uint32_t passed = 100;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"passed", "100", "so often in a row at most"}, self.passed);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Fairness&, const Fairness&) = default;
};

}  // namespace squall::sim
