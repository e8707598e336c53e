// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/lower.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "scenarios/nearest.hpp"
#include "scenarios/runtimes/ending.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

/// What each of them does and what waits for it are words of the runtime.
constexpr std::uint32_t known_workers_max = 10'000;

class Drawing {
 public:
  Drawing(const GraphDesign& design, std::vector<BuildError>& errors) : design_(design), errors_(errors) {
    known_.reserve(design.nodes.size() + 1);
    for (const GraphNode& node : design.nodes) known_.push_back(node.name);
    known_.push_back(end_node);
    names_.insert(known_.begin(), known_.end());
    for (const std::string& start : design.start) sources_[start] = {std::string{}};
    for (const GraphNode& from : design.nodes) {
      for (const GraphNode::Edge& edge : from.next) {
        std::vector<std::string>& sources = sources_[edge.to];
        if (sources.empty() || sources.back() != from.name) sources.push_back(from.name);
      }
    }
  }

  /// False: it cannot be run.
  bool check() {
    const std::size_t before = errors_.size();
    if (design_.nodes.empty()) error(design_.mark, "graph", "it has no nodes", "write nodes: {NAME: {do: […]}}");
    if (design_.start.empty()) error(design_.mark, "graph", "it says not where it begins", "add 'start: NODE'");
    for (const std::string& start : design_.start) is_node("graph", "begins at", start);
    std::set<std::string_view> seen;
    for (const GraphNode& node : design_.nodes) {
      if (node.name == runtime_agent)
        error(node.mark, node.name, "the runtime is called so", "give the node another name");
      if (node.name == end_node) error(node.mark, node.name, "'end' is the end of every graph", "give it another name");
      if (!seen.insert(node.name).second) error(node.mark, node.name, "two nodes have this name", "rename one of them");
      check(node);
    }
    check_workers();
    if (design_.ends_when) check_ending(*design_.ends_when);
    return errors_.size() == before;
  }

 private:
  void error(std::uint32_t mark, std::string where, std::string what, std::string fix) {
    errors_.push_back({std::move(where), std::move(what), std::move(fix), mark});
  }

  /// Said without a place: whoever reads files finds the name.
  bool is_node(const std::string& where, const char* does, const std::string& name) {
    if (names_.contains(name)) return true;
    error(0, where, fmt::format("{} '{}', but no node is called so", does, name), instead_of(name, known_));
    return false;
  }

  void check(const GraphNode& node) {
    std::set<std::string_view> labels;
    for (const GraphNode::Edge& edge : node.next) {
      is_node(node.name, "goes on to", edge.to);
      labels.insert(edge.label);
    }
    if (labels.size() > labels_max) error(node.mark, node.name, "it has more than 60 labels", "route in two nodes");
    for (const std::string& to : node.data) is_node(node.name, "hands its work to", to);
    if (node.over && node.graph)
      error(node.mark, node.name, "a subgraph does not fan out by itself", "let a node of the subgraph do so");
    if (node.defer && !design_.rules.supersteps())
      error(node.mark, node.name, "only a superstep can be waited for", "leave 'defer' out, or use runs-as: langgraph");
    if (node.join) check(node, *node.join);
    check_worker(node);
    check_token(node);
  }

  /// What is said of a node's worker means something only where it is one, and where its rules know of it.
  void check_worker(const GraphNode& node) {
    const Rules& rules = design_.rules;
    const bool queue = rules.start == StartRule::queue && rules.acknowledged();
    if (node.heartbeat != sim::Duration{}) {
      if (!rules.acknowledged())
        error(node.mark, node.name, "nobody listens for its heartbeat: what a crashed one had is gone with it",
              "leave 'heartbeat' out, or write runs-as: {guarantee: at-least-once}");
      else if (queue)
        error(node.mark, node.name, "a queue knows no heartbeat: what is not acknowledged in time comes again",
              "write visibility: 30s, or use runs-as: durable");
      else if (node.graph)
        error(node.mark, node.name, "a subgraph has no heartbeat of its own", "write it at the nodes of the subgraph");
    }
    if (node.visibility != sim::Duration{} && !queue)
      error(node.mark, node.name, "only what is taken from a queue is hidden for a time",
            "leave 'visibility' out, or use runs-as: queue-worker");
    if (node.prefetch != 0 && !queue)
      error(node.mark, node.name, "only the worker of a queue reserves what it does not work on yet",
            "leave 'prefetch' out, or use runs-as: queue-worker");
    if (node.prefetch != 0 && node.concurrency == 0)
      error(node.mark, node.name, "its worker does any number at once, so it reserves nothing", "add concurrency: 1");
    if (node.concurrency != 0 && (!rules.remote() || node.graph))
      error(node.mark, node.name, node.graph ? "a subgraph has no worker of its own" : "it has no worker of its own",
            node.graph ? "write it at the nodes of the subgraph"
                       : "leave 'concurrency' out, or write runs-as: {guarantee: at-least-once}");
    if (node.concurrency > 255 || node.concurrency + node.prefetch > 255)
      error(node.mark, node.name, "its worker has more than 255 messages in hand", "write less");
  }

