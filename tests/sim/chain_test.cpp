// SPDX-License-Identifier: Apache-2.0
#include "sim/chain.hpp"

#include <limits>

#include "sim/agent.hpp"
#include "tests/laws/dice.hpp"
#include "tests/sim/stage.hpp"

// Chains against the same code on a stack: one value, or one error.
namespace squall::sim::testing {
namespace {

using Code = Instruction::Code;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr auto candidate = static_cast<std::uint16_t>(MessageRef::candidate);

/// Locals: a number, and a reference to a message or none. Cells: two numbers. The candidate has field 0 of two.
void ask(const std::function<void(Turn&, const PredicateScope&)>& visit) {
  static constexpr CellType cells[] = {CellType::integer, CellType::integer};
  static constexpr std::int64_t initial[] = {-9, most};
  Stage stage;
  const TopicId topic = add_topic(stage.model, "t", {"x", "y"});
  stage.agent("asks", {[&](Turn& turn, const Wake&) {
                const std::int64_t fields[] = {-64, 5};
                turn.send({.to = turn.self, .topic = topic, .present = 1, .fields = fields}, testing::ask(turn));
                visit(turn, {turn.model(), turn.world, turn.activation, 0});
                turn.locals()[1] = 0;
              }});
  Behaviour with = *stage.model.definitions.back().behaviour;
  with.cell_types = cells;
  with.initial_cells = initial;
  stage.model.definitions.back().behaviour = &stage.model.keep(with);
  stage.timed();
}

Instruction constant(std::int64_t value) { return {.code = Code::constant, .value = value}; }

std::int64_t number(laws::Dice& dice) {
  if (dice.one_in(3)) return std::int64_t{1} << dice.below(63);
  if (dice.one_in(3)) return static_cast<std::int64_t>(dice.below(9)) - 4;
  return dice.one_of<std::int64_t>({least, least + 1, -65, -64, -63, most - 1, most, most / 2, 1'000'003});
}

Instruction at_hand(laws::Dice& dice) {
  switch (dice.below(8)) {
    case 0: return {.code = Code::local, .a = 0};
    case 1: return {.code = Code::cell, .a = static_cast<std::uint16_t>(dice.below(2))};
    case 2:
      return {.code = dice.one_in(3) ? Code::has_field : Code::field,
              .a = dice.one_in(2) ? candidate : std::uint16_t{1},
              .b = dice.one_in(4) ? 1U : 0U};
    case 3:
      return {.code = dice.one_of({Code::sender, Code::topic, Code::request, Code::attempt, Code::artifact}),
              .a = dice.one_in(2) ? candidate : std::uint16_t{1}};
    case 4: return {.code = dice.one_of({Code::self, Code::member})};
    default: return constant(number(dice));
  }
}

constexpr Code takes_two[] = {Code::add,       Code::subtract, Code::multiply,   Code::divide,  Code::remainder,
                              Code::equal,     Code::less,     Code::less_equal, Code::greater, Code::greater_equal,
                              Code::not_equal, Code::minimum,  Code::maximum};
constexpr Code takes_one[] = {Code::negate, Code::negation, Code::truth};

std::vector<Instruction> postfix(laws::Dice& dice) {
  std::vector<Instruction> code{at_hand(dice)};
  for (std::uint32_t left = dice.below(5); left != 0; --left) {
    if (dice.one_in(6)) {
      code.push_back({.code = takes_one[dice.below(std::size(takes_one))]});
    } else {
      code.push_back(at_hand(dice));
      code.push_back({.code = takes_two[dice.below(std::size(takes_two))]});
    }
  }
  return code;
}

}  // namespace

TEST_SUITE("chains") {
  TEST_CASE("a chain has the value that its code has on a stack, or the same error") {
    int values = 0, overflows = 0, absent = 0;
    ask([&](Turn& turn, const PredicateScope& scope) {
      laws::Dice dice{7};
      for (int n = 0; n < 20'000; ++n) {
        turn.locals()[0] = number(dice);
        turn.locals()[1] = dice.one_in(3) ? 0 : 1;
        const std::vector<Instruction> code = postfix(dice);
        const std::vector<Instruction> chain = chain_of(code);
        REQUIRE(is_chain(chain));
        CHECK_FALSE(is_chain(code));
        const Value expected = evaluate(code, scope), found = evaluate(chain, scope);
        CHECK_MESSAGE(found.error == expected.error, n);
        if (expected.error == Error::none) CHECK_MESSAGE(found.value == expected.value, n);
        const bool holds = expected.error == Error::none && expected.value != 0;
        CHECK_MESSAGE(chain_holds(chain, scope.world, scope.activation, scope.candidate) == holds, n);
        values += expected.error == Error::none ? 1 : 0;
        overflows += expected.error == Error::overflow ? 1 : 0;
        absent += expected.error == Error::no_field ? 1 : 0;
      }
    });
    CHECK(values > 5'000);
    CHECK(overflows > 500);
    CHECK(absent > 500);
  }

  TEST_CASE("division by a power of two rounds towards zero, and what is left has the sign of the dividend") {
    struct Row {
      std::int64_t dividend, divisor, quotient, rest;
    };
    constexpr Row rows[] = {{7, 4, 1, 3},
                            {-7, 4, -1, -3},
                            {-8, 4, -2, 0},
                            {8, 1, 8, 0},
                            {least, 2, least / 2, 0},
                            {least, 1, least, 0},
                            {most, 64, most / 64, 63},
                            {-1, std::int64_t{1} << 62, 0, -1}};
    ask([&](Turn&, const PredicateScope& scope) {
      for (const Row& row : rows) {
        const auto chain = [&](Code code) {
          return chain_of(std::vector{constant(row.dividend), constant(row.divisor), Instruction{.code = code}});
        };
        CHECK(chain(Code::divide).back().code == Code::divide_by_power);
        CHECK(evaluate(chain(Code::divide), scope).value == row.quotient);
        CHECK(chain(Code::remainder).back().code == Code::remainder_by_power);
        CHECK(evaluate(chain(Code::remainder), scope).value == row.rest);
      }
    });
  }

  TEST_CASE("what needs a stack, a jump or the world is no chain") {
    const Instruction add{.code = Code::add};
    const Instruction element{.code = Code::topic, .a = static_cast<std::uint16_t>(MessageRef::element)};
    CHECK(chain_of({}).empty());
    CHECK(chain_of(std::vector{constant(1), constant(2), constant(3), add, add}).empty());
    CHECK(chain_of(std::vector{constant(1), {.code = Code::and_then, .b = 3}, constant(2)}).empty());
    CHECK(chain_of(std::vector{Instruction{.code = Code::now}, constant(2), add}).empty());
    CHECK(chain_of(std::vector{constant(2), Instruction{.code = Code::now}, add}).empty());
    CHECK(chain_of(std::vector{element, constant(2), add}).empty());
    CHECK(chain_of(std::vector{constant(1), constant(2), add, constant(3), add}).size() == 3);
  }
}

}  // namespace squall::sim::testing
