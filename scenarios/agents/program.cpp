// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/program.hpp"

#include <cassert>

namespace squall::scenarios {

Program::Program() = default;
Program::Program(const Program&) = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(const Program&) = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

const Fields& no_fields() {
  static const Fields none;
  return none;
}
const Content& no_content() {
  static const Content none;
  return none;
}
const Loop& for_ever() {
  static const Loop loop;
  return loop;
}
const Branches& all_of_them() {
  static const Branches branches;
  return branches;
}
const CallOf& plain_call() {
  static const CallOf call;
  return call;
}
const Child& plain_child() {
  static const Child child;
  return child;
}

Program& Program::add(Step step) {
  steps.push_back(std::move(step));
  return *this;
}

Program& Program::work(Time time, const Fields& fields) {
  return add({steps::Work{std::move(time), {}, {}, {}}, fields});
}
Program& Program::makes(std::string artifact, std::vector<std::string> from, sim::Probability wrong) {
  assert(!steps.empty() && std::holds_alternative<steps::Work>(steps.back().action) && "`makes` belongs to a `work`");
  auto& work = std::get<steps::Work>(steps.back().action);
  work.makes = std::move(artifact);
  work.from = std::move(from);
  work.wrong = wrong;
  return *this;
}
Program& Program::sleep(Time time, const Fields& fields) { return add({steps::Sleep{std::move(time)}, fields}); }

Program& Program::send(Target to, std::string topic, const Content& content, const Fields& fields) {
  return add({steps::Send{std::move(to), std::move(topic), content}, fields});
}
Program& Program::publish(std::string topic, const Content& content, const Fields& fields) {
  return add({steps::Publish{std::move(topic), content}, fields});
}
Program& Program::subscribe(std::string topic, Expression from_sequence, const Fields& fields) {
  return add({steps::Subscribe{std::move(topic), std::move(from_sequence)}, fields});
}
Program& Program::receive(Demand demand, const Fields& fields) {
  return add({steps::Receive{std::move(demand)}, fields});
}
Program& Program::ask(Target to, std::string topic, const Content& content, const Fields& fields) {
  return add({steps::Ask{std::move(to), std::move(topic), content}, fields});
}
Program& Program::reply(const Content& content, std::string to, const Fields& fields) {
  return add({steps::Reply{std::move(to), content, {}}, fields});
}
Program& Program::reply_error(std::string error, std::string to, const Fields& fields) {
  return add({steps::Reply{std::move(to), {}, std::move(error)}, fields});
}
Program& Program::discard(Matcher matcher, const Fields& fields) {
  return add({steps::Discard{std::move(matcher)}, fields});
}
Program& Program::acknowledge(std::string message, const Fields& fields) {
  return add({steps::Acknowledge{std::move(message)}, fields});
}

Program& Program::read(std::string key, const Fields& fields) { return add({steps::Read{std::move(key)}, fields}); }
Program& Program::write(std::string key, const Fields& fields) {
  return add({steps::Write{std::move(key), std::nullopt}, fields});
}
Program& Program::write(std::string key, Expression value, const Fields& fields) {
  return add({steps::Write{std::move(key), std::move(value)}, fields});
}
Program& Program::update(std::string key, Expression value, Guard guard, const Fields& fields) {
  return add({steps::Update{std::move(key), std::move(value), guard}, fields});
}
Program& Program::compare_and_set(std::string key, Expression expected, Expression value, const Fields& fields) {
  return add({steps::CompareAndSet{std::move(key), std::move(expected), std::move(value)}, fields});
}

Program& Program::call(std::string tool, const CallOf& of, const Fields& fields) {
  return add({steps::Call{std::move(tool), of}, fields});
}
Program& Program::acquire(std::string resource, const Fields& fields) {
  return add({steps::Acquire{std::move(resource)}, fields});
}
Program& Program::renew(std::string resource, const Fields& fields) {
  return add({steps::Renew{std::move(resource)}, fields});
}
Program& Program::release(std::string resource, const Fields& fields) {
  return add({steps::Release{std::move(resource)}, fields});
}

Program& Program::if_(Expression condition, Program then, Program otherwise, const Fields& fields) {
  return add({steps::If{std::move(condition), std::move(then), std::move(otherwise)}, fields});
}
Program& Program::choose(std::vector<std::pair<sim::Probability, Program>> branches, const Fields& fields) {
  return add({steps::Choose{std::move(branches)}, fields});
}
Program& Program::repeat(Program body, const Loop& loop, const Fields& fields) {
  return add({steps::Repeat{std::move(body), loop}, fields});
}
Program& Program::block(Program body, const Fields& fields) { return add({steps::Block{std::move(body)}, fields}); }
Program& Program::parallel(std::vector<std::pair<std::string, Program>> branches, const Branches& join,
                           const Fields& fields) {
  return add({steps::Parallel{std::move(branches), join}, fields});
}
Program& Program::map(const Over& over, Program body, const Branches& join, const Fields& fields) {
  return add({steps::Map{over, std::move(body), join}, fields});
}
Program& Program::set(std::string name, Expression value, const Fields& fields) {
  return add({steps::Set{std::move(name), std::move(value)}, fields});
}
Program& Program::fail(std::string because, const Fields& fields) {
  return add({steps::Fail{"failed", std::move(because)}, fields});
}
Program& Program::fail_with(std::string error, std::string because, const Fields& fields) {
  return add({steps::Fail{std::move(error), std::move(because)}, fields});
}
Program& Program::finish(bool success, const Fields& fields) { return add({steps::Finish{success}, fields}); }

Program& Program::spawn(std::string agent, const Child& child, const Fields& fields) {
  return add({steps::Spawn{std::move(agent), child}, fields});
}
Program& Program::cancel(Expression agent, bool forced, const Fields& fields) {
  return add({steps::Cancel{std::move(agent), forced}, fields});
}
Program& Program::watch(Expression agent, Time silence, const Fields& fields) {
  return add({steps::Watch{std::move(agent), std::move(silence)}, fields});
}
Program& Program::checkpoint(std::vector<std::string> omit, const Fields& fields) {
  return add({steps::Checkpoint{std::move(omit)}, fields});
}
Program& Program::restart(Time after, const Fields& fields) { return add({steps::Restart{std::move(after)}, fields}); }

Program& Program::validate(std::string artifact, sim::Probability false_accept, sim::Probability false_reject,
                           const Fields& fields) {
  return add({steps::Validate{std::move(artifact), false_accept, false_reject}, fields});
}
Program& Program::emit(std::string event, Expression value, const Fields& fields) {
  return add({steps::Emit{std::move(event), std::move(value)}, fields});
}

namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

std::string names(const Target& target) {
  std::string text;
  for (const Expression& each : target.each) {
    if (!text.empty()) text += ' ';
    text += each.kind() == Expression::Kind::name ? each.text() : "expression";
  }
  return text;
}

std::string topics(const Demand& demand) {
  std::string text;
  for (const Demand::Part& part : demand.parts) {
    if (!text.empty()) text += ' ';
    text += part.matcher.topic.empty() ? "any" : part.matcher.topic;
  }
  return text;
}

std::string name_of(const Expression& e) { return e.kind() == Expression::Kind::name ? e.text() : "expression"; }

}  // namespace

