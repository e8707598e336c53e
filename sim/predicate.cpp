// SPDX-License-Identifier: Apache-2.0
#include "sim/predicate.hpp"

#include <algorithm>
#include <optional>

#include "sim/chain.hpp"
#include "sim/clocks.hpp"
#include "sim/context.hpp"
#include "sim/effects.hpp"

namespace squall::sim {
namespace {

using Code = Instruction::Code;

/// Who did what was observed: of what happens to a message on its way or at its receiver, who sent it.
AgentId actor(const Observation& seen) {
  switch (seen.kind) {
    case Seen::consumed:
    case Seen::delivered:
    case Seen::dead_letter:
    case Seen::dropped: return seen.other;
    default: return seen.agent;
  }
}

AgentId receiver(const Observation& seen) { return actor(seen) == seen.agent ? seen.other : seen.agent; }

class Evaluation {
 public:
  Evaluation(Predicate code, const PredicateScope& scope)
      : code_(code),
        scope_(scope),
        row_(scope.activation != no_row ? &scope.world.activation(scope.activation) : nullptr),
        locals_(scope.activation != no_row ? scope.world.locals(scope.activation) : nullptr) {}

  /// Runs instructions [from, to) and returns what they leave on top. `below`: where the stack has room. The top of it is
  /// a variable: what it holds at first is nobody's, and lies under the first value from then on.
  Value run(std::uint32_t from, std::uint32_t to, std::int64_t* below) {
    std::int64_t top = 0;
    const auto push = [&](std::int64_t value) {
      *below++ = top;
      top = value;
    };
    const Instruction* const first = code_.data();
    const Instruction* const end = first + to;
    for (const Instruction* at = first + from; at < end; ++at) {
      const Instruction& now = *at;
      switch (now.code) {
        case Code::constant: push(now.value); break;
        case Code::local: push(locals_[now.a]); break;
        case Code::cell: push(scope_.world.cells(row_->agent)[now.a]); break;
        case Code::field: {
          const Row message = message_of(now.a);
          if (message == no_row) return {0, Error::no_field};
          const MessageRow& row = scope_.world.message(message);
          if ((row.present >> now.b & 1) == 0) return {0, Error::no_field};
          push(World::after<std::int64_t>(row)[now.b]);
          break;
        }
        case Code::has_field: {
          const Row message = message_of(now.a);
          push(message != no_row && (scope_.world.message(message).present >> now.b & 1) != 0 ? 1 : 0);
          break;
        }
        case Code::sender:
        case Code::topic:
        case Code::request:
        case Code::attempt:
        case Code::artifact: {
          const Row message = message_of(now.a);
          if (message == no_row) return {0, Error::no_field};
          push(about(scope_.world.message(message), now.code));
          break;
        }
        case Code::negate:
          if (__builtin_sub_overflow(std::int64_t{0}, top, &top)) return {0, Error::overflow};
          break;
        case Code::add:
          if (__builtin_add_overflow(*--below, top, &top)) return {0, Error::overflow};
          break;
        case Code::subtract:
          if (__builtin_sub_overflow(*--below, top, &top)) return {0, Error::overflow};
          break;
        case Code::multiply:
          if (__builtin_mul_overflow(*--below, top, &top)) return {0, Error::overflow};
          break;
        case Code::divide:
        case Code::remainder: {
          --below;
          const std::optional<std::int64_t> result =
              now.code == Code::divide ? checked_divide(*below, top) : checked_remainder(*below, top);
          if (!result) return {0, Error::overflow};
          top = *result;
          break;
        }
        case Code::equal: top = *--below == top; break;
        case Code::not_equal: top = *--below != top; break;
        case Code::less: top = *--below < top; break;
        case Code::less_equal: top = *--below <= top; break;
        case Code::greater: top = *--below > top; break;
        case Code::greater_equal: top = *--below >= top; break;
        case Code::negation: top = top == 0; break;
        case Code::truth: top = top != 0; break;
        case Code::require: {
          const bool given = top != 0;
          top = *--below;
          if (!given) return {0, Error::no_field};
          break;
        }
        case Code::minimum: top = std::min(*--below, top); break;
        case Code::maximum: top = std::max(*--below, top); break;
        case Code::jump: at = first + now.b - 1; break;
        case Code::jump_if_false:
          if (top == 0) at = first + now.b - 1;
          top = *--below;
          break;
        case Code::and_then:
          if (top == 0) {
            at = first + now.b - 1;
          } else {
            top = *--below;
          }
          break;
        case Code::or_else:
          if (top != 0) {
            top = 1;
            at = first + now.b - 1;
          } else {
            top = *--below;
          }
          break;
        case Code::fold_all:
        case Code::fold_exists:
        case Code::fold_count:
        case Code::all_agents:
        case Code::some_agent:
        case Code::count_agents: {
          const Value folded = fold(now, static_cast<std::uint32_t>(at - first) + 1, below);
          if (folded.error != Error::none) return folded;
          push(folded.value);
          at = first + now.b - 1;
          break;
        }
        default: {
          const Value found = look(now);
          if (found.error != Error::none) return found;
          push(found.value);
          break;
        }
      }
    }
    return {top, Error::none};
  }

