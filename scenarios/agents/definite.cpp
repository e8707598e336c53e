// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/definite.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace squall::scenarios {
namespace {

using Kind = Expression::Kind;

/// Which locals are surely set at a place of a program. A place that nothing leads to has them all.
struct Known {
  bool reached = true;
  std::vector<bool> set;
};

Known meet(const Known& a, const Known& b) {
  if (!a.reached) return b;
  if (!b.reached) return a;
  Known both = a;
  for (std::size_t l = 0; l < both.set.size(); ++l) both.set[l] = both.set[l] && b.set[l];
  return both;
}

class Walk {
 public:
  Walk(const std::string& agent, const AgentSpec& spec, std::vector<BuildError>& errors)
      : agent_(agent), errors_(errors) {
    std::set<std::string> cells;
    for (const auto& variable : spec.vars) cells.insert(variable.first);
    const auto local = [&](const std::string& name) {
      if (!name.empty() && !cells.contains(name)) locals_.emplace(name, locals_.size());
    };
    const auto names = [&](const Step& step) {
      local(step.fields.as);
      if (const auto* set = std::get_if<steps::Set>(&step.action)) local(set->name);
      if (const auto* map = std::get_if<steps::Map>(&step.action)) local(map->over.item);
    };
    for_each_step(spec.program, names);
    for (const auto& handler : spec.on) for_each_step(handler.second, names);
    if (locals_.empty()) return;
    program(spec.program, {true, std::vector<bool>(locals_.size())});
    for (const auto& handler : spec.on) program(handler.second, {true, std::vector<bool>(locals_.size())});
  }

 private:
  Known program(const Program& steps, Known known) {
    for (const Step& each : steps.steps) known = step(each, std::move(known));
    return known;
  }

  Known step(const Step& step, Known before) {
    step_ = &step;
    time(step.fields.timeout, before);
    time(step.fields.deadline, before);
    if (step.fields.retry) time(step.fields.retry->backoff, before);
    Known after = std::visit([&](const auto& action) { return act(action, before); }, step.action);
    if (after.reached) name(step.fields.as, after);
    if (step.fields.undo) program(*step.fields.undo, after);
    if (step.fields.otherwise) {
      for (const auto& branch : step.fields.otherwise->branches) after = meet(after, program(branch.second, before));
    }
    if (step.fields.finally) {
      const Known last = program(*step.fields.finally, before);
      for (std::size_t l = 0; l < last.set.size(); ++l) after.set[l] = after.set[l] || (last.reached && last.set[l]);
      after.reached = after.reached && last.reached;
    }
    return after;
  }

  void name(const std::string& name, Known& known) const {
    if (const auto found = locals_.find(name); found != locals_.end()) known.set[found->second] = true;
  }

  // ---- what a step reads ----

  void use(const Expression& e, const Known& known, const std::string& item = {}) {
    switch (e.kind()) {
      case Kind::name:
      case Kind::has:
      case Kind::size:
      case Kind::every:
      case Kind::some:
      case Kind::count: used(e, known, item); break;
      default: break;
    }
    const bool folds = e.kind() == Kind::every || e.kind() == Kind::some || e.kind() == Kind::count;
    for (const Expression& operand : e.operands()) use(operand, known, folds ? e.item() : item);
  }
  void used(const Expression& e, const Known& known, const std::string& item) {
    const std::string base = e.text().substr(0, e.text().find('.'));
    const auto found = locals_.find(base);
    if (base.starts_with('(')) return;  // of a graph's own making (scenarios/runtimes/body.cpp)
    if (base == item || found == locals_.end() || !known.reached || known.set[found->second]) return;
    const std::uint32_t mark = e.mark() != 0 ? e.mark() : step_->mark;
    BuildError error{agent_ + "/" + std::string{kind_of(step_->action)},
                     "'" + base + "' is used before it is surely set",
                     "set it on every way that leads here, or declare it in the agent's `vars`", mark};
    if (errors_.size() < BuildError::most && std::ranges::find(errors_, error) == errors_.end())
      errors_.push_back(std::move(error));
  }
  void use(const std::optional<Expression>& e, const Known& known) {
    if (e) use(*e, known);
  }
  void time(const Time& time, const Known& known) { use(time.computed, known); }
  void time(const std::optional<Time>& limit, const Known& known) {
    if (limit) time(*limit, known);
  }
  void values(const Named& values, const Known& known) {
    for (const auto& value : values) use(value.second, known);
  }
  void receivers(const Target& to, const Known& known) {
    for (const Expression& each : to.each) use(each, known);
  }
  void matcher(const Matcher& matcher, const Known& known) {
    use(matcher.sender, known);
    if (matcher.property) use(*matcher.property, known, "msg");
  }

