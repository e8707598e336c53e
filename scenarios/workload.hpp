// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/run.hpp"

/// What a run says about load: how long instances take, how busy those are who serve, and how much waits for them.
namespace squall::scenarios {

/// Of one run. Servers are the agents that handle messages; of a graph, those of its nodes.
struct Workload {
  sim::Duration makespan{};                       ///< from the first arrival to the last end
  std::vector<sim::Duration> latencies;           ///< of the instances that ended
  std::uint64_t served = 0;                       ///< messages handled, or nodes run
  __extension__ unsigned __int128 busy = 0;       ///< nanoseconds, summed over all servers
  __extension__ unsigned __int128 waited = 0;     ///< nanoseconds, summed over all that waited for a server
  std::uint32_t busy_most = 0, waiting_most = 0;  ///< at one instant
};

/// Watches a run. Costs a few instructions for each message that is handled; for the runtime of a graph one look at each node
/// whenever it waits. For one thread.
class WorkloadSink final : public sim::Sink {
 public:
  explicit WorkloadSink(const sim::Model& model);
  sim::SeenMask listens() const override;
  void on(const sim::Model&, const sim::World&, const sim::Observation&) override;
  /// Of the run that has just ended; the next one begins anew.
  Workload take();

 private:
  struct Runtime {
    sim::AgentId agent;
    const struct RuntimePlan* plan;
  };
  void pass(sim::Instant now);
  bool serves(const sim::Model&, sim::AgentId agent, const sim::World&) const;
  void count_waiting(const sim::World&);

  std::vector<Runtime> runtimes_;
  std::vector<sim::Instant> arrivals_;  ///< by row of the instance
  Workload so_far_;
  sim::Instant first_ = sim::end_of_time, last_ = sim::start_of_time, now_ = sim::start_of_time;
  std::uint32_t busy_ = 0, in_boxes_ = 0, in_runtimes_ = 0;
};

}  // namespace squall::scenarios
