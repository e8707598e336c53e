// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/ids.hpp"

namespace squall::sim {

class World;

/// Rows that stand in one list for each agent, found by agent and instance, and by instance alone.
///
/// An agent at work for very many instances has as long a list of activations, and of messages in its mailbox; what happens
/// concerns one instance. Everything here follows from the rows and is kept up to date with them: looked up by name, never
/// iterated for a decision but in the order in which the rows came. Each operation O(1); allocates only where it has never
/// been as large.
class RowsByInstance {
 public:
  /// Empties it, with room for `rows` rows of `instances` instances.
  void reset(std::size_t rows, std::size_t instances);
  /// The agent's first row for `instance` in the order of its list; no_row: it has none.
  Row first(AgentId agent, Row instance) const;
  /// The agent's next row for the same instance.
  Row next(Row row) const { return nodes_[row].next; }
  /// The row before it in its agent's whole list.
  Row before(Row row) const { return nodes_[row].before; }
  /// `row` is the last of its agent's list now, behind `before`.
  void append(AgentId agent, Row instance, Row row, Row before);
  /// `row` leaves its agent's list, where `after` comes behind it.
  void remove(AgentId agent, Row instance, Row row, Row after);
  /// All rows of `instance`, the smallest first. Until the next call of this. O(n log n) for n rows.
  std::span<const Row> all_of(Row instance) const;
  /// Calls `visit(row)` for each row of `instance`, in no order, until it says true; says whether it did.
  template <class Visit>
  bool any_of(Row instance, const Visit& visit) const {
    Row row = instance < heads_.size() ? heads_[instance] : no_row;
    for (; row != no_row; row = nodes_[row].next_here) {
      if (visit(row)) return true;
    }
    return false;
  }
  std::size_t bytes() const;
  RowsByInstance() = default;
  RowsByInstance(const RowsByInstance& other) { *this = other; }
  RowsByInstance& operator=(const RowsByInstance& other);  ///< without what it has for its own use
  RowsByInstance(RowsByInstance&&) noexcept = default;
  RowsByInstance& operator=(RowsByInstance&&) noexcept = default;
  ~RowsByInstance() = default;

 private:
  struct Node {
    Row next = no_row, previous = no_row;            ///< of the same agent and instance
    Row before = no_row;                             ///< of the same agent
    Row next_here = no_row, previous_here = no_row;  ///< of the same instance
  };
  struct Entry {
    AgentId agent{};
    Row instance = no_row;
    Row first = no_row, last = no_row;  ///< first no_row: an empty slot
  };
  std::size_t home(AgentId agent, Row instance) const;
  std::size_t find(AgentId agent, Row instance) const;
  void enlarge();
  void erase(std::size_t slot);

  std::vector<Node> nodes_;     ///< by row
  std::vector<Row> heads_;      ///< by instance
  std::vector<Entry> entries_;  ///< a hash table with linear probing, at most half full; its size is a power of two
  std::size_t used_ = 0;
  std::vector<Entry> moved_;         ///< while `entries_` is enlarged; it keeps its memory
  mutable std::vector<Row> sorted_;  ///< what `all_of` has last handed out
};

/// What a timed world with many instances at once keeps of its activations and mailboxes, so that an event costs the same
/// however many there are. Few instances are as quickly walked through: there it is off.
class ByInstance {
 public:
  static constexpr std::uint32_t instances_walked = 16;  ///< live ones, before it is worth its upkeep
  bool on() const { return on_; }
  /// From now on it is kept, beginning with all that `world` has.
  void turn_on(const World& world);
  /// Says what is wrong with it, for the audit; nothing where it is right.
  const char* disagreement(const World& world) const;
  std::size_t bytes() const { return on_ ? activations.bytes() + mailboxes.bytes() : 0; }
  ByInstance() = default;
  ByInstance(const ByInstance& other) { *this = other; }
  ByInstance& operator=(const ByInstance& other) {
    if (other.on_) activations = other.activations, mailboxes = other.mailboxes;
    on_ = other.on_;
    return *this;
  }
  ByInstance(ByInstance&&) noexcept = default;
  ByInstance& operator=(ByInstance&&) noexcept = default;
  ~ByInstance() = default;

  RowsByInstance activations;
  RowsByInstance mailboxes;  ///< messages

 private:
  bool on_ = false;
};

}  // namespace squall::sim
