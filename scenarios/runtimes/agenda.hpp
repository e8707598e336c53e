// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

/// Which nodes a runtime has still to ask, and which to tell, in the order of their numbers.
///
/// Of a large graph that is kept, in the runtime's own words; of a small one every node is looked at. But whom to ask is
/// noted wherever that need not outlive the event: without supersteps every token is asked for in the event that brings it.
/// All of them find the same nodes in the same order.
class Agenda {
 public:
  Agenda(const RuntimePlan& plan, RuntimeState& state)
      : plan_(plan),
        state_(state),
        notes_asks_(plan.large || (!plan.rules.supersteps() && plan.nodes.size() <= noted_max)) {}

  /// The next node from `n` on whose join may have another answer than before, which is then no longer noted; the number of
  /// nodes where there is none. A join answers by the tokens on its edges alone: what waits goes on doing so until one comes.
  std::uint32_t next_to_ask(std::uint32_t n, bool deferred);
  void note_to_ask(std::uint32_t n) {
    if (notes_asks_) to_ask(plan_.nodes[n].defer).insert(n);
  }

  /// The next node from `n` on with runs that its agent has not been told of; not for counted workers.
  std::uint32_t next_to_tell(std::uint32_t n);
  /// Its first run that its agent was not told of. Requires: it has no other.
  void note_to_tell(std::uint32_t n);
  /// It has none any more, and its agent was told of none of them.
  void forget_to_tell(std::uint32_t n);

  // Where workers are counted.
  std::int64_t busy();
  void none_is_busy() {
    if (counts()) state_.busy() = 0;
  }
  void worker_is_free() {
    if (counts()) --state_.busy();
  }
  /// Whom the policy tells first, among equal ones who could run first; the number of nodes where there is none.
  std::uint32_t first_in_line();
  /// The first in line has been given to a worker.
  void told_by_worker(std::uint32_t n);

 private:
  static constexpr std::size_t noted_max = 1'024;

  NumberSet to_ask(bool deferred) {
    return plan_.large ? state_.to_ask(deferred) : NumberSet{noted_, plan_.nodes.size()};
  }
  bool counts() const { return plan_.large && plan_.workers != 0; }
  auto order_of() const {
    return [this](std::size_t n) { return std::pair{plan_.nodes[n].order, state_.since(n)}; };
  }
  auto line() const { return NumberHeap{state_.line(), order_of()}; }

  const RuntimePlan& plan_;
  RuntimeState& state_;
  bool notes_asks_;
  std::int64_t noted_[noted_max / 64 + 1] = {};
};

}  // namespace squall::scenarios
