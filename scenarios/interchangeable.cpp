// SPDX-License-Identifier: Apache-2.0
#include "scenarios/interchangeable.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

namespace squall::scenarios {
namespace {

/// What the programs of a workflow do with names of agents: where one may get to a place that no search renames.
class Looking {
 public:
  explicit Looking(const Workflow& workflow) {
    for (const auto& [name, spec] : workflow.agents()) all_of(name, spec);
  }
  /// Why members of `agent` are not equals; empty where nothing of that kind was seen.
  std::string why(const std::string& agent, bool effects_are_kept) const {
    if (asks_itself_.contains(agent)) return "they ask which of them they are (self)";
    if (subscribes_.contains(agent)) return "their subscriptions stand in the order of their numbers";
    if (effects_are_kept && unnamed_effects_.contains(agent))
      return "what they ask tools for has their own name, where it says no 'for'";
    return everywhere_;
  }

 private:
  using Kind = Expression::Kind;

  void all_of(const std::string& name, const AgentSpec& spec) {
    agent_ = name;
    holds_agent_.clear();
    const auto each = [&](auto&& visit) {
      for_each_step(spec.program, visit);
      for (const auto& handler : spec.on) for_each_step(handler.second, visit);
    };
    for (const auto& [variable, initial] : spec.vars) {
      if (initial.kind() == Kind::name) holds_agent_.insert(variable);
    }
    each([&](const Step& step) {
      const auto* set = std::get_if<steps::Set>(&step.action);
      if (set != nullptr && is_agent(set->value)) holds_agent_.insert(set->name);
    });
    each([&](const Step& step) { look(step); });
  }

  /// A name that stands for an agent which may be a member: a sender, or a variable that was set to one.
  bool is_agent(const Expression& e) const {
    return e.kind() == Kind::name &&
           (e.text().ends_with(".from") || e.text() == "self" || holds_agent_.contains(e.text()));
  }

  void note_names(const Expression& e) {
    if (e.kind() == Kind::name || e.kind() == Kind::has) {
      if (e.text() == "self" || e.text().starts_with("self.")) asks_itself_.insert(agent_);
    }
  }

  /// An expression whose value may go anywhere.
  void value(const Expression& e, bool compared = false) {
    note_names(e);
    if (is_agent(e) && !compared) pass_on();
    const bool compares = e.kind() == Kind::equal || e.kind() == Kind::not_equal || e.kind() == Kind::one_of;
    for (const Expression& operand : e.operands()) value(operand, compares);
  }
  /// An expression that says which agent is meant: names are followed there.
  void who(const Expression& e) {
    if (e.kind() == Kind::name) {
      note_names(e);
    } else {
      value(e);
    }
  }
  void pass_on() {
    if (everywhere_.empty()) everywhere_ = agent_ + " may pass on the name of one of them";
  }
  void maybe(const std::optional<Expression>& e) {
    if (e) value(*e);
  }
  void time(const std::optional<Time>& of) {
    if (of) maybe(of->computed);
  }
  void fields(const Named& given) {
    for (const auto& field : given) value(field.second);
  }
  void matcher(const Matcher& of) {
    if (of.sender) who(*of.sender);
    maybe(of.property);
  }

