// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/agent_false_accept.hpp"
#include "faults/kinds/agent_hang.hpp"
#include "faults/kinds/agent_lie.hpp"
#include "faults/kinds/agent_loop.hpp"
#include "faults/kinds/agent_out_of_role.hpp"
#include "faults/kinds/agent_pause.hpp"
#include "faults/kinds/agent_refuse.hpp"
#include "faults/kinds/agent_restart.hpp"
#include "faults/kinds/agent_slow.hpp"
#include "faults/kinds/agent_wrong.hpp"
#include "faults/kinds/calm.hpp"
#include "faults/kinds/cancel_late.hpp"
#include "faults/kinds/cancel_lost.hpp"
#include "faults/kinds/cascade.hpp"
#include "faults/kinds/checkpoint_forked.hpp"
#include "faults/kinds/checkpoint_lost.hpp"
#include "faults/kinds/checkpoint_old.hpp"
#include "faults/kinds/checkpoint_partial.hpp"
#include "faults/kinds/clock_jump.hpp"
#include "faults/kinds/clock_skew.hpp"
#include "faults/kinds/context_error.hpp"
#include "faults/kinds/context_fork.hpp"
#include "faults/kinds/context_slow.hpp"
#include "faults/kinds/detector_wrong.hpp"
#include "faults/kinds/flapping.hpp"
#include "faults/kinds/history_reordered.hpp"
#include "faults/kinds/history_truncated.hpp"
#include "faults/kinds/human_late.hpp"
#include "faults/kinds/human_never.hpp"
#include "faults/kinds/human_twice.hpp"
#include "faults/kinds/isolate_one.hpp"
#include "faults/kinds/late_subscribe.hpp"
#include "faults/kinds/lease_expires_early.hpp"
#include "faults/kinds/link_reset.hpp"
#include "faults/kinds/link_slow.hpp"
#include "faults/kinds/lost_write.hpp"
#include "faults/kinds/message_corrupt.hpp"
#include "faults/kinds/message_delay.hpp"
#include "faults/kinds/message_duplicate.hpp"
#include "faults/kinds/message_empty.hpp"
#include "faults/kinds/message_field_drop.hpp"
#include "faults/kinds/message_loss.hpp"
#include "faults/kinds/message_misroute.hpp"
#include "faults/kinds/message_reorder.hpp"
#include "faults/kinds/message_stale_reply.hpp"
#include "faults/kinds/message_truncate.hpp"
#include "faults/kinds/one_way.hpp"
#include "faults/kinds/one_way_partition.hpp"
#include "faults/kinds/partition.hpp"
#include "faults/kinds/provider_outage.hpp"
#include "faults/kinds/queue_full.hpp"
#include "faults/kinds/renewal_lost.hpp"
#include "faults/kinds/rolling_restart.hpp"
#include "faults/kinds/slow_one.hpp"
#include "faults/kinds/split_brain.hpp"
#include "faults/kinds/stale_read.hpp"
#include "faults/kinds/stream_cut.hpp"
#include "faults/kinds/swizzle.hpp"
#include "faults/kinds/thundering_retry.hpp"
#include "faults/kinds/timer_early.hpp"
#include "faults/kinds/timer_lost.hpp"
#include "faults/kinds/tool_done_but_no_reply.hpp"
#include "faults/kinds/tool_empty.hpp"
#include "faults/kinds/tool_error.hpp"
#include "faults/kinds/tool_partial.hpp"
#include "faults/kinds/tool_quota.hpp"
#include "faults/kinds/tool_rate_limit.hpp"
#include "faults/kinds/tool_timeout.hpp"
#include "faults/kinds/tool_unavailable.hpp"
#include "faults/kinds/torn_write.hpp"

/// A fault as a value: its kind and its options. What holds for all kinds alike is derived from their lists of options.
namespace squall::faults {

/// One of the kinds that are built. Of those that strike the same place the first is asked first: what is lost cannot be
/// delayed as well.
using AnyFault = std::variant<
    MessageLoss, HumanNever, MessageMisroute, MessageStaleReply, MessageCorrupt, MessageEmpty, MessageTruncate,  //
    MessageFieldDrop, MessageDuplicate, HumanTwice, MessageReorder, MessageDelay, HumanLate,                     //
    Partition, OneWayPartition, LinkReset, LinkSlow, StreamCut,                                                  //
    AgentCrash, AgentRestart, AgentHang, AgentRefuse, AgentLoop, AgentOutOfRole, AgentPause, AgentSlow, AgentWrong,
    AgentFalseAccept,  //
    AgentLie, ToolUnavailable, ToolError, ToolTimeout, ToolDoneButNoReply, ToolRateLimit, ToolQuota, ToolEmpty,
    ToolPartial,                                                                                                  //
    ContextError, ContextSlow, StaleRead, HistoryTruncated, HistoryReordered, LostWrite, TornWrite, ContextFork,  //
    RenewalLost, LeaseExpiresEarly, CheckpointLost, CheckpointPartial, CheckpointOld, CheckpointForked, TimerLost,
    TimerEarly, ClockSkew, ClockJump, CancelLost, CancelLate, LateSubscribe, DetectorWrong, QueueFull, IsolateOne,
    SplitBrain, OneWay, Flapping, RollingRestart, ProviderOutage, Swizzle, SlowOne, Cascade, ThunderingRetry, Calm>;

/// The same with what every copy needs made in one place: of so many kinds it costs a compiler seconds in each file that
/// keeps a fault.
class Fault : public AnyFault {
 public:
  template <class Kind>
  requires(!std::same_as<std::remove_cvref_t<Kind>, Fault> && std::constructible_from<AnyFault, Kind>)
      Fault(Kind&& kind)  // NOLINT: a kind is a fault
      : AnyFault(std::forward<Kind>(kind)) {}
  Fault();
  Fault(const Fault&);
  Fault(Fault&&) noexcept;
  Fault& operator=(const Fault&);
  Fault& operator=(Fault&&) noexcept;
  ~Fault();
  friend bool operator==(const Fault&, const Fault&);
};

std::string_view name_of(const Fault&);
Strikes strikes_of(const Fault&);

/// The same fault with each of its times drawn: what a plan's line says. Times are named by their options, so that one
/// does not move another.
Fault drawn(const Fault&, sim::Draw);
/// No time is left to be drawn: `drawn` returns the fault itself.
bool is_drawn(const Fault&);

/// The same fault with all its times zero: all that is left of it in an explored world.
Fault timeless(const Fault&);

/// The same fault with each fixed time rounded to so many significant digits of the largest unit (h, m, s, ms, us, ns) that it
/// holds: 13.48 s becomes 13s or 10s. For whoever reads it; it strikes differently. Requires: digits > 0.
Fault rounded(const Fault&, unsigned digits);

/// What one injection takes from the fault budget: what it costs as a move of an explored world. 0: there is no such move,
/// since there the same can happen without a fault.
std::uint32_t cost(const Fault&);

/// Whether it sets a bit of the world's fault state, which stays set while the fault lasts.
bool holds_state(const Fault&);
/// How long that is; nothing where it never ends, or sets none.
std::optional<sim::Duration> lasts(const Fault&);

/// Key of the kind and of its options as drawn: what of an injection enters the digest. Never 0.
std::uint64_t content(const Fault&);

/// What is wrong with its options, as a sentence without its subject; empty where nothing is.
std::string problem(const Fault&);

/// Its options as a workflow file writes them, each preceded by `, `.
std::string options_text(const Fault&);

}  // namespace squall::faults
