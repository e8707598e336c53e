// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "scenarios/agents/compiler.hpp"

/// The fields that every step may have, from the outside in: finally, otherwise, undo, deadline, retry, timeout, the step.
/// Each one is a layer around the next: it leads the failures of what is inside to a place of its own.
namespace squall::scenarios {

void Compiler::steps(const Program& program) {
  for (const Step& each : program.steps) {
    const Within<std::uint32_t> at(step_, info_of(each));
    step(each);
    idle_here_ = false;
  }
}

namespace {

bool has_result(const Action& action) {
  return std::holds_alternative<steps::Work>(action) || std::holds_alternative<steps::Receive>(action) ||
         std::holds_alternative<steps::Ask>(action) || std::holds_alternative<steps::Read>(action) ||
         std::holds_alternative<steps::Acquire>(action) || std::holds_alternative<steps::Call>(action) ||
         std::holds_alternative<steps::Parallel>(action) || std::holds_alternative<steps::Map>(action) ||
         std::holds_alternative<steps::Spawn>(action);
}

}  // namespace

void Compiler::step(const Step& step) {
  if (!step.fields.as.empty() && !has_result(step.action)) {
    error("`as` names a result, and `" + std::string{kind_of(step.action)} + "` has none", "leave `as` out");
  }
  if (step.fields.finally) {
    with_finally(step);
  } else if (step.fields.otherwise) {
    with_otherwise(step);
  } else {
    with_undo(step);
  }
}

void Compiler::with_finally(const Step& step) {
  const FailureSlots kept = failure_slots();
  code_.failures.push_back(kept);
  const auto number = static_cast<std::uint32_t>(code_.failures.size() - 1);
  const Label failed = label(), body = label();
  {
    const Within<Label> inside(handler_, failed);
    const Within<std::uint32_t> deeper(finally_depth_, finally_depth_ + 1);
    if (step.fields.otherwise) {
      with_otherwise(step);
    } else {
      with_undo(step);
    }
  }
  Op& begin = emit(OpCode::finally_begin);
  begin.a = number;
  begin.next = body;
  place(failed);
  emit(OpCode::finally_failed).a = number;
  place(body);
  steps(*step.fields.finally);
  emit(OpCode::finally_end).a = number;
  give_back(kept);
}

void Compiler::with_otherwise(const Step& step) {
  const Label failed = label(), after = label();
  {
    const Within<Label> inside(handler_, failed);
    with_undo(step);
  }
  jump(after);
  place(failed);
  ErrorSlots slots;
  if (uses_.contains("error.name")) slots.name = scratch();
  if (uses_.contains("error.from")) slots.from = scratch(sim::CellType::agent);
  if (uses_.contains("error.because")) slots.because = scratch();
  if (uses_.contains("error.retry_after")) slots.retry_after = scratch(sim::CellType::hidden);
  kept_error_slots_.push_back(std::make_unique<ErrorSlots>(slots));
  code_.errors.push_back(slots);
  Op& op = emit(OpCode::otherwise);
  op.a = static_cast<std::uint32_t>(code_.catches.size());
  op.b = static_cast<std::uint32_t>(step.fields.otherwise->branches.size());
  op.c = static_cast<std::uint32_t>(code_.errors.size() - 1);
  std::vector<Label> targets;
  for (const auto& [name, program] : step.fields.otherwise->branches) {
    sim::Error caught = sim::Error::none;
    if (name != "any") {
      const auto known = names_.error(name);
      if (!known)
        error("nothing fails with '" + name + "'",
              names_.instead_of_error(name, "name a built-in error, one that a `fail` names, or `any`"));
      caught = known.value_or(sim::Error::none);
    }
    targets.push_back(label());
    code_.catches.push_back({caught, targets.back()});
  }
  error_scopes_.push_back(kept_error_slots_.back().get());
  for (std::size_t branch = 0; branch < targets.size(); ++branch) {
    place(targets[branch]);
    steps(step.fields.otherwise->branches[branch].second);
    jump(after);
  }
  error_scopes_.pop_back();
  place(after);
  give_back(slots.name);
  give_back(slots.from);
  give_back(slots.because);
  give_back(slots.retry_after);
}

void Compiler::with_undo(const Step& step) {
  const auto inner = [&] {
    if (const auto* block = std::get_if<steps::Block>(&step.action)) {
      undo_scope(block->body, [&] { with_deadline(step); });
    } else {
      with_deadline(step);
    }
  };
  if (!step.fields.undo) return inner();
  UndoScope& scope = *undo_;  // `undo_scope` has counted this step: there is one
  const Label failed = label(), after = label();
  {
    const Within<Label> inside(handler_, failed);
    inner();
  }
  scope.entries.emplace_back(&step, label());
  const auto number = static_cast<std::uint32_t>(scope.entries.size());
  Op& registered = emit(OpCode::undo_register);
  registered.x = scope.stack;
  registered.a = number;
  registered.next = after;
  place(failed);
  Op& unknown = emit(OpCode::undo_unknown);
  unknown.x = scope.stack;
  // Only a call that timed out may have happened all the same.
  unknown.a = std::holds_alternative<steps::Call>(step.action) ? number : 0;
  place(after);
}

std::size_t Compiler::count_undo(const Program& program) {
  std::size_t sum = 0;
  for (const Step& step : program.steps) {
    if (step.fields.undo) ++sum;
    // A block, a branch and an `undo` register what is inside them themselves.
    if (const auto* condition = std::get_if<steps::If>(&step.action)) {
      sum += count_undo(condition->then) + count_undo(condition->otherwise);
    } else if (const auto* choice = std::get_if<steps::Choose>(&step.action)) {
      for (const auto& branch : choice->branches) sum += count_undo(branch.second);
    } else if (const auto* loop = std::get_if<steps::Repeat>(&step.action)) {
      sum += count_undo(loop->body);
    }
    if (step.fields.otherwise) {
      for (const auto& branch : step.fields.otherwise->branches) sum += count_undo(branch.second);
    }
    if (step.fields.finally) sum += count_undo(*step.fields.finally);
  }
  return sum;
}

void Compiler::undo_scope(const Program& program, const std::function<void()>& body) {
  const std::size_t undos = count_undo(program);
  if (undos == 0) {
    const Within<UndoScope*> none(undo_, nullptr);
    return body();
  }
  if (undos > 15) error("a block has more than 15 steps with `undo`", "put some of them into a block of their own");
  UndoScope scope{.stack = scratch(), .entries = {}};
  const FailureSlots kept = failure_slots();
  code_.failures.push_back(kept);
  const auto number = static_cast<std::uint32_t>(code_.failures.size() - 1);
  const Label failed = label(), next = label(), after = label();
  emit(OpCode::undo_begin).x = scope.stack;
  {
    const Within<UndoScope*> here(undo_, &scope);
    const Within<Label> inside(handler_, failed);
    body();
  }
  jump(after);
  place(failed);
  emit(OpCode::undo_failed).a = number;
  place(next);
  Op& op = emit(OpCode::undo_next);
  op.x = scope.stack;
  op.a = number;
  op.b = static_cast<std::uint32_t>(code_.targets.size());
  op.c = static_cast<std::uint32_t>(scope.entries.size());
  for (const auto& entry : scope.entries) code_.targets.push_back(entry.second);
  for (std::size_t e = 0; e < scope.entries.size(); ++e) {
    // What an undo fails with is not the failure: the next one is undone all the same.
    const Within<Label> inside(handler_, next);
    const Within<const Step*> whose(undone_, scope.entries[e].first);
    const Within<UndoScope*> none(undo_, nullptr);
    place(scope.entries[e].second);
    undo_scope(*scope.entries[e].first->fields.undo, [&] { steps(*scope.entries[e].first->fields.undo); });
    jump(next);
  }
  place(after);
  give_back(scope.stack);
  give_back(kept);
}

void Compiler::bounded(const Time& limit, bool deadline, const std::function<void(std::uint32_t)>& body) {
  const std::uint16_t timer = scratch(sim::CellType::timer);
  code_.bounds.push_back(timer);
  const auto bound = static_cast<std::uint32_t>(code_.bounds.size());
  const std::uint32_t drawn = time(limit);
  Op& begin = emit(OpCode::bound_begin);
  begin.x = timer;
  begin.a = bound;
  begin.b = drawn;
  begin.flags = deadline ? 1 : 0;
  const std::string what = code_.steps[step_].name + (deadline ? " deadline" : " timeout");
  begin.site = sim::site_key(what);
  begin.counter = counter(what);
  const Label failed = label(), after = label();
  {
    const Within<Label> inside(handler_, failed);
    body(bound);
  }
  Op& end = emit(OpCode::bound_end);
  end.x = timer;
  end.next = after;
  place(failed);
  Op& lost = emit(OpCode::bound_failed);
  lost.x = timer;
  lost.a = bound;
  place(after);
  give_back(timer);
}

void Compiler::with_deadline(const Step& step) {
  if (!step.fields.deadline) return with_retry(step);
  bounded(*step.fields.deadline, true, [&](std::uint32_t) { with_retry(step); });
}

void Compiler::with_retry(const Step& step) {
  if (!step.fields.retry) return with_timeout(step);
  const Retry& retry = *step.fields.retry;
  const bool asks = std::holds_alternative<steps::Ask>(step.action);
  if (retry.times == 0 || (asks && retry.times > 255)) {
    error("`times` counts all attempts", asks ? "an ask makes 1 to 255 attempts" : "write 1 or more");
  }
  RetryOf compiled{.times = retry.times,
                   .backoff = time_of(retry.backoff),
                   .factor = retry.factor,
                   .max = retry.max.value_or(sim::Duration::max()),
                   .jitter = static_cast<std::uint8_t>(retry.jitter),
                   .hint = retry.hint,
                   .attempts = scratch(),
                   .request = asks ? scratch() : no_slot};
  if (retry.on.empty()) {
    compiled.on.fill(~std::uint64_t{0});
    compiled.on[0] &= ~(std::uint64_t{1} << static_cast<unsigned>(sim::Error::cancelled));
  }
  for (const std::string& name : retry.on) {
    const auto known = names_.error(name);
    if (!known) {
      error("nothing fails with '" + name + "'",
            names_.instead_of_error(name, "name a built-in error or one that a `fail` names"));
      continue;
    }
    const auto bit = static_cast<unsigned>(*known);
    compiled.on[bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  if (retry.budget) {
    compiled.budget = *retry.budget;
    const auto cell = [&](const char* what) {
      const auto [entry, fresh] = variables_.emplace(
          what, Variable{sim::CellType::integer, static_cast<std::uint16_t>(code_.cell_types.size()), true});
      if (fresh) {
        code_.cell_types.push_back(sim::CellType::integer);
        code_.initial_cells.push_back(0);
      }
      return entry->second.slot;
    };
    compiled.calls = cell(" attempts");
    compiled.repeats = cell(" retries");
  }
  const std::string what = code_.steps[step_].name + " backoff";
  compiled.jitter_site = sim::site_key(what);
  compiled.jitter_counter = counter(what);
  code_.retries.push_back(compiled);
  const auto number = static_cast<std::uint32_t>(code_.retries.size() - 1);
  const Label again = label(), failed = label(), after = label();
  emit(OpCode::retry_begin).a = number;
  place(again);
  {
    const Within<Label> inside(handler_, failed);
    const Within<std::uint16_t> request(own_request_, compiled.request);
    with_timeout(step);
  }
  Op& rest = emit(OpCode::set_local);  // what has been counted no longer tells two states apart
  rest.x = compiled.attempts;
  rest.operands[0] = constant(0);
  rest.next = after;
  place(failed);
  Op& check = emit(OpCode::retry_failed);
  check.a = number;
  check.next = again;
  place(after);
  give_back(compiled.attempts);
  give_back(compiled.request);
}

void Compiler::with_timeout(const Step& step) {
  const Within<std::uint16_t> none(own_timeout_, 0);
  if (!step.fields.timeout) return action(step);
  bounded(*step.fields.timeout, false, [&](std::uint32_t bound) {
    own_timeout_ = static_cast<std::uint16_t>(bound);
    action(step);
  });
}

}  // namespace squall::scenarios
