// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/builtin/builtin.hpp"
#include "scenarios/builtin/w6.hpp"
#include "sim/invariants/budget.hpp"
#include "sim/invariants/catalogue.hpp"
#include "sim/invariants/deadline.hpp"

namespace squall::bench {

/// W6, judged by `checks` alone; without its faults where they are not wanted.
inline scenarios::Scenario w6_with(const std::vector<sim::Invariant>& checks, bool faults) {
  scenarios::Workflow workflow = scenarios::w6();
  for (const sim::Invariant& check : checks) workflow.check(check);
  scenarios::Scenario scenario = *scenarios::builtin("w6");
  const std::uint32_t shadow = scenario.model.fault_shadow;
  scenario.model = workflow.model();
  scenario.model.fault_shadow = shadow;
  if (!faults) scenario.faults.lines.clear();
  return scenario;
}

struct Judges {
  std::string name;
  std::vector<sim::Invariant> checks;
};

/// Nobody; each invariant by itself, with bounds that W6 keeps where it does without none; those that a file has by default.
inline std::vector<Judges> judges_of_w6() {
  std::vector<Judges> all{{"none", {}}};
  for (const sim::InvariantRow& row : sim::invariants()) {
    sim::Invariant check = row.initial;
    if (row.name == sim::Budget::name) check = sim::Budget{.calls = {}, .messages = 1'000'000};
    if (row.name == sim::Deadline::name) check = sim::Deadline{.within = std::chrono::hours{1}};
    all.push_back({std::string{row.name}, {check}});
  }
  all.push_back({"defaults", {sim::default_invariants().begin(), sim::default_invariants().end()}});
  return all;
}

}  // namespace squall::bench
