// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "scenarios/agents/demand.hpp"
#include "scenarios/agents/expression.hpp"
#include "scenarios/agents/times.hpp"

namespace squall::scenarios {

struct Step;
struct Fields;
struct Content;
struct Loop;
struct Branches;
struct Over;
struct CallOf;
struct Child;
const Fields& no_fields();
const Content& no_content();
const Loop& for_ever();
const Branches& all_of_them();
const CallOf& plain_call();
const Child& plain_child();

/// A step program: a value that reads from top to bottom. The same whether a workflow file or C++ wrote it; it can be
/// listed, checked before it runs, and compiled (`Workflow::build`), which reports every error that it has.
///
///     program().receive("task").work(lognormal(30s, 2min)).makes("code").send("tester", "code")
///
/// What each step means is said in the workflow language; the last argument takes the fields that every step may have:
/// `.receive("report", {.timeout = 5min, .otherwise = program().fail("the tester is silent")})`.
class Program {
 public:
  std::vector<Step> steps;

  Program();
  Program(const Program&);
  Program(Program&&) noexcept;
  Program& operator=(const Program&);
  Program& operator=(Program&&) noexcept;
  ~Program();

  // Time.
  Program& work(Time time, const Fields& = no_fields());
  /// Of the last step, a `work`: the artifact that it makes, what that derives from, how often it is unsound.
  Program& makes(std::string artifact, std::vector<std::string> from = {}, sim::Probability wrong = {});
  Program& sleep(Time time, const Fields& = no_fields());

  // Messages.
  Program& send(Target to, std::string topic, const Content& = no_content(), const Fields& = no_fields());
  Program& publish(std::string topic, const Content& = no_content(), const Fields& = no_fields());
  /// From the messages that the topic retains: those from now on; from its start; from a sequence number on.
  Program& subscribe(std::string topic, Expression from_sequence = -1, const Fields& = no_fields());
  Program& receive(Demand demand, const Fields& = no_fields());
  Program& ask(Target to, std::string topic, const Content& = no_content(), const Fields& = no_fields());
  Program& reply(const Content& = no_content(), std::string to = "msg", const Fields& = no_fields());
  Program& reply_error(std::string error, std::string to = "msg", const Fields& = no_fields());
  Program& discard(Matcher matcher, const Fields& = no_fields());
  Program& acknowledge(std::string message = "msg", const Fields& = no_fields());

  // Shared context.
  Program& read(std::string key, const Fields& = no_fields());
  /// Without a value: the artifact that is named as the key.
  Program& write(std::string key, const Fields& = no_fields());
  Program& write(std::string key, Expression value, const Fields& = no_fields());
  Program& update(std::string key, Expression value_from_old, Guard guard = Guard::none, const Fields& = no_fields());
  Program& compare_and_set(std::string key, Expression expected_version, Expression value, const Fields& = no_fields());

  // Tools and resources.
  Program& call(std::string tool, const CallOf& = plain_call(), const Fields& = no_fields());
  Program& acquire(std::string resource, const Fields& = no_fields());
  Program& renew(std::string resource, const Fields& = no_fields());
  Program& release(std::string resource, const Fields& = no_fields());

  // Control.
  Program& if_(Expression condition, Program then, Program otherwise = {}, const Fields& = no_fields());
  /// One of the branches by chance; the last one takes what chance is left.
  Program& choose(std::vector<std::pair<sim::Probability, Program>> branches, const Fields& = no_fields());
  Program& repeat(Program body, const Loop& = for_ever(), const Fields& = no_fields());
  Program& block(Program body, const Fields& = no_fields());
  Program& parallel(std::vector<std::pair<std::string, Program>> branches, const Branches& = all_of_them(),
                    const Fields& = no_fields());
  Program& map(const Over& over, Program body, const Branches& = all_of_them(), const Fields& = no_fields());
  Program& set(std::string name, Expression value, const Fields& = no_fields());
  Program& fail(std::string because, const Fields& = no_fields());
  Program& fail_with(std::string error, std::string because = {}, const Fields& = no_fields());
  Program& finish(bool success = true, const Fields& = no_fields());

  // Other agents, and what outlives a crash.
  Program& spawn(std::string agent, const Child& = plain_child(), const Fields& = no_fields());
  Program& cancel(Expression agent, bool forced = false, const Fields& = no_fields());
  Program& watch(Expression agent, Time silence = Time{sim::Duration{std::chrono::seconds{30}}},
                 const Fields& = no_fields());
  Program& checkpoint(std::vector<std::string> omit = {}, const Fields& = no_fields());
  Program& restart(Time after = Time{sim::Duration{}}, const Fields& = no_fields());

  // What is said about the work.
  Program& validate(std::string artifact, sim::Probability false_accept = {}, sim::Probability false_reject = {},
                    const Fields& = no_fields());
  Program& emit(std::string event, Expression value = 0, const Fields& = no_fields());

  Program& add(Step step);
};

inline Program program() { return {}; }

}  // namespace squall::scenarios

#include "scenarios/agents/steps.hpp"
