// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/workload.hpp"

/// One workflow under several policies of dispatch and several runtimes.
namespace squall::reports {

/// What one way of running it came to, over all seeds.
struct Dispatched {
  std::string name;                           ///< `critical-path`, or `langgraph critical-path`
  std::vector<scenarios::Workload> runs;      ///< of each seed, in order
  std::uint64_t violated = 0, undecided = 0;  ///< runs
};

struct DispatchReport {
  std::string workflow;
  std::uint64_t first_seed = 1;
  std::uint32_t workers = 0;     ///< 0: as many as were ever busy at once
  std::vector<Dispatched> ways;  ///< the first one is what the others are compared with
  std::string again;
};

/// A line for each way: makespan with the paired difference to the first way, latency of instances, throughput, how busy
/// workers are, how much waits for them. Ends with a newline.
std::string dispatch_text(const DispatchReport&);
/// The same as one JSON object in ASCII, with a newline.
std::string dispatch_json(const DispatchReport&);

}  // namespace squall::reports
