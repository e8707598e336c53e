// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/history/models.hpp"

namespace squall::sim::history {

/// Its state is the value it holds.
class RegisterMachine final : public Machine {
 public:
  RegisterMachine(const Values& values, ValueId initial) : values_{values}, initial_{initial} {}
  State initial() override { return initial_; }
  State step(State state, const Call& call) override {
    switch (call.act) {
      case Act::read: return call.a == state ? state : impossible;
      case Act::write: return call.a;
      case Act::cas: return call.a == state ? call.b : impossible;
      default: return impossible;
    }
  }
  bool overwrites(const Call& call) const override { return call.act == Act::write; }
  bool observes(const Call& call) const override {
    return call.act == Act::read || (call.act == Act::cas && call.a == call.b);
  }
  std::vector<State> any_state(const std::vector<Call>& calls) override;
  std::string state_text(State state) const override;

 private:
  static constexpr State something_else = 0xffff'fffeU;  ///< a value that nobody speaks of
  const Values& values_;
  ValueId initial_;
};

/// Free is 0; else the holder and one. Of a lock that anyone may release the holder is always nil.
class MutexMachine final : public Machine {
 public:
  explicit MutexMachine(const Values& values) : values_{values} {}
  State initial() override { return 0; }
  State step(State state, const Call& call) override {
    if (call.act == Act::acquire) return state == 0 ? call.a + 1 : impossible;
    return state == call.a + 1 ? 0 : impossible;
  }
  std::vector<State> any_state(const std::vector<Call>& calls) override;
  std::string state_text(State state) const override;

 private:
  const Values& values_;
};

/// Objects whose states are lists of values. Each different list has a number.
class ListsMachine : public Machine {
 public:
  explicit ListsMachine(const Values& values) : values_{values} {}
  State initial() override { return lists_.list({}); }
  std::string state_text(State state) const override;

 protected:
  using Items = std::vector<ValueId>;
  void read_state(State state) { items_.assign(lists_.items(state).begin(), lists_.items(state).end()); }
  State written() { return lists_.list(items_); }

  const Values& values_;
  Values lists_;
  Items items_;  ///< scratch: the state that is looked at
};

class QueueMachine final : public ListsMachine {
 public:
  using ListsMachine::ListsMachine;
  State step(State state, const Call& call) override;
  bool observes(const Call& call) const override { return call.act == Act::dequeue_empty; }
};

/// In ascending order, since the order does not count.
class BagMachine final : public ListsMachine {
 public:
  using ListsMachine::ListsMachine;
  State step(State state, const Call& call) override;
  bool observes(const Call& call) const override { return call.act == Act::dequeue_empty; }
};

/// In ascending order, each value once.
class SetMachine final : public ListsMachine {
 public:
  using ListsMachine::ListsMachine;
  State step(State state, const Call& call) override;
  bool observes(const Call& call) const override { return call.act == Act::read_set; }
};

class ListMachine final : public ListsMachine {
 public:
  using ListsMachine::ListsMachine;
  State step(State state, const Call& call) override;
  bool observes(const Call& call) const override { return call.act == Act::read_list; }
};

/// Several registers. A state is the list of what they hold, in the order of `keys`.
class RegistersMachine final : public Machine {
 public:
  /// `calls`: all that will be asked, their `b` being the number of a transaction, equal for equal ones.
  RegistersMachine(const Values& values, const ModelOptions& options, std::span<const Call> calls);
  State initial() override;
  State step(State state, const Call& call) override;
  bool overwrites(const Call& call) const override { return transactions_[call.b].overwrites; }
  bool observes(const Call& call) const override { return transactions_[call.b].observes; }
  std::string state_text(State state) const override;

 private:
  struct Part {
    bool write;
    std::uint32_t key;
    ValueId value;
  };
  struct Transaction {
    std::vector<Part> parts;
    bool known = false, overwrites = false, observes = true;
  };

  const Values& values_;
  ModelOptions options_;
  std::vector<ValueId> keys_;
  std::vector<Transaction> transactions_;
  Values lists_;
  std::vector<ValueId> items_;
};

}  // namespace squall::sim::history
