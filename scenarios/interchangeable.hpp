// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "sim/explore/interchange.hpp"

namespace squall::scenarios {

/// Which agents of a workflow may be exchanged for each other in a search without time.
struct Interchangeable {
  struct Group {
    std::string agent;
    sim::Equals equals;
  };
  struct Apart {
    std::string agent;
    std::string why;  ///< a half sentence
  };
  std::vector<Group> groups;  ///< replicas of which no program, judge or rule of the kernel singles one out
  std::vector<Apart> apart;   ///< replicas of which one does

  bool any() const { return !groups.empty(); }
  std::vector<sim::Equals> equals() const;
};

/// Looks at what the workflow says, so it needs no search: the members of an agent with `replicas` are equals unless a
/// program of theirs asks which of them it is, a program carries a member's name to where it cannot be renamed, or the
/// kernel or a judge tells members apart (`sim::told_apart`). Where in doubt they are not. No file can name one member, so
/// claims and goals single out none, and of the faults only those that pick a receiver do. Requires: `scenario` was made of
/// `workflow`.
Interchangeable interchangeable(const Workflow& workflow, const Scenario& scenario);

}  // namespace squall::scenarios
