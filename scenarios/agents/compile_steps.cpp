// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/compiler.hpp"

/// Steps about time, context, tools, resources, other agents, and what is said about the work.
namespace squall::scenarios {

void Compiler::action(const Step& step) {
  std::visit([&](const auto& s) { compile(s, step); }, step.action);
}

void Compiler::compile(const steps::Work& s, const Step& step) {
  check(complaint(s.wrong));
  const std::uint32_t drawn = time(s.time);
  std::vector<Operand> from;
  for (const std::string& name : s.from) {
    from.push_back(artifact(name));
    if (!from.back().given())
      error("nothing called '" + name + "' is made or received here", "name an artifact or a message");
  }
  if (from.size() > fields_max)
    error("an artifact derives from at most 8 named ones", "leave `from` out: then it derives from all that was seen");
  if (s.makes.empty() && !step.fields.as.empty())
    error("`as` names what a `work` makes, and this makes nothing", "add `makes`");
  const std::uint16_t sound = s.wrong.ppm != 0 ? scratch() : no_slot;
  Op& op = emit(OpCode::work);
  op.b = drawn;
  op.a = s.makes.empty() ? index(sim::no_name) : index(names_.artifact(s.makes));
  op.x = s.makes.empty() ? no_slot : slot_of(s.makes);
  op.y = step.fields.as.empty() ? no_slot : slot_of(step.fields.as);
  op.value = s.wrong.ppm | std::int64_t{sound} << 32;
  for (std::size_t f = 0; f < from.size() && f < fields_max; ++f) op.operands[f] = from[f];
  op.present = static_cast<std::uint8_t>(from.size());
  give_back(sound);
}

void Compiler::compile(const steps::Sleep& s, const Step&) {
  const std::uint32_t drawn = time(s.time);
  emit(OpCode::sleep).b = drawn;
}

std::uint16_t Compiler::key(const std::string& name) {
  const auto found = names_.key(name);
  if (!found) error("no key of the context is called '" + name + "'", names_.instead_of_key(name));
  return found ? static_cast<std::uint16_t>(index(*found)) : std::uint16_t{0};
}

std::uint16_t Compiler::resource(const std::string& name) {
  const auto found = names_.resource(name);
  if (!found) error("no resource is called '" + name + "'", names_.instead_of_resource(name));
  return found ? static_cast<std::uint16_t>(index(*found)) : std::uint16_t{0};
}

std::uint16_t Compiler::pending() {
  if (code_.pending.packed == no_slot) code_.pending.packed = new_local(sim::CellType::integer);
  return code_.pending.packed;
}

void Compiler::compile(const steps::Read& s, const Step& step) {
  pending();
  const std::uint16_t which = key(s.key);
  const std::string& as = step.fields.as;
  Op& op = emit(OpCode::read);
  op.a = which;
  op.x = as.empty() ? no_slot : slot_of(as + ".value");
  op.y = as.empty() ? no_slot : slot_of(as + ".version");
  op.b = as.empty() ? no_slot : slot_of(as);
  op.c = as.empty() ? no_slot : slot_of(as + ".value?");
}

void Compiler::compile(const steps::Write& s, const Step&) {
  pending();
  const std::uint16_t which = key(s.key);
  const Operand given = s.value ? value(*s.value) : constant(0);
  const Operand piece = s.value ? Operand{} : artifact(s.key);
  if (!s.value && !piece.given()) {
    error("writes the artifact '" + s.key + "', but nothing here makes it",
          "write a `value`, or let a `work` make '" + s.key + "'");
  }
  Op& op = emit(OpCode::write);
  op.a = which;
  op.operands[0] = given;
  op.c = piece.bits;
}

void Compiler::compile(const steps::Update& s, const Step& step) {
  pending();
  const std::uint16_t which = key(s.key);
  const std::uint16_t old = slot_of("old");
  const auto read_and_write = [&](OpCode how, std::uint16_t version) {
    Op& read = emit(OpCode::read);
    read.a = which;
    read.x = old;
    read.y = version;
    read.b = no_slot;
    read.c = no_slot;
    const Operand next = value(s.value);
    Op& write = emit(how);
    write.a = which;
    write.operands[0] = next;
    if (version != no_slot) write.operands[1] = Operand::of(Operand::Kind::local, version);
  };
  (void)step;
  if (s.guard == Guard::none) return read_and_write(OpCode::write, no_slot);
  if (s.guard == Guard::cas) {
    const std::uint16_t version = scratch();
    read_and_write(OpCode::compare_and_set, version);
    return give_back(version);
  }
  const std::uint32_t lock = index(names_.update_lock(s.key));
  Op& acquire = emit(OpCode::acquire);
  acquire.a = lock;
  acquire.x = no_slot;
  acquire.y = no_slot;
  const Label failed = label(), after = label();
  const FailureSlots kept = failure_slots();
  code_.failures.push_back(kept);
  const auto number = static_cast<std::uint32_t>(code_.failures.size() - 1);
  {
    const Within<Label> inside(handler_, failed);
    read_and_write(OpCode::write, no_slot);
  }
  // Like a `finally`: the lock is given back however the update ends.
  const Label give = label();
  Op& begin = emit(OpCode::finally_begin);
  begin.a = number;
  begin.next = give;
  place(failed);
  emit(OpCode::finally_failed).a = number;
  place(give);
  // Counted for itself: it draws only where a fault may strike, and must not move the draws of the read and the write.
  const std::string what = code_.steps[step_].name + " release";
  Op& release = emit(OpCode::release);
  release.a = lock;
  release.site = sim::site_key(what);
  release.counter = counter(what);
  emit(OpCode::finally_end).a = number;
  place(after);
  give_back(kept);
}

void Compiler::compile(const steps::CompareAndSet& s, const Step&) {
  pending();
  const std::uint16_t which = key(s.key);
  const Operand expected = value(s.expected);
  const Operand next = value(s.value);
  Op& op = emit(OpCode::compare_and_set);
  op.a = which;
  op.operands[0] = next;
  op.operands[1] = expected;
}

void Compiler::compile(const steps::Call& s, const Step& step) {
  const auto tool = names_.tool(s.tool);
  if (!tool) error("no tool is called '" + s.tool + "'", names_.instead_of_tool(s.tool));
  // An undo's call is about the effect that it undoes.
  const steps::Call* undone = undone_ == nullptr ? nullptr : std::get_if<steps::Call>(&undone_->action);
  std::optional<Expression> effect = s.of.for_;
  sim::SiteKey about = code_.steps[step_].key;
  if (!effect && undone_ != nullptr) {
    about = code_.steps[info_of(*undone_)].key;
    if (undone != nullptr) effect = undone->of.for_;
  }
  const Operand key = s.of.key ? value(*s.of.key) : Operand{};
  const Operand purpose = effect ? value(*effect) : Operand{};
  const Operand with = s.of.with ? value(*s.of.with) : constant(0);
  Op& op = emit(OpCode::call);
  op.a = tool ? index(*tool) : 0;
  op.x = step.fields.as.empty() ? no_slot : slot_of(step.fields.as);
  op.operands[0] = key;
  op.operands[1] = purpose;
  op.operands[2] = with;
  op.value = static_cast<std::int64_t>(about);
}

void Compiler::compile(const steps::Acquire& s, const Step& step) {
  pending();
  const std::uint16_t which = resource(s.resource);
  Op& op = emit(OpCode::acquire);
  op.a = which;
  op.x = step.fields.as.empty() ? no_slot : slot_of(step.fields.as + ".token");
  op.y = step.fields.as.empty() ? no_slot : slot_of(step.fields.as + ".until");
}

void Compiler::compile(const steps::Renew& s, const Step&) {
  pending();
  const std::uint16_t which = resource(s.resource);
  emit(OpCode::renew).a = which;
}

void Compiler::compile(const steps::Release& s, const Step&) {
  pending();
  const std::uint16_t which = resource(s.resource);
  emit(OpCode::release).a = which;
}

void Compiler::compile(const steps::Spawn& s, const Step& step) {
  const Declarations::Agent* agent = names_.agent(s.agent);
  if (agent == nullptr) {
    error("spawns '" + s.agent + "', but no agent is called so", names_.instead_of_agent(s.agent));
  } else if (agent->spec->start != sim::Start::spawned) {
    error("'" + s.agent + "' starts with the instance", "declare it with `start: spawned`");
  }
  Op& op = emit(OpCode::spawn);
  fill_content(op, s.agent, s.child.with);
  op.a = agent == nullptr ? 0 : index(agent->id);
  op.flags = static_cast<std::uint8_t>(s.child.on_parent_end);
  op.y = step.fields.as.empty() ? no_slot : slot_of(step.fields.as);
}

void Compiler::compile(const steps::Cancel& s, const Step&) {
  const Operand agent = value(s.agent);
  Op& op = emit(OpCode::cancel);
  op.operands[0] = agent;
  op.flags = s.forced ? 1 : 0;
}

void Compiler::compile(const steps::Watch& s, const Step&) {
  const Operand agent = value(s.agent);
  const std::uint32_t silence = time(s.silence);
  Op& op = emit(OpCode::watch);
  op.operands[0] = agent;
  op.b = silence;
}

void Compiler::compile(const steps::Checkpoint& s, const Step&) {
  std::uint64_t omitted = 0;
  for (const std::string& name : s.omit) {
    const Variable* held = variable(name);
    if (held == nullptr || !held->cell) {
      error("omits '" + name + "', but no variable of the agent is called so", "name one of its `vars`");
    } else if (held->slot >= 64) {
      error("omits '" + name + "', which is beyond the 64th variable", "declare it earlier");
    } else {
      omitted |= std::uint64_t{1} << held->slot;
    }
  }
  emit(OpCode::checkpoint).value = static_cast<std::int64_t>(omitted);
}

void Compiler::compile(const steps::Restart& s, const Step&) {
  const std::uint32_t after = time(s.after);
  emit(OpCode::restart).b = after;
}

void Compiler::compile(const steps::Validate& s, const Step&) {
  check(complaint(s.false_accept));
  check(complaint(s.false_reject));
  const Operand piece = artifact(s.artifact);
  if (!piece.given())
    error("nothing called '" + s.artifact + "' is made or received here", "name an artifact or a message");
  Op& op = emit(OpCode::validate);
  op.c = piece.bits;
  op.a = s.false_accept.ppm;
  op.b = s.false_reject.ppm;
}

void Compiler::compile(const steps::Set& s, const Step&) {
  const Variable* held = variable(s.name);
  if (held == nullptr) return;  // nobody reads it
  const bool whole = held->type == sim::CellType::message || held->type == sim::CellType::artifact;
  if (held->type == sim::CellType::messages) error("'" + s.name + "' is a list", "keep what you need of its messages");
  if (whole) {
    const std::uint16_t from = s.value.kind() == Expression::Kind::name ? slot_of(s.value.text()) : no_slot;
    if (from == no_slot || variable(s.value.text())->type != held->type) {
      error("'" + s.name + "' holds a message or an artifact", "set it to another one by its name");
    }
    Op& op = emit(OpCode::set_reference);
    op.x = held->slot;
    op.y = from == no_slot ? held->slot : from;
    op.flags = held->type == sim::CellType::message ? 1 : 0;
    return;
  }
  Op& op = emit(held->cell ? OpCode::set_cell : OpCode::set_local);
  op.x = held->slot;
  fill_value(op, s.value);
}

void Compiler::compile(const steps::Emit& s, const Step&) {
  const Operand given = value(s.value);
  Op& op = emit(OpCode::emit);
  op.a = names_.event(s.event);
  op.operands[0] = given;
}

void Compiler::compile(const steps::Fail& s, const Step&) {
  Op& op = emit(OpCode::fail);
  op.a = static_cast<std::uint32_t>(names_.error(s.error).value_or(sim::Error::failed));
  op.value = s.because.empty() ? -1 : names_.text(s.because);
  op.next = fall_through;
}

void Compiler::compile(const steps::Finish& s, const Step&) {
  Op& op = emit(OpCode::finish);
  op.a = s.success ? 1 : 0;
  op.flags = finally_depth_ != 0 ? 1 : 0;
}

}  // namespace squall::scenarios
