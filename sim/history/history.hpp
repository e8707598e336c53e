// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "sim/history/values.hpp"

/// What was asked of shared objects and what they answered, from a run of ours or recorded somewhere else. Checkers say
/// whether an object of a stated kind could have answered so.
namespace squall::sim::history {

/// A moment of a history: only the order counts. Of a recorded history it is the line, of a run the number of the event;
/// no two moments are equal.
using Moment = std::uint32_t;
inline constexpr Moment never = std::numeric_limits<Moment>::max();

enum class Function : std::uint8_t {
  read,
  write,
  cas,  ///< compare and set
  acquire,
  release,
  enqueue,
  dequeue,
  add,     ///< to a set
  append,  ///< to a list
  txn      ///< several at once
};
std::string_view function_name(Function function);

/// What is known of an operation's end.
enum class Outcome : std::uint8_t {
  ok,    ///< it took effect between the invocation and the return
  fail,  ///< it did not take effect
  info   ///< nobody knows: it may take effect at any later time, or never. So is what never returned
};

/// One operation. Its process is whoever asked: a thread, a client, an activation.
struct Operation {
  Function function = Function::read;
  Outcome outcome = Outcome::info;
  ValueId process = nil;
  ValueId key = nil;       ///< which object, where that is said apart from the value; nil: not said
  ValueId asked = nil;     ///< the value at the invocation; of a compare-and-set the list [expected, new]
  ValueId answered = nil;  ///< the value at the return
  Moment invoked = 0;
  Moment returned = never;       ///< when it was said how it ended; `never` where nothing was said
  std::int64_t invoked_ns = -1;  ///< for pictures only; -1: unknown
  std::int64_t returned_ns = -1;

  /// When it must have taken effect at the latest.
  Moment deadline() const { return outcome == Outcome::ok ? returned : never; }
  /// What it came to: what is read is known at the return, what is written already at the invocation.
  ValueId value() const { return outcome == Outcome::ok && answered != nil ? answered : asked; }
};

/// Operations in the order of their invocations, and the values they speak of. A process may have several at once.
struct History {
  Values values;
  std::vector<Operation> operations;
};

}  // namespace squall::sim::history
