// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "faults/profile.hpp"
#include "scenarios/workflow.hpp"
#include "sim/model.hpp"

/// Workflows on which the laws of the kernel are tried: each uses another part of it.
namespace squall::laws {

struct Subject {
  std::string name;
  sim::Model model;        ///< with room for `faults` and for the plans recorded under them
  faults::Profile faults;  ///< the common kinds, and cut links
};

/// The built-in workflows, a busy office that uses as much of the language as fits, struct agents, and random workflows.
const std::vector<Subject>& zoo();

/// Faults of messages, agents, tools, keys and leases, rolled at each chance; crashes at a quarter of it. `any_lines` has
/// them all.
faults::Profile common_kinds(sim::Probability chance);

/// The model of `workflow`; throws std::logic_error with what is wrong with it.
sim::Model built(const scenarios::Workflow& workflow);

/// Lines that a recorded plan of a subject has at most.
inline constexpr std::size_t plan_lines_max = 2'000;

}  // namespace squall::laws
