// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "faults/arm.hpp"
#include "faults/recorder.hpp"
#include "sim/agent.hpp"
#include "sim/digest.hpp"
#include "sim/timed.hpp"

/// Two clocks that send to one listener, whatever becomes of what they send: a fault on one lane cannot change what the
/// other lane does, so what is struck can be compared message by message.
namespace squall::lanes {

using namespace std::chrono_literals;

inline constexpr std::int64_t ticks = 200;  ///< of each clock; each sends `tick`, then `tock`
inline constexpr sim::TopicId tick{0}, tock{1}, alarm{2};
inline constexpr sim::AgentId left{0}, right{1}, sink{2};

struct Ticker {
  std::int64_t sent = 0;
  void on_start(sim::Turn& turn) { turn.timer(alarm, 1ms); }
  void on_timer(sim::Turn& turn, sim::TopicId) {
    ++sent;
    turn.send(sink, tick, {sent});
    turn.send(sink, tock, {sent});
    if (sent < ticks) turn.timer(alarm, 1ms);
  }
};

struct Sink {
  std::int64_t heard[2][2] = {};   ///< by sender, by topic
  std::int64_t latest[2][2] = {};  ///< number of the last one heard
  std::int64_t overtaken = 0;      ///< how often a smaller number came after a larger one
  void on_message(sim::Turn&, const sim::Message& message) {
    const std::size_t from = message.from == left ? 0 : 1;
    const std::size_t topic = message.topic == tick ? 0 : 1;
    ++heard[from][topic];
    if (message.field(0) < latest[from][topic]) ++overtaken;
    latest[from][topic] = message.field(0);
  }
};

inline sim::Model model(std::size_t lines) {
  sim::Model model;
  model.name = "lanes";
  sim::add_topic(model, "tick", {"n"});
  sim::add_topic(model, "tock", {"n"});
  sim::add_topic(model, "alarm");
  sim::add_agent(model, "left", Ticker{});
  sim::add_agent(model, "right", Ticker{});
  sim::add_agent(model, "sink", Sink{});
  model.network.latency = sim::Distribution::uniform(1ms, 3ms);
  model.fault_shadow = faults::Armed::shadow_bytes(lines);
  model.finish();
  return model;
}

struct Outcome {
  std::uint64_t digest = 0;
  Sink sink;
  sim::Clock clock{};
  sim::AgentState sink_state{};
  std::uint32_t sink_incarnation = 0;
  faults::Plan plan;                  ///< all that took effect
  std::vector<std::uint32_t> struck;  ///< by line
  std::vector<std::size_t> unstruck;  ///< lines of the plan
};

/// One timed run, recorded.
inline Outcome run(const sim::Model& model, const faults::Armed& faults, std::uint64_t seed) {
  sim::World world(model, sim::Half::state_and_shadow);
  sim::Named decide{sim::Seed{seed}};
  const faults::Recorder recorder(model, faults);
  sim::Run run{.model = model, .decide = decide, .key = decide.run(), .faults = &recorder};
  sim::begin(world, run);
  sim::run_timed(world, run);
  return {.digest = sim::digest(world, model),
          .sink = sim::detail::load_state<Sink>(world, sink),
          .clock = world.clock(),
          .sink_state = world.agent(sink).state,
          .sink_incarnation = world.shadow(sink).incarnation,
          .plan = recorder.plan(),
          .struck = faults.struck(world),
          .unstruck = faults.unstruck(world)};
}
inline Outcome run(const faults::Profile& profile, std::uint64_t seed) {
  const sim::Model m = model(profile.lines.size());
  return run(m, faults::Armed(m, profile), seed);
}
inline Outcome run(const faults::Plan& plan, std::uint64_t seed) {
  const sim::Model m = model(plan.lines.size());
  return run(m, faults::Armed(m, plan), seed);
}
inline Outcome run(std::uint64_t seed) { return run(faults::Plan{}, seed); }

/// A profile of one line.
inline faults::Profile profile(const faults::Fault& fault, sim::Probability chance,
                               const faults::Matcher& matcher = {}) {
  return {.lines = {{.fault = fault, .matcher = matcher, .trigger = {.chance = chance}}}};
}
/// The lines of `plan` that are of the same kind as `fault`, as text.
inline std::vector<std::string> lines_of(const faults::Plan& plan, const faults::Fault& fault) {
  std::vector<std::string> texts;
  for (const faults::Line& line : plan.lines) {
    if (line.fault.index() == fault.index()) texts.push_back(faults::to_text(line));
  }
  return texts;
}

}  // namespace squall::lanes
