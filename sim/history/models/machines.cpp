// SPDX-License-Identifier: Apache-2.0
#include "sim/history/models/machines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace squall::sim::history {
namespace {

void sort_unique(std::vector<Machine::State>& states) {
  std::ranges::sort(states);
  states.erase(std::unique(states.begin(), states.end()), states.end());
}

}  // namespace

std::vector<Machine::State> RegisterMachine::any_state(const std::vector<Call>& calls) {
  std::vector<State> states{initial_, something_else};
  for (const Call& call : calls) {
    states.push_back(call.a);
    if (call.act == Act::cas) states.push_back(call.b);
  }
  sort_unique(states);
  return states;
}

std::string RegisterMachine::state_text(State state) const {
  return state == something_else ? "holds something else" : "holds " + values_.text(state, 80);
}

std::vector<Machine::State> MutexMachine::any_state(const std::vector<Call>& calls) {
  std::vector<State> states{0};
  for (const Call& call : calls) states.push_back(call.a + 1);
  sort_unique(states);
  return states;
}

std::string MutexMachine::state_text(State state) const {
  if (state == 0) return "is free";
  return state == nil + 1 ? "is held" : "is held by " + values_.text(state - 1, 80);
}

std::string ListsMachine::state_text(State state) const {
  std::string text = "holds [";
  for (const ValueId item : lists_.items(state)) {
    if (!text.ends_with('[')) text += ", ";
    if (text.size() > 80) return text + "...]";
    text += values_.text(item, 80);
  }
  return text + "]";
}

Machine::State QueueMachine::step(State state, const Call& call) {
  read_state(state);
  switch (call.act) {
    case Act::enqueue: items_.push_back(call.a); return written();
    case Act::dequeue:
      if (items_.empty() || items_.front() != call.a) return impossible;
      items_.erase(items_.begin());
      return written();
    case Act::dequeue_empty: return items_.empty() ? state : impossible;
    case Act::dequeue_any:
      if (items_.empty()) return state;
      items_.erase(items_.begin());
      return written();
    default: return impossible;
  }
}

Machine::State BagMachine::step(State state, const Call& call) {
  read_state(state);
  const auto at = std::ranges::lower_bound(items_, call.a);
  switch (call.act) {
    case Act::enqueue: items_.insert(at, call.a); return written();
    case Act::dequeue:
      if (at == items_.end() || *at != call.a) return impossible;
      items_.erase(at);
      return written();
    case Act::dequeue_empty: return items_.empty() ? state : impossible;
    default: return impossible;
  }
}

Machine::State SetMachine::step(State state, const Call& call) {
  read_state(state);
  if (call.act == Act::add) {
    const auto at = std::ranges::lower_bound(items_, call.a);
    if (at != items_.end() && *at == call.a) return state;
    items_.insert(at, call.a);
    return written();
  }
  std::vector<ValueId> seen(values_.items(call.a).begin(), values_.items(call.a).end());
  sort_unique(seen);
  return seen == items_ ? state : impossible;
}

Machine::State ListMachine::step(State state, const Call& call) {
  if (call.act == Act::read_list)
    return std::ranges::equal(lists_.items(state), values_.items(call.a)) ? state : impossible;
  read_state(state);
  items_.push_back(call.a);
  return written();
}

RegistersMachine::RegistersMachine(const Values& values, const ModelOptions& options, std::span<const Call> calls)
    : values_{values}, options_{options} {
  for (const Call& call : calls) {
    for (const ValueId part : values.items(call.a)) keys_.push_back(values.items(part)[1]);
  }
  sort_unique(keys_);
  for (const Call& call : calls) {
    if (transactions_.size() <= call.b) transactions_.resize(call.b + 1);
    Transaction& transaction = transactions_[call.b];
    if (transaction.known) continue;
    transaction.known = true;
    std::vector<std::uint32_t> written;
    bool reads = false;
    for (const ValueId row : values.items(call.a)) {
      const auto items = values.items(row);
      const auto key = static_cast<std::uint32_t>(std::ranges::lower_bound(keys_, items[1]) - keys_.begin());
      const bool write = values.word_of(items[0]) == "\"w";
      transaction.parts.push_back({write, key, items[2]});
      if (write) written.push_back(key);
      reads = reads || !write;
    }
    sort_unique(written);
    transaction.observes = written.empty();
    transaction.overwrites = !reads && written.size() == keys_.size();
  }
}

Machine::State RegistersMachine::initial() {
  items_.assign(keys_.size(), options_.initial);
  return lists_.list(items_);
}

Machine::State RegistersMachine::step(State state, const Call& call) {
  const auto held = lists_.items(state);
  items_.assign(held.begin(), held.end());
  bool changed = false;
  for (const Part& part : transactions_[call.b].parts) {
    if (part.write) {
      changed = changed || items_[part.key] != part.value;
      items_[part.key] = part.value;
    } else if (items_[part.key] != part.value && (part.value != nil || options_.null_is_a_value)) {
      return impossible;
    }
  }
  return changed ? lists_.list(items_) : state;
}

std::string RegistersMachine::state_text(State state) const {
  std::string text = "holds";
  for (std::size_t k = 0; k < keys_.size() && text.size() < 80; ++k)
    text += fmt::format("{} {} = {}", k == 0 ? "" : ",", values_.text(keys_[k], 40),
                        values_.text(lists_.items(state)[k], 40));
  return text;
}

}  // namespace squall::sim::history
