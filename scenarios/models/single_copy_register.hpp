// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// A register that one server holds, two clients that each put their letter and then get, and the history of what they
/// began and ended (Stateright's `single-copy-register`). What was complete at a client when another one's operation began
/// is part of the state: that is what a linearizability check asks for.
///
/// 1 server, 2 clients: 93 states.
namespace single_copy_register {

inline constexpr sim::TopicId put{0}, put_ok{1}, get{2}, get_ok{3};
inline constexpr sim::AgentId server{0};
inline constexpr std::uint32_t clients = 2, first_client = 1, operations = 2;

struct Server {
  std::int64_t value = 0;  ///< 0: none yet
  void on_message(sim::Turn& turn, const sim::Message& message) {
    const std::int64_t request = message.field(0);
    if (message.topic == put) {
      value = message.field(1);
      turn.send(message.from, put_ok, {request});
    } else {
      turn.send(message.from, get_ok, {request, value});
    }
  }
};

struct Client {
  std::int64_t awaited = 0;  ///< request; 0: none
  std::uint32_t begun = 0, ended = 0;
  std::array<std::uint32_t, operations> other_ended{};  ///< when each operation began: of the other client
  std::array<std::int64_t, operations> result{};

  void on_start(sim::Turn& turn) {
    const std::int64_t number = sim::index(turn.self);
    begin(turn, number);
    turn.send(server, put, {number, 'A' + number - first_client});
  }
  void on_message(sim::Turn& turn, const sim::Message& message) {
    if (message.field(0) != awaited) return;
    result[ended++] = message.topic == get_ok ? message.field(1) : 0;
    awaited = 0;
    if (message.topic == get_ok) return;
    const std::int64_t number = sim::index(turn.self);
    begin(turn, 2 * number);
    turn.send(server, get, {2 * number});
  }

 private:
  void begin(sim::Turn& turn, std::int64_t request) {
    const sim::AgentId other{2 * first_client + clients - 1 - sim::index(turn.self)};
    other_ended[begun++] = sim::detail::load_state<Client>(turn.world, other).ended;
    awaited = request;
  }
};

inline sim::Model model() {
  sim::Model result;
  result.name = "single-copy register";
  sim::add_topic(result, "put", {"request", "value"});
  sim::add_topic(result, "put ok", {"request"});
  sim::add_topic(result, "get", {"request"});
  sim::add_topic(result, "get ok", {"request", "value"});
  sim::add_agent<Server>(result, "server");
  sim::add_agent<Client>(result, "client", {}, clients);
  result.network.fifo = false;
  result.finish();
  return result;
}

}  // namespace single_copy_register
}  // namespace squall::scenarios
