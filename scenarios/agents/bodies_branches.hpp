// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

/// Branches: their fork, their join, and what is done with them when nobody waits for them any more.
namespace squall::scenarios::body {

inline void begin_join(Frame& f, const Op& op, const JoinOf& join) {
  f.ask(op);  // one more execution of the step: it is part of its branches' names
  sim::ActivationRow& row = f.turn.row();
  row.children_ok = 0;
  row.children_failed = 0;
  f.locals()[join.state] = 0;
}

/// Names a branch among those of all executions of its step: by its name, and how many times the step has run.
std::uint64_t branch_key(Frame& f, const Op& op, std::uint64_t name);

inline std::uint32_t fork(Frame& f, const Op& op) {
  if (op.flags != 0) begin_join(f, op, f.code.joins[op.c]);
  f.turn.fork(op.a, static_cast<std::uint16_t>(op.b), branch_key(f, op, static_cast<std::uint64_t>(op.value)));
  return op.next;
}

/// Looks whether the branches have ended as far as the join asks, and waits on if not.
std::uint32_t look_at_join(Frame& f, const Op& op, std::uint64_t to_come, sim::Error first);
std::uint32_t map(Frame& f, const Op& op);
std::uint32_t map_begin(Frame& f, const Op& op);
/// A failure passes: the branches that are left are asked to stop, and awaited.
std::uint32_t abandon(Frame& f, const Op& op);
std::uint32_t wait_for_abandoned(Frame& f, const Op& op);
/// After one more branch has ended; `first` is the error of the first that failed since.
std::uint32_t joined(Frame& f, const Op& op, sim::Error first);

inline std::uint32_t join(Frame& f, const Op& op) { return look_at_join(f, op, 0, sim::Error::none); }

}  // namespace squall::scenarios::body
