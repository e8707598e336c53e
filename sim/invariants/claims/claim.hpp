// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/invariants/claims/pattern.hpp"

/// A user's own claims as monitors: what `scenarios/claims` makes of their words.
namespace squall::sim {

struct Model;

/// A condition on the world, and what it counts.
struct WorldCondition {
  std::string text;
  std::vector<Instruction> code;
  std::vector<EventPattern> counted;
  std::vector<std::pair<std::string, std::vector<Instruction>>> parts;  ///< names in it, to say what they were
};

/// How a claim is called and what it says; texts as they are printed.
struct ClaimText {
  std::string name;
  std::string claim;    ///< the whole of it
  std::string because;  ///< empty: nobody said
};

/// One thing that is, or happens: a pattern or, without one, a condition.
struct ClaimSubject {
  std::optional<EventPattern> pattern;
  WorldCondition condition;
};

enum class StateClaim : std::uint8_t { always, never, eventually, sometimes };

/// Conditions are asked after each event in which something that they read can have changed.
Monitor state_claim(Model&, StateClaim kind, ClaimText text, ClaimSubject subject, std::optional<Duration> within);
/// No `then` before the first `first`.
Monitor precedes_claim(Model&, ClaimText text, EventPattern first, EventPattern then);
/// At most `n` times `of`, counted anew after each `after`.
Monitor at_most_claim(Model&, ClaimText text, std::uint32_t n, EventPattern of, std::optional<EventPattern> after);
/// After each `when` a `then`; `by` yields the value that both must share, empty: none.
Monitor leads_to_claim(Model&, ClaimText text, EventPattern when, EventPattern then, std::optional<Duration> within,
                       std::vector<Instruction> by);

}  // namespace squall::sim
