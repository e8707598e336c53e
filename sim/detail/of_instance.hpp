// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/world.hpp"

/// Walks over what an agent has, for those who are interested in one instance alone: they pass over other instances' where an
/// index is kept, and meet them where none is.
namespace squall::sim::detail {

/// The oldest activation of `agent` for `instance`, or an older one for another.
inline Row first_activation(const World& world, AgentId agent, Row instance) {
  return world.by_instance.on() ? world.by_instance.activations.first(agent, instance) : world.agent(agent).first;
}
inline Row next_activation(const World& world, Row activation) {
  return world.by_instance.on() ? world.by_instance.activations.next(activation) : world.activation(activation).next;
}

/// Calls `visit(row)` for each row of the pool of activations that may be of `instance`, in use or not, the smallest first.
/// `visit` begins none.
template <class Visit>
void each_activation(const World& world, Row instance, const Visit& visit) {
  if (world.by_instance.on() && instance != no_row) {
    for (const Row row : world.by_instance.activations.all_of(instance)) visit(row);
    return;
  }
  for (Row row = 0; row < world.used(Pool::activations); ++row) visit(row);
}

/// Calls `visit(row)` for each message of `instance` that lies in a mailbox, the smallest row first. `visit` puts none there.
template <class Visit>
void each_in_mailboxes(const World& world, Row instance, const Visit& visit) {
  if (world.by_instance.on()) {
    for (const Row row : world.by_instance.mailboxes.all_of(instance)) visit(row);
    return;
  }
  for (Row row = 0; row < world.used(Pool::messages); ++row) {
    if (world.message(row).place == Place::mailbox && world.message(row).instance == instance) visit(row);
  }
}

/// The messages in a mailbox that activations for one instance may take, in order of arrival, and perhaps others among them.
class BoxWalk {
 public:
  BoxWalk(const World& world, AgentId agent, Row instance) : world_(world) {
    const RowsByInstance& kept = world.by_instance.mailboxes;
    // What belongs to no instance is for everybody, and its place among an instance's messages is not kept.
    apart_ = world.by_instance.on() && instance != no_row && kept.first(agent, no_row) == no_row;
    at_ = apart_ ? kept.first(agent, instance) : world.agent(agent).box_head;
  }
  Row row() const { return at_; }
  void next() {
    if (!apart_) before_ = at_;
    at_ = apart_ ? world_.by_instance.mailboxes.next(at_) : world_.message(at_).next;
  }
  /// Goes on behind a message that leaves the mailbox.
  void leave(World& world);

 private:
  const World& world_;
  Row at_;
  Row before_ = no_row;
  bool apart_;
};

/// `message`, which stands behind `before` in the mailbox of `agent`, is in none any more.
inline void leave_box(World& world, AgentId agent, Row message, Row before) {
  AgentRow& owner = world.agent(agent);
  const MessageRow& row = world.message(message);
  (before == no_row ? owner.box_head : world.message(before).next) = row.next;
  if (owner.box_tail == message) owner.box_tail = before;
  --owner.box_count;
  if (world.by_instance.on()) [[unlikely]]
    world.by_instance.mailboxes.remove(agent, row.instance, message, row.next);
}

inline void BoxWalk::leave(World& world) {
  const Row message = at_;
  const Row next = apart_ ? world.by_instance.mailboxes.next(at_) : world.message(at_).next;
  const Row before = apart_ ? world.by_instance.mailboxes.before(at_) : before_;
  leave_box(world, world.message(message).to, message, before);
  at_ = next;
}

}  // namespace squall::sim::detail
