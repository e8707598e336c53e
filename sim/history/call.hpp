// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/history/history.hpp"

namespace squall::sim::history {

/// What a call does to its object, its answer included. The letters are the values `a` and `b` of the call.
enum class Act : std::uint8_t {
  read,           ///< sees a
  write,          ///< makes it a
  cas,            ///< sees a, makes it b
  acquire,        ///< by a
  release,        ///< by a
  enqueue,        ///< a
  dequeue,        ///< takes a
  dequeue_empty,  ///< finds nothing
  dequeue_any,    ///< takes what nobody knows
  add,            ///< a
  read_set,       ///< sees the list a, in any order
  append,         ///< a
  read_list,      ///< sees the list a
  txn             ///< the list a of [act, key, value]
};

/// One operation as a sequential object sees it. What failed is none, nor is what says nothing: a read whose answer
/// nobody knows.
struct Call {
  Act act = Act::read;
  ValueId a = nil, b = nil;
  Moment invoked = 0;
  Moment returned = never;      ///< `never`: it may take effect at any time after its invocation, or not at all
  Moment useful_until = never;  ///< of one that never returns: behind this moment nobody can see any more that it was
  std::uint32_t operation = 0;  ///< row in History::operations

  bool optional() const { return returned == never; }
};

/// The calls to one object, in the order of their invocations.
struct ObjectCalls {
  ValueId key = nil;  ///< nil: there is only one object
  std::vector<Call> calls;
};

}  // namespace squall::sim::history
