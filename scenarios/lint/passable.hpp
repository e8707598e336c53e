// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "scenarios/agents/op.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

/// Which steps of which agents could ever be reached, at best: the least set that holds the beginnings of the programs and
/// everything that follows from what is in it.
class Passable {
 public:
  /// A step that hands something out.
  struct Supplier {
    std::uint32_t definition, pc;
    sim::Supply supply;
  };

  explicit Passable(const sim::Model& model);

  bool reached(std::uint32_t definition, std::uint32_t pc) const { return reached_[definition][pc]; }
  /// Whether the `receive` at `pc` can be met.
  bool met(std::uint32_t definition, const Op& receive) const;
  /// Whether a source of a wait of this agent has a supplier among the reached steps.
  bool fed(std::uint32_t definition, const sim::Source& source) const;
  /// All steps, reached or not, that would serve this source.
  std::vector<Supplier> suppliers(std::uint32_t definition, const sim::Source& source) const;
  /// Everything that any step hands out, reached or not.
  const std::vector<Supplier>& all() const { return supplies_; }

 private:
  bool serves(const Supplier&, std::uint32_t definition, const sim::Source&) const;
  bool starts(std::uint32_t definition) const;
  bool reach(std::uint32_t definition, std::uint32_t pc);
  bool grow(std::uint32_t definition);
  void grow_all(std::uint32_t definitions);
  /// Whether `each` holds of some step that would serve the source.
  template <class Each>
  bool any_supplier(std::uint32_t definition, const sim::Source&, const Each& each) const;

  using Numbers = std::vector<std::uint32_t>;  ///< into `supplies_`
  const sim::Model& model_;
  bool unknown_ = false;                    ///< some agent is a struct
  std::vector<std::vector<bool>> reached_;  ///< by definition and position
  std::vector<Supplier> supplies_;
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> of_step_;  ///< by definition: position, number
  std::vector<Numbers> sent_to_;                                               ///< by definition, spawns included
  std::map<sim::TopicId, Numbers> sent_to_anybody_;                            ///< or published
};

/// The program of a definition; nullptr of a struct agent, of which nothing is known.
const Code* program_of(const sim::Model& model, std::uint32_t definition);

}  // namespace squall::scenarios
