// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/detail/messages.hpp"
#include "sim/detail/post.hpp"
#include "sim/turn.hpp"

/// What turns of programs do at nearly every event, inline: the same as the members of `Turn` of these names, which are
/// calls. For an interpreter, where each stands in one place.
namespace squall::sim::here {

/// A message whose fields the caller fills: one step less for each. Requires: `Run::plain` holds.
inline detail::Draft begin_draft(Turn& turn) { return detail::begin_draft(turn.world); }
[[gnu::always_inline]] inline void send_draft(Turn& turn, const Outgoing& head, const Question& q,
                                              const detail::Draft& draft) {
  detail::post_draft<true>(turn.world, turn.run, detail::sender_of(turn), head, q, draft);
}
/// It is not sent after all.
inline void drop_draft(Turn& turn, const detail::Draft& draft) {
  draft.message.place = Place::free;
  turn.world.give(Pool::messages, draft.row, draft.message);
}

inline Row try_receive(Turn& turn, std::uint32_t wait, bool at_timeout = false) {
  if (turn.world.acting.owner->box_head == no_row && turn.model().published == 0) [[likely]]
    return no_row;
  return detail::take_matching(turn.world, turn.run, turn.activation, wait, at_timeout);
}

inline void wait_mailbox(Turn& turn, std::uint32_t wait, bool passive) {
  ActivationRow& row = turn.row();
  row.want = turn.behaviour.waits[wait].topics;
  row.flags =
      static_cast<std::uint8_t>((row.flags & ~activation_flag::passive) | (passive ? activation_flag::passive : 0));
  detail::begin_wait(turn, row, Wait::mailbox, wait);
}

inline void yield(Turn& turn) {
  ActivationRow& row = turn.row();
  row.phase = Phase::running;
  row.wait = Wait::none;
  if (turn.run.plain || turn.run.timed) {
    turn.world.clock().ready = turn.activation;
  } else {
    detail::wake(turn.world, turn.run, turn.activation, Wake::Why::ready);
  }
}

inline void busy(Turn& turn, TimerKind kind, Duration after) {
  const Row timer = detail::arm_here(turn.world, turn.run, kind, turn.activation, turn.instance, after);
  ActivationRow& row = turn.row();
  row.phase = Phase::busy;
  row.wait = Wait::none;
  row.timer = timer;
}

inline void release_message(Turn& turn, Row message) { detail::release_message(turn.world, turn.run, message); }

}  // namespace squall::sim::here
