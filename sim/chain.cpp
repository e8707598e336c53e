// SPDX-License-Identifier: Apache-2.0
#include "sim/chain.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

namespace squall::sim {
namespace {

using Code = Instruction::Code;

constexpr std::uint8_t operand_of(Code code) { return static_cast<std::uint8_t>(static_cast<std::uint8_t>(code) + 1); }

/// Whether it pushes a value that lies at hand.
bool is_at_hand(const Instruction& at) {
  switch (at.code) {
    case Code::constant:
    case Code::local:
    case Code::cell:
    case Code::self:
    case Code::member: return true;
    case Code::field:
    case Code::has_field:
    case Code::sender:
    case Code::topic:
    case Code::request:
    case Code::attempt:
    case Code::artifact: return at.a != static_cast<std::uint16_t>(MessageRef::element);
    default: return false;
  }
}

bool takes_two(Code code) {
  switch (code) {
    case Code::add:
    case Code::subtract:
    case Code::multiply:
    case Code::divide:
    case Code::remainder:
    case Code::equal:
    case Code::not_equal:
    case Code::less:
    case Code::less_equal:
    case Code::greater:
    case Code::greater_equal:
    case Code::minimum:
    case Code::maximum: return true;
    default: return false;
  }
}

bool takes_one(Code code) { return code == Code::negate || code == Code::negation || code == Code::truth; }

/// `operation` with its right operand in itself.
Instruction tied(Code operation, Instruction operand) {
  const Code from = std::exchange(operand.code, operation);
  operand.operand = operand_of(from);
  const bool by_power =
      from == Code::constant && operand.value > 0 && std::has_single_bit(static_cast<std::uint64_t>(operand.value));
  if (by_power && (operation == Code::divide || operation == Code::remainder)) {
    // What costs a processor most, and digits of a packed variable are taken so.
    operand.code = operation == Code::divide ? Code::divide_by_power : Code::remainder_by_power;
    operand.b = static_cast<std::uint32_t>(std::countr_zero(static_cast<std::uint64_t>(operand.value)));
    --operand.value;
  }
  return operand;
}

/// Where operands come from.
struct Hand {
  const World& world;
  Row activation, candidate;

  /// A value; an error; or neither, where it is one of those that are seldom asked for and `all` is false.
  struct Loaded {
    std::int64_t value = 0;
    enum : std::uint8_t { given, absent, seldom } is = given;
  };
  template <bool all>
  [[gnu::always_inline]] Loaded load(const Instruction& at) const {
    if (at.operand == operand_of(Code::constant)) return {at.value};
    if (at.operand == operand_of(Code::cell)) return {world.cells(world.activation(activation).agent)[at.a]};
    if (at.operand == operand_of(Code::field)) {
      const Row message = message_of(at.a);
      if (message == no_row) return {0, Loaded::absent};
      const MessageRow& row = world.message(message);
      if ((row.present >> at.b & 1) == 0) return {0, Loaded::absent};
      return {World::after<std::int64_t>(row)[at.b]};
    }
    if (at.operand == operand_of(Code::local)) return {world.locals(activation)[at.a]};
    if constexpr (all) return load_seldom(at);
    return {0, Loaded::seldom};
  }