  /// One token goes one way.
  void check_token(const GraphNode& node) {
    if (design_.rules.start != StartRule::token) return;
    std::map<std::string_view, std::string_view> ways;
    for (const GraphNode::Edge& edge : node.next) {
      const auto [way, fresh] = ways.emplace(edge.label, edge.to);
      if (fresh || way->second == edge.to) continue;
      error(node.mark, node.name,
            fmt::format("it goes on to '{}' and to '{}', and there is one token", way->second, edge.to),
            "put what runs side by side into a subgraph: graph: {start: [A, B], nodes: …}");
      return;
    }
  }

  /// Other names than these are keys: whether there are such is known when all is declared.
  void check_ending(const Expression& e) {
    for (const Expression& operand : e.operands()) check_ending(operand);
    if (e.kind() == Expression::Kind::name && e.text().starts_with(runs_of_node))
      is_node("graph", "asks for the runs of", e.text().substr(runs_of_node.size()));
  }

  void check_workers() {
    if (own_queues(design_.policy) && !design_.workers)
      error(design_.mark, "graph", "its policy gives nodes to workers, and there are any number of them",
            "add workers: 2, or workers: {KIND: {count: 2}}");
    if (design_.knows_workers() && design_.workers.value_or(0) > known_workers_max)
      error(design_.mark, "graph", "it knows more than 10,000 workers one by one",
            "write fewer, or a number of equal ones and dispatch: fifo");
    std::vector<std::string_view> kinds;
    for (const WorkerKind& kind : design_.kinds) kinds.push_back(kind.name);
    for (const GraphNode& node : design_.nodes) {
      for (const auto& [kind, percent] : node.percent_on) {
        if (std::ranges::find(kinds, kind) != kinds.end()) continue;
        error(node.mark, node.name, fmt::format("no worker is of the kind '{}'", kind),
              kinds.empty() ? fmt::format("declare workers: {{{}: {{count: 1}}}}", kind) : instead_of(kind, kinds));
      }
    }
  }

  void check(const GraphNode& node, const JoinRule& join) {
    const std::vector<std::string>& sources = sources_[node.name];
    const auto is_source = [&](const std::string& name) {
      if (std::ranges::find(sources, name) != sources.end()) return;
      std::vector<std::string_view> all;
      for (const std::string& source : sources) {
        if (!source.empty()) all.push_back(source);
      }
      error(
          node.mark, node.name, fmt::format("joins '{}', but no edge comes from there", name),
          all.empty() ? fmt::format("write next: {} there, or leave the join out", node.name) : instead_of(name, all));
    };
    for (const std::string& name : join.of) is_source(name);
    std::set<std::string_view> grouped;
    for (const JoinRule::Group& group : join.groups) {
      for (const std::string& name : group.of) {
        is_source(name);
        grouped.insert(name);
      }
    }
    if (join.kind == JoinRule::Kind::groups) {
      for (const std::string& source : sources) {
        if (!source.empty() && !grouped.contains(source))
          error(node.mark, node.name, fmt::format("the edge from '{}' is in no group of its join", source),
                fmt::format("add {{any: [{}]}}", source));
      }
    }
    if (!join.of.empty()) {
      for (const std::string& source : sources) {
        if (!source.empty() && std::ranges::find(join.of, source) == join.of.end())
          error(node.mark, node.name, fmt::format("its join leaves the edge from '{}' out", source),
                "name all sources, or write groups: [{all: […]}, {any: […]}]");
      }
    }
    if (join.kind == JoinRule::Kind::count && join.count > (join.of.empty() ? sources.size() : join.of.size()))
      error(node.mark, node.name,
            fmt::format("it waits for {} of {} sources", join.count, join.of.empty() ? sources.size() : join.of.size()),
            "lower the count");
    if (join.kind == JoinRule::Kind::all_taken && design_.rules.skip != Skip::propagate)
      error(node.mark, node.name, "'all-taken' counts skipped edges, and here nobody says that an edge is skipped",
            "add 'skip: propagate' to runs-as, or write 'join: all'");
  }

