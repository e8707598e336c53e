// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/compiler.hpp"

/// Steps that choose, repeat, and run branches.
namespace squall::scenarios {

void Compiler::compile(const steps::If& s, const Step&) {
  const Label no = label(), after = label();
  branch_unless(s.condition, no);
  steps(s.then);
  if (!s.otherwise.steps.empty()) jump(after);
  place(no);
  steps(s.otherwise);
  place(after);
}

void Compiler::compile(const steps::Choose& s, const Step&) {
  const Label after = label();
  if (s.branches.empty()) return error("it has nothing to choose from", "give at least one branch");
  std::vector<Label> labels;
  std::uint64_t given = 0;
  Op& op = emit(OpCode::choose);
  op.a = static_cast<std::uint32_t>(code_.targets.size());
  op.b = static_cast<std::uint32_t>(s.branches.size());
  op.c = static_cast<std::uint32_t>(code_.weights.size());
  for (std::size_t b = 0; b < s.branches.size(); ++b) {
    const bool last = b + 1 == s.branches.size();
    const std::uint32_t chance = s.branches[b].first.ppm;
    labels.push_back(label());
    code_.targets.push_back(labels.back());
    code_.weights.push_back(last && chance == 0 && given < 1'000'000 ? static_cast<std::uint32_t>(1'000'000 - given)
                                                                     : chance);
    given += chance;
  }
  if (given > 1'000'000)
    error("its chances add up to more than 100 %", "lower them; the last branch may leave its chance out");
  for (std::size_t b = 0; b < s.branches.size(); ++b) {
    place(labels[b]);
    steps(s.branches[b].second);
    if (b + 1 != s.branches.size()) jump(after);
  }
  place(after);
}

bool Compiler::always_shared(const Program& program) const {
  for (const Step& step : program.steps) {
    const Action& action = step.action;
    if (std::holds_alternative<steps::Work>(action) || std::holds_alternative<steps::Sleep>(action) ||
        std::holds_alternative<steps::Receive>(action) || std::holds_alternative<steps::Ask>(action) ||
        std::holds_alternative<steps::Read>(action) || std::holds_alternative<steps::Write>(action) ||
        std::holds_alternative<steps::Update>(action) || std::holds_alternative<steps::CompareAndSet>(action) ||
        std::holds_alternative<steps::Call>(action) || std::holds_alternative<steps::Acquire>(action) ||
        std::holds_alternative<steps::Parallel>(action)) {
      return true;
    }
    if (const auto* block = std::get_if<steps::Block>(&action); block != nullptr && always_shared(block->body))
      return true;
    if (const auto* condition = std::get_if<steps::If>(&action);
        condition != nullptr && always_shared(condition->then) && always_shared(condition->otherwise)) {
      return true;
    }
  }
  return false;
}

/// Whether a failure may lead past the steps of a body and back to its top.
bool Compiler::may_skip(const Program& program) {
  bool skips = false;
  for_each_step(program, [&](const Step& step) { skips = skips || step.fields.otherwise.has_value(); });
  return skips;
}

void Compiler::compile(const steps::Repeat& s, const Step&) {
  const Label top = label(), exit = label();
  const bool endless = !s.loop.times && !s.loop.while_ && !s.loop.until;
  const std::uint16_t rounds = s.loop.times ? scratch() : no_slot;
  if (s.loop.times) {
    const Operand zero = constant(0);
    Op& op = emit(OpCode::set_local);
    op.x = rounds;
    op.operands[0] = zero;
  }
  place(top);
  if (s.loop.while_) branch_unless(*s.loop.while_, exit);
  if (s.loop.times) {
    const Operand times = value(*s.loop.times);
    Op& op = emit(OpCode::count);
    op.x = rounds;
    op.operands[0] = times;
    op.a = exit;
  }
  // A daemon that comes round to its first receive waits for whatever may come: nobody owes it that.
  idle_here_ = endless && spec_.daemon.value_or(false) && !in_handler_ && branch_depth_ == 0;
  steps(s.body);
  if (s.loop.until) {
    const Label again = label();
    branch_unless(*s.loop.until, again);
    jump(exit);
    place(again);
  }
  // No turn is endless: it ends at a shared step, and here if a round may come without one.
  emit(always_shared(s.body) && !may_skip(s.body) ? OpCode::jump : OpCode::yield_jump).next = top;
  place(exit);
  give_back(rounds);
}

void Compiler::compile(const steps::Block& s, const Step&) { steps(s.body); }

void Compiler::branch_body(const Program& body, std::uint32_t counts) {
  const Label failed = label();
  const Within<Label> own(handler_, failed);
  const Within<std::uint32_t> none(finally_depth_, 0);
  const Within<std::uint32_t> deeper(branch_depth_, branch_depth_ + 1);
  undo_scope(body, [&] { steps(body); });
  emit(OpCode::end);
  place(failed);
  emit(OpCode::end_failed).b = counts;
}

std::uint32_t Compiler::join(const Branches& branches, const Step& step, std::size_t count) {
  if (branches.join > count) error("waits for more successes than there are branches", "lower `join`");
  const std::string& as = step.fields.as;
  JoinOf compiled{.needed = branches.join,
                  .collect = branches.failure == Failure::collect,
                  .state = scratch(),
                  .ok = as.empty() ? no_slot : slot_of(as + ".ok"),
                  .failed = as.empty() ? no_slot : slot_of(as + ".failed")};
  code_.joins.push_back(compiled);
  return static_cast<std::uint32_t>(code_.joins.size() - 1);
}

void Compiler::compile(const steps::Parallel& s, const Step& step) {
  if (s.branches.empty()) return error("it has no branches", "give at least one");
  std::set<std::string> names;  // a branch's draws are named by it
  for (const auto& branch : s.branches) {
    if (!names.insert(branch.first).second)
      error("two branches are called '" + branch.first + "'", "give one of them another name");
  }
  const std::uint32_t number = join(s.join, step, s.branches.size());
  const FailureSlots kept = failure_slots();
  code_.failures.push_back(kept);
  const auto failure = static_cast<std::uint32_t>(code_.failures.size() - 1);
  const Label after = label(), failed = label();
  const std::uint32_t counts = error_counts(step.fields.as);
  std::vector<Label> bodies;
  for (std::size_t b = 0; b < s.branches.size(); ++b) {
    bodies.push_back(label());
    Op& op = emit(OpCode::fork);
    op.a = bodies.back();
    op.b = static_cast<std::uint32_t>(b);
    op.flags = b == 0 ? 1 : 0;  // the first one begins the count
    op.c = number;
    op.value = static_cast<std::int64_t>(sim::site_key(s.branches[b].first));
  }
  Op& op = emit(OpCode::join);
  op.a = number;
  op.next = after;
  op.handler = failed;
  place(failed);
  Op& abandon = emit(OpCode::abandon);
  abandon.a = failure;
  for (std::size_t b = 0; b < bodies.size(); ++b) {
    place(bodies[b]);
    branch_body(s.branches[b].second, counts);
  }
  place(after);
  give_back(code_.joins[number].state);
  give_back(kept);
}

void Compiler::compile(const steps::Map& s, const Step& step) {
  const std::uint32_t number = join(s.join, step, 0xffff'ffffU);
  const FailureSlots kept = failure_slots();
  code_.failures.push_back(kept);
  const auto failure = static_cast<std::uint32_t>(code_.failures.size() - 1);
  const Label after = label(), failed = label(), body = label();
  JoinOf map = code_.joins[number];
  map.limit = s.over.limit;
  map.branch = body;
  map.item = slot_of(s.over.item);
  map.list = !s.over.list.empty();
  map.started = scratch();
  map.next = scratch(sim::CellType::integer);
  Operand from = constant(0), to = constant(-1);
  if (map.list) {
    const Variable* list = variable(s.over.list);
    if (list == nullptr || list->type != sim::CellType::messages) {
      error("'" + s.over.list + "' is not a list of messages",
            "take one with `receive` and a count, and give it a name with `as`");
    } else {
      map.list_slot = list->slot;
    }
  } else {
    map.last = scratch();
    if (!s.over.from || !s.over.to) error("it has nothing to go over", "give a range `a..b` or a list");
    if (s.over.from) from = value(*s.over.from);
    if (s.over.to) to = value(*s.over.to);
  }
  code_.joins[number] = map;
  const std::uint32_t counts = error_counts(step.fields.as);
  Op& begin = emit(OpCode::map_begin);
  begin.a = number;
  begin.operands[0] = from;
  begin.operands[1] = to;
  Op& op = emit(OpCode::map);
  op.a = number;
  op.next = after;
  op.handler = failed;
  place(failed);
  Op& abandon = emit(OpCode::abandon);
  abandon.a = failure;
  place(body);
  branch_body(s.body, counts);
  place(after);
  give_back(map.state);
  give_back(map.started);
  give_back(map.next);
  give_back(map.last);
  give_back(kept);
}

}  // namespace squall::scenarios
