// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody acts as the owner of what somebody else owns by now: whoever has lost a lease without being told writes no key
/// and has no effect after another has got it.
///
/// One activation's time as an owner is from its acquire to its release, or until it is told that the lease is lost. What a
/// fence refuses has not happened, and what it lets pass came in time. A key or a tool may be left out by naming those that count.
struct SingleOwner {
  static constexpr const char* name = "single-owner";
  static constexpr const char* claim = "nobody acts as the owner of what somebody else owns by now";
  static constexpr const char* witness =
      "the resource, the late owner and what it does: lease leader, worker writes state";

  ResourceNames resources;
  KeyNames keys;
  ToolNames tools;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"resources", "all", "whose owners are judged"}, self.resources);
    visit(Field{"keys", "all", "writing which is acting as an owner"}, self.keys);
    visit(Field{"tools", "all", "an effect of which is acting as an owner"}, self.tools);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const SingleOwner&, const SingleOwner&) = default;
};

}  // namespace squall::sim
