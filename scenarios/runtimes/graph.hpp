// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/agents/program.hpp"
#include "sim/time.hpp"

/// Graph designs: a drawing of nodes and edges, and under whose rules it runs.
namespace squall::scenarios {

/// What lets a node begin.
enum class StartRule : std::uint8_t {
  superstep,  ///< all that the last step triggered run together; the next step waits for the slowest
  dataflow,   ///< a node runs when its join is met
  listener,   ///< the same, by names of events
  speaker,    ///< one node at a time: the order, a draw or a handoff says who is next
  token,      ///< one token: a node goes on to one other; several begin together in a subgraph only
  queue,      ///< workers pull what is ready; what they take is hidden from others for a time
  history     ///< each start is an event of the runtime's history, and so is each time by which it must end
};
/// When what a node's body writes to the context can be read by others.
enum class Commit : std::uint8_t { end_of_superstep, end_of_node, at_once };
/// What an edge gets that a node does not take.
enum class Skip : std::uint8_t { none, propagate };
/// What fails with a node.
enum class FailureScope : std::uint8_t { graph, node };
/// After what the runtime saves what a restart goes on from.
enum class Saves : std::uint8_t { none, superstep, node };
/// How a runtime hands a node's work to whoever does it. `in_process`: both live and die together, and nothing between them
/// can be lost. Else workers are agents of their own: at most once, their work is gone with them; at least once, it comes again
/// when it was not acknowledged; exactly once, it has failed, and only a `retry` starts it again.
enum class Guarantee : std::uint8_t { in_process, at_most_once, at_least_once, exactly_once };

/// What follows a fan-out over nothing.
enum class Empty : std::uint8_t {
  goes_on,  ///< its edges, as if it had ended
  nothing,  ///< none of its edges, since they would begin at its elements
  skipped   ///< it has been skipped, and so have its edges
};

/// How the tokens of a node's in-edges add up.
enum class Tally : std::uint8_t {
  queues,  ///< each edge is a queue
  sets,    ///< an edge has a token or not: a source that ran twice counts once
  counter  ///< tokens are counted whatever edge they came by; what is too many is forgotten when the node begins
};

/// Which of the nodes that could begin does, where there are fewer workers. Of several free workers the one takes it that is
/// expected to be done first.
enum class DispatchPolicy : std::uint8_t {
  fifo,           ///< who could begin first
  priority,       ///< the highest `priority`
  shortest,       ///< the shortest expected work
  critical_path,  ///< the longest expected way to the end
  least_loaded,   ///< each worker has a queue of its own; a node joins that with the least expected work in it
  heft            ///< the same, by a schedule that is made before it begins (`heft.hpp`)
};
/// Whether a node is given to a worker as soon as it could begin, and not when one is free.
constexpr bool own_queues(DispatchPolicy policy) { return policy >= DispatchPolicy::least_loaded; }

/// Workers that are alike.
struct WorkerKind {
  std::string name;
  std::uint32_t count = 1;
  std::uint32_t percent = 100;  ///< what work takes of the time that its body says
};

struct JoinRule {
  enum class Kind : std::uint8_t {
    each,       ///< any in-edge has a token; takes all that are there
    all,        ///< every in-edge has one
    all_taken,  ///< the same; runs if none failed and at least one is ok
    count,      ///< the `count`-th ok; the same round's other tokens vanish on arrival
    wait,       ///< every in-edge has one (`all`), or any; then `when` decides
    groups      ///< the first group that is met
  } kind = Kind::each;
  std::uint32_t count = 1;
  bool latch = false;           ///< never again
  std::vector<std::string> of;  ///< of these sources only; empty: all
  bool all = false;             ///< `wait`
  std::optional<Expression> when;
  struct Group {
    bool all = true;
    std::vector<std::string> of;
  };
  std::vector<Group> groups;
};

/// Rules of a framework, as orthogonal choices.
struct Rules {
  std::string_view preset = "dataflow";
  StartRule start = StartRule::dataflow;
  Commit commit = Commit::at_once;
  Skip skip = Skip::none;
  FailureScope failure = FailureScope::graph;
  Saves checkpoint = Saves::none;
  Guarantee guarantee = Guarantee::in_process;
  JoinRule::Kind join = JoinRule::Kind::each;  ///< of nodes that do not say
  Tally tally = Tally::queues;
  std::uint32_t at_once = 255;  ///< runs of one node
  bool stops_siblings = true;   ///< a failure that fails the graph asks the other nodes to stop
  Empty empty = Empty::goes_on;

