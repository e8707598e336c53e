// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Goes round in a circle: instead of the step that comes next, the agent does once more what it has just done, from the
/// beginning of its last step on, and again `times` times in all. Messages that it sends meanwhile are sent again, what it receives must
/// come again. Timeouts begun since then are begun anew. Where there is no last step to go back to, as at a program's first one or behind
/// the join of branches, it takes no effect; struct agents have no steps.
///
/// In explored worlds each time round is a question of its own, within the fault budget.
struct AgentLoop {
  static constexpr std::string_view name = "agent-loop";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent does its last step again and again";
  static constexpr std::string_view example = "agent-loop: {agent: coder, nth: 3, times: 10}";
  static constexpr bool at_its_begin = true;

  std::uint32_t times = 10;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"times", "10", "how often"}, self.times);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return times == 0 ? std::string_view{"'times' counts from 1"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    if (stops(verdict) || spot.target.back == sim::Target::nowhere) return false;
    verdict.again = true;
    Loops loops = spot.loops;
    if (spot.run.timed) loops.begin(spot.target.agent, times - 1);
    return true;
  }
  bool possible(const sim::World&, sim::AgentId) const { return false; }
  bool play(sim::World&, sim::Run&, sim::AgentId, Tempo) const { return false; }
  friend bool operator==(const AgentLoop&, const AgentLoop&) = default;
};

}  // namespace squall::faults
