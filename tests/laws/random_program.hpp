// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/agents/program.hpp"
#include "tests/laws/dice.hpp"

namespace squall::laws {

/// Draws programs for the agents of `random_workflow`, which declares what they name.
///
/// Well-formed by construction: a name is used only where the program's own head has set it, and whoever may be sent to
/// takes everything. Nothing keeps a step from failing when it runs: that is wanted.
class RandomProgram {
 public:
  /// Where a program stands: what may be named there depends on it.
  enum class Role : std::uint8_t { agent, handler, child };

  RandomProgram(Dice& dice, Role role) : dice_(dice), role_(role) {}

  /// Sets what the steps below may name, runs `steps` drawn ones, and takes what is left in the mailbox for a while.
  scenarios::Program whole(std::uint32_t steps);

 private:
  scenarios::Program part(std::uint32_t most);
  void step(scenarios::Program& to);
  void message_step(scenarios::Program& to, const scenarios::Fields& fields);
  void context_step(scenarios::Program& to, const scenarios::Fields& fields);
  void resource_step(scenarios::Program& to, const scenarios::Fields& fields);
  void structure(scenarios::Program& to, const scenarios::Fields& fields);
  void branches(scenarios::Program& to, const scenarios::Fields& fields);
  void other_agents(scenarios::Program& to, const scenarios::Fields& fields);
  void local_step(scenarios::Program& to, const scenarios::Fields& fields);
  void receive(scenarios::Program& to, scenarios::Fields fields);

  scenarios::Fields fields();
  scenarios::Fields waiting_fields();
  scenarios::Retry retry();
  scenarios::Otherwise otherwise();
  scenarios::Time time();
  scenarios::Expression number();
  scenarios::Expression condition();
  scenarios::Matcher matcher();
  scenarios::Content content();
  scenarios::Target receiver();
  std::string peer();
  std::string label();
  bool deep() const { return depth_ >= 4; }

  Dice& dice_;
  Role role_;
  std::uint32_t depth_ = 0;
  std::uint32_t copies_ = 0;  ///< scopes around that run their steps several times, at once or in turn
};

}  // namespace squall::laws
