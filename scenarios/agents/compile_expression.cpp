// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "scenarios/agents/compiler.hpp"
#include "sim/chain.hpp"

/// Expressions: names become slots, trees become postfix code. What is a plain slot or literal needs no code at all.
namespace squall::scenarios {

using sim::Instruction;
using Op_ = Instruction::Code;

namespace {

std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return {path, {}};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

std::optional<Op_> binary(Expression::Kind kind) {
  switch (kind) {
    case Expression::Kind::add: return Op_::add;
    case Expression::Kind::subtract: return Op_::subtract;
    case Expression::Kind::multiply: return Op_::multiply;
    case Expression::Kind::divide: return Op_::divide;
    case Expression::Kind::remainder: return Op_::remainder;
    case Expression::Kind::less: return Op_::less;
    case Expression::Kind::less_equal: return Op_::less_equal;
    case Expression::Kind::greater: return Op_::greater;
    case Expression::Kind::greater_equal: return Op_::greater_equal;
    case Expression::Kind::minimum: return Op_::minimum;
    case Expression::Kind::maximum: return Op_::maximum;
    default: return std::nullopt;
  }
}

/// A row's number means nothing to a program: it must never be compared, sent or stored.
bool is_value(sim::CellType type) {
  return type != sim::CellType::message && type != sim::CellType::messages && type != sim::CellType::artifact;
}

bool is_path_to(const Expression& e, std::string_view field) {
  return e.kind() == Expression::Kind::name && split(e.text()).second == field;
}

}  // namespace

Operand Compiler::constant(std::int64_t number) {
  const auto known = std::ranges::find(code_.constants, number);
  const auto position = static_cast<std::uint32_t>(known - code_.constants.begin());
  // One more than fit is enough for `finish_code` to refuse them all.
  if (known == code_.constants.end() && position <= Operand::numbers) code_.constants.push_back(number);
  return Operand::of(Operand::Kind::constant, position);
}

/// What is a slot or a literal and needs no code.
std::optional<Operand> Compiler::plain(const Expression& e) {
  if (e.kind() == Expression::Kind::integer) return constant(e.number());
  if (e.kind() == Expression::Kind::text) return constant(names_.text(e.text()));
  if (e.kind() != Expression::Kind::name) return std::nullopt;
  const auto [base, field] = split(e.text());
  const Variable* whole = variable(e.text());
  const bool guarded = variable(e.text() + "?") != nullptr;
  if (whole != nullptr && !guarded && is_value(whole->type))
    return Operand::of(whole->cell ? Operand::Kind::cell : Operand::Kind::local, whole->slot);
  const auto position = names_.field(field);
  const Variable* message = variable(base);
  if (message != nullptr && message->type == sim::CellType::message) {
    if (position) return Operand::of(Operand::Kind::field, message->slot * fields_max + *position);
    if (field == "topic") return Operand::of(Operand::Kind::topic, message->slot);
    if (field == "from") return Operand::of(Operand::Kind::sender, message->slot);
  }
  if (position && base == "msg" && in_handler_ && message == nullptr)
    return Operand::of(Operand::Kind::handled, *position);
  const auto* agent = names_.agent(e.text());
  if (agent != nullptr && agent->members == 1) return constant(std::int64_t{index(agent->first)} + 1);
  return std::nullopt;
}

Operand Compiler::value(const Expression& e) {
  if (const auto operand = plain(e)) return *operand;
  Assembly assembly;
  push(e, assembly);
  return Operand::of(Operand::Kind::expression, assembled(assembly));
}

std::optional<Operand> Compiler::plain_side(const Expression& side, const Expression& other) {
  if (side.kind() == Expression::Kind::text && is_path_to(other, "topic")) {
    return names_.has_topic(side.text()) ? std::optional{constant(index(names_.topic(side.text())))} : std::nullopt;
  }
  return plain(side);
}

/// Operands 0 and 1 of a branch or a set: a sum, a difference or a comparison of plain values needs no code either.
void Compiler::fill_value(Op& op, const Expression& e) {
  std::optional<Op_> code = e.kind() == Expression::Kind::equal       ? Op_::equal
                            : e.kind() == Expression::Kind::not_equal ? Op_::not_equal
                                                                      : binary(e.kind());
  switch (e.kind()) {
    case Expression::Kind::multiply:
    case Expression::Kind::divide:
    case Expression::Kind::remainder:
    case Expression::Kind::minimum:
    case Expression::Kind::maximum: code.reset(); break;
    default: break;
  }
  if (code) {
    const auto left = plain_side(e.operands()[0], e.operands()[1]);
    const auto right = plain_side(e.operands()[1], e.operands()[0]);
    if (left && right) {
      op.operands[0] = *left;
      op.operands[1] = *right;
      op.flags = static_cast<std::uint8_t>(*code);
      return;
    }
  }
  op.operands[0] = value(e);
}

/// On to the next operation if `condition` holds, else to `no`.
void Compiler::branch_unless(const Expression& condition, Label no) {
  if (condition.kind() == Expression::Kind::both) {
    branch_unless(condition.operands()[0], no);
    branch_unless(condition.operands()[1], no);
    return;
  }
  Op& op = emit(OpCode::branch);
  op.a = no;
  fill_value(op, condition);
}

std::uint32_t Compiler::assembled(Assembly& assembly) {
  if (assembly.deepest > sim::predicate_stack) {
    error("an expression needs more than " + std::to_string(sim::predicate_stack) + " values at once",
          "compute a part of it in a `set` before");
  }
  if (std::vector<Instruction> chain = sim::chain_of(assembly.code); !chain.empty()) assembly.code = std::move(chain);
  code_.expressions.push_back(
      {static_cast<std::uint32_t>(code_.instructions.size()), static_cast<std::uint32_t>(assembly.code.size())});
  code_.instructions.insert(code_.instructions.end(), assembly.code.begin(), assembly.code.end());
  return static_cast<std::uint32_t>(code_.expressions.size() - 1);
}

std::uint16_t Compiler::property(const Expression& condition) {
  Assembly assembly;
  assembly.messages["msg"] = sim::MessageRef::candidate;
  push(condition, assembly);
  const std::uint32_t expression = assembled(assembly);
  code_.properties.push_back(code_.expressions[expression]);
  code_.expressions.pop_back();
  return static_cast<std::uint16_t>(code_.properties.size());
}

void Compiler::put(Assembly& to, Instruction instruction, int depth) {
  to.code.push_back(instruction);
  // `negate` stands on two values for a moment, its own and a zero.
  to.deepest = std::max(to.deepest, to.depth + (instruction.code == Op_::negate ? 1 : 0));
  to.depth += static_cast<std::size_t>(depth);
  to.deepest = std::max(to.deepest, to.depth);
}

std::optional<std::uint16_t> Compiler::message_ref(const std::string& base, const Assembly& at) {
  const auto named = at.messages.find(base);
  if (named != at.messages.end()) return static_cast<std::uint16_t>(named->second);
  const Variable* held = variable(base);
  if (held != nullptr && held->type == sim::CellType::message) return held->slot;
  if (base == "msg" && held == nullptr && in_handler_) return static_cast<std::uint16_t>(sim::MessageRef::handled);
  return std::nullopt;
}

void Compiler::push_name(const std::string& path, Assembly& to, bool asks_presence) {
  const auto [base, field] = split(path);
  if (base == "error" && !field.empty()) {
    const ErrorSlots* scope = error_scopes_.empty() ? nullptr : error_scopes_.back();
    const std::uint16_t slot = scope == nullptr         ? no_slot
                               : field == "name"        ? scope->name
                               : field == "from"        ? scope->from
                               : field == "because"     ? scope->because
                               : field == "retry_after" ? scope->retry_after
                                                        : no_slot;
    if (slot == no_slot) {
      error("'" + path + "' is not known here",
            "`error.name .from .because .retry_after` are known inside `otherwise`");
    }
    return put(to, {.code = Op_::local, .a = slot == no_slot ? std::uint16_t{0} : slot}, 1);
  }
  if (const auto message = message_ref(base, to); message && !field.empty()) {
    if (const auto position = names_.field(field)) {
      return put(to, {.code = asks_presence ? Op_::has_field : Op_::field, .a = *message, .b = *position}, 1);
    }
    const Op_ about = field == "from"       ? Op_::sender
                      : field == "topic"    ? Op_::topic
                      : field == "request"  ? Op_::request
                      : field == "attempt"  ? Op_::attempt
                      : field == "artifact" ? Op_::artifact
                                            : Op_::constant;
    if (about != Op_::constant) return put(to, {.code = about, .a = *message}, 1);
    error("no message carries a field '" + field + "'",
          "give it in the `with` of a send, or use from, topic, request, attempt");
    return put(to, {.code = Op_::constant}, 1);
  }
  if (asks_presence) {
    const Variable* presence = variable(path + "?");
    if (presence == nullptr)
      error("'" + path + "' is always there, or nothing is called so", "ask `has` of a message field or a read value");
    return put(to, {.code = Op_::local, .a = presence == nullptr ? std::uint16_t{0} : presence->slot}, 1);
  }
  if (const Variable* presence = variable(path + "?")) {
    put(to, {.code = Op_::local, .a = presence->slot}, 1);
    put(to, {.code = Op_::require}, -1);
  }
  if (const Variable* held = variable(path)) {
    if (!is_value(held->type)) {
      const bool is_list = held->type == sim::CellType::messages;
      error("'" + path + "' is " + (is_list ? "a list of messages" : "a message or an artifact") + ", not a value",
            is_list ? "ask for its `size`, or use `all`, `exists` or `count` over it" : "name one of its fields");
    }
    return put(to, {.code = held->cell ? Op_::cell : Op_::local, .a = held->slot}, 1);
  }
  if (is_error_list(path)) {
    error("'" + path + "' is a list of names, not a value", "ask for its `size`, or use `contains`, `exists` or `all`");
    return put(to, {.code = Op_::constant}, 1);
  }
  if (path == "self") return put(to, {.code = Op_::self}, 1);
  if (path == "self.index") return put(to, {.code = Op_::member}, 1);
  if (path == "self.name") return put(to, {.code = Op_::constant, .value = names_.text(agent_)}, 1);
  if (path == "instance") return put(to, {.code = Op_::instance}, 1);
  if (path == "now") return put(to, {.code = Op_::now}, 1);
  if (const auto* agent = names_.agent(path)) {
    if (agent->members != 1)
      error("'" + path + "' is not one agent", "name an agent, or take it from a message: `msg.from`");
    return put(to, {.code = Op_::constant, .value = std::int64_t{index(agent->first)} + 1}, 1);
  }
  error("nothing is called '" + path + "' here",
        "set it before, or use a variable, a message's field or an agent's name");
  put(to, {.code = Op_::constant}, 1);
}

void Compiler::push_comparison(const Expression& e, Assembly& to) {
  const Op_ code = e.kind() == Expression::Kind::equal ? Op_::equal : Op_::not_equal;
  const Expression& left = e.operands()[0];
  const Expression& right = e.operands()[1];
  const auto push_side = [&](const Expression& side, const Expression& other) {
    // A topic is compared with the text of its name.
    if (side.kind() == Expression::Kind::text && is_path_to(other, "topic")) {
      const bool known = names_.has_topic(side.text());
      if (!known) error("no topic is called '" + side.text() + "'", "compare with a topic that is sent");
      return put(to, {.code = Op_::constant, .value = known ? std::int64_t{index(names_.topic(side.text()))} : -1}, 1);
    }
    // A group on one side of a sender: any of its members.
    push(side, to);
  };
  push_side(left, right);
  push_side(right, left);
  put(to, {.code = code}, -1);
}

void Compiler::push(const Expression& e, Assembly& to) {
  const auto& parts = e.operands();
  switch (e.kind()) {
    case Expression::Kind::integer: return put(to, {.code = Op_::constant, .value = e.number()}, 1);
    case Expression::Kind::text: return put(to, {.code = Op_::constant, .value = names_.text(e.text())}, 1);
    case Expression::Kind::name: return push_name(e.text(), to, false);
    case Expression::Kind::has: return push_name(e.text(), to, true);
    case Expression::Kind::negation: push(parts[0], to); return put(to, {.code = Op_::negation}, 0);
    case Expression::Kind::minus: push(parts[0], to); return put(to, {.code = Op_::negate}, 0);
    case Expression::Kind::equal:
    case Expression::Kind::not_equal: return push_comparison(e, to);
    case Expression::Kind::both:
    case Expression::Kind::either: {
      push(parts[0], to);
      const std::size_t skip = to.code.size();
      put(to, {.code = e.kind() == Expression::Kind::both ? Op_::and_then : Op_::or_else}, -1);
      push(parts[1], to);
      put(to, {.code = Op_::truth}, 0);
      to.code[skip].b = static_cast<std::uint32_t>(to.code.size());
      return;
    }
    case Expression::Kind::conditional: {
      push(parts[0], to);
      const std::size_t to_no = to.code.size();
      put(to, {.code = Op_::jump_if_false}, -1);
      push(parts[1], to);
      const std::size_t to_end = to.code.size();
      put(to, {.code = Op_::jump}, -1);
      to.code[to_no].b = static_cast<std::uint32_t>(to.code.size());
      push(parts[2], to);
      to.code[to_end].b = static_cast<std::uint32_t>(to.code.size());
      return;
    }
    case Expression::Kind::one_of: {
      // x in [a, b]: x == a || x == b
      if (parts.size() == 1) return put(to, {.code = Op_::constant}, 1);
      std::vector<std::size_t> skips;
      for (std::size_t i = 1; i < parts.size(); ++i) {
        push_comparison({Expression::Kind::equal, 0, {}, {parts[0], parts[i]}}, to);
        if (i + 1 == parts.size()) break;
        skips.push_back(to.code.size());
        put(to, {.code = Op_::or_else}, -1);
      }
      for (const std::size_t skip : skips) to.code[skip].b = static_cast<std::uint32_t>(to.code.size());
      return;
    }
    case Expression::Kind::size:
    case Expression::Kind::every:
    case Expression::Kind::some:
    case Expression::Kind::count: {
      if (is_error_list(e.text())) return push(over_errors(e), to);
      const Variable* list = variable(e.text());
      if (list == nullptr || list->type != sim::CellType::messages) {
        error("'" + e.text() + "' is not a list of messages",
              "take one with `receive` and a count, and give it a name with `as`");
        return put(to, {.code = Op_::constant}, 1);
      }
      if (e.kind() == Expression::Kind::size) return put(to, {.code = Op_::list_size, .a = list->slot}, 1);
      const std::size_t fold = to.code.size();
      const Op_ code = e.kind() == Expression::Kind::every  ? Op_::fold_all
                       : e.kind() == Expression::Kind::some ? Op_::fold_exists
                                                            : Op_::fold_count;
      put(to, {.code = code, .a = list->slot}, 0);
      const auto outer = to.messages;
      to.messages[e.item()] = sim::MessageRef::element;
      push(parts[0], to);
      to.messages = outer;
      to.code[fold].b = static_cast<std::uint32_t>(to.code.size());
      return;
    }
    default: break;
  }
  push(parts[0], to);
  push(parts[1], to);
  put(to, {.code = *binary(e.kind())}, -1);
}

Operand Compiler::artifact(const std::string& name) {
  if (const Variable* held = variable(name); held != nullptr && held->type == sim::CellType::artifact) {
    return Operand::of(Operand::Kind::local, held->slot);
  }
  Assembly assembly;
  if (const auto message = message_ref(name, assembly)) {
    put(assembly, {.code = Op_::artifact, .a = *message}, 1);
    return Operand::of(Operand::Kind::expression, assembled(assembly));
  }
  return {};
}

void Compiler::check(const std::optional<Complaint>& wrong) {
  if (wrong) error(wrong->first, wrong->second);
}

TimeOf Compiler::time_of(const Time& time) {
  if (!time.computed) check(complaint(time.drawn));
  return {.drawn = time.drawn,
          .computed = time.computed ? value(*time.computed) : Operand{},
          .percent = time.percent ? value(*time.percent) : Operand{},
          .only_drawn = !time.computed && !time.percent};
}

std::uint32_t Compiler::time(const Time& time) {
  code_.times.push_back(time_of(time));
  return static_cast<std::uint32_t>(code_.times.size() - 1);
}

}  // namespace squall::scenarios
