// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/agents/op.hpp"
#include "scenarios/workflow.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

/// Where a program stands in the step that holds it.
enum class Part : std::uint8_t { top, body, then, otherwise, branch, undo, caught, finally };

/// The programs directly inside a step, those of its action first, in the order in which a file shows them.
std::vector<std::pair<Part, const Program*>> parts_of(const Step& step);

/// All steps of a workflow where they stand, agent by agent, each before the steps inside it: the order of `Code::steps`.
class Survey {
 public:
  using Number = std::uint32_t;
  static constexpr Number none = 0xffff'ffffU;

  struct Site {
    const Step* step;
    const StepInfo* info;  ///< its name and its mark
    Number agent;          ///< of its definition
    Number entry;          ///< 0: it stands in the `do`; n: in the n-th handler
    Number up;             ///< the step that holds it; `none`
    Number branch;         ///< which of the programs of `up`
    Number index;          ///< its place in its program
    Number end;            ///< one behind the last step inside it
    Number depth;
    Part part;  ///< where in `up` its program stands
  };

  /// Refers to both. Requires: `model` was built from `workflow`. Linear.
  Survey(const Workflow& workflow, const sim::Model& model);

  std::span<const Site> sites() const { return sites_; }
  const Site& at(Number n) const { return sites_[n]; }
  Number size() const { return static_cast<Number>(sites_.size()); }
  const std::string& name(Number n) const { return sites_[n].info->name; }
  /// The first site of an agent, and one behind its last.
  Number first(Number agent) const { return first_[agent]; }
  Number last(Number agent) const { return first_[agent + 1]; }

  template <class Action>
  const Action* as(Number n) const {
    return std::get_if<Action>(&sites_[n].step->action);
  }
  /// Calls `visit(number, action)` for each step of this kind.
  template <class Action, class Visit>
  void each(const Visit& visit) const {
    for (Number n = 0; n < size(); ++n) {
      if (const Action* action = as<Action>(n)) visit(n, *action);
    }
  }

  bool inside(Number n, Number holder) const { return holder < n && n < sites_[holder].end; }
  /// The step that an operation of this agent belongs to; `none` where it is the agent's own.
  Number of_op(Number agent, std::uint32_t pc) const;
  /// The first operation of a step that has this code.
  std::optional<std::uint32_t> op(Number n, OpCode code) const;
  /// The first operation of a step; nothing of a step without any.
  std::optional<std::uint32_t> first_op(Number n) const;

  /// Where the ways to two steps of one entry part: at two steps of one program, or in two programs of one step.
  struct Fork {
    Number holder;       ///< the step in which they part; `none`: they part at the top
    Number left, right;  ///< the steps on the two ways directly below: places in one program, or in two of `holder`'s
    bool same_program;
  };
  /// Requires: one entry of one agent. Where one is inside the other, the inner one counts as behind the outer one's head.
  Fork fork(Number x, Number y) const;

  /// Whether a step may run again in one activation: in a loop, or in a block that is tried again.
  bool in_loop(Number n) const;
  /// Whether a timeout or a deadline is around it: its own, or one of a step whose action it stands in.
  bool is_bounded(Number n) const;

 private:
  void add(const Program& program, Number agent, Number entry, Number up, Part part, Number branch, Number depth);

  std::vector<Site> sites_;
  std::vector<Number> first_;
  std::vector<std::vector<std::pair<OpCode, std::uint32_t>>> ops_;  ///< of each site, by position
  std::vector<const Code*> codes_;
};

/// Whether a program with this place is what its step does, which its own bounds and retries are around.
bool is_of_action(Part part);
/// Whether a retry makes more than one attempt.
bool repeats(const Step& step);

}  // namespace squall::scenarios
