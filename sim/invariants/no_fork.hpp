// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No two versions of a key go on from the same one. Judged at each write by somebody who has read the key before: it
/// goes on from the version that was read last. Whoever has not read goes on from nothing. Also of keys whose reducer
/// keeps both, where `no-lost-update` has nothing to say: two ends of one history are a fork even if both are kept.
struct NoFork {
  static constexpr const char* name = "no-fork";
  static constexpr const char* claim = "a history has one head";
  static constexpr const char* witness = "the key and both writers: log by lead and worker";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const NoFork&, const NoFork&) = default;
};

}  // namespace squall::sim
