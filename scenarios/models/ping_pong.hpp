// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// Two counters, one ahead of the other by at most 1 (Stateright's `ping_pong`): Ping(n) at n is answered by Pong(n),
/// Pong(n) at n by Ping(n + 1), and each answer counts. Anything else is no step.
///
/// To 5 over a lossless network: 11 states. To 1 over a lossy duplicating one: 14.
struct PingPong {
  std::int64_t counter = 0;

  static constexpr sim::TopicId ping{0}, pong{1};

  void on_start(sim::Turn& turn) {
    if (turn.self == sim::AgentId{0}) turn.send(sim::AgentId{1}, ping, {0});
  }
  void on_message(sim::Turn& turn, const sim::Message& message) {
    if (message.field(0) != counter) return;
    if (message.topic == ping) {
      turn.send(message.from, pong, {counter});
    } else {
      turn.send(message.from, ping, {counter + 1});
    }
    ++counter;
  }

  static sim::Model model(bool duplicating) {
    sim::Model result;
    result.name = "ping-pong";
    sim::add_topic(result, "ping", {"n"});
    sim::add_topic(result, "pong", {"n"});
    sim::add_agent<PingPong>(result, "player", {}, 2);
    result.network.fifo = false;
    result.network.duplicating = duplicating;
    result.finish();
    return result;
  }
};

}  // namespace squall::scenarios
