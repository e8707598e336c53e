// SPDX-License-Identifier: Apache-2.0
#include "scenarios/coverage_sample.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "faults/campaign.hpp"
#include "scenarios/guided_player.hpp"

namespace squall::scenarios {
namespace {

/// Counts what seeds reach.
class Sampler final : public faults::Player {
 public:
  explicit Sampler(const Scenario& scenario) : player_(guided_players_of(scenario)()) {}

  faults::Played play(std::uint64_t seed) override {
    player_->play({.seed = seed, .mutant = false, .plan = {}}, covered_);
    for (const std::uint64_t feature : covered_.features) ++features[feature];
    return {.events = covered_.played.events};
  }

  faults::FeatureRuns features;

 private:
  std::unique_ptr<faults::GuidedPlayer> player_;
  faults::Covered covered_;
};

}  // namespace

std::uint64_t coverage_sample_size(std::uint64_t runs) {
  return std::min(runs, std::clamp<std::uint64_t>(runs / 500, 100, 10'000));
}

CoverageSample sample_coverage(const Scenario& scenario, std::uint64_t first, std::uint64_t runs, unsigned jobs) {
  CoverageSample sample{.runs = coverage_sample_size(runs), .features = {}};
  std::vector<Sampler*> samplers;
  const auto make = [&] {
    auto sampler = std::make_unique<Sampler>(scenario);
    samplers.push_back(sampler.get());
    return sampler;
  };
  faults::Campaign campaign{make, jobs};
  campaign.run(first, sample.runs);
  for (const Sampler* sampler : samplers) {
    for (const auto& [feature, reached] : sampler->features) sample.features[feature] += reached;
  }
  return sample;
}

}  // namespace squall::scenarios