std::string_view kind_of(const Action& action) {
  constexpr std::string_view kinds[] = {
      "work",  "sleep",      "send",    "publish",         "subscribe", "receive", "ask",     "reply",
      "read",  "write",      "update",  "compare-and-set", "call",      "acquire", "renew",   "release",
      "if",    "choose",     "repeat",  "block",           "parallel",  "map",     "spawn",   "cancel",
      "watch", "checkpoint", "restart", "validate",        "set",       "emit",    "discard", "ack",
      "fail",  "finish",     "route",   "interrupt",       "runtime"};
  static_assert(std::size(kinds) == std::variant_size_v<Action>);
  return kinds[action.index()];
}

std::string operand_of(const Action& action) {
  return std::visit(Match{[](const steps::Work& s) { return s.makes; },
                          [](const steps::Send& s) { return names(s.to) + " " + s.topic; },
                          [](const steps::Publish& s) { return s.topic; },
                          [](const steps::Subscribe& s) { return s.topic; },
                          [](const steps::Receive& s) { return topics(s.demand); },
                          [](const steps::Ask& s) { return names(s.to) + " " + s.topic; },
                          [](const steps::Read& s) { return s.key; },
                          [](const steps::Write& s) { return s.key; },
                          [](const steps::Update& s) { return s.key; },
                          [](const steps::CompareAndSet& s) { return s.key; },
                          [](const steps::Call& s) { return s.tool; },
                          [](const steps::Acquire& s) { return s.resource; },
                          [](const steps::Renew& s) { return s.resource; },
                          [](const steps::Release& s) { return s.resource; },
                          [](const steps::Map& s) { return s.over.item; },
                          [](const steps::Spawn& s) { return s.agent; },
                          [](const steps::Cancel& s) { return name_of(s.agent); },
                          [](const steps::Watch& s) { return name_of(s.agent); },
                          [](const steps::Validate& s) { return s.artifact; },
                          [](const steps::Set& s) { return s.name; },
                          [](const steps::Emit& s) { return s.event; },
                          [](const steps::Discard& s) { return s.matcher.topic; },
                          [](const steps::Acknowledge& s) { return s.message; },
                          [](const steps::Fail& s) { return s.error; },
                          [](const steps::Interrupt& s) { return names(s.to) + " " + s.topic; },
                          [](const steps::Finish& s) { return std::string{s.success ? "success" : "failure"}; },
                          [](const auto&) { return std::string{}; }},
                    action);
}

}  // namespace squall::scenarios
