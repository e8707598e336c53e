// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/runtimes/graph.hpp"
#include "scenarios/runtimes/numbers.hpp"
#include "sim/error.hpp"
#include "sim/ids.hpp"

namespace squall::scenarios {

/// A drawing as its runtime works with it: numbers in place of names. Immutable, part of the runtime's code.
struct RuntimePlan {
  static constexpr std::uint32_t to_end = 0xffff'ffffU;

  struct Edge {
    std::uint32_t to = to_end;  ///< node, or `to_end`
    std::int64_t labels = 0;    ///< bits of a route by which it is taken; 0: always
    bool data = false;          ///< carries work and starts nobody
    sim::TopicId token{};       ///< by this name a token that is left over lies at its target
  };
  struct Node {
    sim::AgentId agent{};
    sim::AgentId runtime = sim::nobody;  ///< of its subgraph
    std::vector<std::uint32_t> out;      ///< edges
    std::vector<std::uint32_t> in;       ///< control edges, in the order of their sources
    std::vector<std::uint32_t> inputs;   ///< control and data edges
    JoinRule join;
    std::vector<std::uint32_t> counted;  ///< edges that a `count` join looks at
    struct Group {
      bool all;
      std::vector<std::uint32_t> edges;
    };
    std::vector<Group> groups;
    std::vector<std::uint32_t> writes;  ///< `writers` that it is
    std::uint32_t visits = 0;           ///< 0: any number
    bool defer = false;
    std::int64_t order = 0;  ///< of two that could begin the lower one does, and of equal ones who could first
    bool fans_out = false;
    std::vector<sim::AgentId> inside;  ///< who is to be stopped with it: itself, and all of its subgraph
    std::int64_t failed_text = -1;     ///< `NAME has failed`
  };
  /// Who may write a key before its commit, and the wait by which the runtime takes it.
  struct Writer {
    std::uint32_t node;
    sim::KeyId key;
    bool alone;  ///< the key has no reducer: two writers in one step clash
    std::uint32_t wait;
  };

  /// By which a conversation ends.
  struct Ending {
    struct Name {
      std::string text;
      std::optional<std::uint32_t> node;  ///< whose runs are meant; else a key
      sim::KeyId key{};
    };
    Expression when;
    std::vector<Name> names;  ///< in it, but for those of the runtime's own
  };

  /// Workers that are known one by one (`Crew`); none where it only matters how many are busy.
  struct Workers {
    std::vector<std::uint32_t> kind;  ///< of each worker
    std::uint32_t kinds = 0;
    std::vector<std::int64_t> percent;  ///< of the time that a body says, by node * kinds + kind
    std::vector<std::int64_t> takes;    ///< nanoseconds that are expected, by the same
    bool own_queues = false;
    std::vector<std::uint32_t> places;  ///< of a schedule, the worker of each node

    bool empty() const { return kind.empty(); }
  };

  Rules rules;
  std::optional<Ending> ending;
  std::vector<std::uint32_t> start;  ///< edges
  std::vector<Edge> edges;
  std::vector<Node> nodes;
  std::vector<Writer> writers;                                   ///< by key, then by the name of the node
  std::vector<std::pair<sim::AgentId, std::uint32_t>> by_agent;  ///< nodes, in the order of their agents
  std::uint32_t limit = 0;
  bool ends_at_limit = false;
  std::uint32_t workers = 0;  ///< so many nodes run at once; 0: any number
  Workers crew;               ///< who they are, where that matters
  bool reports = false;       ///< it runs the whole instance, and says how that went
  bool carries = false;       ///< what a node makes goes along its edges
  bool gives_way = false;     ///< a question waits for the others of its step
  sim::AgentId around =
      sim::nobody;             ///< the runtime around a subgraph, where questions wait for the others of that step, too
  bool numbers_runs = false;   ///< all that is said carries the number of the run
  std::uint16_t entry = 0;     ///< local: that number
  bool counts_losses = false;  ///< starts say how often they were lost
  sim::TopicId run{}, input{}, failed{}, asks{}, may_ask{};
  std::uint8_t visit_field = 0, inputs_field = 0, route_field = 0, attempt_field = 0, value_field = 0,
               because_field = 0, error_field = 0, worker_field = 0, percent_field = 0, entry_field = 0, lost_field = 0;
  std::vector<std::pair<std::int64_t, sim::Error>> errors;  ///< by their names, as texts
  std::int64_t limit_text = -1, clash_text = -1, visits_text = -1, overflow_text = -1;
  std::uint32_t heard = 0;    ///< the wait by which it hears of nodes
  std::uint16_t message = 0;  ///< local: what the runtime has just heard
  std::uint32_t first = 0;    ///< its own begin there (`RuntimeState`): among its locals,
  bool in_cells = false;      ///< or among its agent's variables,
  bool large = false;         ///< of a large graph with an agenda behind them

  // What it remembers, word by word.
  static constexpr std::size_t fixed = 4;
  std::size_t began_word() const { return fixed + nodes.size() * (workers != 0 ? 2 : 1); }
  std::size_t asking_words() const { return began_word() + (ending ? 1 : 0); }
  std::size_t crew_words() const { return asking_words() + (gives_way ? nodes.size() : 0); }
  /// Two words for each node, four for each worker.
  std::size_t edge_words() const {
    return crew_words() + (crew.empty() ? 0 : 2 * nodes.size() + 4 * std::size_t{workers});
  }
  std::size_t work_words() const { return edge_words() + edges.size(); }
  std::size_t agenda_words() const { return work_words() + (carries ? edges.size() : 0); }
  /// Two sets of nodes to ask, one of nodes to tell; where workers are counted, how many are busy and a heap.
  std::size_t agenda_size() const { return 3 * NumberSet::words(nodes.size()) + (workers != 0 ? nodes.size() + 2 : 0); }
  /// All of them. Those that hold work come last, but for an agenda.
  std::size_t words() const { return agenda_words() + (large ? agenda_size() : 0); }
};

}  // namespace squall::scenarios
