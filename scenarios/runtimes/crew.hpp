// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "scenarios/runtimes/agenda.hpp"
#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

/// Workers that are known one by one: who they are, what each of them does, and what waits for it, in words of the runtime.
///
/// With queues of their own, a node that could begin is given to a worker at once, and its further runs go to the same queue for
/// as long as one of them waits there. Otherwise all wait in one line, and a free worker is looked for when there is one.
class Crew {
 public:
  struct Job {
    std::uint32_t worker, node;
  };

  Crew(const RuntimePlan& plan, RuntimeState& state, Agenda& agenda) : plan_(plan), state_(state), agenda_(agenda) {}

  bool known() const { return !plan_.crew.empty(); }
  /// A run of the node could begin. `first`: no other waits.
  void ready(std::uint32_t n, bool first);
  /// What a worker who is free does next; nothing where all are busy or nothing waits for those who are not.
  std::optional<Job> next();
  /// The worker has been told. Requires: it is what `next` gave, and the node's state counts it as sent.
  void told(Job job);
  /// A run of the node is over that `number`, counted from 1, has worked on; where that cannot be, the first one who could.
  void done(std::uint32_t n, std::int64_t number);
  /// A run is over that no worker was told of. `last`: it was the only one that waited.
  void gone(std::uint32_t n, bool last);
  /// All workers have forgotten what they did: it waits again.
  void begin_again();
  /// What work takes, of the time that the node's body says, in percent.
  std::int64_t percent(Job job) const { return plan_.crew.percent[place_of(job.node, job.worker)]; }

 private:
  std::size_t place_of(std::uint32_t n, std::uint32_t worker) const {
    return n * std::size_t{plan_.crew.kinds} + plan_.crew.kind[worker];
  }
  std::int64_t takes(std::uint32_t n, std::uint32_t worker) const { return plan_.crew.takes[place_of(n, worker)]; }
  std::uint32_t chosen(std::uint32_t n);
  bool is_free(std::uint32_t worker) const { return state_.serves(worker) == 0; }
  std::uint32_t queue_of(std::uint32_t n) const { return static_cast<std::uint32_t>(state_.queue_of(n)); }
  /// From a node as the state's words count it, from 1.
  static std::uint32_t node(std::int64_t counted) { return static_cast<std::uint32_t>(counted - 1); }
  void enqueue(std::uint32_t worker, std::uint32_t n);
  void dequeue(std::uint32_t worker, std::uint32_t n);
  auto key(std::uint32_t n) { return std::pair{plan_.nodes[n].order, state_.since(n)}; }

  const RuntimePlan& plan_;
  RuntimeState& state_;
  Agenda& agenda_;
};

}  // namespace squall::scenarios