  const GraphDesign& design_;
  std::vector<BuildError>& errors_;
  std::vector<std::string_view> known_;
  std::set<std::string_view> names_;  ///< `known_`
  /// All in-edges of a node, by source, in the order of the nodes; the start first (an empty name).
  std::map<std::string_view, std::vector<std::string>> sources_;
};

/// So many edges have topics of their own: a third of all topics that there can be.
constexpr std::size_t named_edges_max = 20'000;

void declare_topic(Workflow& workflow, const std::string& name, const TopicSpec& spec) {
  for (const auto& topic : workflow.topics()) {
    if (topic.first == name) return;
  }
  workflow.topic(name, spec);
}
void inner_topic(Workflow& workflow, const std::string& name) { declare_topic(workflow, name, {.inner = true}); }

/// After so long a start that no worker has got is handed out again.
sim::Duration handed_out_again(const GraphDesign& design) {
  switch (design.rules.start) {
    case StartRule::queue: return design.visibility;
    case StartRule::history: return 10s;  // Temporal: timeout of a task that its worker has not answered
    case StartRule::token: return 1s;     // Step Functions: the service calls again by itself
    default: return 10min;                // Airflow: `task_queued_timeout`
  }
}
/// Who has something to report repeats it for as long as nobody has acknowledged it.
constexpr sim::Duration reported_again = 1s;

bool routes_by_elements(const GraphDesign& design) {
  return std::ranges::any_of(design.nodes, [](const GraphNode& node) {
    bool routes = false;
    for_each_step(node.body, [&](const Step& step) { routes |= std::holds_alternative<steps::Route>(step.action); });
    return (node.over && routes) || (node.graph && routes_by_elements(*node.graph));
  });
}

void declare_topics(const GraphDesign& design, Workflow& workflow) {
  if (!design.rules.remote()) {
    for (const char* topic : {inner::run, inner::input, inner::done, inner::failed, inner::enter, inner::left})
      inner_topic(workflow, topic);
    if (design.rules.supersteps() && gives_way(design)) {
      inner_topic(workflow, inner::asks);
      inner_topic(workflow, inner::may_ask);
    }
  } else if (design.rules.acknowledged()) {
    for (const char* start : {inner::run, inner::input, inner::enter})
      declare_topic(workflow, start, {.redeliver_after = handed_out_again(design)});
    for (const char* report : {inner::done, inner::failed, inner::left})
      declare_topic(workflow, report, {.redeliver_after = reported_again});
  }
  if (routes_by_elements(design)) inner_topic(workflow, inner::took);
  // What a body writes before its commit goes with its result, whoever works.
  if (design.rules.commit != Commit::at_once) {
    for (const GraphNode& node : design.nodes) {
      for (const auto& key : keys_written(node)) inner_topic(workflow, inner::write(key.first));
    }
  }
}

/// After so long it is noticed that the worker of a node has crashed. A durable runtime only knows that an activity has not
/// ended in time; who calls a service directly learns at once that it is gone.
sim::Duration missed_after(const GraphDesign& design, const GraphNode& node) {
  if (node.heartbeat != sim::Duration{} || design.rules.start != StartRule::history || node.graph)
    return node.heartbeat;
  const auto& timeout = node.fields.timeout;
  const bool fixed = timeout && !timeout->computed && timeout->drawn.kind == sim::Distribution::Kind::constant;
  return fixed ? sim::Duration{timeout->drawn.a} : sim::Duration{};
}

AgentSpec node_agent(const GraphDesign& design, const GraphNode& node, const std::string& runtime,
                     const std::string& host, const std::vector<std::string>& told, std::vector<BuildError>& errors) {
  AgentSpec spec;
  spec.on.emplace_back(inner::run, node_program(design, node, runtime, told, errors));
  spec.concurrency = design.rules.at_once;
  if (!design.rules.remote()) {
    spec.host = host;
  } else if (design.rules.acknowledged()) {
    spec.mailbox = {.survives = true, .ack = sim::Ack::end};
    spec.mailbox.lost_has_failed = design.rules.guarantee == Guarantee::exactly_once;
    if (design.rules.start == StartRule::queue) {
      spec.mailbox.redeliver_after = node.visibility != sim::Duration{} ? node.visibility : design.visibility;
    } else {
      spec.mailbox.missed_after = missed_after(design, node);
    }
  }
  if (node.concurrency != 0) spec.concurrency = node.concurrency + node.prefetch;
  return spec;
}

