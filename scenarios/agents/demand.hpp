// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/agents/expression.hpp"

namespace squall::scenarios {

/// Which messages: `topic("vote").from("tester").where(var("msg.round") == var("round"))`. In `where`, `msg` is the candidate.
struct Matcher {
  std::string topic;                 ///< empty: any
  std::optional<Expression> sender;  ///< an agent, or a group: any member of it
  std::optional<Expression> property;

  Matcher(const char* t) : topic(t) {}             // NOLINT: `receive("task")`
  Matcher(std::string t) : topic(std::move(t)) {}  // NOLINT
  Matcher& from(const char* agent) { return from(var(agent)); }
  Matcher& from(std::string agent) { return from(var(std::move(agent))); }
  Matcher& from(Expression agent) {
    sender = std::move(agent);
    return *this;
  }
  Matcher& where(Expression condition) {
    property = std::move(condition);
    return *this;
  }
};
inline Matcher topic(std::string name) { return {std::move(name)}; }

/// What a `receive` waits for. Nothing is taken until the whole demand can be met, then all at once.
struct Demand {
  struct Part {
    Matcher matcher;
    std::uint16_t count_min = 1;
    std::uint16_t count_max = 1;  ///< waits for so many; at its timeout `count_min` suffice
    bool distinct = false;        ///< one message from each sender at most
  };
  std::vector<Part> parts;
  bool all = false;  ///< every part, else the first that can be met

  Demand(const char* topic) : parts{{topic}} {}             // NOLINT: `receive("task")`
  Demand(std::string topic) : parts{{std::move(topic)}} {}  // NOLINT
  Demand(Matcher matcher) : parts{{std::move(matcher)}} {}  // NOLINT
  Demand(bool every, std::initializer_list<Matcher> matchers) : all(every) {
    for (const Matcher& matcher : matchers) parts.push_back({matcher});
  }
  /// So many messages of the only part: the result is a list in order of arrival.
  Demand& times(std::uint16_t count) { return times(count, count); }
  Demand& times(std::uint16_t least, std::uint16_t most) {
    parts[0].count_min = least;
    parts[0].count_max = most;
    return *this;
  }
  Demand& from_distinct_senders() {
    parts[0].distinct = true;
    return *this;
  }
  bool is_list() const { return (all && parts.size() > 1) || parts[0].count_max > 1; }
};
inline Demand any_of(std::initializer_list<Matcher> matchers) { return {false, matchers}; }
inline Demand all_of(std::initializer_list<Matcher> matchers) { return {true, matchers}; }
inline Demand each(Matcher matcher) { return {std::move(matcher)}; }

/// To whom: an agent, a group (one to each member), an expression that yields an agent, or a list of these.
struct Target {
  std::vector<Expression> each;
  Target(const char* agent) : each{var(agent)} {}             // NOLINT: `send("coder", "task")`
  Target(std::string agent) : each{var(std::move(agent))} {}  // NOLINT
  Target(Expression agent) : each{std::move(agent)} {}        // NOLINT
  Target(std::initializer_list<const char*> agents) {
    for (const char* agent : agents) each.push_back(var(agent));
  }
};

enum class Guard : std::uint8_t { none, cas, lock };

}  // namespace squall::scenarios
