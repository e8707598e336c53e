// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No write destroys one that its writer has not seen (a lost update: read, other's write, write). Judged at writes of an
/// activation that has read the key; a key whose reducer keeps what was there loses nothing. A write that was acknowledged
/// and not kept is a lost one too.
struct NoLostUpdate {
  static constexpr const char* name = "no-lost-update";
  static constexpr const char* claim = "no write destroys one that its writer has not seen";
  static constexpr const char* witness = "the key and both writers: plan, coder over planner";

  KeyNames keys;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"keys", "all", "that are judged"}, self.keys);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const NoLostUpdate&, const NoLostUpdate&) = default;
};

}  // namespace squall::sim
