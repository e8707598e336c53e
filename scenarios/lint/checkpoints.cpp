// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/flow.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/restarts.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using sim::literals::operator""_percent;
using Number = Survey::Number;

/// What a restart repeats, and what it has forgotten.
class Checkpoints {
 public:
  explicit Checkpoints(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      unused(a);
      for (Number n = survey_.first(a); n < survey_.last(a); ++n) {
        if (const auto* checkpoint = survey_.as<steps::Checkpoint>(n)) omitted(n, *checkpoint);
        if (const auto* call = survey_.as<steps::Call>(n)) gap(n, *call);
      }
    }
  }

 private:
  bool resumes(Number agent) const { return linting_.agent(agent).resume == sim::Resume::checkpoint; }

  static faults::AgentCrash crash(faults::Side side) {
    return {.side = side, .restart = sim::Distribution::constant(1s), .memory = false};
  }

  /// Saved, and nobody goes on from there.
  void unused(Number agent) {
    if (resumes(agent)) return;
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (survey_.as<steps::Checkpoint>(n) == nullptr) continue;
      const bool never = linting_.agent(agent).resume == sim::Resume::never;
      LintFinding& finding = linting_.say(
          "checkpoint-gap", n,
          never ? fmt::format("{} saves its place and never comes back", linting_.agent_name(agent))
                : fmt::format("{} saves its place and begins from its top all the same", linting_.agent_name(agent)),
          "write 'resume: checkpoint', or leave the checkpoint out");
      finding.rehearsal = {
          .judges = {sim::ExactlyOnce{}, sim::NoRepeat{}},
          .faults = {strike(crash(faults::Side::after), {.agent = linting_.agent_name(agent)}, 10_percent)},
          .names = {linting_.agent_name(agent)}};
      return;
    }
  }

  /// A variable that is not saved, and used behind the checkpoint before it is set.
  void omitted(Number n, const steps::Checkpoint& checkpoint) {
    const Survey::Site& site = survey_.at(n);
    for (const std::string& variable : checkpoint.omit) {
      for (Number at = n + 1; at < survey_.last(site.agent); ++at) {
        if (survey_.at(at).entry != site.entry) break;
        const auto uses = [&](const Expression* expression) { return names_in(*expression).contains(variable); };
        const bool used = std::ranges::any_of(expressions_of(*survey_.at(at).step), uses);
        const auto* set = survey_.as<steps::Set>(at);
        if (!used && set != nullptr && set->name == variable && survey_.at(at).up == site.up) break;
        if (!used) continue;
        LintFinding& finding = linting_.say(
            "checkpoint-gap", n,
            fmt::format("{} is not saved here, and {} uses it after a restart", variable, survey_.name(at)),
            fmt::format("save {} as well: leave it out of 'omit'", variable));
        finding.rehearsal = {
            .judges = {sim::NoOrphanedWait{}, sim::DeadlockFreedom{}, sim::HonestOutcome{}},
            .faults = {strike(crash(faults::Side::after), {.agent = linting_.agent_name(site.agent)}, 20_percent)},
            .names = {linting_.agent_name(site.agent)}};
        break;
      }
    }
  }

  const Flow& flow(Number agent) {
    const auto found = flows_.find(agent);
    if (found != flows_.end()) return found->second;
    return flows_.emplace(agent, Flow{*program_of(linting_.model, agent)}).first->second;
  }

  /// An effect behind which something may stop the agent before its place is saved.
  void gap(Number n, const steps::Call& call) {
    const Number agent = survey_.at(n).agent;
    const ToolSpec* tool = linting_.index.tool(call.tool);
    if (tool == nullptr || !tool->effect || (call.of.key && tool->dedup > sim::Duration{}) || !linting_.reached(n))
      return;
    const Restarts restarts = restarts_of(linting_, agent);
    if (!restarts.any() && !resumes(agent)) return;
    const auto pc = survey_.op(n, OpCode::call);
    if (!pc) return;
    const Flow& flow = this->flow(agent);
    Flow::Set saved(flow.size());
    const bool recorded = is_asked_before(n);
    for (std::uint32_t at = 0; at < flow.size(); ++at) {
      const OpCode code = flow.op(at).code;
      saved[at] = (code == OpCode::checkpoint && resumes(agent)) ||
                  (recorded && (code == OpCode::write || code == OpCode::compare_and_set));
    }
    const auto behind = stop_behind(flow, *pc, saved, restarts);
    if (!behind) return;
    const Number site = survey_.of_op(agent, *behind);
    LintFinding& finding = linting_.say(
        "checkpoint-gap", n,
        fmt::format("a restart at {} does {} again: nothing has saved that it was done", survey_.name(site), call.tool),
        resumes(agent)
            ? "put a checkpoint right behind it, or give the call a key and the tool a dedup window"
            : "resume from a checkpoint right behind it, or give the call a key and the tool a dedup window");
    finding.rehearsal = {
        .judges = {sim::ExactlyOnce{}},
        .faults = {strike(crash(faults::Side::before), {.agent = linting_.agent_name(agent)}, 10_percent)},
        .names = {call.tool, linting_.agent_name(agent), had_again}};
  }

  /// Whether an `if` around the call asks something that was read: whether it was done already.
  bool is_asked_before(Number n) const {
    const auto& origins = linting_.index.origins(survey_.at(n).agent);
    for (Number at = survey_.at(n).up; at != Survey::none; at = survey_.at(at).up) {
      const auto* choice = survey_.as<steps::If>(at);
      if (choice == nullptr) continue;
      for (const std::string& name : names_in(choice->condition)) {
        const auto known = origins.find(base_of(name));
        if (known == origins.end()) continue;
        for (const Origin& origin : known->second) {
          if (origin.kind == Origin::Kind::read) return true;
        }
      }
    }
    return false;
  }

  /// The first step on some way from the call at which the agent may be stopped, before what is `saved`.
  std::optional<std::uint32_t> stop_behind(const Flow& flow, std::uint32_t call, const Flow::Set& saved,
                                           const Restarts& restarts) const {
    std::vector<bool> seen(flow.size());
    std::vector<std::uint32_t> open = flow.after(call);
    for (std::size_t o = 0; o < open.size(); ++o) {  // nearest first
      const std::uint32_t pc = open[o];
      if (seen[pc] || saved[pc]) continue;
      seen[pc] = true;
      if (stops(flow.op(pc).code, restarts) && survey_.of_op(survey_of(flow), pc) != Survey::none) return pc;
      for (const std::uint32_t next : flow.after(pc)) open.push_back(next);
    }
    return std::nullopt;
  }

  Number survey_of(const Flow& flow) const {
    for (const auto& [agent, known] : flows_) {
      if (&known == &flow) return agent;
    }
    return 0;
  }

  static bool stops(OpCode code, const Restarts& restarts) {
    if (code == OpCode::restart) return true;
    if (!restarts.by_faults) return false;
    switch (code) {
      case OpCode::work:
      case OpCode::sleep:
      case OpCode::receive:
      case OpCode::ask:
      case OpCode::call:
      case OpCode::acquire:
      case OpCode::read:
      case OpCode::join: return true;
      default: return false;
    }
  }

  Linting& linting_;
  const Survey& survey_;
  std::map<Number, Flow> flows_;
};

}  // namespace

Restarts restarts_of(const Linting& linting, Survey::Number agent) {
  Restarts restarts;
  const std::string& name = linting.agent_name(agent);
  const auto meant = [&](const faults::Names& names) {
    return names.empty() || std::ranges::find(names.all, name) != names.all.end();
  };
  for (const faults::Line& line : linting.strikes) {
    const auto* crash = std::get_if<faults::AgentCrash>(&line.fault);
    const bool comes_back = (crash != nullptr && crash->restart) ||
                            std::holds_alternative<faults::AgentRestart>(line.fault) ||
                            std::holds_alternative<faults::RollingRestart>(line.fault);
    const bool here = !line.trigger.step || line.trigger.step->agent == name;
    restarts.by_faults = restarts.by_faults || (comes_back && here && meant(line.matcher.agent));
  }
  if (linting.agent(agent).resume == sim::Resume::never) return {};
  for (Survey::Number n = linting.survey.first(agent); n < linting.survey.last(agent); ++n)
    restarts.by_design = restarts.by_design || linting.survey.as<steps::Restart>(n) != nullptr;
  return restarts;
}

void lint_checkpoints(Linting& linting) { Checkpoints{linting}.run(); }

}  // namespace squall::scenarios
