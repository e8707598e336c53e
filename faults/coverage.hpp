// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "faults/recorder.hpp"
#include "sim/observe.hpp"

/// What a run has reached, as a set of features: hashes of content, equal wherever the same happens again.
namespace squall::faults {

/// Which way something is new. The upper byte of a feature is its kind, the rest a hash.
enum class Feature : std::uint8_t {
  agent_event = 1,     ///< an event of an agent in this state: its step, phase and kind of wait
  happens_before = 2,  ///< the partial order of the whole run: who took whose message, of which age, in what order
  wait_shape = 3,      ///< who waited for what at one moment
  fault_site = 4       ///< a kind of fault at this place, in this state of who acts
};
inline constexpr std::size_t feature_kinds = 4;

constexpr std::uint64_t feature_of(Feature kind, std::uint64_t hash) {
  return static_cast<std::uint64_t>(kind) << 56 | hash >> 8;
}
constexpr Feature kind_of(std::uint64_t feature) { return static_cast<Feature>(feature >> 56); }

/// In how many runs each feature was reached.
using FeatureRuns = std::map<std::uint64_t, std::uint64_t>;

/// Features of one kind; those that a single run reached tell, by Good and Turing, how likely the next run is to reach a new
/// one: their share of the runs.
struct Reached {
  std::uint64_t features = 0, once = 0;
};
Reached reached_in(const FeatureRuns& runs, Feature kind);

/// Watches one run after the other. As a sink it sees what happens, as an interposer around a recorder which faults strike.
/// Changes no run. For one thread.
class Coverage final : public sim::Sink {
 public:
  void begin();

  sim::SeenMask listens() const override;
  void on(const sim::Model&, const sim::World&, const sim::Observation&) override;
  /// An injection took effect at `agent`.
  void struck(const sim::Model&, const sim::World&, const Line& line, sim::AgentId agent, sim::Row activation);

  /// Of the run that is over: ascending, each once. Valid until the next `begin`.
  std::span<const std::uint64_t> finish(const sim::Model&, const sim::World&);

 private:
  struct Agent {
    std::uint64_t order = 0;  ///< hash of what has reached it so far
    std::uint64_t waits = 0;  ///< what its last wait was for; 0: it does not wait
  };
  Agent& agent(sim::AgentId id);

  std::vector<Agent> agents_;
  std::vector<std::uint64_t> sent_at_;  ///< of message rows: the sender's order then
  std::uint64_t shape_ = 0;             ///< sum of all waits
  std::vector<std::uint64_t> features_;
};

/// Faults that tell a coverage what strikes, on top of what a recorder writes down.
class CoveredFaults final : public PassingOn {
 public:
  CoveredFaults(const sim::Model& model, const Recorder& recorder, Coverage& coverage)
      : PassingOn(static_cast<const sim::Interposer&>(recorder)),
        model_(model),
        recorder_(recorder),
        coverage_(coverage) {}

  sim::Verdict strike(sim::World&, sim::Run&, const sim::Target&) const override;
  std::uint64_t play(sim::World&, sim::Run&, const sim::Move&) const override;

 private:
  const sim::Model& model_;
  const Recorder& recorder_;
  Coverage& coverage_;
};

}  // namespace squall::faults