  bool supersteps() const { return start == StartRule::superstep; }
  bool remote() const { return guarantee != Guarantee::in_process; }
  /// Whether somebody keeps what a worker has not acknowledged.
  bool acknowledged() const { return guarantee >= Guarantee::at_least_once; }
  /// Whether that a node has been started is saved with the start itself: after a crash it is not started again.
  bool keeps_starts() const { return remote() && checkpoint == Saves::node; }
};

/// A preset by its name; nullptr where there is none.
const Rules* preset(std::string_view name);
/// The names of all presets, in the order of the reference.
std::vector<std::string_view> presets();

struct GraphDesign;

/// The node that every graph has: where it ends.
inline constexpr std::string_view end_node = "end";

struct GraphNode {
  struct Edge {
    std::string label;  ///< empty: always taken
    std::string to;
  };
  std::string name;
  Program body;
  std::vector<Edge> next;         ///< empty: to the end
  std::vector<std::string> data;  ///< who sees what it made, without being started by it
  std::optional<JoinRule> join;
  Fields fields;                        ///< timeout, retry, deadline, otherwise: around the body
  std::optional<std::uint32_t> visits;  ///< runs at most so often
  std::optional<Over> over;             ///< the body runs once for each
  std::uint32_t priority = 0;           ///< for `DispatchPolicy::priority`; the higher the sooner
  /// Of this node, what `WorkerKind::percent` says of all; by kinds.
  std::vector<std::pair<std::string, std::uint32_t>> percent_on;
  bool defer = false;                        ///< superstep: only when no other node is due
  sim::Duration heartbeat{};                 ///< that its worker has crashed is noticed after so long; 0: at once
  sim::Duration visibility{};                ///< of `StartRule::queue`; 0: that of the graph
  std::uint32_t concurrency = 0;             ///< its worker does so much at once, of all instances; 0: any number
  std::uint32_t prefetch = 0;                ///< and reserves so much more
  std::shared_ptr<const GraphDesign> graph;  ///< instead of a body
  std::uint32_t mark = 0;  ///< a reader's own number of the place; comes back in what is wrong with the node
};

struct GraphDesign {
  Rules rules;
  std::vector<std::string> start;
  std::vector<GraphNode> nodes;
  std::optional<std::uint32_t> limit;   ///< at most so many runs of nodes; of supersteps, where there are any
  bool ends_at_limit = false;           ///< else it fails there
  std::optional<Expression> ends_when;  ///< of `StartRule::speaker`: asked after each turn (`ending.hpp`)
  /// Of `StartRule::queue`: what a worker has taken comes again after so long, whether it still works on it or not. Of SQS and
  /// of Celery on Redis it is the same clock; their defaults are 30 s and 1 h, and most say something between.
  sim::Duration visibility = std::chrono::minutes{5};
  std::optional<std::uint32_t> workers;  ///< so many nodes run at once; else any number
  std::vector<WorkerKind> kinds;         ///< of these workers, where they differ; `workers` is their sum
  DispatchPolicy policy = DispatchPolicy::fifo;
  /// From so many nodes and edges on its runtime keeps an agenda, where it runs one instance. Below, looking at every node
  /// costs less than it would. What happens is the same.
  std::uint32_t large_from = 256;
  std::uint32_t mark = 0;

  const GraphNode* find(std::string_view name) const;
  /// Whether who works matters: workers differ, or have queues of their own.
  bool knows_workers() const { return workers && (!kinds.empty() || own_queues(policy)); }
};

}  // namespace squall::scenarios