  void look(const Step& step) {
    time(step.fields.timeout);
    time(step.fields.deadline);
    if (step.fields.retry) maybe(step.fields.retry->backoff.computed);
    std::visit([&](const auto& action) { of(action); }, step.action);
  }
  void of(const steps::Work& s) { maybe(s.time.computed); }
  void of(const steps::Sleep& s) { maybe(s.time.computed); }
  void of(const steps::Send& s) {
    for (const Expression& each : s.to.each) who(each);
    fields(s.content.with);
  }
  void of(const steps::Publish& s) { fields(s.content.with); }
  void of(const steps::Subscribe& s) {
    subscribes_.insert(agent_);
    value(s.from_sequence);
  }
  void of(const steps::Receive& s) {
    for (const Demand::Part& part : s.demand.parts) matcher(part.matcher);
  }
  void of(const steps::Ask& s) {
    for (const Expression& each : s.to.each) {
      who(each);
      // Whose error it was stands among what a failure remembers.
      if (is_agent(each) && everywhere_.empty()) everywhere_ = agent_ + " asks somebody whose name was told to it";
    }
    fields(s.content.with);
  }
  void of(const steps::Reply& s) { fields(s.content.with); }
  void of(const steps::Write& s) { maybe(s.value); }
  void of(const steps::Update& s) { value(s.value); }
  void of(const steps::CompareAndSet& s) {
    value(s.expected);
    value(s.value);
  }
  void of(const steps::Call& s) {
    maybe(s.of.key);
    maybe(s.of.for_);
    maybe(s.of.with);
    if (!s.of.for_) unnamed_effects_.insert(agent_);
  }
  void of(const steps::If& s) { value(s.condition); }
  void of(const steps::Repeat& s) {
    maybe(s.loop.times);
    maybe(s.loop.while_);
    maybe(s.loop.until);
  }
  void of(const steps::Map& s) {
    maybe(s.over.from);
    maybe(s.over.to);
  }
  void of(const steps::Spawn& s) { fields(s.child.with); }
  void of(const steps::Cancel& s) { who(s.agent); }
  void of(const steps::Watch& s) {
    who(s.agent);
    maybe(s.silence.computed);
    if (is_agent(s.agent) && everywhere_.empty())
      everywhere_ = agent_ + " watches somebody whose name was told to it, and is told it again";
  }
  void of(const steps::Restart& s) { maybe(s.after.computed); }
  void of(const steps::Set& s) {
    if (is_agent(s.value)) {
      note_names(s.value);
    } else {
      value(s.value);
    }
  }
  void of(const steps::Emit& s) { value(s.value); }
  void of(const steps::Discard& s) { matcher(s.matcher); }
  void of(const auto&) {}

  std::string agent_;                  ///< whose program is being looked at
  std::set<std::string> holds_agent_;  ///< its variables that hold an agent
  std::set<std::string> asks_itself_, subscribes_, unnamed_effects_;
  std::string everywhere_;  ///< what concerns every group
};

/// A kind of fault among those of the scenario that makes one of a group the receiver; empty where there is none.
std::string picks_one(const Scenario& scenario) {
  const auto picks = [](const faults::Line& line) {
    return std::holds_alternative<faults::MessageMisroute>(line.fault) ||
           std::holds_alternative<faults::AgentOutOfRole>(line.fault);
  };
  for (const std::vector<faults::Line>* lines : {&scenario.plan.lines, &scenario.faults.lines}) {
    const auto found = std::ranges::find_if(*lines, picks);
    if (found != lines->end()) return std::string{faults::name_of(found->fault)};
  }
  return {};
}

}  // namespace

std::vector<sim::Equals> Interchangeable::equals() const {
  std::vector<sim::Equals> all;
  for (const Group& group : groups) all.push_back(group.equals);
  return all;
}

Interchangeable interchangeable(const Workflow& workflow, const Scenario& scenario) {
  const sim::Model& model = scenario.model;
  Interchangeable result;
  const std::string fault = picks_one(scenario);
  std::optional<Looking> looking;
  for (const sim::Definition& definition : model.definitions) {
    if (definition.replicas < 2) continue;
    std::string why = sim::told_apart(model, definition);
    if (why.empty() && !fault.empty()) why = fault + " leads to the first of a group";
    if (why.empty() && workflow.graph()) why = "the runtime of a graph knows everybody by number";
    if (why.empty()) {
      if (!looking) looking.emplace(workflow);
      why = looking->why(definition.name, model.keeps_effects);
    }
    if (why.empty()) {
      result.groups.push_back({definition.name, {definition.first, definition.replicas}});
    } else {
      result.apart.push_back({definition.name, std::move(why)});
    }
  }
  return result;
}

}  // namespace squall::scenarios
