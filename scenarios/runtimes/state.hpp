// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "scenarios/runtimes/plan.hpp"
#include "sim/world.hpp"

namespace squall::scenarios {

/// A token on an edge.
enum class EdgeToken : std::uint8_t { none, ok, skipped, failed };

/// Tokens of one edge, oldest first, and how many it owes: of a round that has begun without them, they vanish on arrival.
/// One local: two bits a token above a 1 that ends the list, then 16 bits of debts.
class TokenQueue {
 public:
  static constexpr int most = 23;

  explicit TokenQueue(std::int64_t& local) : local_(local) {}

  std::uint32_t size() const { return list() == 0 ? 0 : (static_cast<std::uint32_t>(std::bit_width(list())) - 1) / 2; }
  bool empty() const { return size() == 0; }
  EdgeToken head() const {
    const std::uint32_t n = size();
    return n == 0 ? EdgeToken::none : static_cast<EdgeToken>(list() >> (2 * (n - 1)) & 3);
  }
  /// False: there is no room for one more.
  bool push(EdgeToken token) {
    if (size() == most) return false;
    const std::uint64_t tokens = list() == 0 ? 1 : list();
    set(tokens << 2 | static_cast<std::uint64_t>(token), debt());
    return true;
  }
  EdgeToken pop() {
    const EdgeToken first = head();
    const std::uint32_t n = size();
    if (n == 0) return first;
    const std::uint64_t end = std::uint64_t{1} << (2 * (n - 1));
    set(n == 1 ? 0 : (list() & (end - 1)) | end, debt());
    return first;
  }
  std::uint64_t debt() const { return static_cast<std::uint64_t>(local_) >> 48; }
  void owe(std::uint64_t tokens) { set(list(), tokens); }

 private:
  std::uint64_t list() const { return static_cast<std::uint64_t>(local_) & 0xffff'ffff'ffffU; }
  void set(std::uint64_t list, std::uint64_t debt) { local_ = static_cast<std::int64_t>(debt << 48 | list); }
  std::int64_t& local_;
};

/// What a runtime remembers of a node: one local.
struct NodeState {
  std::uint32_t visits = 0;                     ///< runs that have begun
  std::uint16_t running : 15 = 0;               ///< runs that are not done
  std::uint16_t latched : 1 = 0;                ///< it does not begin again
  std::uint16_t sent = 0;                       ///< of those running, what its agent has been told of
  static constexpr std::uint16_t most = 1'000;  ///< runs of one node that are not done
};
static_assert(sizeof(NodeState) == 8);

/// The state of a runtime, in the locals of its activation, or in its agent's variables (`RuntimePlan::large`): it is saved,
/// compared and copied with the world. A reference that it gives is good until the world grows, which anything may do that
/// sends or writes.
class RuntimeState {
 public:
  RuntimeState(sim::World& world, sim::Row activation, const RuntimePlan& plan)
      : world_(world), activation_(activation), agent_(world.activation(activation).agent), plan_(plan) {}

  std::int64_t& running() { return own(0); }  ///< runs of nodes that are not done
  std::int64_t& runs() { return own(1); }     ///< runs, or supersteps, that have begun
  std::int64_t& failed() { return own(2); }   ///< a failed token has come to the end
  std::int64_t& begun() { return own(3); }    ///< runs that have become possible so far, for their order
  NodeState node(std::size_t n) const { return std::bit_cast<NodeState>(own(RuntimePlan::fixed + n)); }
  void set(std::size_t n, NodeState node) { own(RuntimePlan::fixed + n) = std::bit_cast<std::int64_t>(node); }
  /// Since when a run of the node waits for a worker. Only where workers are counted.
  std::int64_t& since(std::size_t n) { return own(RuntimePlan::fixed + plan_.nodes.size() + n); }
  /// Nanoseconds since the start of time at which it began. Only where it ends by a condition.
  std::int64_t& began() { return own(plan_.began_word()); }
  TokenQueue tokens(std::size_t edge) { return TokenQueue{own(plan_.edge_words() + edge)}; }
  /// Whether a node that runs gives way to a question. Only where that is waited for.
  std::int64_t& asking(std::size_t n) { return own(plan_.asking_words() + n); }
  // Workers that it knows (`Crew`). Nodes are counted from 1, 0 is none.
  std::int64_t& load(std::size_t worker) { return own(plan_.crew_words() + 4 * worker); }  ///< nanoseconds of work
  std::int64_t& serves(std::size_t worker) { return own(plan_.crew_words() + 4 * worker + 1); }
  std::int64_t& head(std::size_t worker) { return own(plan_.crew_words() + 4 * worker + 2); }  ///< of its own queue
  std::int64_t& tail(std::size_t worker) { return own(plan_.crew_words() + 4 * worker + 3); }
  /// Of a node that waits in a queue: whose, and who is behind it.
  std::int64_t& queue_of(std::size_t n) { return own(plan_.crew_words() + 4 * std::size_t{plan_.workers} + 2 * n); }
  std::int64_t& behind(std::size_t n) { return own(plan_.crew_words() + 4 * std::size_t{plan_.workers} + 2 * n + 1); }
  /// What came along an edge last: its row + 1, or 0. Only where work is carried.
  std::int64_t& work(std::size_t edge) { return own(plan_.work_words() + edge); }

  // The agenda of a large graph.
  /// Nodes on whose edges something has come since their join was last asked; those that are deferred apart.
  NumberSet to_ask(bool deferred) const { return set_of_nodes(deferred ? 1 : 0); }
  /// Nodes with runs that their agents have not been told of.
  NumberSet to_tell() const { return set_of_nodes(2); }
  std::int64_t& busy() const { return own(after_sets()); }  ///< workers
  std::int64_t* line() const {
    return &own(after_sets() + 1);
  }  ///< `to_tell` as a `NumberHeap`, where workers are counted

 private:
  NumberSet set_of_nodes(std::size_t number) const {
    const std::size_t nodes = plan_.nodes.size();
    return {&own(plan_.agenda_words() + number * NumberSet::words(nodes)), nodes};
  }
  std::size_t after_sets() const { return plan_.agenda_words() + 3 * NumberSet::words(plan_.nodes.size()); }
  std::int64_t& own(std::size_t number) const {
    std::int64_t* words = plan_.in_cells ? world_.cells(agent_) : world_.locals(activation_);
    return words[plan_.first + number];
  }

  sim::World& world_;
  sim::Row activation_;
  sim::AgentId agent_;
  const RuntimePlan& plan_;
};

}  // namespace squall::scenarios
