// SPDX-License-Identifier: Apache-2.0
#include "scenarios/builtin/builtin.hpp"

#include <array>
#include <utility>

#include "scenarios/builtin/feature_team.hpp"
#include "scenarios/builtin/w6.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using namespace sim::literals;

faults::Profile team_faults() {
  return {.lines = {{.fault = faults::MessageDelay{.by = sim::Distribution::uniform(1s, 20s), .times = {}},
                     .matcher = {},
                     .trigger = {.chance = 5_percent}},
                    {.fault = faults::MessageDuplicate{}, .matcher = {}, .trigger = {.chance = 1_percent}}},
          .swarm = false};
}

faults::Profile w6_faults() {
  return {.lines = {{.fault = faults::MessageLoss{}, .matcher = {}, .trigger = {.chance = 2_percent}},
                    {.fault = faults::MessageDuplicate{}, .matcher = {}, .trigger = {.chance = 1_percent}},
                    {.fault = faults::MessageDelay{.by = {}, .times = 10},
                     .matcher = {},
                     .trigger = {.chance = 5_percent}}},
          .swarm = false};
}

/// Whoever begins with whatever comes first leaves the rest unread: proper completion is not asked of the team.
void judge_team(Workflow& team) { team.check(sim::DeadlockFreedom{}).check(sim::NoOrphanedWait{}); }
void judge_w6(Workflow& w6) { w6.check_defaults(); }

struct Row {
  std::string_view name, about;
  Workflow (*workflow)();
  void (*judge)(Workflow&);
  faults::Profile (*faults)();
};

constexpr std::array rows{
    Row{"feature-team", "Four agents ship a feature. The tester waits for docs, and the docs wait for tested code.",
        feature_team, judge_team, team_faults},
    Row{"feature-team-fixed", "The same team; the tester begins with whatever comes first.", feature_team_fixed,
        judge_team, team_faults},
    Row{"w6", "Six agents, six tasks, a lock and resends: the measure of speed.", w6, judge_w6, w6_faults},
};

constexpr auto names = [] {
  std::array<std::string_view, rows.size()> all{};
  for (std::size_t r = 0; r < rows.size(); ++r) all[r] = rows[r].name;
  return all;
}();

}  // namespace

std::span<const std::string_view> builtin_names() { return names; }

std::optional<Scenario> builtin(std::string_view name) {
  for (const Row& row : rows) {
    if (row.name != name) continue;
    Workflow workflow = row.workflow();
    row.judge(workflow);
    return scenario(std::move(workflow), row.faults(), std::string{row.about});
  }
  return std::nullopt;
}

}  // namespace squall::scenarios
