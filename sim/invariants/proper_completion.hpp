// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nothing of an instance is left over at its end: no message in a mailbox or a queue, no slot of a lock or a semaphore, no
/// activation that waits.
///
/// The end is when nothing of it can happen any more. Daemons may wait on. Topics say whether what they leave matters
/// (`leftover`), and what the kernel itself says (`ended`, `down`, `up`) never does: nobody promised to take it.
struct ProperCompletion {
  static constexpr const char* name = "proper-completion";
  static constexpr const char* claim = "nothing of an instance is left over at its end";
  static constexpr const char* witness = "all that is left, and where: message report at coder";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const ProperCompletion&, const ProperCompletion&) = default;
};

}  // namespace squall::sim
