// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/time.hpp"

/// A schedule for workers that differ, made before anything runs: heterogeneous earliest finish time (Topcuoglu, Hariri, Wu,
/// "Performance-effective and low-complexity task scheduling for heterogeneous computing", 2002).
namespace squall::scenarios {

/// What is to be scheduled. Tasks and workers are numbers from 0.
struct Tasks {
  struct Edge {
    std::size_t from, to;
    sim::Duration hand_over{};  ///< from one worker to another; nothing where both run on one
  };
  std::size_t workers = 1;
  std::vector<sim::Duration> takes;  ///< task * workers + worker
  std::vector<Edge> edges;           ///< without cycles

  std::size_t size() const { return workers == 0 ? 0 : takes.size() / workers; }
};

struct Schedule {
  struct Place {
    std::size_t worker = 0;
    sim::Duration begin{}, end{};
  };
  std::vector<Place> places;  ///< of each task
  sim::Duration makespan{};
};

/// Of each task the length of the longest way from its begin to an end, a task counted by what it takes on average over all
/// workers. What `edges` lead round in a circle counts as nothing. O(tasks + edges).
std::vector<sim::Duration> upward_ranks(const Tasks& tasks);

/// By falling rank each task goes where it ends first, into a gap if it fits there. O(tasks log tasks + tasks * workers), and as
/// much more as gaps are looked at.
Schedule heft(const Tasks& tasks);

}  // namespace squall::scenarios
