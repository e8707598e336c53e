// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "scenarios/agents/op.hpp"
#include "sim/turn_inline.hpp"

/// What one turn of a program works with. Private to the interpreter.
namespace squall::scenarios {

/// Returned in place of the next position: the turn is over.
inline constexpr std::uint32_t stop = 0xffff'ffffU;

/// Not an error of a program: a `finish` on its way out, past every `otherwise` and `undo`, through every `finally`.
inline constexpr sim::Error finishing{0xff};

/// Why the program unwinds. Lives only within one turn; what must outlive it lies in `FailureSlots`.
struct Failing {
  sim::Error error = sim::Error::none;
  std::uint32_t struck = 0;  ///< the bound that ended the scopes inside it; 0 none
  sim::AgentId from = sim::nobody;
  std::int64_t because = -1;     ///< text; -1 none
  std::int64_t retry_after = 0;  ///< nanoseconds
};

inline constexpr sim::Purpose time_purpose = sim::purpose("time");
inline constexpr sim::Purpose wrong_purpose = sim::purpose("wrong");
inline constexpr sim::Purpose choice_purpose = sim::purpose("choice");
inline constexpr sim::Purpose jitter_purpose = sim::purpose("jitter");
inline constexpr sim::Purpose accept_purpose = sim::purpose("accept");

struct Frame {
  sim::Turn& turn;
  const Code& code;
  const Op* ops;
  Failing failing{};

  std::int64_t* locals() const { return turn.locals(); }
  std::uint32_t position(const Op& op) const { return static_cast<std::uint32_t>(&op - ops); }

  /// The turn ends here and the next one begins at `next`.
  std::uint32_t yield_to(std::uint32_t next) {
    turn.row().pc = next;
    sim::here::yield(turn);
    return stop;
  }
  std::uint32_t fail(const Op& op, sim::Error error) {
    failing = {.error = error};
    return op.handler;
  }

  /// The value of an operand. False where there is none: `failing` says why. Asks for what is most common first: a table
  /// of jumps is seldom foreseen.
  [[gnu::always_inline]] bool load(Operand operand, std::int64_t& value) {
    const std::uint32_t n = operand.number();
    const Operand::Kind kind = operand.kind();
    if (kind == Operand::Kind::field) return message_field(n, value);
    if (kind == Operand::Kind::constant) return value = code.constants[n], true;
    if (kind == Operand::Kind::cell) return value = turn.cells()[n], true;
    if (kind == Operand::Kind::topic || kind == Operand::Kind::sender) return about_message(kind, n, value);
    if (kind == Operand::Kind::local) return value = locals()[n], true;
    return load_slowly(operand, value);
  }

  /// Operand 0, or what becomes of operands 0 and 1: most expressions of programs are no more than that.
  [[gnu::always_inline]] bool load_pair(const Op& op, std::int64_t& value) {
    if (!load(op.operands[0], value)) return false;
    if (op.flags == 0) return true;
    std::int64_t other = 0;
    if (!load(op.operands[1], other)) return false;
    switch (static_cast<sim::Instruction::Code>(op.flags)) {
      case sim::Instruction::Code::equal: value = value == other; return true;
      case sim::Instruction::Code::not_equal: value = value != other; return true;
      case sim::Instruction::Code::less: value = value < other; return true;
      case sim::Instruction::Code::less_equal: value = value <= other; return true;
      case sim::Instruction::Code::greater: value = value > other; return true;
      case sim::Instruction::Code::greater_equal: value = value >= other; return true;
      case sim::Instruction::Code::add: return fits(!__builtin_add_overflow(value, other, &value));
      default: return fits(!__builtin_sub_overflow(value, other, &value));
    }
  }

  /// A shared step begins. False: a fault stops the agent, or somebody has asked the activation to stop; `end` says how.
  bool begin(const Op& op, const sim::Question& q, std::uint32_t& end) {
    return undisturbed() || begin_slowly(op, q, end);
  }
  /// The same where nothing is drawn: only an armed fault asks for the name of this occurrence.
  bool begin_plain(const Op& op, std::uint32_t& end) {
    if (undisturbed()) [[likely]]
      return true;
    return begin_slowly(op, turn.steps_struck() ? ask(op) : sim::Question{}, end);
  }
  sim::Question ask(const Op& op) { return turn.ask({op.site, op.counter}); }

