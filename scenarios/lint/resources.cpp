// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "scenarios/agents/reach.hpp"
#include "scenarios/lint/holdings.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using sim::ResourceInfo;
using Kind = ResourceInfo::Kind;

/// Steps that fail by themselves, not only where somebody is cancelled or a computation goes wrong.
bool fails_by_itself(OpCode code) {
  switch (code) {
    case OpCode::fail:
    case OpCode::bound_failed:
    case OpCode::call:
    case OpCode::ask:
    case OpCode::compare_and_set:
    case OpCode::validate: return true;
    default: return false;
  }
}

class Resources {
 public:
  explicit Resources(Linting& linting) : model_(linting.model), passable_(linting.passable), found_(linting.found) {}

  void run() {
    for (std::uint32_t d = 0; d < model_.definitions.size(); ++d) {
      if (const Code* code = program_of(model_, d)) program(d, *code);
    }
    circles();
  }

 private:
  /// Somebody may take `to` while holding `from`.
  struct Nesting {
    std::uint32_t definition, pc;
    bool alone;  ///< there is one activation of that program at most
  };

  const std::string& name(std::uint32_t resource) const { return model_.resources[resource].name; }
  const StepInfo& step(std::uint32_t definition, std::uint32_t pc) const {
    const Code& code = *program_of(model_, definition);
    return code.steps[code.step_of_op[pc]];
  }

  void say(const char* rule, const StepInfo& at, std::string what, std::string fix, Rehearsal rehearsal,
           std::vector<std::string> reasons = {}) {
    found_.push_back({.rule = rule,
                      .where = at.name,
                      .what = std::move(what),
                      .reasons = std::move(reasons),
                      .fix = std::move(fix),
                      .certain = false,
                      .mark = at.mark,
                      .rehearsal = std::move(rehearsal)});
  }

  void program(std::uint32_t d, const Code& code) {
    const sim::Definition& agent = model_.definitions[d];
    std::vector<std::uint32_t> starts;
    if (agent.has_root) starts.push_back(agent.root_pc);
    for (const sim::Definition::Handler& handler : agent.handlers) starts.push_back(handler.pc);
    std::set<std::uint32_t> told;
    for (const std::uint32_t start : starts) {
      Holdings held{model_, code};
      if (held.taken().empty() || held.too_large()) return;
      held.follow(start);
      const bool alone = agent.has_root && start == agent.root_pc && agent.replicas == 1 && model_.load.instances == 1;
      for (std::uint32_t pc = 0; pc < code.ops.size(); ++pc) {
        const Op& op = code.ops[pc];
        if (op.code != OpCode::acquire || !passable_.reached(d, pc)) continue;
        if (const auto which = held.number(op)) acquire(d, pc, *which, held, alone, told);
      }
    }
  }

  void acquire(std::uint32_t d, std::uint32_t pc, std::size_t which, const Holdings& held, bool alone,
               std::set<std::uint32_t>& told) {
    const std::uint32_t resource = program_of(model_, d)->ops[pc].a;
    for (std::size_t other = 0; other < held.taken().size(); ++other) {
      if (other == which || !held.may(pc, other)) continue;
      nestings_[held.taken()[other]].emplace(resource, Nesting{d, pc, alone});
    }
    const ResourceInfo& info = model_.resources[resource];
    const bool single = info.kind != Kind::semaphore || info.slots == 1;
    if (single && held.must(pc, which) && told.insert(pc).second) {
      say("self-wait", step(d, pc),
          fmt::format("it waits for {} while it holds it, and nobody else gives it back", name(resource)),
          fmt::format("release {} before, or do not take it again", name(resource)),
          {.judges = {sim::DeadlockFreedom{}, sim::NoOrphanedWait{}}, .faults = {}, .names = {name(resource)}});
    }
    // A lease runs out; what is freed at the end is given back by itself.
    if (info.kind == Kind::lease || info.frees == ResourceInfo::Frees::on_end) return;
    if (told.insert(pc).second) unreleased(d, pc, resource);
  }