 private:
  Row message_of(std::uint16_t where) const {
    if (where == static_cast<std::uint16_t>(MessageRef::candidate)) return candidate;
    if (where == static_cast<std::uint16_t>(MessageRef::handled)) return world.activation(activation).message;
    const std::int64_t held = world.locals(activation)[where];
    return held == 0 ? no_row : static_cast<Row>(held - 1);
  }
  Loaded load_seldom(const Instruction& at) const {
    const Code from{static_cast<std::uint8_t>(at.operand - 1)};
    if (from == Code::self || from == Code::member) {
      const AgentId self = world.activation(activation).agent;
      return {from == Code::self ? std::int64_t{index(self)} + 1 : world.agent(self).member};
    }
    const Row message = message_of(at.a);
    if (from == Code::has_field)
      return {message != no_row && (world.message(message).present >> at.b & 1) != 0 ? 1 : 0};
    if (message == no_row) return {0, Loaded::absent};
    return {about(world.message(message), from)};
  }
};

Value run_any_chain(Predicate chain, const World& world, Row activation, Row candidate);

/// What most chains need calls nothing, and is all in registers. At an operand that it does not know it begins once more, as
/// one that knows them all: nothing has happened yet.
template <bool all>
[[gnu::always_inline]] inline Value run_known(Predicate chain, const World& world, Row activation, Row candidate) {
  const Hand hand{world, activation, candidate};
  const Instruction* at = chain.data();
  const Instruction* const end = at + chain.size();
  const Hand::Loaded first = hand.load<all>(*at);
  if (first.is == Hand::Loaded::absent) return {0, Error::no_field};
  if (first.is == Hand::Loaded::seldom) return run_any_chain(chain, world, activation, candidate);
  std::int64_t value = first.value;
  while (++at != end) {
    const Hand::Loaded loaded = hand.load<all>(*at);
    if (loaded.is == Hand::Loaded::absent) return {0, Error::no_field};
    if (loaded.is == Hand::Loaded::seldom) return run_any_chain(chain, world, activation, candidate);
    const std::int64_t other = loaded.value;
    switch (at->code) {
      case Code::add:
        if (__builtin_add_overflow(value, other, &value)) return {0, Error::overflow};
        break;
      case Code::subtract:
        if (__builtin_sub_overflow(value, other, &value)) return {0, Error::overflow};
        break;
      case Code::multiply:
        if (__builtin_mul_overflow(value, other, &value)) return {0, Error::overflow};
        break;
      case Code::divide:
      case Code::remainder: {
        const std::optional<std::int64_t> result =
            at->code == Code::divide ? checked_divide(value, other) : checked_remainder(value, other);
        if (!result) return {0, Error::overflow};
        value = *result;
        break;
      }
      // Rounded towards zero, as division is: a negative number is lifted by what a shift would take too much.
      case Code::divide_by_power: value = (value + ((value >> 63) & other)) >> at->b; break;
      case Code::remainder_by_power: {
        const std::int64_t lift = (value >> 63) & other;
        value = ((value + lift) & other) - lift;
        break;
      }
      case Code::negate:
        if (__builtin_sub_overflow(std::int64_t{0}, value, &value)) return {0, Error::overflow};
        break;
      case Code::equal: value = value == other; break;
      case Code::not_equal: value = value != other; break;
      case Code::less: value = value < other; break;
      case Code::less_equal: value = value <= other; break;
      case Code::greater: value = value > other; break;
      case Code::greater_equal: value = value >= other; break;
      case Code::negation: value = value == 0; break;
      case Code::minimum: value = std::min(value, other); break;
      case Code::maximum: value = std::max(value, other); break;
      default: value = value != 0; break;  // truth
    }
  }
  return {value, Error::none};
}

[[gnu::noinline]] Value run_any_chain(Predicate chain, const World& world, Row activation, Row candidate) {
  return run_known<true>(chain, world, activation, candidate);
}

}  // namespace

std::vector<Instruction> chain_of(Predicate code) {
  if (code.empty() || !is_at_hand(code.front())) return {};
  std::vector<Instruction> chain{tied(code.front().code, code.front())};
  for (std::size_t at = 1; at < code.size(); ++at) {
    if (takes_one(code[at].code)) {
      chain.push_back(tied(code[at].code, {.code = Code::constant}));
    } else if (is_at_hand(code[at]) && at + 1 < code.size() && takes_two(code[at + 1].code)) {
      chain.push_back(tied(code[at + 1].code, code[at]));
      ++at;
    } else {
      return {};
    }
  }
  return chain;
}

Value run_chain(Predicate chain, const World& world, Row activation, Row candidate) {
  return run_known<false>(chain, world, activation, candidate);
}

bool chain_holds(Predicate chain, const World& world, Row activation, Row candidate) {
  if (chain.size() == 2) [[likely]] {
    const Hand hand{world, activation, candidate};
    const Hand::Loaded left = hand.load<false>(chain[0]), right = hand.load<false>(chain[1]);
    if (left.is == Hand::Loaded::given && right.is == Hand::Loaded::given) {
      switch (chain[1].code) {
        case Code::equal: return left.value == right.value;
        case Code::not_equal: return left.value != right.value;
        case Code::less: return left.value < right.value;
        case Code::less_equal: return left.value <= right.value;
        case Code::greater: return left.value > right.value;
        case Code::greater_equal: return left.value >= right.value;
        default: break;
      }
    }
  }
  const Value value = run_any_chain(chain, world, activation, candidate);
  return value.error == Error::none && value.value != 0;
}

}  // namespace squall::sim
