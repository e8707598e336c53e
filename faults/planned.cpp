// SPDX-License-Identifier: Apache-2.0
#include "faults/planned.hpp"

namespace squall::faults {
namespace {

FieldRow flag(std::string_view name, std::string_view otherwise, std::string_view about) {
  return {{name, otherwise, about}, Takes::flag};
}
FieldRow count(std::string_view name, std::string_view otherwise, std::string_view about) {
  return {{name, otherwise, about}, Takes::count};
}
FieldRow duration(std::string_view name, std::string_view otherwise, std::string_view about) {
  return {{name, otherwise, about}, Takes::duration};
}
FieldRow agents(std::string_view name, std::string_view about) { return {{name, "", about}, Takes::agents}; }

FieldRow lasts(std::string_view otherwise = "never") { return duration("lasts", otherwise, "until it is over"); }

std::vector<PlannedKind> all_planned() {
  using enum Strikes;
  return {
      // ---- messages ----
      {"message-stale-reply",
       message,
       "an answer arrives that belongs to an earlier request",
       "message-stale-reply: {from: tester, to: coder, topic: reply, nth: 2, of: 1}",
       {count("of", "1", "how many requests ago")}},
      // ---- links ----
      {"link-slow",
       link,
       "messages of the link take several times as long",
       "link-slow: {from: coder, to: tester, at: {time: 5m}, times: 10, lasts: 2m}",
       {count("times", "10", "the latency as a multiple of what was drawn for it"), lasts()}},
      {"stream-cut",
       link,
       "of several messages sent in a row the rest is lost",
       "stream-cut: {from: coder, to: tester, at: {time: 5m}, after: 3}",
       {count("after", "1", "how many still arrive")}},
      {"late-subscribe",
       link,
       "a subscription begins late: what is published before is missed",
       "late-subscribe: {to: docs, at: {time: 0s}, by: 5s}",
       {duration("by", "1s", "how much later it begins")}},
      // ---- agents ----
      // ---- tools ----
      // ---- context ----
      {"context-fork",
       context,
       "the key has two heads: writers no longer see each other; not in this kernel, whose keys keep one line of "
       "versions",
       "context-fork: {key: plan, nth: 1, lasts: 2m}",
       {lasts()}},
      {"history-reordered",
       context,
       "a reader of a history sees two entries in the wrong order; not in this kernel, whose histories keep no order",
       "history-reordered: {agent: coder, key: notes, nth: 1}",
       {}},
      // ---- resources ----
      // ---- checkpoints ----
      // ---- time ----
      {"timer-lost", timer, "a timer never strikes", "timer-lost: {agent: coder, nth: 1}", {}},
      {"timer-early",
       timer,
       "a timer strikes too early",
       "timer-early: {agent: coder, nth: 1, by: 2s}",
       {duration("by", "1s", "how much sooner")}},
      {"clock-skew",
       clock,
       "the agent's clock differs from the true time",
       "clock-skew: {agent: coder, at: {time: 0s}, by: 30s, behind: false}",
       {duration("by", "1s", "how far"), flag("behind", "false", "slow instead of fast")}},
      {"clock-jump",
       clock,
       "the agent's clock jumps once",
       "clock-jump: {agent: coder, at: {time: 5m}, by: 1h, back: false}",
       {duration("by", "1s", "how far"), flag("back", "false", "back instead of forward")}},
      // ---- membership ----
      {"detector-wrong",
       membership,
       "a failure detector takes the dead for alive or the living for dead",
       "detector-wrong: {agent: coder, nth: 1, says: down}",
       {agents("of", "whom it is wrong about")}},
      {"cancel-lost", membership, "a cancel never arrives", "cancel-lost: {agent: planner, nth: 1}", {}},
      {"cancel-late",
       membership,
       "a cancel arrives late",
       "cancel-late: {agent: planner, nth: 1, by: 30s}",
       {duration("by", "1s", "how much later")}},
      {"queue-full",
       membership,
       "an inbox takes no more for a time",
       "queue-full: {agent: tester, at: {time: 5m}, lasts: 1m}",
       {lasts("1m")}},
      // ---- shapes ----
  };
}

}  // namespace

std::span<const PlannedKind> planned_kinds() {
  static const std::vector<PlannedKind> kinds = all_planned();
  return kinds;
}

}  // namespace squall::faults
