// SPDX-License-Identifier: Apache-2.0
#include "scenarios/coverage_sample.hpp"

#include <algorithm>
#include <optional>

#include "faults/campaign.hpp"
#include "sim/world.hpp"

namespace squall::scenarios {
namespace {

/// Plays seeds as a campaign does, and counts what they reach.
class Sampler final : public faults::Player {
 public:
  explicit Sampler(const Scenario& scenario)
      : model_(scenario.model),
        armed_(armed_for(scenario)),
        fresh_(model_, sim::Half::state_and_shadow),
        world_(fresh_) {
    violations_.wants_reasons = false;
  }

  faults::Played play(std::uint64_t seed) override {
    world_ = fresh_;
    violations_.reset();
    coverage_.begin();
    sim::Named named{sim::Seed{seed}};
    sim::Run run{.model = model_, .decide = named, .key = named.run()};
    std::optional<faults::Recorder> recorder;
    std::optional<faults::CoveredFaults> covered;
    if (armed_) {
      recorder.emplace(model_, *armed_);
      covered.emplace(model_, *recorder, coverage_);
      run.faults = &*covered;
    }
    run.sink = &coverage_;
    run.violations = &violations_;
    begin(world_, run);
    run_timed(world_, run);
    for (const std::uint64_t feature : coverage_.finish(model_, world_)) ++features[feature];
    return {.events = world_.clock().events};
  }

  faults::FeatureRuns features;

 private:
  const sim::Model& model_;
  std::unique_ptr<faults::Armed> armed_;
  sim::World fresh_, world_;
  faults::Coverage coverage_;
  sim::Violations violations_;
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
