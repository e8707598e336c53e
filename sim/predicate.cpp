// SPDX-License-Identifier: Apache-2.0
#include "sim/predicate.hpp"

#include <algorithm>

namespace squall::sim {
namespace {

using Code = Instruction::Code;

class Evaluation {
 public:
  Evaluation(Predicate code, const PredicateScope& scope)
      : code_(code),
        scope_(scope),
        row_(scope.world.activation(scope.activation)),
        locals_(scope.world.locals(scope.activation)) {}

  /// Runs instructions [from, to), the stack beginning at `base`, and returns what they leave on top.
  Value run(std::uint32_t from, std::uint32_t to, std::size_t base) {
    std::int64_t* top = stack_ + base;  // one above the top
    for (std::uint32_t at = from; at < to; ++at) {
      const Instruction& now = code_[at];
      switch (now.code) {
        case Code::constant: *top++ = now.value; break;
        case Code::local: *top++ = locals_[now.a]; break;
        case Code::cell: *top++ = scope_.world.cells(row_.agent)[now.a]; break;
        case Code::field: {
          const Row message = message_of(now.a);
          if (message == no_row || (scope_.world.message(message).present >> now.b & 1) == 0)
            return {0, Error::no_field};
          *top++ = scope_.world.fields(message)[now.b];
          break;
        }
        case Code::has_field: {
          const Row message = message_of(now.a);
          *top++ = message != no_row && (scope_.world.message(message).present >> now.b & 1) != 0 ? 1 : 0;
          break;
        }
        case Code::sender:
        case Code::topic:
        case Code::request:
        case Code::attempt:
        case Code::artifact: {
          const Row message = message_of(now.a);
          if (message == no_row) return {0, Error::no_field};
          *top++ = about(scope_.world.message(message), now.code);
          break;
        }
        case Code::list_size: {
          std::int64_t size = 0;
          for (Row m = list(now.a); m != no_row; m = scope_.world.message(m).next) ++size;
          *top++ = size;
          break;
        }
        case Code::self: *top++ = std::int64_t{index(row_.agent)} + 1; break;
        case Code::member: *top++ = scope_.world.agent(row_.agent).member; break;
        case Code::instance: *top++ = row_.instance == no_row ? 0 : scope_.world.instance(row_.instance).number; break;
        case Code::now: *top++ = scope_.world.timed() ? scope_.world.clock().now.time_since_epoch().count() : 0; break;
        case Code::negate:
        case Code::add:
        case Code::subtract:
        case Code::multiply:
        case Code::divide:
        case Code::remainder: {
          if (now.code == Code::negate) {
            *top = top[-1];
            top[-1] = 0;
            ++top;
          }
          const std::optional<std::int64_t> result = arithmetic(now.code, top[-2], top[-1]);
          if (!result) return {0, Error::overflow};
          *(--top - 1) = *result;
          break;
        }
        case Code::equal:
          --top;
          top[-1] = top[-1] == top[0];
          break;
        case Code::not_equal:
          --top;
          top[-1] = top[-1] != top[0];
          break;
        case Code::less:
          --top;
          top[-1] = top[-1] < top[0];
          break;
        case Code::less_equal:
          --top;
          top[-1] = top[-1] <= top[0];
          break;
        case Code::greater:
          --top;
          top[-1] = top[-1] > top[0];
          break;
        case Code::greater_equal:
          --top;
          top[-1] = top[-1] >= top[0];
          break;
        case Code::negation: top[-1] = top[-1] == 0; break;
        case Code::truth: top[-1] = top[-1] != 0; break;
        case Code::require:
          if (*--top == 0) return {0, Error::no_field};
          break;
        case Code::minimum:
          --top;
          top[-1] = std::min(top[-1], top[0]);
          break;
        case Code::maximum:
          --top;
          top[-1] = std::max(top[-1], top[0]);
          break;
        case Code::jump: at = now.b - 1; break;
        case Code::jump_if_false:
          if (*--top == 0) at = now.b - 1;
          break;
        case Code::and_then:
          if (top[-1] == 0) {
            at = now.b - 1;
          } else {
            --top;
          }
          break;
        case Code::or_else:
          if (top[-1] != 0) {
            top[-1] = 1;
            at = now.b - 1;
          } else {
            --top;
          }
          break;
        case Code::fold_all:
        case Code::fold_exists:
        case Code::fold_count: {
          const Value folded = fold(now, at + 1, static_cast<std::size_t>(top - stack_));
          if (folded.error != Error::none) return folded;
          *top++ = folded.value;
          at = now.b - 1;
          break;
        }
      }
    }
    return {top[-1], Error::none};
  }

