// SPDX-License-Identifier: Apache-2.0
#include "sim/by_instance.hpp"

#include <algorithm>

#include "sim/site.hpp"
#include "sim/world.hpp"

namespace squall::sim {

std::size_t RowsByInstance::home(AgentId agent, Row instance) const {
  return fold(index(agent) ^ 0x9e37'79b9'7f4a'7c15ULL, instance ^ 0xe703'7ed1'a0b4'28dbULL) & (entries_.size() - 1);
}

/// The slot of these two, or the empty one where they would stand.
std::size_t RowsByInstance::find(AgentId agent, Row instance) const {
  std::size_t at = home(agent, instance);
  while (entries_[at].first != no_row && (entries_[at].agent != agent || entries_[at].instance != instance))
    at = (at + 1) & (entries_.size() - 1);
  return at;
}

Row RowsByInstance::first(AgentId agent, Row instance) const { return entries_[find(agent, instance)].first; }

void RowsByInstance::reset(std::size_t rows, std::size_t instances) {
  std::size_t slots = 16;
  while (slots < rows * 2 + 2) slots *= 2;
  nodes_.assign(rows, Node{});
  heads_.assign(instances, no_row);
  entries_.assign(slots, Entry{});
  used_ = 0;
}

RowsByInstance& RowsByInstance::operator=(const RowsByInstance& other) {
  if (this == &other) return *this;
  nodes_ = other.nodes_;
  heads_ = other.heads_;
  entries_ = other.entries_;
  used_ = other.used_;
  return *this;
}

std::size_t RowsByInstance::bytes() const {
  return nodes_.capacity() * sizeof(Node) + (entries_.capacity() + moved_.capacity()) * sizeof(Entry) +
         (heads_.capacity() + sorted_.capacity()) * sizeof(Row);
}

void RowsByInstance::enlarge() {
  moved_.clear();
  for (const Entry& entry : entries_) {
    if (entry.first != no_row) moved_.push_back(entry);
  }
  entries_.assign(entries_.size() * 2, Entry{});
  for (const Entry& entry : moved_) entries_[find(entry.agent, entry.instance)] = entry;
}

/// What stands behind the slot moves up, unless it stands nearer to its home.
void RowsByInstance::erase(std::size_t slot) {
  const std::size_t mask = entries_.size() - 1;
  for (std::size_t at = (slot + 1) & mask; entries_[at].first != no_row; at = (at + 1) & mask) {
    const std::size_t from_home = (at - home(entries_[at].agent, entries_[at].instance)) & mask;
    if (from_home < ((at - slot) & mask)) continue;
    entries_[slot] = entries_[at];
    slot = at;
  }
  entries_[slot] = Entry{};
  --used_;
}

void RowsByInstance::append(AgentId agent, Row instance, Row row, Row before) {
  if (row >= nodes_.size()) nodes_.resize(std::max<std::size_t>(row + 1, nodes_.size() * 2));
  Node& node = nodes_[row];
  node = {.next = no_row, .previous = no_row, .before = before, .next_here = no_row, .previous_here = no_row};
  std::size_t slot = find(agent, instance);
  if (entries_[slot].first != no_row) {
    node.previous = entries_[slot].last;
    nodes_[node.previous].next = row;
    entries_[slot].last = row;
  } else {
    if ((used_ + 1) * 2 > entries_.size()) {
      enlarge();
      slot = find(agent, instance);
    }
    entries_[slot] = {agent, instance, row, row};
    ++used_;
  }
  if (instance == no_row) return;
  if (instance >= heads_.size()) heads_.resize(std::max<std::size_t>(instance + 1, heads_.size() * 2), no_row);
  Row& head = heads_[instance];
  node.next_here = head;
  if (head != no_row) nodes_[head].previous_here = row;
  head = row;
}

void RowsByInstance::remove(AgentId agent, Row instance, Row row, Row after) {
  const Node& node = nodes_[row];
  if (after != no_row) nodes_[after].before = node.before;
  if (node.previous != no_row) nodes_[node.previous].next = node.next;
  if (node.next != no_row) nodes_[node.next].previous = node.previous;
  if (node.previous == no_row || node.next == no_row) {
    const std::size_t slot = find(agent, instance);
    if (node.previous == no_row) entries_[slot].first = node.next;
    if (node.next == no_row) entries_[slot].last = node.previous;
    if (entries_[slot].first == no_row) erase(slot);
  }
  if (instance == no_row) return;
  (node.previous_here == no_row ? heads_[instance] : nodes_[node.previous_here].next_here) = node.next_here;
  if (node.next_here != no_row) nodes_[node.next_here].previous_here = node.previous_here;
}

std::span<const Row> RowsByInstance::all_of(Row instance) const {
  sorted_.clear();
  any_of(instance, [&](Row row) {
    sorted_.push_back(row);
    return false;
  });
  std::ranges::sort(sorted_);
  return sorted_;
}

void ByInstance::turn_on(const World& world) {
  const std::size_t instances = world.used(Pool::instances);
  activations.reset(world.used(Pool::activations), instances);
  mailboxes.reset(world.used(Pool::messages), instances);
  for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a) {
    const AgentId agent{a};
    Row before = no_row;
    for (Row r = world.agent(agent).first; r != no_row; before = r, r = world.activation(r).next)
      activations.append(agent, world.activation(r).instance, r, before);
    before = no_row;
    for (Row m = world.agent(agent).box_head; m != no_row; before = m, m = world.message(m).next)
      mailboxes.append(agent, world.message(m).instance, m, before);
  }
  on_ = true;
}

