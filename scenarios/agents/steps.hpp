// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/agents/program.hpp"
#include "sim/draw.hpp"
#include "sim/rows.hpp"

/// The steps of the workflow language as data: its sections 3 (fields) and 4 (steps), word for word.
namespace squall::scenarios {

struct GraphDesign;

using Named = std::vector<std::pair<std::string, Expression>>;

struct Content {
  Named with;
  std::string
      artifact;  ///< name of an artifact, or of a message whose artifact is passed on; default: one named as the topic
};

struct Loop {
  std::optional<Expression> times;
  std::optional<Expression> while_;  ///< asked before each round
  std::optional<Expression> until;   ///< asked after it
};

enum class Failure : std::uint8_t { fail_fast, collect };
struct Branches {
  std::uint32_t join = 0;  ///< so many must succeed, the rest is then cancelled; 0: all
  Failure failure = Failure::fail_fast;
};
inline constexpr std::uint32_t join_any = 1;

struct Over {
  std::optional<Expression> from, to;  ///< from .. to, both included
  std::string list;                    ///< or the messages of a taken list
  std::string item;                    ///< name of the element in the body
  std::uint32_t limit = 0;             ///< so many at once; 0: no limit
};

struct CallOf {
  std::optional<Expression> key;   ///< what the tool dedups on
  std::optional<Expression> for_;  ///< what the effect is, for judges; default: this agent, step and instance
  std::optional<Expression> with;
};

using sim::OnParentEnd;
struct Child {
  Named with;
  OnParentEnd on_parent_end = OnParentEnd::cancel;
};

struct Retry {
  std::uint32_t times = 1;  ///< counts all attempts
  Time backoff{};
  std::uint32_t factor = 1;
  std::optional<sim::Duration> max;
  enum class Jitter : std::uint8_t { none, full, equal } jitter = Jitter::none;
  std::vector<std::string> on;             ///< errors; empty: all but `cancelled`
  bool hint = false;                       ///< waits at least `error.retry_after`
  std::optional<sim::Probability> budget;  ///< retries are at most this part of the agent's attempts at retried steps
};

/// `otherwise: steps`, or by the error's name; `any` is every error that is not named, except `cancelled`.
struct Otherwise {
  std::vector<std::pair<std::string, Program>> branches;
  Otherwise() = default;
  Otherwise(Program steps) { branches.emplace_back("any", std::move(steps)); }  // NOLINT
  Otherwise(std::initializer_list<std::pair<std::string, Program>> by_error) : branches(by_error) {}
};

/// Fields that every step may have, in the order in which they nest, from the inside out.
struct Fields {
  std::string id;
  std::string as;
  std::optional<Time> timeout;
  std::optional<Retry> retry;
  std::optional<Time> deadline;
  std::optional<Program> undo;
  std::optional<Otherwise> otherwise;
  std::optional<Program> finally;
};

namespace steps {
struct Work {
  Time time;
  std::string makes;
  std::vector<std::string> from;
  sim::Probability wrong;
};
struct Sleep {
  Time time;
};
struct Send {
  Target to;
  std::string topic;
  Content content;
};
struct Publish {
  std::string topic;
  Content content;
};
struct Subscribe {
  std::string topic;
  Expression from_sequence;
};
struct Receive {
  Demand demand;
};
struct Ask {
  Target to;
  std::string topic;
  Content content;
};
struct Reply {
  std::string to;
  Content content;
  std::string error;
};
struct Read {
  std::string key;
};
struct Write {
  std::string key;
  std::optional<Expression> value;
};
struct Update {
  std::string key;
  Expression value;
  Guard guard;
};
struct CompareAndSet {
  std::string key;
  Expression expected;
  Expression value;
};
struct Call {
  std::string tool;
  CallOf of;
};
struct Acquire {
  std::string resource;
};
struct Renew {
  std::string resource;
};
struct Release {
  std::string resource;
};
struct If {
  Expression condition;
  Program then, otherwise;
};
struct Choose {
  std::vector<std::pair<sim::Probability, Program>> branches;
};
struct Repeat {
  Program body;
  Loop loop;
};
struct Block {
  Program body;
};
struct Parallel {
  std::vector<std::pair<std::string, Program>> branches;
  Branches join;
};
struct Map {
  Over over;
  Program body;
  Branches join;
};
struct Spawn {
  std::string agent;
  Child child;
};
struct Cancel {
  Expression agent;
  bool forced;
};
struct Watch {
  Expression agent;
  Time silence;
};
struct Checkpoint {
  std::vector<std::string> omit;
};
struct Restart {
  Time after;
};
struct Validate {
  std::string artifact;
  sim::Probability false_accept, false_reject;
};
struct Set {
  std::string name;
  Expression value;
};
struct Emit {
  std::string event;
  Expression value;
};
struct Discard {
  Matcher matcher;
};
struct Acknowledge {
  std::string message;
};
struct Fail {
  std::string error;
  std::string because;
};
struct Finish {
  bool success;
};
/// In a node of a graph: which labels are taken.
struct Route {
  std::vector<std::string> labels;
};
/// In a node of a graph: asks, gives way, and yields the answer when the body has run again from its top.
struct Interrupt {
  Target to;
  std::string topic;
  Content content;
};
/// The runtime of a graph, from its start to its end. What `Route` and `Interrupt` come to in the agents of its nodes, `lower`
/// says.
struct Runtime {
  std::shared_ptr<const GraphDesign> design;
  std::string name;           ///< of the agent that it is
  std::string around;         ///< of the runtime around a subgraph; empty: there is none
  bool waits_around = false;  ///< a question in here waits for the others of the step around it
};
}  // namespace steps

using Action =
    std::variant<steps::Work, steps::Sleep, steps::Send, steps::Publish, steps::Subscribe, steps::Receive, steps::Ask,
                 steps::Reply, steps::Read, steps::Write, steps::Update, steps::CompareAndSet, steps::Call,
                 steps::Acquire, steps::Renew, steps::Release, steps::If, steps::Choose, steps::Repeat, steps::Block,
                 steps::Parallel, steps::Map, steps::Spawn, steps::Cancel, steps::Watch, steps::Checkpoint,
                 steps::Restart, steps::Validate, steps::Set, steps::Emit, steps::Discard, steps::Acknowledge,
                 steps::Fail, steps::Finish, steps::Route, steps::Interrupt, steps::Runtime>;

struct Step {
  Action action;
  Fields fields;
  std::uint32_t mark = 0;  ///< a reader's own number of the place; comes back in what is wrong with the step
};

/// Calls `visit(const Step&)` for each step of a program at any depth, in the order in which a file would show them.
template <class Visit>
void for_each_step(const Program& program, Visit&& visit);
/// The same for the programs directly inside a step: those of its action, then those of its fields.
template <class Visit>
void for_each_part(const Step& step, Visit&& visit);

/// The word of the language for a step: `send`, `compare-and-set`.
std::string_view kind_of(const Action& action);
/// What a step acts upon, as its site name says it: `coder report` of a send, `docs` of a receive, empty where nothing.
std::string operand_of(const Action& action);

template <class Visit>
void for_each_part(const Step& step, Visit&& visit) {
  if (const auto* s = std::get_if<steps::If>(&step.action)) {
    visit(s->then);
    visit(s->otherwise);
  } else if (const auto* choice = std::get_if<steps::Choose>(&step.action)) {
    for (const auto& branch : choice->branches) visit(branch.second);
  } else if (const auto* loop = std::get_if<steps::Repeat>(&step.action)) {
    visit(loop->body);
  } else if (const auto* block = std::get_if<steps::Block>(&step.action)) {
    visit(block->body);
  } else if (const auto* parallel = std::get_if<steps::Parallel>(&step.action)) {
    for (const auto& branch : parallel->branches) visit(branch.second);
  } else if (const auto* map = std::get_if<steps::Map>(&step.action)) {
    visit(map->body);
  }
  if (step.fields.undo) visit(*step.fields.undo);
  if (step.fields.otherwise) {
    for (const auto& branch : step.fields.otherwise->branches) visit(branch.second);
  }
  if (step.fields.finally) visit(*step.fields.finally);
}

template <class Visit>
void for_each_step(const Program& program, Visit&& visit) {
  for (const Step& step : program.steps) {
    visit(step);
    for_each_part(step, [&](const Program& part) { for_each_step(part, visit); });
  }
}

}  // namespace squall::scenarios
