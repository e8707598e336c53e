// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Nobody sends a topic, calls a tool with an effect, writes a key or makes a piece of work that is not among the things it
/// may do (`Definition::can`). Agents of which nothing is said may do anything; answers to requests are free.
struct Roles {
  static constexpr const char* name = "roles";
  static constexpr const char* claim = "nobody does what is not among the things it may do";
  static constexpr const char* witness = "who does what: tester sends code";

  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
  Monitor monitor(Model&) const;
  friend bool operator==(const Roles&, const Roles&) = default;
};

}  // namespace squall::sim
