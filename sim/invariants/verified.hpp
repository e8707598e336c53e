// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// At the end of an instance that has not reported failure, each artifact made in it was looked at by a `validate`,
/// whatever that said of it. With `by` the check has to be theirs, and what they make themselves needs none.
struct Verified {
  static constexpr const char* name = "verified";
  static constexpr const char* claim = "every piece of work is checked before the end";
  static constexpr const char* witness = "the work and whose it is: code of coder";

  AgentNames by;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"by", "", "who checks it"}, self.by);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Verified&, const Verified&) = default;
};

}  // namespace squall::sim
