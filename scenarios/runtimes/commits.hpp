// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"
#include "scenarios/runtimes/plan.hpp"

namespace squall::scenarios {

/// What bodies have written and what is not committed yet. It waits in the runtime's mailbox.
class Commits {
 public:
  Commits(Frame& frame, const Op& op, const RuntimePlan& plan) : f_(frame), op_(op), plan_(plan) {}

  /// Of what a node has written, that of the attempt by which it got to its end stays.
  void accept(std::uint32_t n, bool ok, std::int64_t attempt);
  /// What it wrote in a run that a crash cut short.
  void discard(std::uint32_t n);
  void discard_all();
  /// What a node has written becomes what all read.
  void apply(std::uint32_t n);
  /// All that the step has written, key by key in the order of the nodes' names. False: two nodes have written a key that
  /// takes one value.
  bool apply_step();

 private:
  bool is_of(const RuntimePlan::Writer& writer, const sim::MessageRow& message) const;
  sim::Row first_of(const RuntimePlan::Writer& writer) const;
  bool take(std::uint32_t wait);
  void apply(const RuntimePlan::Writer& writer);
  std::uint32_t clashing(const RuntimePlan::Writer& writer) const;

  Frame& f_;
  const Op& op_;
  const RuntimePlan& plan_;
};

}  // namespace squall::scenarios
