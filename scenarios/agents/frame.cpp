// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/frame.hpp"

#include "sim/chain.hpp"

namespace squall::scenarios {

using sim::CellType;
using sim::Duration;
using sim::Error;
using sim::no_row;
using sim::Row;

bool Frame::compute(std::uint32_t expression, std::int64_t& value) {
  const sim::Predicate asked = code.expression(expression);
  const sim::Value result = sim::is_chain(asked)
                                ? sim::run_chain(asked, turn.world, turn.activation, no_row)
                                : sim::evaluate(asked, {turn.model(), turn.world, turn.activation, no_row});
  value = result.value;
  if (result.error == Error::none) return true;
  failing = {.error = result.error};
  return false;
}

Duration Frame::computed_time(const TimeOf& of, const sim::Question& q, bool& ok) {
  std::int64_t nanoseconds = 0, percent = 100;
  if (of.computed.given()) {
    ok = load(of.computed, nanoseconds);
  } else {
    nanoseconds = turn.duration(q, time_purpose, of.drawn).count();
  }
  if (ok && of.percent.given()) ok = load(of.percent, percent);
  if (!turn.run.timed) return {};
  nanoseconds = std::max<std::int64_t>(nanoseconds, 0);
  if (!of.percent.given()) return Duration{nanoseconds};
  percent = std::clamp<std::int64_t>(percent, 0, 1'000'000);  // a fault may have changed it
  std::int64_t hundreds = 0;
  if (__builtin_mul_overflow(nanoseconds / 100, percent, &hundreds)) return Duration::max();
  return std::max(Duration{hundreds}, Duration{hundreds} + Duration{nanoseconds % 100 * percent / 100});
}

bool Frame::begin_slowly(const Op& op, const sim::Question& q, std::uint32_t& end) {
  if (asked_to_stop()) {
    end = cancelled(op);
    return false;
  }
  if (!turn.steps_struck()) {  // so it is watched
    turn.begin_step(position(op));
    return true;
  }
  end = stop;
  const std::uint32_t back = last_step(op);
  if (turn.step(position(op), q, op.site, back)) return true;
  if (const Error refusal = turn.take_refusal(); refusal != Error::none) {
    end = fail(op, refusal);
  } else if (turn.take_return()) {
    end = go_back(op, back);
  }
  return false;
}

std::uint32_t Frame::last_step(const Op& op) const {
  const std::uint32_t at = turn.row().pc;
  switch (ops[at].code) {
    case OpCode::join:  // what it has joined is gone
    case OpCode::map:
    case OpCode::abandon:
    case OpCode::retry_failed:  // nothing fails there a second time
    case OpCode::end: return sim::Target::nowhere;
    default: return at == position(op) ? sim::Target::nowhere : at;
  }
}

std::uint32_t Frame::go_back(const Op& op, std::uint32_t to) {
  // Handlers lead outward, through the bounds in whose scope an operation is.
  const auto encloses = [&](std::uint32_t bound, const Op& inner) {
    for (const Op* at = &ops[inner.handler]; at->code != OpCode::end_failed; at = &ops[at->handler]) {
      if (at->code == OpCode::bound_failed && at->a == bound) return true;
    }
    return false;
  };
  for (std::uint32_t bound = 1; bound <= code.bounds.size(); ++bound) {
    std::int64_t& timer = locals()[code.bounds[bound - 1]];
    if (timer == 0 || !encloses(bound, op) || encloses(bound, ops[to])) continue;
    turn.disarm(static_cast<Row>(timer - 1));
    timer = 0;
  }
  return yield_to(to);
}

bool Frame::load_slowly(Operand operand, std::int64_t& value) {
  if (operand.kind() == Operand::Kind::expression) [[likely]]
    return compute(operand.number(), value);
  if (operand.kind() == Operand::Kind::handled)
    return field(turn.row().message, operand.number(), value) ? true : absent();
  value = 0;
  return true;
}

void Frame::drop_slowly(CellType type, Row row) {
  switch (type) {
    case CellType::messages: drop_list(row); break;
    case CellType::artifact: turn.release_artifact(row); break;
    default: break;
  }
}

void Frame::drop_list(Row first) {
  while (first != no_row) {
    const Row next = turn.world.message(first).next;
    turn.release_message(first);
    first = next;
  }
}

void Frame::retain(CellType type, Row row) {
  switch (type) {
    case CellType::message: turn.retain_message(row); break;
    case CellType::messages:
      for (; row != no_row; row = turn.world.message(row).next) turn.retain_message(row);
      break;
    case CellType::artifact: turn.retain_artifact(row); break;
    default: break;
  }
}

void Frame::save(const FailureSlots& slots) const {
  const std::int64_t from = failing.from == sim::nobody ? 0 : std::int64_t{index(failing.from)} + 1;
  locals()[slots.packed] = static_cast<std::int64_t>(failing.error) | std::int64_t{failing.struck} << 8 | from << 24;
  if (slots.because != no_slot) locals()[slots.because] = failing.because;
  if (slots.retry_after != no_slot) locals()[slots.retry_after] = failing.retry_after;
}

Failing Frame::saved(const FailureSlots& slots) const {
  const std::int64_t packed = locals()[slots.packed];
  Failing failure{.error = static_cast<Error>(packed & 0xff),
                  .struck = static_cast<std::uint32_t>(packed >> 8 & 0xffff)};
  if (const std::int64_t from = packed >> 24; from != 0)
    failure.from = sim::AgentId{static_cast<std::uint32_t>(from - 1)};
  if (slots.because != no_slot) failure.because = locals()[slots.because];
  if (slots.retry_after != no_slot) failure.retry_after = locals()[slots.retry_after];
  return failure;
}

void Frame::merge(const FailureSlots& slots) {
  if (failing.error != Error::cancelled && failing.error != finishing) return;
  const Failing before = saved(slots);
  const bool asked_before = before.error == Error::cancelled && before.struck == 0;
  const bool further_out = failing.struck == 0 || before.struck == 0 || failing.struck < before.struck;
  if (!asked_before && further_out) save(slots);
}

bool accepts(const sim::Model& model, const sim::World& world, Row activation, std::uint16_t where, Row message) {
  const Code& code = code_of(*model.definition(world.agent(world.activation(activation).agent).definition).behaviour);
  const sim::Value result = sim::evaluate(code.property(where), {model, world, activation, message});
  return result.error == Error::none && result.value != 0;
}

}  // namespace squall::scenarios
