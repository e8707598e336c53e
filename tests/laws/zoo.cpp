// SPDX-License-Identifier: Apache-2.0
#include "tests/laws/zoo.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "faults/arm.hpp"
#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/builtin/w6.hpp"
#include "tests/faults/lanes.hpp"
#include "tests/laws/office.hpp"
#include "tests/laws/random_workflow.hpp"

namespace squall::laws {
namespace {

using namespace scenarios;
using namespace sim::literals;
using namespace std::chrono_literals;

/// So many of the random workflows are tried with every law, not only with that of the dispatches.
constexpr std::uint64_t random_subjects = 12;

/// Kinds that must say whom they cut off.
std::vector<faults::Line> cuts(const sim::Model& model) {
  using namespace faults;
  return {
      {Partition{{.lasts = sim::Distribution::uniform(1ms, 20ms), .drops_in_flight = true}},
       {.from = model.definitions[0].name},
       {.chance = 50_percent, .at_most = 20, .every = sim::Distribution::exponential(100ms)}},
      {OneWayPartition{{.lasts = sim::Distribution::uniform(1ms, 20ms)}},
       {.to = model.definitions.back().name},
       {.until = sim::start_of_time + 100ms}},
  };
}

Subject subject(std::string name, sim::Model model, sim::Probability chance) {
  model.fault_shadow = faults::Armed::shadow_bytes(plan_lines_max);
  faults::Profile faults = common_kinds(chance);
  for (const faults::Line& line : cuts(model)) faults.lines.push_back(line);
  return {std::move(name), std::move(model), std::move(faults)};
}

}  // namespace

faults::Profile common_kinds(sim::Probability chance) {
  using namespace faults;
  return {.lines = {
              {MessageLoss{}, {}, {.chance = chance}},
              {MessageDuplicate{.copies = 1, .after = sim::Distribution::exponential(2ms)}, {}, {.chance = chance}},
              {MessageDelay{.times = 10}, {}, {.chance = chance}},
              {MessageDelay{.by = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = chance}},
              {AgentCrash{.side = Side::before, .restart = sim::Distribution::exponential(20ms)},
               {},
               {.chance = {chance.ppm / 4}}},
              {AgentCrash{.side = Side::after, .restart = sim::Distribution::constant(5ms), .memory = true},
               {},
               {.chance = {chance.ppm / 4}}},
              {AgentRestart{.down = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = {chance.ppm / 4}}},
              {AgentHang{.side = Side::after}, {}, {.chance = {chance.ppm / 8}}},
              {AgentPause{.lasts = sim::Distribution::uniform(0ms, 30ms)}, {}, {.chance = {chance.ppm / 4}}},
              {AgentSlow{.times = 5, .lasts = sim::Distribution::constant(20ms)}, {}, {.chance = {chance.ppm / 4}}},
              {MessageReorder{.by = sim::Distribution::uniform(0ms, 20ms)}, {}, {.chance = chance}},
              {MessageCorrupt{}, {}, {.chance = chance}},
              {ToolError{.effect = true}, {}, {.chance = chance}},
              {ToolTimeout{.after = sim::Distribution::uniform(1ms, 9ms)}, {}, {.chance = chance}},
              {ToolDoneButNoReply{}, {}, {.chance = {chance.ppm / 4}}},
              {ToolRateLimit{.retry_after = sim::Distribution::constant(5ms)}, {}, {.chance = chance, .burst = 2}},
              {StaleRead{}, {}, {.chance = chance}},
              {LostWrite{}, {}, {.chance = chance}},
              {LeaseExpiresEarly{.after = sim::Distribution::uniform(0ms, 9ms)}, {}, {.chance = chance}},
          }};
}

sim::Model built(const Workflow& workflow) {
  Built result = workflow.build();
  if (!result.errors.empty()) throw std::logic_error(result.text());
  return std::move(*result.model);
}

const std::vector<Subject>& zoo() {
  static const std::vector<Subject> subjects = [] {
    std::vector<Subject> all;
    all.push_back(subject("feature team", built(feature_team()), 10_percent));
    all.push_back(subject("feature team, fixed", built(feature_team_fixed()), 10_percent));
    all.push_back(subject("w6", built(w6()), 3_percent));
    all.push_back(subject("office", built(office(5, exponential(10ms))), 3_percent));
    all.push_back(subject("lanes", lanes::model(0), 3_percent));
    for (std::uint64_t seed = 1; seed <= random_subjects; ++seed) {
      all.push_back(subject("random " + std::to_string(seed), built(random_workflow(seed)), 10_percent));
    }
    return all;
  }();
  return subjects;
}

}  // namespace squall::laws
