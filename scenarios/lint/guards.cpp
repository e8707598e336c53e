// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// A branch that may refuse beside a branch that acts.
class Guards {
 public:
  explicit Guards(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Parallel>([&](Number n, const steps::Parallel& parallel) {
      if (!linting_.reached(n) || parallel.join.failure == Failure::collect) return;
      std::vector<std::optional<Number>> guards, effects;
      Number at = n + 1;
      for (const auto& branch : parallel.branches) {
        const Number first = at;
        for (std::size_t s = 0; s < branch.second.steps.size(); ++s) at = survey_.at(at).end;
        const auto effect = first_effect(first, at);
        effects.push_back(effect);
        guards.push_back(effect ? std::nullopt : first_refusal(first, at));
      }
      for (std::size_t g = 0; g < guards.size(); ++g) {
        for (std::size_t e = 0; guards[g] && e < effects.size(); ++e) {
          if (effects[e]) return say(parallel.branches[g].first, parallel.branches[e].first, *guards[g], *effects[e]);
        }
      }
    });
  }

 private:
  std::optional<Number> first_effect(Number from, Number to) const {
    for (Number n = from; n < to; ++n) {
      const auto* call = survey_.as<steps::Call>(n);
      const ToolSpec* tool = call == nullptr ? nullptr : linting_.index.tool(call->tool);
      if (tool != nullptr && tool->effect) return n;
    }
    return std::nullopt;
  }

  /// A step that refuses by itself and is not caught in its branch.
  std::optional<Number> first_refusal(Number from, Number to) const {
    for (Number n = from; n < to; ++n) {
      if (survey_.as<steps::Validate>(n) == nullptr && survey_.as<steps::Fail>(n) == nullptr) continue;
      bool caught = false, of_action = true;
      for (Number at = n; at != Survey::none && at >= from; at = survey_.at(at).up) {
        caught = caught || (of_action && survey_.at(at).step->fields.otherwise.has_value());
        of_action = is_of_action(survey_.at(at).part);
      }
      if (!caught) return n;
    }
    return std::nullopt;
  }

  void say(const std::string& guard, const std::string& actor, Number refusal, Number effect) {
    const std::string& tool = survey_.as<steps::Call>(effect)->tool;
    LintFinding& finding = linting_.say(
        "guard-beside-effect", effect,
        fmt::format("{} may have happened when {} refuses: both begin at once", tool, survey_.name(refusal)),
        fmt::format("run {} first, and {} when it has passed", guard, actor));
    // Without a check that lets pass, only what the workflow itself claims can say that one was to come first.
    if (survey_.as<steps::Validate>(refusal) != nullptr) finding.rehearsal.judges = {sim::GuardBeforeEffect{}};
    finding.rehearsal.names = {tool};
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_guards(Linting& linting) { Guards{linting}.run(); }

}  // namespace squall::scenarios