 private:
  static std::int64_t about(const MessageRow& message, Code code) {
    switch (code) {
      case Code::sender: return message.from == nobody ? 0 : std::int64_t{index(message.from)} + 1;
      case Code::topic: return index(message.topic);
      case Code::request: return message.request >> 8;
      case Code::attempt: return message.request == 0 ? 0 : std::int64_t{message.request & 0xff} + 1;
      default: return message.artifact == no_row ? 0 : std::int64_t{message.artifact} + 1;
    }
  }

  static std::optional<std::int64_t> arithmetic(Code code, std::int64_t a, std::int64_t b) {
    switch (code) {
      case Code::add: return checked_add(a, b);
      case Code::multiply: return checked_multiply(a, b);
      case Code::divide: return checked_divide(a, b);
      case Code::remainder: return checked_remainder(a, b);
      case Code::negate: return checked_subtract(a, b);  // 0 - b
      default: return checked_subtract(a, b);
    }
  }

  Row message_of(std::uint16_t where) const {
    switch (static_cast<MessageRef>(where)) {
      case MessageRef::candidate: return scope_.candidate;
      case MessageRef::handled: return row_.message;
      case MessageRef::element: return element_;
    }
    return list(where);
  }

  Row list(std::uint16_t local) const { return locals_[local] == 0 ? no_row : static_cast<Row>(locals_[local] - 1); }

  Value fold(const Instruction& over, std::uint32_t body, std::size_t base) {
    const Row outer = element_;
    std::int64_t count = 0, size = 0;
    for (Row m = list(over.a); m != no_row; m = scope_.world.message(m).next) {
      element_ = m;
      const Value asked = run(body, over.b, base);
      if (asked.error != Error::none) return asked;
      count += asked.value != 0 ? 1 : 0;
      ++size;
    }
    element_ = outer;
    if (over.code == Code::fold_count) return {count, Error::none};
    return {over.code == Code::fold_all ? count == size : count != 0, Error::none};
  }

  Predicate code_;
  const PredicateScope& scope_;
  const ActivationRow& row_;
  const std::int64_t* locals_;
  Row element_ = no_row;
  std::int64_t stack_[predicate_stack];
};

}  // namespace

namespace {

bool compare(Code code, std::int64_t a, std::int64_t b) {
  switch (code) {
    case Code::equal: return a == b;
    case Code::not_equal: return a != b;
    case Code::less: return a < b;
    case Code::less_equal: return a <= b;
    case Code::greater: return a > b;
    default: return a >= b;
  }
}

/// Most conditions compare a variable with a constant: three instructions that no stack is needed for. Nothing else here.
std::optional<bool> compared(Predicate code, const PredicateScope& scope) {
  if (code.size() != 3 || code[2].code < Code::equal || code[2].code > Code::greater_equal) return std::nullopt;
  if (code[1].code != Code::constant || (code[0].code != Code::cell && code[0].code != Code::local))
    return std::nullopt;
  const std::int64_t* variables = code[0].code == Code::local
                                      ? scope.world.locals(scope.activation)
                                      : scope.world.cells(scope.world.activation(scope.activation).agent);
  return compare(code[2].code, variables[code[0].a], code[1].value);
}

}  // namespace

Value evaluate(Predicate code, const PredicateScope& scope) {
  if (const std::optional<bool> known = compared(code, scope)) return {*known ? 1 : 0, Error::none};
  return Evaluation{code, scope}.run(0, static_cast<std::uint32_t>(code.size()), 0);
}

}  // namespace squall::sim
