// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Whoever is over holds nothing any more: every slot of a lock or a semaphore is given back. A lease frees itself. Judged at
/// each end and each crash of an activation.
struct Release {
  static constexpr const char* name = "release";
  static constexpr const char* claim = "whoever is over holds nothing any more";
  static constexpr const char* witness = "what is held, and whose it was: lock db of coder";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const Release&, const Release&) = default;
};

}  // namespace squall::sim
