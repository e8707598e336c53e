// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/history/models.hpp"

namespace squall::sim::history {

/// Tries every order of the calls, with models of its own that share nothing with the machines: what checkers are compared
/// with. For at most 31 calls, and for few in practice.
class EveryOrder {
 public:
  EveryOrder(const Values& values, const ModelOptions& options, std::span<const Call> calls)
      : values_{values}, options_{options}, calls_{calls} {}

  bool any() {
    std::vector<ValueId> state;
    return from((std::uint32_t{1} << calls_.size()) - 1, state, true);
  }

 private:
  using State = std::vector<ValueId>;

  bool from(std::uint32_t left, const State& state, bool fresh) {
    bool must = false;
    Moment first_return = never;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if ((left >> c & 1) == 0) continue;
      must = must || !calls_[c].optional();
      first_return = std::min(first_return, calls_[c].returned);
    }
    if (!must) return true;
    for (std::uint32_t c = 0; c < calls_.size(); ++c) {
      if ((left >> c & 1) == 0 || calls_[c].invoked > first_return) continue;
      State next = state;
      if (possible(calls_[c], next, fresh) && from(left & ~(std::uint32_t{1} << c), next, fresh && next.empty()))
        return true;
    }
    return false;
  }

  /// A register that was never written is an empty state.
  ValueId held(const State& state, bool fresh) const { return fresh || state.empty() ? options_.initial : state[0]; }

  bool possible(const Call& call, State& state, bool fresh) {
    switch (call.act) {
      case Act::read: return held(state, fresh) == call.a;
      case Act::write: state = {call.a}; return true;
      case Act::cas:
        if (held(state, fresh) != call.a) return false;
        state = {call.b};
        return true;
      case Act::acquire:
        if (!state.empty()) return false;
        state = {call.a};
        return true;
      case Act::release:
        if (state != State{call.a}) return false;
        state.clear();
        return true;
      case Act::enqueue:
      case Act::append: state.push_back(call.a); return true;
      case Act::dequeue: {
        const auto at = bag_ ? std::ranges::find(state, call.a) : state.begin();
        if (at == state.end() || *at != call.a) return false;
        state.erase(at);
        return true;
      }
      case Act::dequeue_empty: return state.empty();
      case Act::dequeue_any:
        if (!state.empty()) state.erase(state.begin());
        return true;
      case Act::add:
        if (std::ranges::find(state, call.a) == state.end()) state.push_back(call.a);
        return true;
      case Act::read_list: return std::ranges::equal(state, values_.items(call.a));
      case Act::read_set: {
        const auto seen = values_.items(call.a);
        const auto in = [](const auto& all, ValueId one) { return std::ranges::find(all, one) != all.end(); };
        return std::ranges::all_of(state, [&](ValueId one) { return in(seen, one); }) &&
               std::ranges::all_of(seen, [&](ValueId one) { return in(state, one); });
      }
      case Act::txn: return transaction(call, state);
    }
    return false;
  }

  /// Pairs of key and value, those that were written.
  bool transaction(const Call& call, State& state) {
    for (const ValueId part : values_.items(call.a)) {
      const auto row = values_.items(part);
      std::size_t at = 0;
      while (at < state.size() && state[at] != row[1]) at += 2;
      if (values_.word_of(row[0]) == "\"r") {
        if ((at < state.size() ? state[at + 1] : options_.initial) != row[2]) return false;
      } else if (at < state.size()) {
        state[at + 1] = row[2];
      } else {
        state.push_back(row[1]);
        state.push_back(row[2]);
      }
    }
    return true;
  }

 public:
  bool bag_ = false;  ///< a queue without an order

 private:
  const Values& values_;
  ModelOptions options_;
  std::span<const Call> calls_;
};

}  // namespace squall::sim::history
