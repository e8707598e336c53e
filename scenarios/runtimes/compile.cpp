// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/agents/bodies_runtime.hpp"
#include "scenarios/agents/compiler.hpp"
#include "scenarios/runtimes/ending.hpp"
#include "scenarios/runtimes/expected.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "scenarios/runtimes/plan.hpp"

/// From a drawing to the tables of its runtime, and the operations that work by them.
namespace squall::scenarios {
namespace {

/// Words of a runtime among its locals: each activation of the world has as many.
constexpr std::size_t locals_max = 65'000;

/// Edges of a drawing by number.
class Edges {
 public:
  Edges(const GraphDesign& design, RuntimePlan& plan, const Declarations& names)
      : design_(design), plan_(plan), names_(names), named_(names_edges(design)) {
    for (std::uint32_t n = 0; n < design.nodes.size(); ++n) numbers_.emplace(design.nodes[n].name, n);
  }

  void draw() {
    plan_.nodes.resize(design_.nodes.size());
    for (const std::string& start : design_.start) plan_.start.push_back(edge("start", start, 0, false));
    for (std::uint32_t n = 0; n < design_.nodes.size(); ++n) {
      const GraphNode& node = design_.nodes[n];
      for (const GraphNode::Edge& next : node.next) {
        const std::int64_t labels =
            next.label.empty() ? 0 : std::int64_t{1} << label_number(node, next.label).value_or(0);
        // Several labels may lead the same way: one edge, taken by any of them.
        const auto same = std::ranges::find_if(plan_.nodes[n].out, [&](std::uint32_t e) {
          return plan_.edges[e].to == number(next.to) && !plan_.edges[e].data;
        });
        if (same == plan_.nodes[n].out.end()) {
          plan_.nodes[n].out.push_back(edge(node.name, next.to, labels, false));
        } else {
          std::int64_t& taken_by = plan_.edges[*same].labels;
          taken_by = taken_by == 0 || labels == 0 ? 0 : taken_by | labels;
        }
      }
      for (const std::string& to : node.data) plan_.nodes[n].out.push_back(edge(node.name, to, 0, true));
    }
  }

  /// In-edges of node `n` from these sources; from all where none is named.
  std::vector<std::uint32_t> from(std::uint32_t n, const std::vector<std::string>& sources) const {
    if (sources.empty()) return plan_.nodes[n].in;
    std::vector<std::uint32_t> edges;
    for (const std::uint32_t e : plan_.nodes[n].in) {
      if (std::ranges::find(sources, sources_[e]) != sources.end()) edges.push_back(e);
    }
    return edges;
  }

 private:
  std::uint32_t number(const std::string& name) const {
    const auto found = numbers_.find(name);
    return found == numbers_.end() ? RuntimePlan::to_end : found->second;
  }
  std::uint32_t edge(const std::string& source, const std::string& to, std::int64_t labels, bool data) {
    const auto e = static_cast<std::uint32_t>(plan_.edges.size());
    const std::uint32_t target = number(to);
    plan_.edges.push_back(
        {.to = target,
         .labels = labels,
         .data = data,
         .token = data ? sim::TopicId{} : names_.topic(named_ ? inner::token(source, to) : inner::any_token)});
    sources_.push_back(source);
    if (target == RuntimePlan::to_end) return e;
    if (!data) plan_.nodes[target].in.push_back(e);
    plan_.nodes[target].inputs.push_back(e);
    return e;
  }

