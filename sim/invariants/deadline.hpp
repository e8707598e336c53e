// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// Within so long after its arrival an instance has reported its outcome; one that is over without a report never does.
/// Untimed worlds leave it open.
struct Deadline {
  static constexpr const char* name = "deadline";
  static constexpr const char* claim = "every instance reports its outcome in time";
  static constexpr const char* witness = "who had not ended: coder";

  std::optional<Duration> within;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"within", "", "from its arrival"}, self.within);
  }
  std::string_view problem() const { return within ? std::string_view{} : std::string_view{"does not say 'within'"}; }
  Monitor monitor(Model&) const;
  friend bool operator==(const Deadline&, const Deadline&) = default;
};

}  // namespace squall::sim
