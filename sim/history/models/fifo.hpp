// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "sim/history/machine.hpp"

namespace squall::sim::history {

/// A queue that leaves the order of its enqueues open until a dequeue tells it. Its calls are dequeues only; a state is which
/// enqueues they have taken.
///
/// A dequeue may take an item if no other item that is left was certainly put in before it: its enqueue had returned before
/// the other one was invoked. Of equal items it takes the one whose enqueue returned first: whatever could follow could
/// follow then too, by exchanging the two. So an order of the dequeues says all, and no order of the enqueues is tried.
/// What a dequeue of unknown end took is a choice of its own for each value of which more was put in than is seen to be
/// taken. Dequeues that found nothing are not for this machine: whether they may depends on how early others took effect.
class FifoMachine final : public Machine {
 public:
  /// `calls`: all calls to the queue, in the order of their invocations.
  FifoMachine(const Values& values, std::span<const Call> calls);

  /// The dequeues among `calls`; one of unknown end once for each value it may have taken.
  const std::vector<Call>& dequeues() const { return dequeues_; }

  void at(Moment now) override { now_ = now; }
  State initial() override { return states_.list(std::vector<ValueId>{0, 0}); }
  State step(State state, const Call& call) override;
  std::string state_text(State state) const override;

 private:
  struct Item {
    ValueId value;
    Moment invoked, returned;
  };

  const Values& values_;
  std::vector<Item> items_;   ///< of enqueues that returned, by invocation
  std::vector<Item> unsure_;  ///< of those that did not
  std::vector<Moment> unsure_takers_;
  std::vector<Call> dequeues_;
  /// [used dequeues of unknown end, first item that is left, those behind it that are taken..., unsure ones that are taken
  /// from `items_.size()` on...]
  Values states_;
  std::vector<ValueId> state_;
  Moment now_ = 0;
};

}  // namespace squall::sim::history