  const GraphDesign& design_;
  RuntimePlan& plan_;
  const Declarations& names_;
  std::map<std::string, std::uint32_t> numbers_;
  bool named_;                        ///< its edges have topics
  std::vector<std::string> sources_;  ///< of edges
};

/// Whoever stops with a node: its own agent, and all that its subgraph consists of.
void collect_inside(const GraphNode& node, const Declarations& names, std::vector<sim::AgentId>& agents) {
  if (const auto* agent = names.agent(node.name)) agents.push_back(agent->first);
  if (!node.graph) return;
  if (const auto* agent = names.agent(node.name + "-graph")) agents.push_back(agent->first);
  for (const GraphNode& inside : node.graph->nodes) collect_inside(inside, names, agents);
}

/// Who works, and what each node is expected to take on whom.
Tasks plan_workers(const GraphDesign& design, const Declarations& names, RuntimePlan& plan) {
  RuntimePlan::Workers& crew = plan.crew;
  std::vector<WorkerKind> kinds = design.kinds;
  if (kinds.empty()) kinds.push_back({.name = {}, .count = plan.workers, .percent = 100});
  if (design.knows_workers()) {
    for (std::uint32_t k = 0; k < kinds.size(); ++k) crew.kind.insert(crew.kind.end(), kinds[k].count, k);
  }
  crew.kinds = static_cast<std::uint32_t>(kinds.size());
  crew.own_queues = own_queues(design.policy);
  Tasks tasks{.workers = std::max<std::size_t>(1, crew.kind.size()), .takes = {}, .edges = forward_edges(design)};
  for (const GraphNode& node : design.nodes) {
    const sim::Duration own = expected(node.body, names);
    for (const WorkerKind& kind : kinds) {
      const auto special = std::ranges::find(node.percent_on, kind.name, &std::pair<std::string, std::uint32_t>::first);
      const std::uint32_t percent = special == node.percent_on.end() ? kind.percent : special->second;
      crew.percent.push_back(percent);
      crew.takes.push_back((own / 100 * percent + own % 100 * percent / 100).count());
    }
    const std::int64_t* takes = crew.takes.data() + crew.takes.size() - kinds.size();
    if (crew.empty()) tasks.takes.emplace_back(takes[0]);
    for (const std::uint32_t kind : crew.kind) tasks.takes.emplace_back(takes[kind]);
  }
  return tasks;
}

/// The expected time of each on average, over workers.
sim::Duration mean(const Tasks& tasks, std::size_t task) {
  sim::Duration sum{};
  for (std::size_t w = 0; w < tasks.workers; ++w) sum += tasks.takes[task * tasks.workers + w];
  return sum / static_cast<std::int64_t>(tasks.workers);
}

void order_nodes(const GraphDesign& design, const Declarations& names, RuntimePlan& plan) {
  const Tasks tasks = plan_workers(design, names, plan);
  std::vector<sim::Duration> ranks;
  Schedule schedule;
  if (design.policy == DispatchPolicy::critical_path) ranks = upward_ranks(tasks);
  if (design.policy == DispatchPolicy::heft && design.knows_workers()) {
    schedule = heft(tasks);
    for (const Schedule::Place& place : schedule.places)
      plan.crew.places.push_back(static_cast<std::uint32_t>(place.worker));
  }
  for (std::size_t n = 0; n < design.nodes.size(); ++n) {
    std::int64_t& order = plan.nodes[n].order;
    switch (design.policy) {
      case DispatchPolicy::fifo:
      case DispatchPolicy::least_loaded: break;
      case DispatchPolicy::heft: order = schedule.places.empty() ? 0 : schedule.places[n].begin.count(); break;
      case DispatchPolicy::priority: order = -std::int64_t{design.nodes[n].priority}; break;
      case DispatchPolicy::shortest: order = mean(tasks, n).count(); break;
      case DispatchPolicy::critical_path: order = -ranks[n].count(); break;
    }
  }
}

/// What the names mean in the condition by which a conversation ends.
RuntimePlan::Ending ending_of(const GraphDesign& design, const Declarations& names, std::vector<BuildError>& errors) {
  RuntimePlan::Ending ending{.when = *design.ends_when, .names = {}};
  std::vector<Expression> open{ending.when};
  while (!open.empty()) {
    const Expression e = std::move(open.back());
    open.pop_back();
    for (const Expression& operand : e.operands()) open.push_back(operand);
    const std::string& name = e.text();
    if (e.kind() != Expression::Kind::name || name == turns_so_far || name == time_so_far) continue;
    RuntimePlan::Ending::Name known{.text = name, .node = {}};
    if (name.starts_with(runs_of_node)) {
      const auto node = std::ranges::find(design.nodes, name.substr(runs_of_node.size()), &GraphNode::name);
      known.node = static_cast<std::uint32_t>(node - design.nodes.begin());
    } else if (const auto key = names.key(name)) {
      known.key = *key;
    } else {
      errors.push_back({"graph", "no key of the context is called '" + name + "'", names.instead_of_key(name),
                        e.mark() != 0 ? e.mark() : design.mark});
      continue;
    }
    ending.names.push_back(std::move(known));
  }
  return ending;
}

}  // namespace

/// What only words of this run meet; 0 where they have no numbers.
std::uint16_t Compiler::of_this_run(const RuntimePlan& plan) {
  if (!plan.numbers_runs) return 0;
  return property(var(std::string{"msg."} + inner::entry) == var(entry_name));
}

void Compiler::plan_writers(const GraphDesign& design, RuntimePlan& plan) {
  if (design.rules.commit == Commit::at_once) return;
  for (std::uint32_t n = 0; n < design.nodes.size(); ++n) {
    for (const auto& [name, mark] : keys_written(design.nodes[n])) {
      const auto found = names_.key(name);
      if (!found) {
        errors_.push_back({design.nodes[n].name, "no key of the context is called '" + name + "'",
                           names_.instead_of_key(name), mark});
        continue;
      }
      const auto which = static_cast<std::uint16_t>(index(*found));
      const sim::Reducer reducer = names_.model.keys[which].reducer;
      code_.sources.push_back({{.topic = names_.topic(inner::write(name)),
                                .from = sim::Source::From::members,
                                .first = plan.nodes[n].agent,
                                .members = 1,
                                .where = of_this_run(plan)}});
      code_.waits.push_back(sim::wait_of(code_.sources.back(), false));
      plan.writers.push_back(
          {.node = n,
           .key = sim::KeyId{which},
           .alone = design.rules.supersteps() && (reducer == sim::Reducer::last || reducer == sim::Reducer::single),
           .wait = static_cast<std::uint32_t>(code_.waits.size() - 1)});
    }
  }
  std::ranges::sort(plan.writers, {}, [&](const RuntimePlan::Writer& writer) {
    return std::pair{writer.key, std::string_view{design.nodes[writer.node].name}};
  });
  for (std::uint32_t w = 0; w < plan.writers.size(); ++w) plan.nodes[plan.writers[w].node].writes.push_back(w);
}

RuntimePlan Compiler::plan_of(const steps::Runtime& s) {
  const GraphDesign& design = *s.design;
  RuntimePlan plan;
  plan.rules = design.rules;
  plan.limit = design.limit.value_or(0);
  plan.ends_at_limit = design.ends_at_limit;
  plan.reports = s.name == runtime_agent;
  Edges edges{design, plan, names_};
  edges.draw();
  for (std::uint32_t n = 0; n < design.nodes.size(); ++n) {
    const GraphNode& from = design.nodes[n];
    RuntimePlan::Node& node = plan.nodes[n];
    if (const auto* agent = names_.agent(from.name)) node.agent = agent->first;
    if (const auto* agent = names_.agent(from.name + "-graph"); from.graph && agent != nullptr)
      node.runtime = agent->first;
    node.join = from.join.value_or(JoinRule{.kind = design.rules.join});
    node.counted = edges.from(n, node.join.of);
    if (node.join.kind == JoinRule::Kind::all && !node.join.of.empty()) node.in = node.counted;
    for (const JoinRule::Group& group : node.join.groups) node.groups.push_back({group.all, edges.from(n, group.of)});
    node.visits = from.visits.value_or(0);
    node.defer = from.defer;
    node.fans_out = from.over.has_value();
    collect_inside(from, names_, node.inside);
    node.failed_text = names_.text(from.name + " has failed");
    for_each_step(from.body, [&](const Step& step) {
      const auto* work = std::get_if<steps::Work>(&step.action);
      plan.carries = plan.carries || (work != nullptr && !work->makes.empty());
    });
  }
  plan.gives_way = design.rules.supersteps() && !design.rules.remote() && gives_way(design);
  if (const auto* around = names_.agent(s.around); plan.gives_way && s.waits_around && around != nullptr)
    plan.around = around->first;
  plan.numbers_runs = numbers_runs(design, s.name);
  if (plan.numbers_runs) plan.entry = slot_of(entry_name);
  for (std::uint32_t n = 0; n < plan.nodes.size(); ++n) {
    plan.by_agent.emplace_back(plan.nodes[n].agent, n);
    if (plan.gives_way && plan.nodes[n].runtime != sim::nobody) plan.by_agent.emplace_back(plan.nodes[n].runtime, n);
  }
  std::ranges::sort(plan.by_agent);
  plan.carries = plan.carries && !design.rules.supersteps();
  plan.workers = design.workers.value_or(0);
  order_nodes(design, names_, plan);
  plan.run = names_.topic(inner::run);
  plan.input = names_.topic(inner::input);
  const auto field = [&](const char* name) { return names_.field(name).value_or(std::uint8_t{0}); };
  plan.failed = names_.topic(inner::failed);
  plan.visit_field = field(inner::visit);
  plan.inputs_field = field(inner::inputs);
  plan.because_field = field(inner::because);
  plan.worker_field = field(inner::worker);
  plan.percent_field = field(inner::percent);
  plan.entry_field = field(inner::entry);
  plan.counts_losses = counts_losses(design);
  plan.lost_field = field(inner::lost);
  if (plan.gives_way) {
    plan.asks = names_.topic(inner::asks);
    plan.may_ask = names_.topic(inner::may_ask);
  }
  plan.error_field = field(inner::error);
  plan.route_field = field(inner::route);
  plan.attempt_field = field(inner::attempt);
  plan.value_field = field(inner::value);
  plan.limit_text = names_.text(design.rules.supersteps() ? fmt::format("it has taken {} steps", plan.limit)
                                                          : fmt::format("it has run {} nodes", plan.limit));
  plan.clash_text = names_.text("two nodes have written one key in one step");
  plan.visits_text = names_.text("a node was to run more often than it may");
  plan.overflow_text = names_.text("tokens have piled up on an edge, or runs of a node");
  const auto name_error = [&](sim::Error error, const std::string& name) {
    plan.errors.emplace_back(names_.text(name), error);
  };
  for (std::uint8_t e = 1; e < static_cast<std::uint8_t>(sim::Error::count); ++e)
    name_error(sim::Error{e}, std::string{sim::error_name(sim::Error{e})});
  for (const std::string& own : names_.model.errors) {
    if (const auto error = names_.error(own)) name_error(*error, own);
  }
  std::ranges::sort(plan.errors);
  plan_writers(design, plan);
  if (design.ends_when) plan.ending = ending_of(design, names_, errors_);
  return plan;
}

/// begin -> go -> wait -> done -> go …; whatever cuts it short stops its nodes first.
void Compiler::compile(const steps::Runtime& s, const Step&) {
  RuntimePlan plan = plan_of(s);
  const std::uint16_t of_run = of_this_run(plan);
  code_.sources.push_back(
      {{.topic = names_.topic(inner::done), .where = of_run}, {.topic = names_.topic(inner::failed), .where = of_run}});
  if (plan.gives_way) {
    code_.sources.back().push_back({.topic = plan.asks});
    if (plan.around != sim::nobody) code_.sources.back().push_back({.topic = plan.may_ask});
  }
  code_.waits.push_back(sim::wait_of(code_.sources.back(), false));
  const auto heard = static_cast<std::uint32_t>(code_.waits.size() - 1);
  plan.heard = heard;
  plan.message = new_local(sim::CellType::message);
  const Label go = label(), again = label(), wait = label(), end = label(), cut_short = label();
  const auto targets = static_cast<std::uint32_t>(code_.targets.size());
  for (const Label target : {go, again, wait, end}) code_.targets.push_back(target);
  const auto part = [&](RuntimePart which) {
    Op& op = emit(OpCode::runtime);
    op.a = static_cast<std::uint32_t>(code_.runtimes.size());
    op.b = targets;
    op.flags = static_cast<std::uint8_t>(which);
  };
  part(RuntimePart::begin);
  place(go);
  part(RuntimePart::go);
  place(again);
  part(RuntimePart::again);
  place(wait);
  {
    const Within<Label> inside(handler_, cut_short);
    // Counted for itself: it draws only where a fault may strike, and must not move the draws of what the runtime sends.
    const std::uint32_t counted = counter(code_.steps[step_].name + " heard");
    Op& receive = emit(OpCode::receive);
    receive.counter = counted;
    receive.a = heard;
    receive.x = plan.message;
    receive.y = no_slot;
    receive.flags = 0;
    receive.c = 0;
  }
  part(RuntimePart::done);
  place(cut_short);
  part(RuntimePart::stop);
  place(end);
  // Behind what operands can reach, which it need not: it is known by its first number. Every activation has room for the
  // locals of the one that has most, so a large graph's words are variables of its agent instead; it has one activation.
  plan.large =
      plan.reports && names_.model.load.instances == 1 && plan.nodes.size() + plan.edges.size() >= s.design->large_from;
  plan.in_cells = plan.large || (names_.model.load.instances == 1 && goes_on_inside(*s.design, s.name));
  if (!plan.in_cells && plan.words() > locals_max) {
    error("the graph has too many nodes and edges for several instances at once, or for a subgraph",
          "split it into subgraphs, or run one instance");
    return;
  }
  std::vector<sim::CellType>& types = plan.in_cells ? code_.cell_types : code_.local_types;
  plan.first = static_cast<std::uint32_t>(types.size());
  (plan.in_cells ? runtime_cells_ : runtime_locals_) += plan.words();
  types.insert(types.end(), plan.work_words(), sim::CellType::integer);
  types.insert(types.end(), plan.agenda_words() - plan.work_words(), sim::CellType::artifact);
  if (plan.large) types.insert(types.end(), plan.agenda_size(), sim::CellType::integer);
  if (plan.in_cells) code_.initial_cells.resize(types.size());
  code_.runtimes.push_back(std::make_shared<const RuntimePlan>(std::move(plan)));
}

void Compiler::compile(const steps::Route&, const Step&) {
  error("'route' says where a graph goes on, and this is no node of one", "send to the agent that goes on");
}

void Compiler::compile(const steps::Interrupt&, const Step&) {
  error("'interrupt' lets a node of a graph give way, and this is none", "ask instead");
}

}  // namespace squall::scenarios