namespace {

/// Walks one agent's list, and for each instance of it what is kept. `next_of(row)` and `instance_of(row)` are the world's.
template <class NextOf, class InstanceOf>
bool agrees(const RowsByInstance& kept, AgentId agent, Row head, const NextOf& next_of, const InstanceOf& instance_of) {
  Row before = no_row;
  for (Row row = head; row != no_row; before = row, row = next_of(row)) {
    if (kept.before(row) != before) return false;
    const Row instance = instance_of(row);
    Row later = next_of(row);
    while (later != no_row && instance_of(later) != instance) later = next_of(later);
    if (kept.next(row) != later) return false;
    Row earliest = head;
    while (instance_of(earliest) != instance) earliest = next_of(earliest);
    if (kept.first(agent, instance) != earliest) return false;
    if (instance != no_row && !kept.any_of(instance, [&](Row other) { return other == row; })) return false;
  }
  return true;
}

/// How many rows of an instance are kept, in all.
std::size_t count(const RowsByInstance& kept, const World& world) {
  std::size_t count = 0;
  for (Row i = 0; i < world.used(Pool::instances); ++i) {
    kept.any_of(i, [&](Row) {
      ++count;
      return false;
    });
  }
  return count;
}

}  // namespace

const char* ByInstance::disagreement(const World& world) const {
  if (!on_) return nullptr;
  std::size_t at_work = 0, in_boxes = 0;  // of an instance
  for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a) {
    const AgentRow& agent = world.agent(AgentId{a});
    const auto instance_of = [&](Row r) { return world.activation(r).instance; };
    const auto instance_of_message = [&](Row m) { return world.message(m).instance; };
    const auto next = [&](Row r) { return world.activation(r).next; };
    const auto next_message = [&](Row m) { return world.message(m).next; };
    if (!agrees(activations, AgentId{a}, agent.first, next, instance_of)) return "activations";
    if (!agrees(mailboxes, AgentId{a}, agent.box_head, next_message, instance_of_message)) return "mailboxes";
    for (Row r = agent.first; r != no_row; r = next(r)) at_work += instance_of(r) != no_row ? 1 : 0;
    for (Row m = agent.box_head; m != no_row; m = next_message(m)) in_boxes += instance_of_message(m) != no_row ? 1 : 0;
  }
  if (count(activations, world) != at_work) return "activations";
  return count(mailboxes, world) != in_boxes ? "mailboxes" : nullptr;
}

}  // namespace squall::sim
