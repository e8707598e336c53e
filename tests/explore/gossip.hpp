// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/agent.hpp"

namespace squall::sim::testing {

/// Agents that do at random, but by their state alone, what struct agents can: change, send, answer, act; where `extras`
/// allow it, also arm timers, ask, expect and report. Each is a function of (seed, own number, own state, what comes), so
/// models of different seeds are different state machines.
struct Gossip {
  static constexpr bool local = true;
  enum Extras : std::uint32_t { none = 0, timers = 1, asks = 2, expects = 4, reports = 8 };
  static constexpr std::uint32_t agents = 3;
  static constexpr std::uint32_t topics = 2;

  std::uint32_t seed = 0;
  std::uint32_t extras = none;
  std::uint32_t state = 0;  ///< 0, 1, 2
  std::uint32_t left = 0;   ///< messages it may still send

  void on_start(Turn& turn) {
    if (turn.self == AgentId{0}) say(turn, 1);
  }
  void actions(ActionList& list) const {
    if (mixed(7) % 3 == 0) list.add(0);
    if (mixed(8) % 4 == 0) list.add(1);
  }
  bool takes(const Message& message) const { return mixed(40 + index(message.topic)) % 5 != 0; }
  void on_action(Turn& turn, std::uint32_t action) { react(turn, 10 + action); }
  void on_timer(Turn& turn, TopicId topic) { react(turn, 20 + index(topic)); }
  void on_message(Turn& turn, const Message& message) {
    const std::uint32_t what = 30 + index(message.topic) + 4 * static_cast<std::uint32_t>(message.field(0));
    if (message.asked()) turn.reply(message.row, TopicId{0}, {1});
    react(turn, what);
  }

  static Model model(std::uint32_t seed, std::uint32_t extras, bool duplicating, std::uint32_t messages = 2,
                     const Monitor* monitor = nullptr) {
    Model result;
    result.name = "gossip";
    add_topic(result, "this", {"n"});
    add_topic(result, "that", {"n"});
    add_agent<Gossip>(result, "gossip", {.seed = seed, .extras = extras, .state = 0, .left = messages}, agents);
    if (monitor != nullptr) result.monitors.push_back({*monitor, 0});
    result.network.fifo = false;
    result.network.duplicating = duplicating;
    result.finish();
    return result;
  }

 private:
  std::uint64_t mixed(std::uint64_t what) const { return moremur(moremur(seed + 1) ^ (what << 8 | state)); }
  void react(Turn& turn, std::uint32_t what) {
    const std::uint64_t chosen = mixed(std::uint64_t{what} << 4 | index(turn.self));
    if ((chosen & 3) != 0) state = static_cast<std::uint32_t>(chosen >> 8) % 3;
    if ((chosen >> 16 & 1) != 0) say(turn, chosen >> 20);
    if ((extras & timers) != 0 && (chosen >> 40 & 3) == 0 && left != 0) {
      --left;
      turn.timer(TopicId{1}, Duration{5});
    }
    if ((extras & expects) != 0 && (chosen >> 42 & 3) == 0) turn.expect(TopicId{0});
    if ((extras & reports) != 0 && (chosen >> 44 & 7) == 0) turn.report((chosen >> 47 & 1) != 0);
  }
  void say(Turn& turn, std::uint64_t chosen) {
    if (left == 0) return;
    --left;
    const AgentId to{static_cast<std::uint32_t>(chosen) % agents};
    const TopicId topic{static_cast<std::uint16_t>(chosen >> 4 & 1)};
    const std::int64_t field = static_cast<std::int64_t>(chosen >> 5 & 1);
    if ((extras & asks) != 0 && (chosen >> 6 & 1) != 0) {
      turn.send({.to = to, .topic = topic, .present = 1, .fields = &field, .request = turn.new_request()},
                turn.ask({.key = 1, .counter = 0}));
    } else {
      turn.send(to, topic, {field});
    }
  }
};

}  // namespace squall::sim::testing
