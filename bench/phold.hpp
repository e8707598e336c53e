// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/agent.hpp"
#include "sim/digest.hpp"
#include "sim/timed.hpp"

namespace squall::bench {

/// PHOLD (Fujimoto, "Performance of Time Warp under Synthetic Workloads", 1990): M struct agents, one message under way for
/// each; a delivery counts, draws a destination, and sends on after 1 us plus an exponential time of mean 1 ms.
class Phold {
 public:
  explicit Phold(std::uint32_t agents)
      : model_(made(agents)), world_(model_, sim::Half::state_and_shadow), named_(sim::Seed{7}) {
    sim::begin(world_, run_);
  }
  void step() { sim::step(world_, run_); }
  const sim::World& world() const { return world_; }
  std::uint64_t digest() const { return sim::digest(world_, model_); }

 private:
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
  static sim::Model made(std::uint32_t agents) {
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

  sim::Model model_;
  sim::World world_;
  sim::Named named_;
  sim::Run run_{.model = model_, .decide = named_, .key = named_.run()};
};

}  // namespace squall::bench
