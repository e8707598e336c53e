// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

namespace squall::sim {

struct Model;

/// No mailbox and no queue topic ever holds more than so many messages that nobody has taken. Mailboxes are judged at
/// each delivery, queues after each event that moves messages; what a broadcast retains is no queue. Cost: the length
/// of each queue, up to the bound, per such event.
struct QueueBounds {
  static constexpr const char* name = "queue-bounds";
  static constexpr const char* claim = "no mailbox and no queue grows beyond its bound";
  static constexpr const char* witness = "which one does: mailbox of coder";

  std::uint32_t length = 100;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(Field{"length", "100", "messages that wait, at most"}, self.length);
  }
  Monitor monitor(Model&) const;
  friend bool operator==(const QueueBounds&, const QueueBounds&) = default;
};

}  // namespace squall::sim
