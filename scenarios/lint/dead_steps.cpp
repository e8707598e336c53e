// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Steps in no run, and programs that do not end.
class DeadSteps {
 public:
  explicit DeadSteps(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      const bool begins = begins_at_all(a);
      Number behind = 0;  // one behind the dead region that is told
      for (Number n = survey_.first(a); begins && n < survey_.last(a); ++n) {
        if (n < behind || linting_.reached(n)) continue;
        behind = region_end(n);
        if (!follows_unmet_wait(n)) dead(n);
      }
      if (begins) unreachable_end(a);
    }
  }

 private:
  bool begins_at_all(Number agent) {
    const AgentSpec& spec = linting_.agent(agent);
    if (spec.start != sim::Start::spawned || survey_.first(agent) == survey_.last(agent)) return true;
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (linting_.reached(n)) return true;
    }
    dead_agent(agent);
    return false;
  }

  void dead_agent(Number agent) {
    linting_.say("dead-step", survey_.first(agent), fmt::format("no run spawns {}", linting_.agent_name(agent)),
                 "spawn it, or leave it out");
  }

  /// All that follows a dead step in its program is dead with it.
  Number region_end(Number n) const {
    const Number up = survey_.at(n).up;
    Number end = survey_.at(n).end;
    const Number last = survey_.last(survey_.at(n).agent);
    while (end < last && survey_.at(end).up == up && survey_.at(end).branch == survey_.at(n).branch &&
           survey_.at(end).entry == survey_.at(n).entry)
      end = survey_.at(end).end;
    return end;
  }

  /// The step before it in its program, or that holds it.
  Number before(Number n) const {
    const Survey::Site& site = survey_.at(n);
    if (site.index == 0) return site.up;
    for (Number at = n; at-- > survey_.first(site.agent);) {
      if (survey_.at(at).up == site.up && survey_.at(at).index + 1 == site.index && survey_.at(at).entry == site.entry)
        return at;
    }
    return Survey::none;
  }

  bool is_unmet(Number n) const {
    const auto pc = survey_.op(n, OpCode::receive);
    const Number agent = survey_.at(n).agent;
    return pc && linting_.passable.reached(agent, *pc) && !linting_.passable.met(agent, linting_.code_of(n).ops[*pc]);
  }

  /// What stands behind a wait that is told already.
  bool follows_unmet_wait(Number n) const {
    for (Number at = before(n); at != Survey::none; at = before(at)) {
      const Number end = survey_.inside(n, at) ? at + 1 : survey_.at(at).end;
      for (Number inner = at; inner < end; ++inner) {
        if (is_unmet(inner)) return true;
      }
    }
    return false;
  }

  void dead(Number n) {
    const Survey::Site& site = survey_.at(n);
    const Number previous = before(n);
    std::string what = "no run comes here";
    if (previous == Survey::none && site.entry != 0) {
      what = fmt::format("nobody sends {} to {}", linting_.agent(site.agent).on[site.entry - 1].first,
                         linting_.agent_name(site.agent));
    } else if (previous != Survey::none) {
      what = fmt::format("no run comes here: {} leads nowhere but away", survey_.name(previous));
    }
    linting_.say("dead-step", n, std::move(what), "leave it out, or let something lead there");
  }

  void unreachable_end(Number agent) {
    const sim::Definition& definition = linting_.model.definitions[agent];
    const Code& code = *program_of(linting_.model, agent);
    if (definition.daemon || !definition.has_root || !linting_.passable.reached(agent, definition.root_pc)) return;
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (is_unmet(n)) return;
    }
    const auto own = static_cast<std::uint32_t>(code.steps.size() - 1);
    std::uint32_t until = static_cast<std::uint32_t>(code.ops.size());
    for (const sim::Definition::Handler& handler : definition.handlers) until = std::min(until, handler.pc);
    for (std::uint32_t pc = definition.root_pc; pc < until; ++pc) {
      const Op& op = code.ops[pc];
      const bool ends = (op.code == OpCode::end && code.step_of_op[pc] == own) || op.code == OpCode::finish ||
                        op.code == OpCode::fail;
      if (ends && linting_.passable.reached(agent, pc)) return;
    }
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (survey_.as<steps::Repeat>(n) == nullptr || survey_.at(n).up != Survey::none) continue;
      LintFinding& finding =
          linting_.say("unreachable-end", n, fmt::format("{} never comes to its end", linting_.agent_name(agent)),
                       "write 'daemon: true' where it may wait for ever, or let the loop end");
      finding.rehearsal = {
          .judges = {sim::ProperCompletion{}, sim::Termination{}}, .faults = {}, .names = {linting_.agent_name(agent)}};
      return;
    }
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_dead_steps(Linting& linting) { DeadSteps{linting}.run(); }

}  // namespace squall::scenarios