  /// The activation was asked to stop: it unwinds, and is not asked twice.
  std::uint32_t cancelled(const Op& op) {
    sim::ActivationRow& row = turn.row();
    row.flags =
        static_cast<std::uint8_t>((row.flags & ~sim::activation_flag::cancelled) | sim::activation_flag::finishing);
    failing = {.error = sim::Error::cancelled};
    return op.handler;
  }

  sim::Duration time(const TimeOf& of, const sim::Question& q, bool& ok) {
    ok = true;
    return of.only_drawn ? turn.duration(q, time_purpose, of.drawn) : computed_time(of, q, ok);
  }
  sim::Duration computed_time(const TimeOf& of, const sim::Question& q, bool& ok);
  /// Whether it must be asked for by name: it is drawn, or a case may have pinned what is fixed.
  bool answers(const TimeOf& of) const { return !is_fixed(of) || !turn.model().pins.empty(); }
  static bool is_fixed(const TimeOf& of) { return of.only_drawn && of.drawn.kind == sim::Distribution::Kind::constant; }

  // References that locals hold.
  void hold(std::uint16_t slot, sim::Row row) {
    std::int64_t& held = locals()[slot];
    const std::int64_t old = held;
    held = std::int64_t{row} + 1;
    if (old != 0) drop(code.local_types[slot], static_cast<sim::Row>(old - 1));
  }
  void drop(sim::CellType type, sim::Row row) {
    if (type == sim::CellType::message) [[likely]] {
      sim::here::release_message(turn, row);
    } else {
      drop_slowly(type, row);
    }
  }
  void drop_slowly(sim::CellType type, sim::Row row);
  void drop_list(sim::Row first);
  void retain(sim::CellType type, sim::Row row);

  // Failures that outlive a turn.
  void save(const FailureSlots& slots) const;
  Failing saved(const FailureSlots& slots) const;
  void restore(const FailureSlots& slots) {
    failing = saved(slots);
    locals()[slots.packed] = 0;
  }
  /// Of two reasons to unwind the one that leads further out stays: a cancel, else the outermost bound.
  void merge(const FailureSlots& slots);

 private:
  /// Nobody watches steps, no fault strikes them, and nobody has asked the activation to stop.
  bool undisturbed() const { return turn.run.free_steps && !asked_to_stop(); }
  bool asked_to_stop() const { return (turn.row().flags & sim::activation_flag::cancelled) != 0; }
  bool begin_slowly(const Op& op, const sim::Question& q, std::uint32_t& end);
  /// Where the agent's last step began, if the program could go on from there once more; `Target::nowhere`.
  std::uint32_t last_step(const Op& op) const;
  /// Goes on from there: bounds that have begun since are not armed any more.
  std::uint32_t go_back(const Op& op, std::uint32_t to);

  bool message_field(std::uint32_t n, std::int64_t& value) {
    const std::int64_t held = locals()[n / fields_max];
    return held != 0 && field(static_cast<sim::Row>(held - 1), n % fields_max, value) ? true : absent();
  }
  bool about_message(Operand::Kind kind, std::uint32_t n, std::int64_t& value) {
    const std::int64_t held = locals()[n];
    if (held == 0) return absent();
    const sim::MessageRow& message = turn.world.message(static_cast<sim::Row>(held - 1));
    value = kind == Operand::Kind::topic  ? index(message.topic)
            : message.from == sim::nobody ? 0
                                          : std::int64_t{index(message.from)} + 1;
    return true;
  }
  bool load_slowly(Operand operand, std::int64_t& value);
  bool field(sim::Row message, std::uint32_t number, std::int64_t& value) const {
    if (message == sim::no_row) return false;
    const sim::MessageRow& row = turn.world.message(message);
    if ((row.present >> number & 1) == 0) return false;
    value = sim::World::after<std::int64_t>(row)[number];
    return true;
  }
  bool fits(bool it_does) {
    if (!it_does) failing = {.error = sim::Error::overflow};
    return it_does;
  }
  bool absent() {
    failing = {.error = sim::Error::no_field};
    return false;
  }
  bool compute(std::uint32_t expression, std::int64_t& value);
};

/// Where the turn goes on that `wake` begins: the rest of the operation in which the activation waited or was busy.
/// (interpret.cpp knows the commonest of these ways by itself.)
std::uint32_t resume(Frame& frame, const sim::Wake& wake);

}  // namespace squall::scenarios
