// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/observe.hpp"
#include "sim/strike.hpp"

namespace squall::scenarios {

/// What came before what in one run, and which of it led to the outcome that was reported.
///
/// The order is Lamport's ("Time, Clocks, and the Ordering of Events in a Distributed System", 1978): what one agent does,
/// in its order; a message before who takes it; a write before reads and writes of its key; a resource given back before it
/// is granted again; a spawn before what the new agent does. The outcome is every `reported`; in a run without one, the end
/// of every activation. A cancel is no edge: who asked for it is not seen.
class Lineage final : public sim::Sink {
 public:
  /// Number of a place where a fault may strike.
  using Mark = std::uint32_t;

  sim::SeenMask listens() const override;
  void on(const sim::Model&, const sim::World&, const sim::Observation&) override;

  /// Notes that `target` is about to happen. Call it at the strike.
  Mark mark(const sim::Target& target);
  /// For each mark whether the outcome needed it: a message was taken on a way that led there; of all else, whoever acted did
  /// something later on that way, or this. O(events).
  std::vector<bool> supports() const;
  /// Whether there was an outcome: else nothing supports it.
  bool has_outcome() const { return !reported_.empty() || !finished_.empty(); }

 private:
  using Event = std::uint32_t;  ///< from 1; 0 is none
  struct Row {
    Event before, other;
  };
  struct Place {
    Event event;
    bool message;
    std::vector<Event> taken;  ///< of a message: where it was
  };

  Event add(sim::AgentId agent, Event other = 0);

  std::vector<Row> events_{{0, 0}};
  std::map<sim::AgentId, Event> last_;
  std::map<sim::Row, Event> sent_;  ///< of messages, by their row now
  std::map<sim::Row, Mark> marked_;
  std::map<std::uint32_t, Event> written_, freed_;  ///< of keys, of resources
  std::vector<Event> reported_, finished_;
  std::vector<Place> places_;
};

}  // namespace squall::scenarios
