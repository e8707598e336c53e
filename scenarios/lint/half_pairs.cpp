// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/restarts.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using namespace sim::literals;
using Number = Survey::Number;

/// Two keys that have to stay alike, written one after the other by somebody who may be restarted in between, and who gives up for
/// good where they are not alike.
class HalfPairs {
 public:
  explicit HalfPairs(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::If>([&](Number n, const steps::If& choice) {
      if (linting_.reached(n) && restarts_of(linting_, survey_.at(n).agent).any()) look(n, choice);
    });
  }

 private:
  static bool gives_up(const Program& program) {
    bool gives = false;
    for_each_step(program, [&](const Step& step) {
      const auto* finish = std::get_if<steps::Finish>(&step.action);
      gives = gives || (finish != nullptr && !finish->success) || std::holds_alternative<steps::Fail>(step.action);
    });
    return gives;
  }

  /// The key that a value was read from.
  std::optional<std::string> key_behind(Number agent, const Expression& side) const {
    if (side.kind() != Expression::Kind::name) return std::nullopt;
    const auto& origins = linting_.index.origins(agent);
    const auto known = origins.find(base_of(side.text()));
    if (known == origins.end() || known->second.empty() || known->second.front().kind != Origin::Kind::read)
      return std::nullopt;
    return survey_.as<steps::Read>(known->second.front().site)->key;
  }

  /// Where the agent writes a key behind a step; `none` where it does not.
  Number written_behind(Number step, const std::string& key) const {
    for (const Number n : linting_.index.writes(key)) {
      if (survey_.at(n).agent == survey_.at(step).agent && n > step && linting_.reached(n)) return n;
    }
    return Survey::none;
  }

  /// Whether the agent makes one of the keys like the other before it comes to the step.
  bool is_mended(Number step, const std::string& one, const std::string& other) const {
    const Number agent = survey_.at(step).agent;
    for (const std::string* key : {&one, &other}) {
      for (const Number n : linting_.index.writes(*key)) {
        if (survey_.at(n).agent != agent || n > step) continue;
        for (const Expression* value : expressions_of(*survey_.at(n).step)) {
          for (const std::string& name : names_in(*value)) {
            const auto from = key_behind(agent, var(name));
            if (from && *from != *key && (*from == one || *from == other)) return true;
          }
        }
      }
    }
    return false;
  }

  void look(Number n, const steps::If& choice) {
    using Kind = Expression::Kind;
    const Kind kind = choice.condition.kind();
    if (kind != Kind::not_equal && kind != Kind::equal) return;
    if (!gives_up(kind == Kind::not_equal ? choice.then : choice.otherwise)) return;
    const Number agent = survey_.at(n).agent;
    const auto one = key_behind(agent, choice.condition.operands()[0]);
    const auto other = key_behind(agent, choice.condition.operands()[1]);
    if (!one || !other || *one == *other || is_mended(n, *one, *other)) return;
    Number first = written_behind(n, *one), second = written_behind(n, *other);
    if (first == Survey::none || second == Survey::none) return;
    std::string whole = *one, half = *other;
    if (second < first) {
      std::swap(first, second);
      std::swap(whole, half);
    }
    LintFinding& finding =
        linting_.say("checkpoint-gap", first,
                     fmt::format("a restart between it and {} leaves {} without its {}, and {} gives up for good then",
                                 survey_.name(second), whole, half, survey_.name(n)),
                     fmt::format("begin by giving each {} that has none its {}", whole, half));
    Claim well = claims::never(claims::outcome("failure"));
    finding.rehearsal = {
        .judges = {sim::HonestOutcome{}},
        .faults = {strike(
            faults::AgentCrash{
                .side = faults::Side::before, .restart = sim::Distribution::constant(1s), .memory = false},
            {.agent = linting_.agent_name(agent)}, 10_percent)},
        .names = {linting_.agent_name(agent)},
        .claims = {{std::move(well.named("ends-well")), "{never: {outcome: failure}, name: ends-well}"}}};
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_half_pairs(Linting& linting) { HalfPairs{linting}.run(); }

}  // namespace squall::scenarios
