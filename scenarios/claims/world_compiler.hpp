// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/agents/declarations.hpp"
#include "scenarios/claims/claim.hpp"
#include "sim/instruction.hpp"

namespace squall::scenarios {

/// Compiles expressions over the world: of claims, goals and triggers, which see no single program.
class WorldCompiler {
 public:
  /// Whether `event` is there: in the `where` of a pattern.
  enum class Sees : std::uint8_t { world, event };

  WorldCompiler(Declarations& names, std::vector<BuildError>& errors, std::string where, std::uint32_t mark)
      : names_(names), errors_(errors), where_(std::move(where)), mark_(mark) {}

  std::vector<sim::Instruction> compile(const Expression& expression, Sees sees, std::size_t patterns = 0);
  /// The names that the expression reads, each with what yields its value. Those of single agents in a fold are left out.
  std::vector<std::pair<std::string, std::vector<sim::Instruction>>> parts(const Expression& expression);
  /// Effects are counted: somebody has to keep them.
  bool counts_effects() const { return counts_effects_; }

 private:
  void push(const Expression& e);
  void push_name(const std::string& path, bool asks_presence);
  void push_event(const std::string& field, bool asks_presence);
  void push_key(const std::string& rest, bool asks_presence);
  void push_agent(std::uint32_t agent, const std::string& name, const std::string& field);
  void push_side(const Expression& side, const Expression& other);
  void push_comparison(const Expression& left, const Expression& right, sim::Instruction::Code code);
  void push_fold(const Expression& e);
  void put(sim::Instruction instruction, int depth);
  /// An operand that has a mistake: something to stand in its place.
  void error(std::string what, std::string fix);
  void mistaken(std::string what, std::string fix);

  Declarations& names_;
  std::vector<BuildError>& errors_;
  const std::string where_;
  const std::uint32_t mark_;
  Sees sees_ = Sees::world;
  std::size_t patterns_ = 0;
  std::string item_;  ///< of the fold around
  bool counts_effects_ = false;
  std::vector<sim::Instruction> code_;
  std::size_t depth_ = 0, deepest_ = 0;
};

}  // namespace squall::scenarios
