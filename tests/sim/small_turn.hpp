// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include "sim/model.hpp"
#include "sim/turn.hpp"
#include "tests/sim/small_op.hpp"

/// The turn function of small programs.
namespace squall::sim::testing {

namespace small {

using Kind = SmallOp::Kind;

inline constexpr CellType locals[] = {CellType::timer, CellType::message};
inline constexpr std::uint32_t timer_local = 0, message_local = 1;

inline const SmallCode& code_of(Turn& turn) {
  return *static_cast<const SmallCode*>(
      turn.model().definition(turn.world.agent(turn.self).definition).behaviour->code);
}

template <class Table>
std::uint32_t number_of(const Table& table, const std::string& name) {
  for (std::uint32_t n = 0; n < table.size(); ++n) {
    if (table[n].name == name) return n;
  }
  std::abort();
}

inline void arm_timeout(Turn& turn, const SmallOp& op) {
  if (!op.timeout || op.kind == Kind::work) return;
  const Row timer = turn.arm(TimerKind::timeout, *op.timeout);
  turn.locals()[timer_local] = timer + 1;
}

inline void disarm_timeout(Turn& turn) {
  std::int64_t& timer = turn.locals()[timer_local];
  if (timer != 0) turn.disarm(static_cast<Row>(timer - 1));
  timer = 0;
}

/// Of several that were taken together, the first.
inline void keep_message(Turn& turn, Row message) {
  std::int64_t& kept = turn.locals()[message_local];
  if (kept != 0) turn.release_message(static_cast<Row>(kept - 1));
  kept = message == no_row ? 0 : std::int64_t{message} + 1;
  for (Row other = message == no_row ? no_row : turn.world.message(message).next; other != no_row;) {
    const Row next = turn.world.message(other).next;
    turn.release_message(other);
    other = next;
  }
  if (message != no_row) turn.world.message(message).next = no_row;
}

inline Question question(Turn& turn) {
  return turn.ask({.key = site_key("op") + turn.row().pc, .counter = turn.row().pc});
}

/// True: the program runs on in this turn.
inline bool run_op(Turn& turn, const SmallOp& op) {
  const Model& model = turn.model();
  const std::uint32_t pc = turn.row().pc;
  const auto next = [&] { turn.row().pc = pc + 1; };
  switch (op.kind) {
    case Kind::send: {
      const Definition& to = model.definitions[number_of(model.definitions, op.name)];
      const TopicId topic{static_cast<std::uint16_t>(number_of(model.topics, op.topic))};
      for (std::uint32_t m = 0; m < to.replicas; ++m) {
        const AgentId receiver{index(to.first) + m};
        if (turn.send({.to = receiver, .topic = topic}, question(turn)) == Sent::no_room) {
          turn.wait_room(receiver);
          return false;
        }
      }
      next();
      return true;
    }
    case Kind::publish:
      turn.publish({.to = nobody, .topic = TopicId{static_cast<std::uint16_t>(number_of(model.topics, op.topic))}},
                   question(turn));
      next();
      return true;
    case Kind::receive:
      if (const Row taken = turn.try_receive(pc); taken != no_row) {
        keep_message(turn, taken);
        next();
        turn.yield();
        return false;
      }
      turn.wait_mailbox(pc, op.passive);
      arm_timeout(turn, op);
      return false;
    case Kind::ask: {
      const AgentId server = model.definitions[number_of(model.definitions, op.name)].first;
      const TopicId topic{static_cast<std::uint16_t>(number_of(model.topics, op.topic))};
      const std::uint32_t request = turn.new_request();
      turn.send({.to = server, .topic = topic, .request = request}, question(turn));
      turn.wait_reply(request);
      arm_timeout(turn, op);
      return false;
    }
    case Kind::reply: {
      const std::int64_t kept = turn.locals()[message_local];
      const Row handled = turn.row().message;
      const Row to = handled != no_row || kept == 0 ? handled : static_cast<Row>(kept - 1);
      if (to != no_row) turn.reply(to, {}, Error::none, question(turn));
      next();
      return true;
    }
    case Kind::acquire: {
      Error error = Error::none;
      const ResourceId resource{static_cast<std::uint16_t>(number_of(model.resources, op.name))};
      if (turn.acquire(resource, error, question(turn)) != no_row || error != Error::none) {
        next();
        turn.yield();
      } else {
        arm_timeout(turn, op);
      }
      return false;
    }
    case Kind::release:
      turn.release(ResourceId{static_cast<std::uint16_t>(number_of(model.resources, op.name))});
      next();
      turn.yield();
      return false;
    case Kind::work:
      next();
      turn.busy(TimerKind::work, *op.timeout);
      return false;
    case Kind::call:
      turn.call({.tool = ToolId{static_cast<std::uint16_t>(number_of(model.tools, op.name))}}, question(turn));
      arm_timeout(turn, op);
      return false;
    case Kind::choose:
      turn.row().pc =
          op.targets[turn.choose(question(turn), purpose("way"), static_cast<std::uint32_t>(op.targets.size()))];
      return true;
    case Kind::fork:
      for (std::uint32_t b = 0; b < op.targets.size(); ++b) turn.fork(op.targets[b], static_cast<std::uint16_t>(b), b);
      turn.wait_children();
      arm_timeout(turn, op);
      return false;
    case Kind::spawn:
      turn.spawn(DefinitionId{number_of(model.definitions, op.name)}, {}, op.policy, question(turn));
      next();
      turn.yield();
      return false;
    case Kind::join_spawned:
      if (turn.wait_spawned()) return false;
      next();
      return true;
    case Kind::cancel:
      turn.cancel_agent(model.definitions[number_of(model.definitions, op.name)].first, false);
      next();
      turn.yield();
      return false;
    case Kind::jump:
      turn.row().pc = op.targets[0];
      turn.yield();
      return false;
    case Kind::end: break;
    case Kind::fail:
      disarm_timeout(turn);
      turn.end(Ending::failed, Error::failed);
      return false;
  }
  disarm_timeout(turn);
  turn.end(Ending::ok);
  return false;
}

/// Whether a join goes on; else it waits again.
inline bool joined(Turn& turn, const SmallOp& op) {
  const ActivationRow& row = turn.row();
  const bool enough = row.children == 0 || (op.join_any && row.children_ok != 0);
  if (enough && row.children != 0) turn.cancel_children(false);
  return enough;
}

inline void small_turn(Turn& turn, const Wake& wake) {
  const SmallCode& code = code_of(turn);
  const std::uint32_t pc = turn.row().pc;
  switch (wake.why) {
    case Wake::Why::cancelled:
      disarm_timeout(turn);
      turn.end(Ending::cancelled, Error::cancelled);
      return;
    case Wake::Why::timeout:
      turn.locals()[timer_local] = 0;
      if (code.ops[pc].kind == Kind::fork) turn.cancel_children(false);
      turn.row().pc = code.ops[pc].otherwise;
      break;
    case Wake::Why::satisfied:
      disarm_timeout(turn);
      keep_message(turn, wake.row);
      turn.row().pc = pc + 1;
      break;
    case Wake::Why::granted:
      disarm_timeout(turn);
      turn.row().pc = pc + 1;
      break;
    case Wake::Why::done:
      if (pc < code.ops.size() && code.ops[pc].kind == Kind::call) {
        disarm_timeout(turn);
        turn.row().pc = pc + 1;
      }
      break;
    case Wake::Why::joined:
      if (code.ops[pc].kind == Kind::fork) {
        if (!joined(turn, code.ops[pc])) {
          turn.wait_children();
          return;
        }
        disarm_timeout(turn);
        turn.row().pc = pc + 1;
      }
      break;
    default: break;
  }
  for (;;) {
    const std::uint32_t at = turn.row().pc;
    if (at >= code.ops.size()) {
      if (turn.wait_spawned()) return;
      turn.end(Ending::ok);
      return;
    }
    if (!run_op(turn, code.ops[at])) return;
  }
}

inline bool waits(Kind kind) {
  return kind == Kind::receive || kind == Kind::ask || kind == Kind::acquire || kind == Kind::call ||
         kind == Kind::fork || kind == Kind::join_spawned || kind == Kind::send;
}

}  // namespace small

}  // namespace squall::sim::testing
