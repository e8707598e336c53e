// SPDX-License-Identifier: Apache-2.0
#include "sim/history/models/fifo.hpp"

#include <algorithm>
#include <map>

namespace squall::sim::history {

FifoMachine::FifoMachine(const Values& values, std::span<const Call> calls) : values_{values} {
  std::map<ValueId, std::int64_t> left;
  for (const Call& call : calls) {
    if (call.act == Act::enqueue) {
      (call.optional() ? unsure_ : items_).push_back({call.a, call.invoked, call.returned});
      ++left[call.a];
    } else if (call.act == Act::dequeue) {
      if (!call.optional()) --left[call.a];
    } else {
      unsure_takers_.push_back(call.invoked);
    }
  }
  for (const Call& call : calls) {
    if (call.act == Act::dequeue) dequeues_.push_back(call);
    if (call.act != Act::dequeue_any) continue;
    for (const auto& [value, surplus] : left) {
      if (surplus <= 0) continue;
      dequeues_.push_back(call);
      dequeues_.back().a = value;
    }
  }
}

Machine::State FifoMachine::step(State state, const Call& call) {
  state_.assign(states_.items(state).begin(), states_.items(state).end());
  if (call.act == Act::dequeue_any) {
    const auto there = std::ranges::lower_bound(unsure_takers_, now_) - unsure_takers_.begin();
    if (state_[0] >= static_cast<std::uint64_t>(there)) return impossible;
    ++state_[0];
  }
  constexpr std::uint32_t none = 0xffff'ffffU;
  const auto count = static_cast<std::uint32_t>(items_.size());
  const auto taken = [&](std::uint32_t item) { return std::binary_search(state_.begin() + 2, state_.end(), item); };
  Moment first_return = never;  // of all that are left: whoever was invoked behind it is not the first
  std::uint32_t best = none;
  for (std::uint32_t item = state_[1]; item < count && items_[item].invoked < std::min(now_, first_return); ++item) {
    if (taken(item)) continue;
    first_return = std::min(first_return, items_[item].returned);
    if (items_[item].value == call.a && (best == none || items_[item].returned < items_[best].returned)) best = item;
  }
  for (std::uint32_t u = 0; u < unsure_.size() && best == none; ++u) {
    if (unsure_[u].invoked >= std::min(now_, first_return)) break;
    if (unsure_[u].value == call.a && !taken(count + u)) best = count + u;
  }
  if (best == none) return impossible;
  state_.insert(std::upper_bound(state_.begin() + 2, state_.end(), best), best);
  auto gone = state_.begin() + 2;
  for (; gone != state_.end() && state_[1] < count && *gone == state_[1]; ++gone) ++state_[1];
  state_.erase(state_.begin() + 2, gone);
  return states_.list(state_);
}

std::string FifoMachine::state_text(State state) const {
  const auto held = states_.items(state);
  std::string text = "can hand out";
  bool any = false;
  Moment first_return = never;
  for (std::uint32_t item = held[1]; item < items_.size() && items_[item].invoked < std::min(now_, first_return);
       ++item) {
    if (std::binary_search(held.begin() + 2, held.end(), item)) continue;
    first_return = std::min(first_return, items_[item].returned);
    text += (any ? ", " : " ") + values_.text(items_[item].value, 40);
    any = true;
    if (text.size() > 80) break;
  }
  return any ? text : "can hand out nothing";
}

}  // namespace squall::sim::history