  Value run() { return run(0, static_cast<std::uint32_t>(code_.size()), stack_); }

 private:
  /// What the agent's clock shows; the world itself has the true time.
  std::int64_t shown_time() const {
    const World& world = scope_.world;
    if (!world.timed()) return 0;
    const Instant now = world.clock().now;
    if (world.clock().wrong_clocks == 0 || row_ == nullptr) return now.time_since_epoch().count();
    const auto shown = checked_add(now.time_since_epoch().count(), clock_ahead(world, row_->agent).count());
    return shown.value_or(end_of_time.time_since_epoch().count());
  }
  Row message_of(std::uint16_t where) const {
    switch (static_cast<MessageRef>(where)) {
      case MessageRef::candidate: return scope_.candidate;
      case MessageRef::handled: return row_->message;
      case MessageRef::element: return element_;
    }
    return list(where);
  }

  Row list(std::uint16_t local) const { return locals_[local] == 0 ? no_row : static_cast<Row>(locals_[local] - 1); }

  /// Asks the instructions behind `over` of each element of a list, or of each agent.
  [[gnu::noinline]] Value fold(const Instruction& over, std::uint32_t body, std::int64_t* below) {
    std::int64_t count = 0, size = 0;
    const auto ask = [&] {
      const Value asked = run(body, over.b, below);
      count += asked.value != 0 ? 1 : 0;
      ++size;
      return asked.error;
    };
    if (over.code == Code::fold_all || over.code == Code::fold_exists || over.code == Code::fold_count) {
      const Row outer = element_;
      for (Row m = list(over.a); m != no_row; m = scope_.world.message(m).next) {
        element_ = m;
        if (const Error error = ask(); error != Error::none) return {0, error};
      }
      element_ = outer;
    } else {
      const AgentId outer = element_agent_;
      const std::uint32_t agents = scope_.world.used(Pool::agents);
      for (std::uint32_t a = 0; a < agents; ++a) {
        element_agent_ = AgentId{a};
        if (const Error error = ask(); error != Error::none) return {0, error};
      }
      element_agent_ = outer;
    }
    switch (over.code) {
      case Code::fold_all:
      case Code::all_agents: return {count == size, Error::none};
      case Code::fold_exists:
      case Code::some_agent: return {count != 0, Error::none};
      default: return {count, Error::none};
    }
  }

  static std::int64_t agent_value(AgentId agent) { return agent == nobody ? 0 : std::int64_t{index(agent)} + 1; }

  /// What is asked for less often, and all of the world.
  [[gnu::noinline]] Value look(const Instruction& at) const {
    const World& world = scope_.world;
    const AgentId agent = at.b == sim::element_agent ? element_agent_ : AgentId{at.b};
    switch (at.code) {
      case Code::list_size: {
        std::int64_t size = 0;
        for (Row m = list(at.a); m != no_row; m = world.message(m).next) ++size;
        return {size, Error::none};
      }
      case Code::self: return {std::int64_t{index(row_->agent)} + 1, Error::none};
      case Code::member: return {world.agent(row_->agent).member, Error::none};
      case Code::instance: {
        const Row instance = row_ != nullptr ? row_->instance : scope_.instance;
        return {instance == no_row ? 0 : world.instance(instance).number, Error::none};
      }
      case Code::now: return {shown_time(), Error::none};
      case Code::agent_definition: return {index(world.agent(agent).definition), Error::none};
      case Code::agent_state: return {static_cast<std::int64_t>(shown_state(scope_.model, world, agent)), Error::none};
      case Code::agent_inbox: return {world.agent(agent).box_count, Error::none};
      case Code::agent_variable: return {world.cells(agent)[at.a], Error::none};
      case Code::key_value:
      case Code::has_key_value:
      case Code::key_version: return key(at);
      case Code::held: return {world.resource(ResourceId{at.a}).taken, Error::none};
      case Code::effects: return {effects_happened(world, scope_.model, ToolId{at.a}, scope_.instance), Error::none};
      case Code::outcome:
        return {scope_.instance == no_row ? 0 : static_cast<std::int64_t>(world.instance(scope_.instance).outcome),
                Error::none};
      case Code::counter: return {scope_.counts == nullptr ? 0 : scope_.counts[at.a], Error::none};
      case Code::event_from: return {scope_.event == nullptr ? 0 : agent_value(actor(*scope_.event)), Error::none};
      case Code::event_to: return {scope_.event == nullptr ? 0 : agent_value(receiver(*scope_.event)), Error::none};
      case Code::event_topic: return {scope_.event == nullptr ? 0 : index(scope_.event->topic), Error::none};
      case Code::event_value: return {scope_.event == nullptr ? 0 : scope_.event->value, Error::none};
      default: return {0, Error::no_field};
    }
  }

