// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/ids.hpp"

namespace squall::sim {

/// What can be seen of a run. Judges and traces live on these alone: "lost" carries no cause.
enum class Seen : std::uint8_t {
  arrived,      ///< an instance began
  sent,         ///< `row` message (in flight), `agent` -> `other`, `topic`
  lost,         ///< a message will not arrive; `topic`, `agent` -> `other`, `row` message
  delivered,    ///< `row` message reached `agent`
  dead_letter,  ///< `row` message reached an agent that takes nothing any more
  dropped,      ///< `row` message refused by a full inbox of `agent`
  consumed,     ///< `row` message was taken by `agent`
  waited,       ///< an activation of `agent` began to wait
  resumed,      ///< its wait is over
  timed_out,    ///< a timeout or deadline of `agent` struck
  began,        ///< a shared step of `agent` began; `detail` is its pc
  wrote,        ///< `agent` wrote key `detail`; `value` as given, `row` the version it became (no_row: it was lost)
  read,         ///< `agent` read key `detail`; `value` is the version, `row` its artifact
  conflicted,   ///< an operation on key `detail` was refused; `value` error, `row` the version now
  effect,  ///< a tool's effect happened; `detail` tool, `row` call, `value` how often by now (where effects are kept, else 1)
  replied,      ///< a call's answer reached `agent`; `row` call, `value` error
  acquired,     ///< `detail` resource, `value` token
  released,     ///< `detail` resource, `value` token
  expired,      ///< a lease of `agent` ran out; `detail` resource, `value` token
  disowned,     ///< `agent` was told that it does not hold resource `detail` (any more)
  interrupted,  ///< a crash of `agent` takes an activation; `value` 1: what it did may begin again
  crashed,      ///< `agent`
  hung,         ///< `agent` does nothing any more
  restarted,    ///< `agent`
  spawned,      ///< `other` by `agent`
  cancelled,    ///< an activation of `agent` was asked to stop; `value` 1: forced
  made,         ///< `agent` made artifact `row`
  validated,    ///< `agent` checked artifact `row`; `value` 1 accepted
  failed,  ///< an activation of `agent` ended failed; `detail` error, `row` number of the text that says why (no_row: none)
  finished,    ///< an activation of `agent` ended
  reported,    ///< `agent` reported the outcome `value` of its instance
  emitted,     ///< `agent` emitted event `detail`; `value`
  discarded,   ///< `row` message was thrown away by `agent`
  late_reply,  ///< `row` message answered a request nobody waits for
  acked,       ///< `agent` acknowledged message `row`
  closed,      ///< nothing of the instance can happen any more
  turned,      ///< `agent` had a turn: its variables may be others
  count
};

using SeenMask = std::uint64_t;
constexpr SeenMask bit(Seen kind) { return SeenMask{1} << static_cast<unsigned>(kind); }
template <class... Kinds>
constexpr SeenMask bits(Kinds... kinds) {
  return (bit(kinds) | ...);
}

struct Observation {
  Seen kind = Seen::arrived;
  TopicId topic = any_topic;
  AgentId agent = nobody;
  AgentId other = nobody;
  Row activation = no_row;
  Row instance = no_row;
  Row row = no_row;
  std::uint32_t detail = 0;
  std::int64_t value = 0;
};

class World;
struct Model;

/// Sees every observation it asked for, outside the world: a trace, coverage, the recorder of a plan. Never changes a run.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual SeenMask listens() const { return ~SeenMask{0}; }
  virtual void on(const Model&, const World&, const Observation&) = 0;
  /// Where the next observation had best be written, for `on` to be called with it.
  Observation& place() const { return *place_; }

 protected:
  Sink() = default;
  Sink(const Sink&) noexcept {}
  Sink& operator=(const Sink&) noexcept {  // NOLINT(bugprone-unhandled-self-assignment): it does the same then
    place_ = &passing_;
    return *this;
  }

  /// For a sink that keeps what it sees, which may lay it where it shall stay. To copy what was written in pieces a moment ago
  /// makes a processor wait until the pieces have reached its cache, longer than all else about an observation takes.
  Observation passing_{};
  Observation* place_ = &passing_;
};

}  // namespace squall::sim
