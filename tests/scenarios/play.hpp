// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenarios/workflow.hpp"
#include "sim/audit.hpp"
#include "sim/digest.hpp"
#include "sim/timed.hpp"

namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += "\n    " + line;
    return text.c_str();
  }
};
}  // namespace doctest

/// Plays small workflows and writes down what was seen of them.
namespace squall::scenarios {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

/// Writes down what programs emit, how activations end, and what is reported: `2ms coder says done 3`.
class Notes final : public sim::Sink {
 public:
  Lines lines;
  bool with_times = false;

  sim::SeenMask listens() const override {
    return sim::bits(sim::Seen::emitted, sim::Seen::finished, sim::Seen::failed, sim::Seen::reported,
                     sim::Seen::late_reply, sim::Seen::dead_letter);
  }
  void on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) override {
    std::string line = seen.agent == sim::nobody ? "nobody" : sim::agent_name(model, world, seen.agent);
    switch (seen.kind) {
      case sim::Seen::emitted:
        line += " says " + model.events[seen.detail] + (seen.value != 0 ? " " + std::to_string(seen.value) : "");
        break;
      case sim::Seen::finished: line += " ended"; break;
      case sim::Seen::failed: {
        const auto error = static_cast<sim::Error>(seen.detail);
        const bool own = error >= sim::Error::own;
        line += " failed: " + (own ? model.errors[seen.detail - static_cast<std::uint32_t>(sim::Error::own)]
                                   : std::string{sim::error_name(error)});
        break;
      }
      case sim::Seen::reported: line += seen.value != 0 ? " reports success" : " reports failure"; break;
      case sim::Seen::late_reply: line += " gets a late reply"; break;
      default: line += " gets a dead letter"; break;
    }
    if (with_times && world.timed()) {
      line = std::to_string(world.clock().now.time_since_epoch() / 1ms) + "ms " + line;
    }
    lines.push_back(std::move(line));
  }
};

struct Played {
  Lines lines;
  std::uint64_t digest = 0;
  sim::Duration time{};
  std::uint64_t events = 0;
};

/// Plays `workflow` once, audited after each event.
inline Played play_by(const Workflow& workflow, Dispatch dispatch, sim::Seed seed, bool with_times,
                      const sim::Interposer* faults = nullptr) {
  Built built = workflow.build(dispatch);
  REQUIRE_MESSAGE(built.model.has_value(), built.text());
  const sim::Model& model = *built.model;
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{seed};
  Notes notes;
  notes.with_times = with_times;
  sim::Run run{model, named};
  run.key = sim::run_key(seed);
  run.sink = &notes;
  run.faults = faults;
  sim::begin(world, run);
  std::vector<std::string> wrong;
  while (wrong.empty() && world.clock().events < 20'000 && sim::step(world, run)) wrong = sim::audit(world, model);
  CHECK(wrong == std::vector<std::string>{});
  CHECK(world.clock().events < 20'000);
  return {notes.lines, sim::digest(world, model), world.clock().now.time_since_epoch(), world.clock().events};
}

/// The same by both dispatches, which must agree.
inline Played play(const Workflow& workflow, sim::Seed seed = sim::Seed{1}, bool with_times = false) {
  const Played reference = play_by(workflow, Dispatch::by_switch, seed, with_times);
  const Played fast = play_by(workflow, Dispatch::by_goto, seed, with_times);
  CHECK(reference.digest == fast.digest);
  CHECK(reference.lines == fast.lines);
  return fast;
}

/// What one agent alone says with this program.
inline Lines said(const Program& program) {
  Workflow workflow{"test"};
  workflow.agent("one", program);
  return play(workflow).lines;
}

/// The same, with milliseconds.
inline Lines timed(const Workflow& workflow) { return play(workflow, sim::Seed{1}, true).lines; }

/// A workflow in which messages take exactly 1 ms.
inline Workflow quick() {
  Workflow workflow{"test"};
  workflow.latency(sim::Distribution::constant(1ms));
  return workflow;
}

}  // namespace squall::scenarios