  // ---- what comes of a step that succeeds ----

  static Known ended(Known known) {
    known.reached = false;
    return known;
  }

  template <class Action>
  Known act(const Action&, const Known& known) {
    return known;
  }
  Known act(const steps::Work& s, const Known& known) { return time(s.time, known), known; }
  Known act(const steps::Sleep& s, const Known& known) { return time(s.time, known), known; }
  Known act(const steps::Send& s, const Known& known) {
    receivers(s.to, known);
    return values(s.content.with, known), known;
  }
  Known act(const steps::Publish& s, const Known& known) { return values(s.content.with, known), known; }
  Known act(const steps::Subscribe& s, const Known& known) { return use(s.from_sequence, known), known; }
  Known act(const steps::Receive& s, const Known& known) {
    for (const Demand::Part& part : s.demand.parts) matcher(part.matcher, known);
    return known;
  }
  Known act(const steps::Ask& s, const Known& known) {
    receivers(s.to, known);
    return values(s.content.with, known), known;
  }
  Known act(const steps::Reply& s, const Known& known) { return values(s.content.with, known), known; }
  Known act(const steps::Write& s, const Known& known) { return use(s.value, known), known; }
  Known act(const steps::Update& s, const Known& known) {
    Known inside = known;
    name("old", inside);
    return use(s.value, inside), known;
  }
  Known act(const steps::CompareAndSet& s, const Known& known) {
    use(s.expected, known);
    return use(s.value, known), known;
  }
  Known act(const steps::Call& s, const Known& known) {
    use(s.of.key, known);
    use(s.of.for_, known);
    return use(s.of.with, known), known;
  }
  Known act(const steps::If& s, const Known& known) {
    use(s.condition, known);
    const Known yes = program(s.then, known);
    return meet(yes, program(s.otherwise, known));
  }
  Known act(const steps::Choose& s, const Known& known) {
    Known after = ended(known);
    for (const auto& branch : s.branches) after = meet(after, program(branch.second, known));
    return s.branches.empty() ? known : after;
  }
  Known act(const steps::Repeat& s, const Known& known) {
    use(s.loop.times, known);
    use(s.loop.while_, known);
    const Step* loop = step_;
    Known round = program(s.body, known);
    step_ = loop;
    if (s.loop.until) use(*s.loop.until, round);
    const bool for_ever = !s.loop.times && !s.loop.while_ && !s.loop.until;
    if (for_ever) return ended(std::move(round));
    const bool one_at_least =
        !s.loop.while_ && (!s.loop.times || (s.loop.times->kind() == Kind::integer && s.loop.times->number() > 0));
    return one_at_least ? round : known;
  }
  Known act(const steps::Block& s, const Known& known) { return program(s.body, known); }
  Known act(const steps::Parallel& s, const Known& known) {
    for (const auto& branch : s.branches) program(branch.second, known);
    return known;
  }
  Known act(const steps::Map& s, const Known& known) {
    use(s.over.from, known);
    use(s.over.to, known);
    Known inside = known;
    name(s.over.item, inside);
    program(s.body, inside);
    return known;
  }
  Known act(const steps::Spawn& s, const Known& known) { return values(s.child.with, known), known; }
  Known act(const steps::Cancel& s, const Known& known) { return use(s.agent, known), known; }
  Known act(const steps::Watch& s, const Known& known) {
    use(s.agent, known);
    return time(s.silence, known), known;
  }
  Known act(const steps::Restart& s, const Known& known) { return time(s.after, known), ended(known); }
  Known act(const steps::Set& s, const Known& known) {
    use(s.value, known);
    Known after = known;
    name(s.name, after);
    return after;
  }
  Known act(const steps::Emit& s, const Known& known) { return use(s.value, known), known; }
  Known act(const steps::Discard& s, const Known& known) { return matcher(s.matcher, known), known; }
  Known act(const steps::Fail&, const Known& known) { return ended(known); }
  Known act(const steps::Finish&, const Known& known) { return ended(known); }

  const std::string& agent_;
  std::vector<BuildError>& errors_;
  std::map<std::string, std::size_t> locals_;
  const Step* step_ = nullptr;
};

}  // namespace

std::vector<BuildError> unset_uses(const Workflow& workflow) {
  std::vector<BuildError> errors;
  for (const auto& [name, spec] : workflow.agents()) Walk(name, spec, errors);
  return errors;
}

}  // namespace squall::scenarios
