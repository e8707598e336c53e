// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/agents/expression.hpp"
#include "sim/time.hpp"

/// What a workflow says must hold: claims over what happens and over the world as it stands. The same whether a workflow
/// file or C++ wrote them; `Workflow::build` checks and compiles them.
namespace squall::scenarios {

/// Which events: `received("task").to("coder").where(var("event.n") > 2)`. In `where`, `event` is the event: its message's
/// fields, `event.topic`, `event.from`, `event.to`, and `event.value` of what was written, emitted or answered.
struct Pattern {
  enum class Kind : std::uint8_t {
    sent,         ///< a message of topic `what`
    received,     ///< the same, taken by its receiver
    ran,          ///< the step `what`, as `agent.id`, began
    wrote,        ///< key `what`, and the write was kept
    effect,       ///< of tool `what`
    emitted,      ///< event `what`
    ended,        ///< an activation of agent `what`, whether well or not
    failed,       ///< an activation of agent `what`
    dead_letter,  ///< a message of topic `what`
    outcome       ///< `what` is reported: success or failure
  };
  Kind kind = Kind::sent;
  std::string what;      ///< empty: any
  std::string sender;    ///< who sent it, or did it; empty: anybody
  std::string receiver;  ///< of a message; empty: anybody
  std::optional<Expression> property;
  std::uint32_t mark = 0;  ///< a reader's own number of the place; comes back in what is wrong with it

  Pattern& from(std::string agent) {
    sender = std::move(agent);
    return *this;
  }
  Pattern& to(std::string agent) {
    receiver = std::move(agent);
    return *this;
  }
  Pattern& where(Expression condition) {
    property = std::move(condition);
    return *this;
  }
};

/// A condition on the world: `now`, `outcome`, `context.KEY`, `resources.NAME.held`, `effects("tool")`,
/// `agents.NAME.state` (`down ended idle waiting working`), `.inbox`, `.vars.NAME`; `every("agents", "a", …)` and its
/// like over `a.name a.state a.inbox`; `counted(i)`: how many events of pattern i of `patterns` there have been. What
/// belongs to an instance is that of the instance in which something happens.
struct Condition {
  Expression expression;
  std::vector<Pattern> patterns;
  std::uint32_t mark = 0;

  Condition(Expression e) : expression(std::move(e)) {}  // NOLINT: a condition is an expression
  Condition(Expression e, std::vector<Pattern> counted) : expression(std::move(e)), patterns(std::move(counted)) {}
};
inline Expression effects(const std::string& tool) { return var("effects." + tool); }
inline Expression counted(std::size_t pattern) { return var("count." + std::to_string(pattern)); }

/// One claim of a workflow's own. Each is asked for every instance by itself.
struct Claim {
  using Subject = std::variant<Condition, Pattern>;
  enum class Kind : std::uint8_t {
    always,      ///< `that`, a condition, holds after every event
    never,       ///< `that` does not hold after any event; or no such event happens
    eventually,  ///< `that` comes true before the end of the instance, and `within` its arrival
    leads_to,  ///< after each event `that` comes one `then`, `within` so long; `by`: with the same value of that field
    precedes,  ///< no event `then` before the first event `that`
    at_most,   ///< no more than `n` events `that`, counted anew after each event `after`
    sometimes  ///< `that` comes true in some run of a campaign
  };
  Kind kind = Kind::always;
  std::string name;  ///< default: the keyword
  std::string because;
  Subject that = Condition{Expression{true}};
  std::optional<Pattern> then;
  std::optional<Pattern> after;
  std::optional<sim::Duration> within;
  std::string by;
  std::uint32_t n = 0;
  std::uint32_t mark = 0;

  Claim& named(std::string own_name) {
    name = std::move(own_name);
    return *this;
  }
  Claim& why(std::string reason) {
    because = std::move(reason);
    return *this;
  }
};

/// The words in which claims are written: `claims::never(claims::sent("task").to("docs"))`.
namespace claims {

inline Pattern pattern(Pattern::Kind kind, std::string what) { return {.kind = kind, .what = std::move(what)}; }
inline Pattern sent(std::string topic = {}) { return pattern(Pattern::Kind::sent, std::move(topic)); }
inline Pattern received(std::string topic = {}) { return pattern(Pattern::Kind::received, std::move(topic)); }
inline Pattern ran(std::string step) { return pattern(Pattern::Kind::ran, std::move(step)); }
inline Pattern wrote(std::string key = {}) { return pattern(Pattern::Kind::wrote, std::move(key)); }
inline Pattern effect(std::string tool = {}) { return pattern(Pattern::Kind::effect, std::move(tool)); }
inline Pattern emitted(std::string event = {}) { return pattern(Pattern::Kind::emitted, std::move(event)); }
inline Pattern ended(std::string agent = {}) { return pattern(Pattern::Kind::ended, std::move(agent)); }
inline Pattern failed(std::string agent = {}) { return pattern(Pattern::Kind::failed, std::move(agent)); }
inline Pattern dead_letter(std::string topic = {}) { return pattern(Pattern::Kind::dead_letter, std::move(topic)); }
inline Pattern outcome(std::string which = {}) { return pattern(Pattern::Kind::outcome, std::move(which)); }

inline Claim always(Condition condition) { return {.kind = Claim::Kind::always, .that = std::move(condition)}; }
inline Claim never(Claim::Subject that) { return {.kind = Claim::Kind::never, .that = std::move(that)}; }
inline Claim eventually(Claim::Subject that, std::optional<sim::Duration> within = {}) {
  return {.kind = Claim::Kind::eventually, .that = std::move(that), .within = within};
}
inline Claim sometimes(Claim::Subject that) { return {.kind = Claim::Kind::sometimes, .that = std::move(that)}; }
inline Claim precedes(Pattern first, Pattern then) {
  return {.kind = Claim::Kind::precedes, .that = std::move(first), .then = std::move(then)};
}
inline Claim leads_to(Pattern when, Pattern then, std::optional<sim::Duration> within = {}, std::string by = {}) {
  return {.kind = Claim::Kind::leads_to,
          .that = std::move(when),
          .then = std::move(then),
          .within = within,
          .by = std::move(by)};
}
inline Claim at_most(std::uint32_t n, Pattern of, std::optional<Pattern> after = {}) {
  return {.kind = Claim::Kind::at_most, .that = std::move(of), .after = std::move(after), .n = n};
}

}  // namespace claims

/// The word of the language for a kind of claim: `leads-to`.
std::string_view keyword(Claim::Kind kind);

}  // namespace squall::scenarios
