// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/explore/enabled.hpp"

namespace squall::suites {

/// Pairs that are small enough to be explored to the last state, and how.
struct Proved {
  const char* pair;
  sim::Timers timers;
  std::uint32_t faults;         ///< at most
  std::uint64_t broken, fixed;  ///< states
  std::size_t steps;            ///< of the shortest way to a violation of the red half
};
inline constexpr std::array proved{
    // Where a timeout stands for "long after everything else", it strikes last.
    Proved{"always-skipped", sim::Timers::last, 0, 17, 33, 10},
    Proved{"asked-behind-the-mail", sim::Timers::last, 0, 17, 19, 16},
    Proved{"back-edge-join", sim::Timers::last, 0, 6, 25, 5},
    Proved{"collected-at-work", sim::Timers::last, 0, 195, 148, 7},
    Proved{"counting-barrier", sim::Timers::last, 0, 204, 207, 11},
    Proved{"dead-server", sim::Timers::last, 1, 14, 15, 4},
    Proved{"empty-branch", sim::Timers::last, 0, 303, 248, 20},
    Proved{"empty-header", sim::Timers::last, 0, 50, 53, 6},
    Proved{"endless-stream", sim::Timers::last, 0, 116, 123, 4},
    Proved{"erased-thread", sim::Timers::last, 1, 36, 40, 17},
    Proved{"failed-chain", sim::Timers::last, 0, 185, 252, 7},
    Proved{"feature-team", sim::Timers::last, 0, 56, 69, 9},
    Proved{"feature-team", sim::Timers::last, 2, 352, 1'504, 9},
    Proved{"first-of-all", sim::Timers::last, 0, 130, 39, 20},
    Proved{"half-pair", sim::Timers::last, 1, 30, 68, 10},
    Proved{"latched-listener", sim::Timers::last, 0, 151, 824, 15},
    Proved{"latched-or", sim::Timers::last, 0, 135, 868, 22},
    Proved{"late-guard", sim::Timers::last, 0, 33, 7, 4},
    Proved{"late-subscriber", sim::Timers::last, 0, 40, 38, 8},
    Proved{"late-subscription", sim::Timers::last, 0, 36, 24, 8},
    Proved{"lock-order", sim::Timers::last, 0, 85, 75, 8},
    Proved{"lost-wakeup", sim::Timers::last, 0, 25, 23, 6},
    Proved{"mast-1-1-off-the-task", sim::Timers::last, 1, 20, 19, 6},
    Proved{"mast-1-2-false-approval", sim::Timers::last, 1, 89, 68, 4},
    Proved{"mast-1-3-step-repetition", sim::Timers::last, 0, 73, 27, 13},
    Proved{"mast-1-4-loss-of-history", sim::Timers::last, 0, 190, 217, 13},
    Proved{"mast-1-5-unaware-of-the-end", sim::Timers::last, 0, 17, 15, 14},
    Proved{"mast-2-1-conversation-reset", sim::Timers::last, 1, 14, 17, 8},
    Proved{"mast-2-2-no-question-asked", sim::Timers::last, 1, 19, 23, 7},
    Proved{"mast-2-3-task-derailment", sim::Timers::last, 0, 62, 37, 7},
    Proved{"mast-2-4-withheld-information", sim::Timers::last, 0, 28, 54, 7},
    Proved{"mast-2-5-ignored-input", sim::Timers::last, 0, 18, 13, 3},
    Proved{"mast-2-6-says-one-does-another", sim::Timers::last, 0, 79, 65, 4},
    Proved{"mast-3-1-premature-end", sim::Timers::last, 0, 784, 760, 9},
    Proved{"mast-3-2-incomplete-verification", sim::Timers::last, 0, 49, 49, 12},
    Proved{"mast-3-3-incorrect-verification", sim::Timers::last, 2, 21, 22, 7},
    Proved{"no-cursor", sim::Timers::last, 1, 283, 587, 8},
    Proved{"no-measure", sim::Timers::last, 0, 211, 148, 113},
    Proved{"nothing-ready", sim::Timers::last, 1, 27, 42, 8},
    Proved{"one-value-a-step", sim::Timers::last, 0, 136, 141, 23},
    Proved{"parallel-files", sim::Timers::last, 0, 34, 32, 9},
    Proved{"path-by-path", sim::Timers::last, 0, 1'426, 263, 10},
    Proved{"pending-writes", sim::Timers::last, 0, 1'758, 1'852, 6},
    Proved{"queue-empty", sim::Timers::last, 0, 1'340, 1'354, 28},
    Proved{"renewed-schedule", sim::Timers::last, 0, 1'382, 744, 20},
    Proved{"same-owner", sim::Timers::last, 0, 797, 112, 10},
    Proved{"second-round", sim::Timers::last, 0, 279, 336, 21},
    Proved{"shared-config", sim::Timers::last, 0, 534, 277, 5},
    Proved{"silent-spawn", sim::Timers::last, 1, 15, 17, 5},
    Proved{"single-messages", sim::Timers::last, 0, 72, 72, 10},
    Proved{"skipped-branch", sim::Timers::last, 0, 82, 101, 12},
    Proved{"slow-branch", sim::Timers::last, 0, 6'208, 6'125, 23},
    Proved{"twice-by-two-events", sim::Timers::last, 0, 76, 55, 16},
    Proved{"two-handoffs", sim::Timers::last, 0, 40, 16, 13},
    Proved{"two-pollers", sim::Timers::last, 0, 185, 382, 8},
    Proved{"unanswered-update", sim::Timers::last, 0, 64, 52, 8},
    Proved{"unequal-depth", sim::Timers::last, 0, 72, 43, 27},
    Proved{"unsaved-counter", sim::Timers::last, 1, 50, 47, 7},
    Proved{"unsaved-join", sim::Timers::last, 1, 113, 113, 12},
    Proved{"unseen-result", sim::Timers::last, 0, 5'270, 1'363, 6},
    Proved{"update-at-the-turn", sim::Timers::last, 1, 20, 26, 14},
    // Where the race with a timeout is the bug, it strikes whenever it is armed.
    Proved{"leaked-attempt", sim::Timers::any, 0, 174, 67, 6},
    Proved{"long-tool-call", sim::Timers::any, 0, 589, 381, 13},
    Proved{"mast-1-2-another-role", sim::Timers::any, 0, 20, 13, 4},
    Proved{"stopped-orchestrator", sim::Timers::any, 0, 8'488, 11'302, 7},
    Proved{"thawed-worker", sim::Timers::any, 0, 289, 341, 6},
};

}  // namespace squall::suites
