// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "faults/campaign.hpp"
#include "faults/coverage.hpp"
#include "faults/plan.hpp"

/// Fuzzing that follows coverage: plans that have shown something new are kept and mutated (the loop of AFL, Zalewski, 2013,
/// over fault plans instead of bytes).
namespace squall::faults {

/// What is to be played: a seed with the profile's dice, or with exactly this plan.
struct Candidate {
  std::uint64_t seed = 0;
  bool mutant = false;
  Plan plan;
};

/// A run with what it has reached and what struck.
struct Covered {
  Played played;
  Plan injected;
  std::vector<std::uint64_t> features;  ///< ascending
};

/// Plays candidates on one thread.
class GuidedPlayer {
 public:
  virtual ~GuidedPlayer() = default;
  /// The spans of `played` live until the next call. Nothing where the plan does not fit the model.
  virtual bool play(const Candidate& candidate, Covered& into) = 0;
};
using MakeGuidedPlayer = std::function<std::unique_ptr<GuidedPlayer>()>;

struct GuidedOptions {
  std::uint64_t first = 1;           ///< seed of the first fresh run
  std::uint64_t runs = 0;            ///< fresh ones and mutants together
  std::uint32_t generation = 256;    ///< candidates that are drawn before any of them has been played
  std::uint32_t mutants_in_ten = 5;  ///< of each ten candidates, once something is worth mutating
};

struct GuidedResult {
  std::uint64_t candidates = 0;  ///< that were drawn; a mutant whose plan does not fit the model is not played
  Tally tally;  ///< `first_seed` of a finding is the number of the run that showed it first, as if all were fresh
  std::map<std::uint64_t, Candidate> first_shown;  ///< by signature
  FeatureRuns features;
  std::uint64_t mutants = 0;  ///< of the runs
  std::uint64_t kept = 0;     ///< plans worth mutating

  Reached reached(Feature kind) const { return reached_in(features, kind); }
  /// Runs that reached something no earlier run had reached, of the last half of all runs.
  std::uint64_t new_in_last_half = 0;
};

/// Plays generation after generation. A generation is drawn from what all before it have shown, played by all threads, and
/// merged in the order of its candidates: the result does not depend on threads. A stopped one ends with its last whole
/// generation. Requires: jobs > 0.
GuidedResult guided(const MakeGuidedPlayer& make, unsigned jobs, const GuidedOptions& options, const Hooks& hooks = {});

/// A plan that differs from `plan` in one place, drawn by `draw`: a line less, a line of `other` more, another match or instant,
/// or the same plan for another seed (`reseeded`).
Plan mutated(const Plan& plan, const Plan& other, sim::Draw draw, bool& reseeded);

}  // namespace squall::faults