bool fails_with(const GraphDesign& design, const std::string& error) {
  bool found = false;
  const auto look = [&](const Step& step) {
    const auto* fail = std::get_if<steps::Fail>(&step.action);
    const auto* reply = std::get_if<steps::Reply>(&step.action);
    found = found || (fail != nullptr && fail->error == error) || (reply != nullptr && reply->error == error);
  };
  for (const GraphNode& node : design.nodes) {
    for_each_step(node.body, look);
    if (node.fields.otherwise) {
      for (const auto& branch : node.fields.otherwise->branches) for_each_step(branch.second, look);
    }
    found = found || (node.graph && fails_with(*node.graph, error));
  }
  return found;
}

/// Of what `node` handles by its name, and of what those around it do, what can happen in its subgraph: built-in errors, and
/// those that somebody in there fails with. Who is cancelled tells nobody.
std::vector<std::string> errors_told(const GraphNode& node, const Around* around) {
  std::vector<std::string> told;
  if (!node.graph) return told;
  const auto add = [&](const std::string& error) {
    bool known = fails_with(*node.graph, error);
    for (std::uint8_t e = 1; e < static_cast<std::uint8_t>(sim::Error::count); ++e)
      known = known || sim::error_name(sim::Error{e}) == error;
    if (known && error != "cancelled" && std::ranges::find(told, error) == told.end()) told.push_back(error);
  };
  if (node.fields.otherwise) {
    for (const auto& branch : node.fields.otherwise->branches) add(branch.first);
  }
  if (node.fields.retry) std::ranges::for_each(node.fields.retry->on, add);
  if (around != nullptr) std::ranges::for_each(around->errors, add);
  return told;
}

constexpr std::int64_t told_nobody = 2;
constexpr const char* entries_name = "(entries)";
constexpr const char* open_name = "(open entry)";

/// A start that comes again goes on with the run that was cut off: what its nodes say has that number.
Program numbered(bool goes_on) {
  Program fresh = program().set(entries_name, var(entries_name) + 1).set(entry_name, var(entries_name));
  if (!goes_on) return fresh;
  const Expression lost = var(fmt::format("msg.{}", inner::lost));
  return program()
      .if_(has(lost.text()) && lost > 0 && var(open_name) > 0, program().set(entry_name, var(open_name)),
           std::move(fresh))
      .set(open_name, var(entry_name));
}

/// What the agent of a subgraph's runtime does each time that its node enters it. One that is asked to stop tells nobody: who
/// asked waits no longer.
Program entered(const Around& around, bool acknowledges, Program numbering, Program run) {
  Program inside;
  inside.set("(ok)", 1).set("(attempt)", 0);
  for (Step& step : numbering.steps) inside.add(std::move(step));
  // A fault may have taken the number: then the subgraph has failed, instead of coming again for ever.
  Program guarded;
  guarded.set("(attempt)", var(fmt::format("msg.{}", inner::attempt)));
  for (Step& step : run.steps) guarded.add(std::move(step));
  Otherwise failed;
  for (const std::string& error : around.errors)
    failed.branches.emplace_back(error, program().set("(ok)", -static_cast<std::int64_t>(failed.branches.size()) - 1));
  Program stopped;
  if (acknowledges) stopped.acknowledge();
  failed.branches.emplace_back("cancelled", stopped.set("(ok)", told_nobody));
  failed.branches.emplace_back("any", program().set("(ok)", 0));
  inside.block(std::move(guarded), {.otherwise = std::move(failed)});
  inside.if_(var("(ok)") != told_nobody,
             program().send(around.node.name, inner::left,
                            {.with = {{inner::ok, var("(ok)")}, {inner::attempt, var("(attempt)")}}}));
  return inside;
}

}  // namespace

std::map<std::string, std::uint32_t> keys_written(const GraphNode& node) {
  std::map<std::string, std::uint32_t> keys;
  const auto look = [&](const Step& step) {
    if (const auto* write = std::get_if<steps::Write>(&step.action)) keys.emplace(write->key, step.mark);
    if (const auto* update = std::get_if<steps::Update>(&step.action)) keys.emplace(update->key, step.mark);
  };
  for_each_step(node.body, look);
  if (!node.fields.otherwise) return keys;
  for (const auto& branch : node.fields.otherwise->branches) for_each_step(branch.second, look);
  return keys;
}

