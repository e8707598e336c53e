// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No instance is given a version of a shared key that another instance has written. Of a key with a reducer that
/// combines, a version counts as another's as soon as another has taken part in it. Keys of an instance's own are out
/// of reach of the others.
struct Isolation {
  static constexpr const char* name = "isolation";
  static constexpr const char* claim = "no instance reads what another has written";
  static constexpr const char* witness = "the key and its reader: plan of another instance read by coder";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const Isolation&, const Isolation&) = default;
};

}  // namespace squall::sim
