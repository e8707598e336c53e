// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/workflow.hpp"
#include "sim/audit.hpp"
#include "sim/explore/search.hpp"
#include "sim/strike.hpp"
#include "sim/timed.hpp"

template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static doctest::String convert(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all) text += "\n    \"" + one + "\"";
    return text.c_str();
  }
};

/// Workflows are judged once each: what was found, in words.
namespace squall::invariants {

using namespace std::chrono_literals;
using namespace scenarios;
using Lines = std::vector<std::string>;

struct Verdicts {
  Lines found;      ///< `name: witness, witness`
  Lines reasons;    ///< of all of them
  Lines undecided;  ///< `name: why`
  Lines came_true;
  std::vector<sim::Instant> at;
};

inline Verdicts verdicts(const sim::Violations& violations) {
  Verdicts all;
  for (const sim::Violation& violation : violations.list()) {
    std::string line = violation.invariant + ":";
    for (std::size_t w = 0; w < violation.witness.size(); ++w) line += (w == 0 ? " " : ", ") + violation.witness[w];
    all.found.push_back(line);
    all.reasons.insert(all.reasons.end(), violation.reasons.begin(), violation.reasons.end());
    all.at.push_back(violation.at);
  }
  for (const sim::Undecided& open : violations.undecided()) all.undecided.push_back(open.invariant + ": " + open.why);
  all.came_true = violations.came_true();
  return all;
}

/// One timed run, audited after each event.
inline Verdicts judged(const Workflow& workflow, const sim::Interposer* faults = nullptr, std::uint64_t seed = 1) {
  Built built = workflow.build();
  REQUIRE_MESSAGE(built.model.has_value(), built.text());
  const sim::Model& model = *built.model;
  sim::World world{model, sim::Half::state_and_shadow};
  sim::Named named{sim::Seed{seed}};
  sim::Violations violations;
  sim::Run run{.model = model, .decide = named, .key = named.run(), .faults = faults, .violations = &violations};
  sim::begin(world, run);
  const std::uint64_t events_max = model.limits.events_per_instance * model.load.instances;
  std::vector<std::string> wrong;
  while (wrong.empty() && world.clock().events < events_max && sim::step(world, run)) {
    if (world.clock().events < 2'000) wrong = sim::audit(world, model);
  }
  CHECK(wrong == Lines{});
  sim::finish(world, run, world.clock().events >= events_max);
  return verdicts(violations);
}

/// What the same workflow can come to in all interleavings: the different findings, sorted.
inline Lines explored(const Workflow& workflow) {
  Built built = workflow.build();
  REQUIRE_MESSAGE(built.model.has_value(), built.text());
  const sim::SearchResult result = sim::Search{*built.model, {}}.run();
  CHECK(result.complete);
  Lines found;
  for (const auto& finding : result.findings) found.push_back(finding.violation.invariant);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// A workflow in which messages and context operations take exactly 1 ms.
inline Workflow quick() {
  Workflow workflow{"test"};
  workflow.latency(sim::Distribution::constant(1ms));
  return workflow;
}
inline KeySpec quick_key(std::optional<Expression> initial = {}) {
  return {.initial = std::move(initial), .latency = sim::Distribution::constant(1ms)};
}
/// The same, from 0 on, whose writes take so long to arrive where it is not strong.
inline KeySpec late_key(sim::Consistency consistency, sim::Duration lag = 20ms) {
  KeySpec key = quick_key(0);
  key.consistency = consistency;
  key.lag = sim::Distribution::constant(lag);
  return key;
}

/// A fault by a function: asked at every strike of these kinds. Its kind is always the same in digests.
class StrikeBy final : public sim::Interposer {
 public:
  using Function = std::function<sim::Verdict(sim::World&, const sim::Target&)>;
  StrikeBy(sim::Strike kind, Function function) : kind_(kind), function_(std::move(function)) {}
  std::uint32_t armed() const override { return static_cast<std::uint32_t>(kind_); }
  sim::Verdict strike(sim::World& world, sim::Run&, const sim::Target& target) const override {
    sim::Verdict verdict = function_(world, target);
    verdict.kinds = 1;
    return verdict;
  }

 private:
  sim::Strike kind_;
  Function function_;
};

/// Loses the messages of one topic, all of them or the first `n`.
inline StrikeBy loses(sim::TopicId topic, std::uint32_t n = 1'000) {
  return {sim::Strike::send,
          [topic, left = std::make_shared<std::uint32_t>(n)](sim::World&, const sim::Target& target) {
            const bool drop = target.topic == topic && *left != 0;
            if (drop) --*left;
            return sim::Verdict{.drop = drop};
          }};
}
inline sim::TopicId topic_of(const Workflow& workflow, const std::string& name) {
  const sim::Model model = workflow.model();
  const auto found = std::ranges::find(model.topics, name, &sim::TopicInfo::name);
  return sim::TopicId{static_cast<std::uint16_t>(found - model.topics.begin())};
}
inline sim::AgentId agent_of(const Workflow& workflow, const std::string& name) {
  const sim::Model model = workflow.model();
  return std::ranges::find(model.definitions, name, &sim::Definition::name)->first;
}
/// Crashes the agent of this name when it begins its step number `n`, counted from 1 over all its activations.
inline StrikeBy crashes(const Workflow& workflow, const std::string& name, std::uint32_t n,
                        sim::Duration restart_after = sim::Duration{-1}) {
  return {sim::Strike::step, [agent = agent_of(workflow, name), restart_after,
                              left = std::make_shared<std::uint32_t>(n)](sim::World&, const sim::Target& target) {
            const bool now = target.agent == agent && *left != 0 && --*left == 0;
            return sim::Verdict{.crash_before = now, .restart_after = restart_after};
          }};
}

}  // namespace squall::invariants
