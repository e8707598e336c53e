// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "scenarios/agents/compiler.hpp"

/// Steps about messages.
namespace squall::scenarios {

void Compiler::fill_content(Op& op, const std::string& topic, const Named& with) {
  op.x = topic.empty() ? no_slot : static_cast<std::uint16_t>(index(names_.topic(topic)));
  for (const auto& [name, given] : with) {
    const auto position = names_.field(name);
    if (!position) continue;  // its topic has too many fields: said already
    op.present |= static_cast<std::uint8_t>(1U << *position);
    op.operands[*position] = value(given);
  }
}

void Compiler::send_each(OpCode code, const Target& to, const std::string& topic, const Content& content) {
  const std::string& carried = content.artifact.empty() ? topic : content.artifact;
  const Operand piece = artifact(carried);
  if (!piece.given() && !content.artifact.empty()) {
    error("nothing called '" + carried + "' is made or received here", "name what a `work` makes, or a message");
  }
  if (to.each.empty()) error("it has no receiver", "name an agent or a group");
  if (topic.empty()) return error("it names no topic", "name one");
  for (const Expression& each : to.each) {
    Op& op = emit(code);
    fill_content(op, topic, content.with);
    op.c = piece.bits;
    op.y = no_slot;
    const bool named = each.kind() == Expression::Kind::name && variable(each.text()) == nullptr &&
                       each.text().find('.') == std::string::npos;
    const Declarations::Agent* agent = named ? names_.agent(each.text()) : nullptr;
    if (agent != nullptr && agent->members != 0) {
      op.a = index(agent->first);
      op.b = agent->members;
      if (agent->members > 1 && code == OpCode::ask)
        error("'" + each.text() + "' is a group", "ask one agent, or use `map`");
      // Members may have no room: which one is next must outlive the wait.
      if (agent->members > 1) {
        const std::uint16_t progress = scratch();
        code_.ops.back().y = progress;
        give_back(progress);
      }
      if (!names_.takes(each.text(), topic)) {
        const std::string close = names_.instead_of_topic(each.text(), topic);
        error("'" + each.text() + "' has no receive and no handler for '" + topic + "'",
              close.empty() ? "add one there, or send another topic, or to another agent" : close);
      }
      continue;
    }
    if (named && (agent != nullptr || each.text() != "self")) {
      if (agent == nullptr) {
        error("sends to '" + each.text() + "', but no agent is called so", names_.instead_of_agent(each.text()));
      } else {
        error("'" + each.text() + "' is started by `spawn`: its members have no name",
              "send to the agent that `spawn` yields");
      }
      continue;
    }
    const Operand receiver = value(each);
    code_.ops.back().b = 0;
    code_.ops.back().value = receiver.bits;
  }
}

void Compiler::compile(const steps::Send& s, const Step&) { send_each(OpCode::send, s.to, s.topic, s.content); }

void Compiler::compile(const steps::Ask& s, const Step& step) {
  if (s.to.each.size() != 1)
    error("asks " + std::to_string(s.to.each.size()) + " agents", "ask one agent, or use `map`");
  send_each(OpCode::ask, s.to, s.topic, s.content);
  if (code_.ops.empty() || s.topic.empty() || s.to.each.empty()) return;  // said by now
  const std::uint16_t reply = !step.fields.as.empty() ? slot_of(step.fields.as)
                              : in_handler_           ? no_slot
                                                      : slot_of("msg");
  Op& op = code_.ops.back();
  op.y = reply;
  op.value |= std::int64_t{own_request_} << 16;
}

void Compiler::compile(const steps::Publish& s, const Step&) {
  if (s.topic.empty()) return error("it names no topic", "name one");
  const sim::TopicInfo& topic = names_.model.topics[index(names_.topic(s.topic))];
  if (topic.mode == sim::TopicInfo::Mode::label) {
    error("'" + s.topic + "' is published, but is neither a broadcast nor a queue", "declare the topic with a mode");
  }
  const std::string& carried = s.content.artifact.empty() ? s.topic : s.content.artifact;
  const Operand piece = artifact(carried);
  Op& op = emit(OpCode::publish);
  fill_content(op, s.topic, s.content.with);
  op.c = piece.bits;
}

void Compiler::compile(const steps::Subscribe& s, const Step&) {
  if (s.topic.empty()) return error("it names no topic", "name one");
  const sim::TopicInfo& topic = names_.model.topics[index(names_.topic(s.topic))];
  if (topic.mode != sim::TopicInfo::Mode::broadcast)
    error("'" + s.topic + "' is not a broadcast", "declare the topic with `mode: broadcast`");
  const Operand from = value(s.from_sequence);
  Op& op = emit(OpCode::subscribe);
  op.x = static_cast<std::uint16_t>(index(names_.topic(s.topic)));
  op.operands[0] = from;
}

sim::Source Compiler::source(const Demand::Part& part) {
  sim::Source source{.topic = part.matcher.topic.empty() ? sim::any_topic : names_.topic(part.matcher.topic),
                     .count_min = part.count_min,
                     .count_max = part.count_max,
                     .distinct = part.distinct};
  if (part.count_min == 0 || part.count_min > part.count_max)
    error("its count is not a range", "write a count from 1, or `a..b` with a <= b");
  if (part.count_max > spec_.mailbox.capacity) {
    error("waits for " + std::to_string(part.count_max) + " messages, but the mailbox holds " +
              std::to_string(spec_.mailbox.capacity),
          "ask for fewer, or give the mailbox a greater capacity");
  }
  if (part.matcher.sender) {
    const Expression& from = *part.matcher.sender;
    const bool is_name = from.kind() == Expression::Kind::name;
    const Variable* held = is_name ? variable(from.text()) : nullptr;
    const Declarations::Agent* agent = is_name && held == nullptr ? names_.agent(from.text()) : nullptr;
    if (agent != nullptr && agent->members != 0) {
      source.from = sim::Source::From::members;
      source.first = agent->first;
      source.members = agent->members;
    } else if (is_name && held == nullptr && agent == nullptr && from.text().find('.') == std::string::npos &&
               from.text() != "self") {
      error("receives from '" + from.text() + "', but no agent is called so", names_.instead_of_agent(from.text()));
    } else {
      source.from = sim::Source::From::local;
      if (held != nullptr && !held->cell) {
        source.local = held->slot;
      } else {
        const Operand sender = value(from);
        const std::uint16_t slot = new_local(sim::CellType::agent);  // for as long as the wait lasts
        Op& op = emit(OpCode::set_local);
        op.x = slot;
        op.operands[0] = sender;
        source.local = slot;
      }
    }
  }
  if (part.matcher.property) source.where = property(*part.matcher.property);
  return source;
}

std::uint32_t Compiler::wait(const Demand& demand) {
  std::vector<sim::Source> sources;
  for (const Demand::Part& part : demand.parts) sources.push_back(source(part));
  if (sources.empty()) error("it waits for nothing", "name a topic");
  code_.sources.push_back(std::move(sources));
  code_.waits.push_back(sim::wait_of(code_.sources.back(), demand.all));
  return static_cast<std::uint32_t>(code_.waits.size() - 1);
}

void Compiler::compile(const steps::Receive& s, const Step& step) {
  const std::uint32_t number = wait(s.demand);
  Op& op = emit(OpCode::receive);
  op.a = number;
  op.x = step.fields.as.empty() ? no_slot : slot_of(step.fields.as);
  // Outside of handlers what it takes is also `msg`, unless that is a list here and a message there.
  const Variable* msg = in_handler_ ? nullptr : variable("msg");
  const bool is_list = msg != nullptr && msg->type == sim::CellType::messages;
  op.y = msg != nullptr && is_list == s.demand.is_list() ? msg->slot : no_slot;
  if (op.x == no_slot) std::swap(op.x, op.y);
  op.flags = idle_here_ ? 1 : 0;
  const Demand::Part& first = s.demand.parts[0];
  op.c = first.count_min < first.count_max ? own_timeout_ : 0;
  if (first.count_min < first.count_max && own_timeout_ == 0) {
    error("waits for " + std::to_string(first.count_min) + " to " + std::to_string(first.count_max) +
              " messages without a timeout",
          "give the receive a `timeout`, at which the smaller count suffices");
  }
}

void Compiler::compile(const steps::Reply& s, const Step&) {
  Assembly nothing;
  const auto to = message_ref(s.to, nothing);
  if (!to) error("'" + s.to + "' is not a message", "reply to `msg`, or to a message that a receive named with `as`");
  const Operand piece = s.content.artifact.empty() ? Operand{} : artifact(s.content.artifact);
  Op& op = emit(OpCode::reply);
  fill_content(op, {}, s.content.with);
  op.a = to.value_or(0);
  op.b = s.error.empty() ? 0 : static_cast<std::uint32_t>(*names_.error(s.error));
  op.c = piece.bits;
}

void Compiler::compile(const steps::Discard& s, const Step&) {
  const std::uint32_t number = wait(Demand{s.matcher});
  emit(OpCode::discard).a = number;
}

void Compiler::compile(const steps::Acknowledge& s, const Step&) {
  Assembly nothing;
  const auto message = message_ref(s.message, nothing);
  if (!message)
    error("'" + s.message + "' is not a message", "acknowledge `msg`, or a message that a receive named with `as`");
  emit(OpCode::acknowledge).a = message.value_or(0);
}

}  // namespace squall::scenarios
