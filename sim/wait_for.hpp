// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/ids.hpp"
#include "sim/time.hpp"

/// The wait-for analysis: which activations wait for what nobody can hand out any more, and why.
///
/// A wait for all of several sources deadlocks on a cycle (Coffman, Elphick, Shoshani, "System Deadlocks", 1971), a wait
/// for any of them only on a knot (Knapp, "Deadlock Detection in Distributed Databases", 1987). Here the question is put
/// for each pair of activation and supply, since a deadline frees the waiter but hands out only what its other branch
/// supplies: an activation can hand out what its program still reaches if it can move, what follows its wait once the
/// wait can be met, and what follows its deadline. The least set of waits that can be met, grown from what can move now,
/// leaves the stuck ones: owed to somebody, without a deadline, out of reach.
///
/// Nothing stuck ever moves again by itself; faults to come are not counted on. What is stuck may be overlooked for as
/// long as something else that could still help has not been ruled out.
namespace squall::sim {

class World;
struct Model;

/// What an activation waits for, in the field's words.
enum class Awaited : std::uint8_t {
  message,      ///< `detail` is its topic
  answer,       ///< to a request of its own
  resource,     ///< `detail` is the resource; the blocker holds it
  line,         ///< the same; the blocker stands before it in the line
  children,     ///< the end of a branch or of a spawned child
  room,         ///< in the inbox of agent `detail`
  free_handler  ///< of a server whose handlers are all taken, the blocker among them; `detail` is the topic it would send
};

/// `waiter` cannot go on before `blocker` does.
struct WaitEdge {
  Row waiter = no_row;
  Row blocker = no_row;
  Awaited awaited = Awaited::message;
  bool gives_up = false;  ///< a deadline ends the wait, but hands out nothing that would help
  std::uint32_t detail = 0;
};

/// Activations that wait for each other in a cycle; at least one of them for ever.
struct Deadlock {
  std::vector<WaitEdge> cycle;   ///< each one's blocker is the next one's waiter
  std::vector<WaitEdge> behind;  ///< others that wait for ever because these do: each with one edge towards the cycle
  Instant since{};               ///< the latest beginning of a wait of the cycle; `start_of_time` in untimed worlds
};

/// An activation that waits for ever for what nobody can hand out any more, and nobody waits for it in a cycle.
struct Orphan {
  WaitEdge wait;                           ///< no blocker
  std::span<const std::uint32_t> sources;  ///< of a mailbox wait: those that cannot be met
  std::vector<WaitEdge> behind;
  Instant since{};
};

struct StuckWaits {
  std::vector<Deadlock> deadlocks;
  std::vector<Orphan> orphans;
  std::vector<Row> rows;  ///< every activation that is stuck
  bool empty() const { return rows.empty(); }
};

/// All that is stuck now, in an order that depends on content alone; valid until the next call in this thread.
/// O(activations + messages + timers + waits' suppliers); allocates nothing after the first times, but for cycles and for
/// who waits behind. Requires: between two events.
const StuckWaits& find_stuck(const Model& model, const World& world);

/// The same of `instance` alone, which has just closed. Null where others, or what belongs to no instance, may have a part in
/// it: then ask for all. O(agents + what the instance has). Requires: many instances at once (`World::by_instance` is on).
const StuckWaits* find_stuck_alone(const Model& model, const World& world, Row instance);

enum class QuickLook : std::uint8_t {
  unknown,      ///< ask `find_stuck`
  moving,       ///< surely nothing is stuck
  nobody_waits  ///< surely nobody waits for ever: no occasion but another wait can change that
};

/// A quick look at one instance and at what belongs to none (`no_row`: at everything), without the activations in `known`
/// (bit = row), which are stuck. Some tens of nanoseconds. Always unknown for worlds with more than 64 activations and for
/// models with more than 256 facts. Never allocates.
QuickLook quick_look(const Model& model, const World& world, Row instance, std::uint64_t known);

}  // namespace squall::sim
