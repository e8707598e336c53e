// SPDX-License-Identifier: Apache-2.0
#include "scenarios/player.hpp"

#include <algorithm>
#include <map>

#include "faults/line.hpp"
#include "scenarios/agents/op.hpp"
#include "scenarios/judgement.hpp"
#include "sim/world.hpp"

#include "scenarios/runtimes/lower.hpp"

namespace squall::scenarios {
namespace {

/// Operations that begin a shared step: those of which a run tells that they began.
bool is_shared(OpCode code) {
  switch (code) {
    case OpCode::finish:
    case OpCode::restart:
    case OpCode::work:
    case OpCode::sleep:
    case OpCode::subscribe:
    case OpCode::receive:
    case OpCode::ask:
    case OpCode::read:
    case OpCode::write:
    case OpCode::compare_and_set:
    case OpCode::call:
    case OpCode::acquire:
    case OpCode::renew:
    case OpCode::release:
    case OpCode::spawn:
    case OpCode::cancel:
    case OpCode::watch:
    case OpCode::checkpoint: return true;
    default: return false;
  }
}

class ScenarioPlayer final : public faults::Player {
 public:
  explicit ScenarioPlayer(const Scenario& scenario)
      : scenario_(scenario), runner_(scenario), steps_(scenario.model), came_true_(scenario.sometimes.size()) {
    runner_.watch(&steps_);
  }

  faults::Played play(std::uint64_t seed) override {
    steps_.clear();
    const Outcome& outcome = runner_.run(sim::Seed{seed});
    for (std::size_t c = 0; c < came_true_.size(); ++c) {
      came_true_[c] = std::ranges::find(outcome.came_true, scenario_.sometimes[c]) != outcome.came_true.end() ? 1 : 0;
    }
    return {.digest = outcome.digest,
            .events = outcome.events,
            .undecided = verdict_of(outcome) == Verdict::unknown,
            .violations = outcome.violations,
            .struck = runner_.struck_in_place(),
            .came_true = came_true_,
            .ran = steps_.ran(),
            .virtual_ns = outcome.virtual_time.count()};
  }

 private:
  const Scenario& scenario_;
  Runner runner_;
  StepsRan steps_;
  std::vector<std::uint8_t> came_true_;
};

}  // namespace

StepsRan::StepsRan(const sim::Model& model) : places_(model), ran_(places_.count()) {}

void StepsRan::on(const sim::Model&, const sim::World& world, const sim::Observation& seen) {
  const std::uint32_t place = places_.at(index(world.agent(seen.agent).definition), seen.detail);
  if (place != StepNumbers::none) ran_[place] = 1;
}

void StepsRan::clear() { std::ranges::fill(ran_, std::uint8_t{0}); }

StepNumbers::StepNumbers(const sim::Model& model) : places_(model.definitions.size()) {
  for (std::size_t d = 0; d < model.definitions.size(); ++d) {
    const sim::Behaviour& behaviour = *model.definitions[d].behaviour;
    if (behaviour.struct_agent) continue;
    const Code& code = code_of(behaviour);
    std::map<std::uint32_t, std::uint32_t> place_of_step;
    places_[d].assign(code.ops.size(), none);
    // In the order in which the file has them, whatever order they were compiled in.
    for (std::size_t pc = 0; pc < code.ops.size(); ++pc) {
      const StepInfo& step = code.steps[code.step_of_op[pc]];
      if (is_shared(code.ops[pc].code) && step.kind != "agent" && step.operand != inner::input)
        place_of_step.emplace(code.step_of_op[pc], 0);
    }
    for (auto& [step, place] : place_of_step) {
      place = static_cast<std::uint32_t>(names_.size());
      names_.push_back(code.steps[step].name);
    }
    for (std::size_t pc = 0; pc < code.ops.size(); ++pc) {
      const auto found = place_of_step.find(code.step_of_op[pc]);
      if (is_shared(code.ops[pc].code) && found != place_of_step.end()) places_[d][pc] = found->second;
    }
  }
}

Counted counted_of(const Scenario& scenario) {
  Counted counted;
  for (const faults::Line& line : scenario.plan.lines) counted.lines.push_back(faults::to_text(line));
  for (const faults::Line& line : scenario.faults.lines) counted.lines.push_back(faults::to_text(line));
  counted.claims = scenario.sometimes;
  counted.steps = StepNumbers{scenario.model}.names();
  return counted;
}

std::unique_ptr<faults::Player> player_of(const Scenario& scenario) {
  return std::make_unique<ScenarioPlayer>(scenario);
}

faults::MakePlayer players_of(const Scenario& scenario) {
  return [&scenario] { return player_of(scenario); };
}

}  // namespace squall::scenarios
