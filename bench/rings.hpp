// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <utility>

#include "bench/stepped.hpp"
#include "sim/agent.hpp"

namespace squall::bench {

/// Programs, declared one by one, that hand one message round for ever.
inline scenarios::Workflow ring(std::uint32_t members = 10) {
  using scenarios::program;
  scenarios::Workflow workflow{"ring"};
  for (std::uint32_t a = 0; a < members; ++a) {
    const std::string next = fmt::format("member-{}", (a + 1) % members);
    scenarios::Program body =
        a == 0 ? program().send(next, "token").receive("token") : program().receive("token").send(next, "token");
    workflow.agent(fmt::format("member-{}", a), program().repeat(std::move(body)));
  }
  workflow.limits(no_limits()).check_defaults();
  return workflow;
}

/// The same in C++: a member counts, and hands on.
struct Member {
  std::int64_t count = 0;

  void on_start(sim::Turn& turn) {
    if (index(turn.self) == 0) hand_on(turn);
  }
  void on_message(sim::Turn& turn, const sim::Message&) {
    ++count;
    hand_on(turn);
  }

 private:
  static void hand_on(sim::Turn& turn) {
    turn.send(sim::AgentId{(index(turn.self) + 1) % turn.model().members}, sim::TopicId{0});
  }
};

inline sim::Model ring_of_structs(std::uint32_t members) {
  sim::Model model;
  model.network.latency = sim::Distribution::constant(std::chrono::milliseconds{1});
  sim::add_topic(model, "token");
  sim::add_agent(model, "member", Member{}, members);
  model.finish();
  return model;
}

}  // namespace squall::bench