bool numbers_runs(const GraphDesign& design, const std::string& runtime) {
  const bool overlap = !design.rules.supersteps() && design.rules.at_once > 1;
  return runtime != runtime_agent && (design.rules.remote() || overlap);
}

bool goes_on_inside(const GraphDesign& design, const std::string& runtime) {
  const Rules& rules = design.rules;
  const bool in_steps = rules.supersteps() && !rules.remote() && rules.checkpoint != Saves::none;
  // One token enters a subgraph once at a time, so that what its agent remembers is of one run.
  return runtime != runtime_agent && (in_steps || (rules.start == StartRule::token && rules.keeps_starts()));
}

bool counts_losses(const GraphDesign& design) {
  if (!design.rules.acknowledged()) return false;
  return design.rules.guarantee == Guarantee::exactly_once || design.rules.start == StartRule::queue ||
         design.rules.commit != Commit::at_once || routes_by_elements(design);
}

bool gives_way(const GraphDesign& design) {
  return std::ranges::any_of(design.nodes, [](const GraphNode& node) {
    bool asks = node.graph && gives_way(*node.graph);
    for_each_step(node.body, [&](const Step& step) { asks |= std::holds_alternative<steps::Interrupt>(step.action); });
    return asks;
  });
}

bool names_edges(const GraphDesign& design) {
  std::size_t edges = design.start.size();
  for (const GraphNode& node : design.nodes) edges += node.next.size();
  return edges <= named_edges_max;
}

void lower(const GraphDesign& design, const Around* around, const std::string& host, Workflow& workflow,
           std::vector<BuildError>& errors) {
  const std::string name = around == nullptr ? runtime_agent : around->node.name + "-graph";
  for (const auto& agent : workflow.agents()) {
    if (agent.first == name)
      errors.push_back({name, "is the name of the runtime, and of an agent", "give the agent another name", 0});
  }
  if (!Drawing{design, errors}.check()) {
    for (const GraphNode& node : design.nodes) (void)node_program(design, node, name, {}, errors);
    return;
  }
  declare_topics(design, workflow);
  Program run;
  const bool within = around != nullptr;
  run.add({steps::Runtime{std::make_shared<const GraphDesign>(design), name, within ? around->runtime : "",
                          within && around->in_steps},
           {},
           design.mark});
  AgentSpec runtime;
  if (around == nullptr) {
    runtime.program = std::move(run);
  } else {
    const bool acknowledges = design.rules.acknowledged();
    const bool numbers = numbers_runs(design, name);
    const bool goes_on = numbers && workflow.load().instances == 1 && goes_on_inside(design, name);
    if (numbers) runtime.vars.emplace_back(entries_name, 0);
    if (goes_on) runtime.vars.emplace_back(open_name, 0);
    runtime.on.emplace_back(inner::enter,
                            entered(*around, acknowledges, numbers ? numbered(goes_on) : Program{}, std::move(run)));
    if (acknowledges) runtime.mailbox = {.survives = true, .ack = sim::Ack::end};
    runtime.concurrency = goes_on ? 1 : 255;
  }
  runtime.resume = design.rules.checkpoint == Saves::none ? sim::Resume::start : sim::Resume::checkpoint;
  // Who hands out what comes again keeps it, whatever the one who takes it saves.
  runtime.mailbox.survives = runtime.mailbox.survives || design.rules.checkpoint != Saves::none;
  if (around != nullptr && !design.rules.remote()) runtime.host = host;
  workflow.agent(name, std::move(runtime));
  for (const GraphNode& node : design.nodes) {
    const Around inside{node, name, design.rules.supersteps() && !design.rules.remote(), errors_told(node, around)};
    workflow.agent(node.name, node_agent(design, node, name, host, inside.errors, errors));
    if (node.prefetch != 0)
      workflow.resource(inner::slots_of(node), {.kind = sim::ResourceInfo::Kind::semaphore,
                                                .slots = node.concurrency,
                                                .frees = sim::ResourceInfo::Frees::on_end});
    if (node.graph) lower(*node.graph, &inside, host, workflow, errors);
  }
}

}  // namespace squall::scenarios
