// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/agent.hpp"

namespace squall::scenarios {

/// PHOLD (Fujimoto, "Performance of Time Warp under Synthetic Workloads", 1990): one message under way for each agent; a
/// delivery counts, draws a destination, and sends on after an exponential time of mean 1 ms, for ever.
struct Holder {
  std::int64_t count = 0;

  void on_start(sim::Turn& turn) { pass_on(turn); }
  void on_message(sim::Turn& turn, const sim::Message&) {
    ++count;
    pass_on(turn);
  }

 private:
  static void pass_on(sim::Turn& turn) {
    const sim::Draw draw = turn.draw();
    turn.send(sim::AgentId{draw.below(sim::purpose("destination"), turn.model().members)}, sim::TopicId{0});
  }
};

inline sim::Model phold(std::uint32_t agents) {
  sim::Model model;
  model.network = {.latency = sim::Distribution::exponential(std::chrono::milliseconds{1}),
                   .fifo = false,
                   .duplicating = false,
                   .links = {}};
  sim::add_topic(model, "job");
  sim::add_agent(model, "holder", Holder{}, agents);
  model.capacities = {.messages = agents + 4, .timers = 1, .activations = agents, .artifacts = 0, .turn_emits = 2};
  model.finish();
  return model;
}

}  // namespace squall::scenarios