  /// Whether some way from the step behind `pc` comes to the end of the program without giving `resource` back; the step
  /// whose failure leads that way, where one does. `failures`: whether such ways count.
  struct Way {
    std::uint32_t pc, failed;
  };
  std::optional<Way> way_out(const Code& code, std::uint32_t from, std::uint32_t resource, bool failures) const {
    constexpr std::uint32_t none = sim::no_row;
    std::vector<bool> seen(code.ops.size());
    std::deque<Way> open;
    for (const std::uint32_t next : on_success(code, code.ops[from])) open.push_back({next, none});
    while (!open.empty()) {
      const Way at = open.front();
      open.pop_front();
      if (seen[at.pc]) continue;
      seen[at.pc] = true;
      const Op& op = code.ops[at.pc];
      if (op.code == OpCode::release && op.a == resource) continue;
      if (op.code == OpCode::end || op.code == OpCode::end_failed || op.code == OpCode::restart) return at;
      if (op.code == OpCode::finish && on_success(code, op).empty()) return at;
      for (const std::uint32_t next : on_success(code, op)) open.push_back({next, at.failed});
      if (failures && (fails_by_itself(op.code) || code.ops[op.handler].code == OpCode::bound_failed))
        open.push_back({op.handler, op.code == OpCode::fail || at.failed == none ? at.pc : at.failed});
    }
    return std::nullopt;
  }

  void unreleased(std::uint32_t d, std::uint32_t pc, std::uint32_t resource) {
    const Code& code = *program_of(model_, d);
    const std::string fix = fmt::format("release {} in a 'finally', or write 'frees: on-end'", name(resource));
    const Rehearsal shown{
        .judges = {sim::Release{}},
        .faults = {strike(faults::ToolError{}, {.agent = model_.definitions[d].name}, sim::Probability{200'000})},
        .names = {name(resource)}};
    const bool gives =
        std::ranges::any_of(code.ops, [&](const Op& op) { return op.code == OpCode::release && op.a == resource; });
    if (!gives) {
      say("unreleased", step(d, pc), fmt::format("{} never gives {} back", model_.definitions[d].name, name(resource)),
          fix, shown);
    } else if (way_out(code, pc, resource, false)) {
      say("unreleased", step(d, pc),
          fmt::format("some way to the end of its program does not give {} back", name(resource)), fix, shown);
    } else if (const auto way = way_out(code, pc, resource, true)) {
      say("unreleased", step(d, pc),
          fmt::format("where {} fails, {} is not given back", step(d, way->failed).name, name(resource)), fix, shown);
    }
  }

  /// The shortest way from one resource to another, by what is taken while holding what.
  std::vector<std::uint32_t> way(std::uint32_t from, std::uint32_t to) const {
    std::map<std::uint32_t, std::uint32_t> before{{from, from}};
    std::deque<std::uint32_t> open{from};
    while (!open.empty()) {
      const std::uint32_t at = open.front();
      open.pop_front();
      if (at == to) break;
      const auto next = nestings_.find(at);
      if (next == nestings_.end()) continue;
      for (const auto& [resource, nesting] : next->second) {
        if (before.emplace(resource, at).second) open.push_back(resource);
      }
    }
    if (!before.contains(to)) return {};
    std::vector<std::uint32_t> path{to};
    while (path.back() != from) path.push_back(before.at(path.back()));
    std::ranges::reverse(path);
    return path;
  }

  /// Each circle once, from its first resource on.
  void circles() {
    std::set<std::set<std::uint32_t>> told;
    for (const auto& [from, nested] : nestings_) {
      for (const auto& [to, nesting] : nested) {
        std::vector<std::uint32_t> circle = way(to, from);
        if (circle.empty() || !told.insert({circle.begin(), circle.end()}).second) continue;
        tell(circle);
      }
    }
  }

  void tell(std::vector<std::uint32_t>& circle) {
    std::rotate(circle.begin(), std::ranges::min_element(circle), circle.end());
    std::vector<std::string> reasons, names;
    std::set<std::uint32_t> programs;
    bool alone = true;
    const Nesting* first = nullptr;
    for (std::size_t c = 0; c < circle.size(); ++c) {
      const std::uint32_t next = circle[(c + 1) % circle.size()];
      const Nesting& nesting = nestings_.at(circle[c]).at(next);
      if (first == nullptr) first = &nesting;
      programs.insert(nesting.definition);
      names.push_back(name(circle[c]));
      alone = alone && nesting.alone;
      reasons.push_back(fmt::format("{} takes {} while it may hold {}", step(nesting.definition, nesting.pc).name,
                                    name(next), name(circle[c])));
    }
    if (programs.size() == 1 && alone) return;  // one activation does not wait for itself
    say("lock-order", step(first->definition, first->pc),
        "these may wait for each other, each holding what another wants", "take them in one order everywhere",
        {.judges = {sim::DeadlockFreedom{}}, .faults = {}, .names = std::move(names)}, std::move(reasons));
  }

  const sim::Model& model_;
  const Passable& passable_;
  std::vector<LintFinding>& found_;
  std::map<std::uint32_t, std::map<std::uint32_t, Nesting>> nestings_;  ///< what is held, what is taken meanwhile
};

}  // namespace

void lint_resources(Linting& linting) { Resources{linting}.run(); }

}  // namespace squall::scenarios