  Value key(const Instruction& at) const {
    const KeyId id{at.a};
    if (scope_.instance == no_row && !scope_.model.key(id).shared) return {0, Error::no_field};
    const KeyView key = key_of(scope_.world, scope_.model, id, scope_.instance);
    const KeyVersion& version = key.version(key.newest());
    if (at.code == Code::key_version) return {key.newest(), Error::none};
    if (at.code == Code::has_key_value) return {version.has_value, Error::none};
    return {version.value, version.has_value != 0 ? Error::none : Error::no_field};
  }

  Predicate code_;
  const PredicateScope& scope_;
  const ActivationRow* row_;
  const std::int64_t* locals_;
  Row element_ = no_row;
  AgentId element_agent_ = nobody;
  std::int64_t stack_[predicate_stack];
};

}  // namespace

std::int64_t about(const MessageRow& message, Instruction::Code of) {
  switch (of) {
    case Code::sender: return message.from == nobody ? 0 : std::int64_t{index(message.from)} + 1;
    case Code::topic: return index(message.topic);
    case Code::request: return message.request >> 8;
    case Code::attempt: return message.request == 0 ? 0 : std::int64_t{message.request & 0xff} + 1;
    default: return message.artifact == no_row ? 0 : std::int64_t{message.artifact} + 1;
  }
}

Value evaluate(Predicate code, const PredicateScope& scope) {
  if (is_chain(code)) return run_chain(code, scope.world, scope.activation, scope.candidate);
  return Evaluation{code, scope}.run();
}

ShownState shown_state(const Model&, const World& world, AgentId agent) {
  const AgentRow& row = world.agent(agent);
  if (row.state == AgentState::down) return ShownState::down;
  if (row.state == AgentState::ended) return ShownState::ended;
  if (row.first == no_row) return ShownState::idle;
  for (Row a = row.first; a != no_row; a = world.activation(a).next) {
    if (world.activation(a).phase != Phase::waiting) return ShownState::working;
  }
  return ShownState::waiting;
}

SeenMask stirred_by(Predicate code) {
  constexpr SeenMask activity = bits(Seen::turned, Seen::waited, Seen::resumed, Seen::finished, Seen::failed,
                                     Seen::spawned, Seen::crashed, Seen::restarted, Seen::cancelled);
  SeenMask stirs = 0;
  for (const Instruction& at : code) {
    switch (at.code) {
      case Instruction::Code::agent_state: stirs |= activity; break;
      case Instruction::Code::agent_inbox:
        stirs |= bits(Seen::delivered, Seen::consumed, Seen::lost, Seen::dropped, Seen::discarded, Seen::crashed);
        break;
      case Instruction::Code::agent_variable: stirs |= bits(Seen::turned, Seen::crashed); break;
      case Instruction::Code::key_value:
      case Instruction::Code::has_key_value:
      case Instruction::Code::key_version: stirs |= bits(Seen::wrote, Seen::arrived); break;
      case Instruction::Code::held: stirs |= bits(Seen::acquired, Seen::released, Seen::expired); break;
      case Instruction::Code::effects: stirs |= bit(Seen::effect); break;
      case Instruction::Code::outcome: stirs |= bit(Seen::reported); break;
      case Instruction::Code::all_agents:
      case Instruction::Code::some_agent:
      case Instruction::Code::count_agents: stirs |= bit(Seen::spawned); break;
      case Instruction::Code::now: stirs |= activity | bits(Seen::delivered, Seen::closed); break;
      default: break;
    }
  }
  return stirs;
}

}  // namespace squall::sim
