// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "scenarios/agents/compiler.hpp"
#include "sim/chain.hpp"

/// The frame of the compiler: names of steps, variables, slots, labels, and what is made of all in the end.
namespace squall::scenarios {

Compiler::Compiler(Declarations& declarations, std::string agent, const AgentSpec& spec,
                   std::vector<BuildError>& errors)
    : names_(declarations), agent_(std::move(agent)), spec_(spec), errors_(errors) {}

Code Compiler::compile(std::uint32_t& root, std::vector<std::uint32_t>& handlers) {
  code_.agent = sim::site_key(agent_);
  name_steps();
  collect_uses(spec_.program);
  for (const auto& handler : spec_.on) collect_uses(handler.second);
  declare_variables();
  std::vector<Label> starts;
  starts.push_back(label());
  place(starts.back());
  entry(spec_.program, spec_.start == sim::Start::spawned);
  in_handler_ = true;
  for (const auto& handler : spec_.on) {
    starts.push_back(label());
    place(starts.back());
    entry(handler.second, false);
  }
  std::vector<std::uint32_t> positions;
  positions.reserve(starts.size());
  for (const Label start : starts) positions.push_back(labels_[start]);
  resolve();
  look_up_topics();
  root = positions[0];
  handlers.assign(positions.begin() + 1, positions.end());
  finish_code();
  return std::move(code_);
}

void Compiler::entry(const Program& program, bool spawned) {
  const Label failed = label();
  handler_ = failed;
  step_ = static_cast<std::uint32_t>(code_.steps.size()) - 1;  // the agent itself
  if (spawned && slot_of("msg") != no_slot) emit(OpCode::adopt).x = slot_of("msg");
  undo_scope(program, [&] { steps(program); });
  step_ = static_cast<std::uint32_t>(code_.steps.size()) - 1;
  emit(OpCode::end);
  place(failed);
  emit(OpCode::end_failed);
}

void Compiler::name_steps() {
  std::map<std::string, std::uint32_t> seen;
  std::map<std::string, const Step*> by_name;
  const auto name = [&](const Step& step) {
    StepInfo info{.name = {},
                  .kind = std::string{kind_of(step.action)},
                  .operand = operand_of(step.action),
                  .key = 0,
                  .mark = step.mark};
    std::string text = agent_ + "/";
    if (!step.fields.id.empty()) {
      text += step.fields.id;
    } else {
      text += info.kind + (info.operand.empty() ? "" : " " + info.operand);
      const std::uint32_t k = ++seen[text];
      if (k > 1) text += " #" + std::to_string(k);
    }
    info.name = text;
    info.key = sim::site_key(text);
    if (!by_name.emplace(text, &step).second) {
      errors_.push_back({text, "two steps of this agent have this name", "give one of them another `id`", step.mark});
    }
    places_.emplace_back(&step, static_cast<std::uint32_t>(code_.steps.size()));
    code_.steps.push_back(std::move(info));
  };
  for_each_step(spec_.program, name);
  for (const auto& handler : spec_.on) for_each_step(handler.second, name);
  std::ranges::sort(places_, std::less<>{}, &Place::first);
  code_.steps.push_back({.name = agent_, .kind = "agent", .operand = {}, .key = code_.agent, .mark = 0});
}

void Compiler::error(std::string what, std::string fix) {
  if (errors_.size() >= BuildError::most) return;
  const StepInfo& at = code_.steps[step_];
  BuildError found{at.name, std::move(what), std::move(fix), at.mark};
  if (std::ranges::find(errors_, found) == errors_.end()) errors_.push_back(std::move(found));
}

const Compiler::Variable* Compiler::variable(const std::string& name) const {
  if (in_handler_ && name == "msg") return nullptr;  // there it is the handled message, whatever `do` calls so
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

std::uint16_t Compiler::slot_of(const std::string& name) const {
  const Variable* found = variable(name);
  return found == nullptr || found->cell ? no_slot : found->slot;
}

// ---- slots, labels, operations ----

std::uint16_t Compiler::new_local(sim::CellType type) {
  code_.local_types.push_back(type);
  return static_cast<std::uint16_t>(code_.local_types.size() - 1);
}

std::uint16_t Compiler::scratch(sim::CellType type) {
  const auto same = std::ranges::find_if(free_slots_, [&](std::uint16_t s) { return code_.local_types[s] == type; });
  if (same == free_slots_.end()) return new_local(type);
  const std::uint16_t slot = *same;
  free_slots_.erase(same);
  return slot;
}

void Compiler::give_back(std::uint16_t slot) {
  if (slot != no_slot) free_slots_.push_back(slot);
}

FailureSlots Compiler::failure_slots() {
  FailureSlots slots{.packed = scratch()};
  if (uses_.contains("error.because")) slots.because = scratch();
  if (uses_.contains("error.retry_after")) slots.retry_after = scratch(sim::CellType::hidden);
  return slots;
}

void Compiler::give_back(const FailureSlots& slots) {
  give_back(slots.packed);
  give_back(slots.because);
  give_back(slots.retry_after);
}

std::uint32_t Compiler::counter(const std::string& what) {
  const auto [entry, fresh] = counters_.emplace(what, static_cast<std::uint32_t>(code_.sites.size()));
  if (fresh) code_.sites.push_back({sim::site_key(what), entry->second});
  return entry->second;
}

Compiler::Label Compiler::label() {
  labels_.push_back(0);
  return static_cast<Label>(labels_.size() - 1);
}

void Compiler::place(Label label) { labels_[label] = static_cast<std::uint32_t>(code_.ops.size()); }

Op& Compiler::emit(OpCode code) {
  const StepInfo& info = code_.steps[step_];
  const std::uint32_t counted = info.kind == "agent" ? 0 : counter(info.name);
  code_.ops.push_back({.site = info.key, .counter = counted, .code = code, .next = fall_through, .handler = handler_});
  code_.step_of_op.push_back(step_);
  return code_.ops.back();
}

void Compiler::jump(Label target) { emit(OpCode::jump).next = target; }

void Compiler::resolve() {
  const auto threaded = [&](std::uint32_t at) {
    // A chain of jumps costs nothing when it runs. An endless one cannot be: every loop has another operation in it.
    while (code_.ops[at].code == OpCode::jump) at = code_.ops[at].next;
    return at;
  };
  for (std::uint32_t at = 0; at < code_.ops.size(); ++at) {
    Op& op = code_.ops[at];
    op.next = op.next == fall_through ? at + 1 : labels_[op.next];
    op.handler = labels_[op.handler];
    if (op.code == OpCode::branch || op.code == OpCode::count || op.code == OpCode::fork) op.a = labels_[op.a];
  }
  for (std::uint32_t at = 0; at < code_.ops.size(); ++at) {
    Op& op = code_.ops[at];
    const bool last = op.next == code_.ops.size();
    if (!last) op.next = threaded(op.next);
    op.handler = threaded(op.handler);
    if (op.code == OpCode::branch || op.code == OpCode::count || op.code == OpCode::fork) op.a = threaded(op.a);
  }
  for (std::uint32_t& target : code_.targets) target = threaded(labels_[target]);
  for (Catch& caught : code_.catches) caught.target = threaded(labels_[caught.target]);
  for (JoinOf& join : code_.joins) {
    if (join.branch != 0) join.branch = threaded(labels_[join.branch]);
  }
}

/// Conditions that ask for the topic of one message, one after the other, are one look into a table. Each of them keeps
/// its place: other steps may lead there.
void Compiler::look_up_topics() {
  constexpr std::uint32_t topics_max = 256;
  const auto topics = static_cast<std::uint32_t>(names_.model.topics.size());
  if (topics > topics_max) return;
  const auto asks = [&](const Op& op) {
    return op.code == OpCode::branch && op.operands[0].kind() == Operand::Kind::topic &&
           op.operands[1].kind() == Operand::Kind::constant &&
           op.flags == static_cast<std::uint8_t>(sim::Instruction::Code::equal) &&
           static_cast<std::uint64_t>(code_.constants[op.operands[1].number()]) < topics;
  };
  for (Op& op : code_.ops) {
    if (!asks(op)) continue;
    const auto same = [&](const Op& other) { return asks(other) && other.operands[0].bits == op.operands[0].bits; };
    op.by_topic = 1;
    op.b = static_cast<std::uint32_t>(code_.targets.size());
    op.c = topics;
    const auto first = static_cast<std::uint32_t>(&op - code_.ops.data());
    for (std::uint32_t topic = 0; topic <= topics; ++topic) {  // the last one: any that has no number yet, a reply
      std::uint32_t at = first, next = first;
      do {
        at = next;
        const Op& question = code_.ops[at];
        const bool is = code_.constants[question.operands[1].number()] == std::int64_t{topic};
        next = is ? question.next : question.a;
      } while (next > at && next < code_.ops.size() && same(code_.ops[next]));
      code_.targets.push_back(next);
    }
  }
}

void Compiler::finish_code() {
  code_.places = places_of(code_.ops);
  for (std::vector<sim::Source>& sources : code_.sources) {
    for (sim::Source& source : sources) {
      if (source.where != 0 && sim::is_chain(code_.property(source.where)))
        source.condition = code_.property(source.where);
    }
  }
  for (std::uint32_t at = 0; at < code_.ops.size(); ++at) {
    if (code_.ops[at].code == OpCode::receive && code_.ops[at].flags != 0) code_.rests.push_back(at);
  }
  std::set<sim::SiteKey> keys;
  for (const StepInfo& info : code_.steps) {
    if (!keys.insert(info.key).second && info.kind != "agent") {
      errors_.push_back({info.name, "its key equals another step's", "give the step another `id`", info.mark});
    }
  }
  if (uses_.contains("error.name")) {
    code_.error_texts.assign(256, 0);
    for (std::uint8_t e = 0; e < static_cast<std::uint8_t>(sim::Error::count); ++e) {
      code_.error_texts[e] = names_.text(std::string{sim::error_name(sim::Error{e})});
    }
    for (std::size_t own = 0; own < names_.model.errors.size(); ++own) {
      code_.error_texts[static_cast<std::size_t>(sim::Error::own) + own] = names_.text(names_.model.errors[own]);
    }
  }
  // A runtime's own come last.
  const std::size_t locals = code_.local_types.size() - runtime_locals_;
  const std::size_t cells = code_.cell_types.size() - runtime_cells_;
  const std::size_t most = std::max({code_.constants.size(), locals, cells, code_.expressions.size()});
  if (most > Operand::numbers || locals * fields_max > Operand::numbers) {
    errors_.push_back({agent_, "its program has too many variables or values", "split the agent into several"});
  }
}

}  // namespace squall::scenarios
