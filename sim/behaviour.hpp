// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "sim/ids.hpp"
#include "sim/instruction.hpp"
#include "sim/site.hpp"

namespace squall::sim {

class Turn;
class World;
struct Model;
struct SupplyTable;

/// What a 64-bit cell holds: a canonical listing follows references by content, never by row number.
enum class CellType : std::uint8_t {
  integer,   ///< integers, booleans, durations, texts by number
  agent,     ///< an `AgentId` + 1; 0 none
  message,   ///< row + 1 of a held message; the cell counts as one reference; 0 none
  messages,  ///< row + 1 of the first of a taken list; 0 none
  artifact,  ///< row + 1 of an artifact; counts as one reference; 0 none
  timer,     ///< row + 1 of an armed timer; 0 none
  hidden     ///< may differ between equal states (an absolute instant); exploration never sees it
};

/// Topics of a wait as bits; several topics may share a bit, so a set bit is a maybe and a clear one a no.
constexpr std::uint64_t topic_bit(TopicId topic) {
  return topic == any_topic ? ~std::uint64_t{0} : std::uint64_t{1} << (index(topic) % 64);
}

/// One source of a mailbox wait: so many messages of a topic, from somebody, with a property.
struct Source {
  TopicId topic = any_topic;
  std::uint16_t count_min = 1;
  std::uint16_t count_max = 1;  ///< waits for this many; at its timeout `count_min` suffice
  bool distinct = false;        ///< one message from each sender at most
  enum class From : std::uint8_t { anybody, members, local } from = From::anybody;
  AgentId first = nobody;  ///< members: agents first .. first + members - 1
  std::uint32_t members = 0;
  std::uint16_t local = 0;                      ///< local: the cell that names the sender (CellType::agent)
  std::uint16_t where = 0;                      ///< predicate of the behaviour, from 1; 0: none
  std::span<const Instruction> condition = {};  ///< that predicate, where it is a chain
};

/// A demand on the mailbox. Nothing is taken until the whole demand can be met, then all at once.
struct WaitSpec {
  std::span<const Source> sources;
  bool all = false;          ///< every source, else the first that can be met
  bool single = false;       ///< one message meets it, whichever source that serves; `wait_of` says
  std::uint64_t topics = 0;  ///< union of the sources' `topic_bit`s
  std::uint64_t alone = 0;   ///< topics, by number, of which any one message meets it, whoever sends it: a quick yes
  std::uint32_t asking = 0;  ///< so many sources, up to the last that asks for more of a message than such a topic
};

/// The demand for these sources, which must outlive it.
constexpr WaitSpec wait_of(std::span<const Source> sources, bool all) {
  WaitSpec wait{.sources = sources, .all = all && sources.size() > 1, .single = true, .topics = 0};
  for (const Source& source : sources) {
    wait.single = wait.single && source.count_max == 1;
    wait.topics |= topic_bit(source.topic);
    const bool any = source.count_max == 1 && source.from == Source::From::anybody && source.where == 0;
    if (any && !wait.all && index(source.topic) < 64) {
      wait.alone |= topic_bit(source.topic);
    } else {
      wait.asking = static_cast<std::uint32_t>(&source - sources.data()) + 1;
    }
  }
  wait.single = wait.single && !wait.all;
  return wait;
}

/// Why a turn begins.
struct Wake {
  enum class Why : std::uint8_t {
    start,      ///< first turn of an activation
    message,    ///< struct agent or handler: `row` is the message
    satisfied,  ///< its wait is met; `row` is the first taken message (a reply likewise)
    ready,      ///< it had yielded
    done,       ///< its work, sleep, backoff, context operation or call is over; `row` is the call
    granted,  ///< it holds the resource it stood in line for; `row` is the resource (a lease may be lost again by now)
    joined,   ///< its children have ended as far as its join asks; asked after each child's end
    room,     ///< there is room again in the inbox it waited for
    timeout,  ///< an armed timeout or deadline struck; `row` is the timer
    cancelled,  ///< somebody asked it to stop
    alarm,      ///< struct agent: `detail` is the topic of its timer
    action      ///< struct agent: `detail` is the number of the chosen action
  } why;
  Row row = no_row;
  std::uint32_t detail = 0;
};

/// A place in a program that draws: its content name and which counter of the activation counts it.
struct Site {
  SiteKey key = 0;
  std::uint32_t counter = 0;
};

/// Collects the actions of a struct agent that are possible now: numbers of the agent's own choosing, below 256.
class ActionList {
 public:
  void clear() { count_ = 0; }
  void add(std::uint32_t action) {
    if (count_ < capacity) actions_[count_++] = action;
  }
  std::span<const std::uint32_t> list() const { return {actions_, count_}; }

 private:
  static constexpr std::size_t capacity = 64;
  std::uint32_t actions_[capacity];
  std::size_t count_ = 0;
};

/// How the agents of a definition act: immutable, built once, shared by all worlds and threads.
struct Behaviour {
  void (*turn)(Turn&, const Wake&) = nullptr;
  /// Whether `message` has property `where` (from 1) of a source; null when no source has one.
  bool (*accepts)(const Model&, const World&, Row activation, std::uint16_t where, Row message) = nullptr;
  /// Struct agents whose steps are not messages: what could be done now. Null when there is no such step.
  void (*actions)(const Model&, const World&, AgentId self, ActionList&) = nullptr;
  const void* code = nullptr;  ///< the program or the struct's initial value, for `turn`
  std::span<const WaitSpec> waits = {};
  std::span<const CellType> local_types = {};  ///< of each local
  std::span<const CellType> cell_types = {};   ///< of each cell of the agent
  std::span<const std::int64_t> initial_cells = {};
  std::uint32_t sites = 0;                ///< occurrence counters an activation needs
  const SupplyTable* supplies = nullptr;  ///< null: anything to anybody while it lives
  bool struct_agent = false;              ///< one permanent activation; every message goes to `turn` at once
  bool local = false;                     ///< a struct agent whose turns depend on struct, message and model alone
  std::span<const Site> site_list = {};
  std::span<const std::uint32_t> rests = {};  ///< positions, sorted, at which a daemon waits for whatever may come
};

}  // namespace squall::sim
