// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/apply.hpp"
#include "sim/explore/counterexample.hpp"
#include "sim/explore/enabled.hpp"

namespace squall::sim {

/// One random path through the untimed worlds of a model: each step is an event chosen uniformly among the enabled ones,
/// and each answer it asks for is drawn by its weights. A function of the seed. Reuse one for many walks: it does not
/// allocate once its worlds have grown.
class UniformWalk {
 public:
  struct Result {
    std::uint64_t steps = 0;
    bool ended = false;  ///< nothing was enabled any more; else `steps_max` was reached
  };

  explicit UniformWalk(const Exploration& exploration);
  /// Walks from an initial state. `violations` (may be null) collects what monitors find, at the end too where it ended.
  Result run(Seed seed, std::uint64_t steps_max, Violations* violations = nullptr);
  /// Where the last walk came to.
  const World& world() const { return world_; }

 private:
  /// Draws named by what they are for and how many there were.
  class Drawn final : public Decider {
   public:
    void begin(Seed seed) {
      run_ = run_key(seed);
      occurrence_ = 0;
    }
    std::uint32_t event(std::uint64_t step, std::uint32_t n) const;
    std::uint32_t choose(const Question&, Purpose, std::uint32_t n, const std::uint32_t* weights) override;

   private:
    std::uint64_t run_ = 0;
    std::uint32_t occurrence_ = 0;
  };

  Exploration exploration_;
  World initial_;  ///< before `begin`
  World world_;
  Drawn drawn_;
  Run run_;
  Enabled enabled_;
};

}  // namespace squall::sim
