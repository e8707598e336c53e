// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/agenda.hpp"

namespace squall::scenarios {
namespace {

std::uint32_t take_next(NumberSet numbers, std::uint32_t from, std::size_t size) {
  const std::size_t next = numbers.next(from);
  if (next < size) numbers.erase(next);
  return static_cast<std::uint32_t>(next);
}

}  // namespace

std::uint32_t Agenda::next_to_ask(std::uint32_t n, bool deferred) {
  if (notes_asks_) return take_next(to_ask(deferred), n, plan_.nodes.size());
  while (n < plan_.nodes.size() && plan_.nodes[n].defer != deferred) ++n;
  return n;
}

std::uint32_t Agenda::next_to_tell(std::uint32_t n) {
  if (plan_.large) return take_next(state_.to_tell(), n, plan_.nodes.size());
  for (; n < plan_.nodes.size(); ++n) {
    const NodeState node = state_.node(n);
    if (node.sent != node.running) break;
  }
  return n;
}

void Agenda::note_to_tell(std::uint32_t n) {
  if (!plan_.large || plan_.crew.own_queues) return;  // those are lines of their own
  if (counts()) {
    line().push(n);
  } else {
    state_.to_tell().insert(n);
  }
}

void Agenda::forget_to_tell(std::uint32_t n) {
  if (!plan_.large || plan_.crew.own_queues) return;
  if (counts()) {
    line().erase(n);
  } else {
    state_.to_tell().erase(n);
  }
}

std::int64_t Agenda::busy() {
  if (plan_.large) return state_.busy();
  std::int64_t busy = 0;
  for (std::uint32_t n = 0; n < plan_.nodes.size(); ++n) busy += state_.node(n).sent;
  return busy;
}

std::uint32_t Agenda::first_in_line() {
  const auto none = static_cast<std::uint32_t>(plan_.nodes.size());
  if (plan_.large) return line().empty() ? none : static_cast<std::uint32_t>(line().first());
  std::uint32_t first = none;
  for (std::uint32_t n = 0; n < none; ++n) {
    const NodeState node = state_.node(n);
    if (node.sent == node.running) continue;
    if (first == none || order_of()(n) < order_of()(first)) first = n;
  }
  return first;
}

void Agenda::told_by_worker(std::uint32_t n) {
  if (!plan_.large) return;
  ++state_.busy();
  const NodeState node = state_.node(n);
  if (node.sent == node.running) line().pop();
}

}  // namespace squall::scenarios
