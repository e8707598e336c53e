// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/survey.hpp"

#include <algorithm>
#include <cassert>

#include "scenarios/lint/passable.hpp"

namespace squall::scenarios {

std::vector<std::pair<Part, const Program*>> parts_of(const Step& step) {
  std::vector<std::pair<Part, const Program*>> parts;
  if (const auto* choice = std::get_if<steps::If>(&step.action)) {
    parts.emplace_back(Part::then, &choice->then);
    parts.emplace_back(Part::otherwise, &choice->otherwise);
  } else if (const auto* chance = std::get_if<steps::Choose>(&step.action)) {
    for (const auto& branch : chance->branches) parts.emplace_back(Part::branch, &branch.second);
  } else if (const auto* loop = std::get_if<steps::Repeat>(&step.action)) {
    parts.emplace_back(Part::body, &loop->body);
  } else if (const auto* block = std::get_if<steps::Block>(&step.action)) {
    parts.emplace_back(Part::body, &block->body);
  } else if (const auto* parallel = std::get_if<steps::Parallel>(&step.action)) {
    for (const auto& branch : parallel->branches) parts.emplace_back(Part::branch, &branch.second);
  } else if (const auto* map = std::get_if<steps::Map>(&step.action)) {
    parts.emplace_back(Part::body, &map->body);
  }
  if (step.fields.undo) parts.emplace_back(Part::undo, &*step.fields.undo);
  if (step.fields.otherwise) {
    for (const auto& branch : step.fields.otherwise->branches) parts.emplace_back(Part::caught, &branch.second);
  }
  if (step.fields.finally) parts.emplace_back(Part::finally, &*step.fields.finally);
  return parts;
}

bool repeats(const Step& step) { return step.fields.retry && step.fields.retry->times > 1; }

Survey::Survey(const Workflow& workflow, const sim::Model& model) {
  const auto& agents = workflow.agents();
  for (Number a = 0; a < agents.size(); ++a) {
    const Code* code = program_of(model, a);
    assert(code != nullptr);
    codes_.push_back(code);
    first_.push_back(size());
    add(agents[a].second.program, a, 0, none, Part::top, 0, 0);
    for (Number h = 0; h < agents[a].second.on.size(); ++h)
      add(agents[a].second.on[h].second, a, h + 1, none, Part::top, 0, 0);
  }
  first_.push_back(size());
  ops_.resize(sites_.size());
  for (Number a = 0; a < agents.size(); ++a) {
    for (Number n = first(a); n < last(a); ++n) sites_[n].info = &codes_[a]->steps[n - first(a)];
    for (std::uint32_t pc = 0; pc < codes_[a]->ops.size(); ++pc) {
      const Number site = of_op(a, pc);
      if (site != none) ops_[site].emplace_back(codes_[a]->ops[pc].code, pc);
    }
  }
}

void Survey::add(const Program& program, Number agent, Number entry, Number up, Part part, Number branch,
                 Number depth) {
  for (Number i = 0; i < program.steps.size(); ++i) {
    const Step& step = program.steps[i];
    const Number n = size();
    sites_.push_back({&step, nullptr, agent, entry, up, branch, i, 0, depth, part});
    Number number = 0;
    for (const auto& [where, inner] : parts_of(step)) add(*inner, agent, entry, n, where, number++, depth + 1);
    sites_[n].end = size();
  }
}

Survey::Number Survey::of_op(Number agent, std::uint32_t pc) const {
  const Number n = first(agent) + codes_[agent]->step_of_op[pc];
  return n < last(agent) ? n : none;
}

std::optional<std::uint32_t> Survey::op(Number n, OpCode code) const {
  const auto found = std::ranges::find(ops_[n], code, &std::pair<OpCode, std::uint32_t>::first);
  return found == ops_[n].end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::uint32_t> Survey::first_op(Number n) const {
  return ops_[n].empty() ? std::nullopt : std::optional{ops_[n].front().second};
}

Survey::Fork Survey::fork(Number x, Number y) const {
  const auto climb = [&](Number& n, Number depth) {
    while (sites_[n].depth > depth) n = sites_[n].up;
  };
  const Number depth = std::min(sites_[x].depth, sites_[y].depth);
  climb(x, depth);
  climb(y, depth);
  while (x != y && sites_[x].up != sites_[y].up) {
    x = sites_[x].up;
    y = sites_[y].up;
  }
  return {sites_[x].up, x, y, sites_[x].branch == sites_[y].branch};
}

bool is_of_action(Part part) {
  return part == Part::body || part == Part::then || part == Part::otherwise || part == Part::branch;
}

bool Survey::in_loop(Number n) const {
  bool of_action = true;
  for (Number at = n; at != none; at = sites_[at].up) {
    const Step& step = *sites_[at].step;
    if (of_action && (repeats(step) || (at != n && std::holds_alternative<steps::Repeat>(step.action)))) return true;
    of_action = is_of_action(sites_[at].part);
  }
  return false;
}

bool Survey::is_bounded(Number n) const {
  bool of_action = true;
  for (; n != none; n = sites_[n].up) {
    const Fields& fields = sites_[n].step->fields;
    if (of_action && (fields.timeout || fields.deadline)) return true;
    of_action = is_of_action(sites_[n].part);
  }
  return false;
}

}  // namespace squall::scenarios
