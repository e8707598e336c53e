// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "scenarios/agents/declarations.hpp"
#include "scenarios/claims/claim.hpp"
#include "sim/invariants/claims/claim.hpp"
#include "sim/invariants/invariant.hpp"

namespace squall::scenarios {

/// Makes monitors of a model out of what a workflow asks to be checked. When all programs are compiled, before
/// `Model::finish`. What is wrong is added to the errors; the model is then of no use.
class Judges {
 public:
  Judges(Declarations& names, std::vector<BuildError>& errors) : names_(names), errors_(errors) {}

  /// Nothing, or nothing built, is called so.
  void refuse(const std::string& invariant);
  void place(const sim::Invariant& invariant);
  void place(const Claim& claim);
  void set_goal(const Condition& goal);

 private:
  sim::EventPattern pattern(const Pattern& pattern);
  void fill_subject(sim::EventPattern& into, const Pattern& pattern);
  void fill_step(sim::EventPattern& into, const std::string& step);
  std::optional<sim::DefinitionId> agent(const std::string& name);
  sim::WorldCondition condition(const Condition& condition);
  sim::Monitor monitor(const Claim& claim, sim::ClaimText text);
  const Pattern* event(const Claim& claim, const Claim::Subject& subject);
  void error(std::string what, std::string fix);

  Declarations& names_;
  std::vector<BuildError>& errors_;
  std::string where_;  ///< the claim that is being placed
  std::uint32_t mark_ = 0;
  std::set<std::string> taken_;  ///< names of claims
};

}  // namespace squall::scenarios
