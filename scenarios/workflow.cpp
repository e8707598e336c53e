// SPDX-License-Identifier: Apache-2.0
#include "scenarios/workflow.hpp"

#include <algorithm>
#include <cassert>

#include "scenarios/agents/check.hpp"
#include "scenarios/agents/compiler.hpp"
#include "scenarios/agents/reach.hpp"
#include "scenarios/claims/judges.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "sim/invariants/catalogue.hpp"

namespace squall::scenarios {

Workflow& Workflow::agent(std::string name, Program program) {
  return agent(std::move(name), AgentSpec{.program = std::move(program)});
}
Workflow& Workflow::agent(std::string name, AgentSpec spec) {
  agents_.emplace_back(std::move(name), std::move(spec));
  return *this;
}
Workflow& Workflow::topic(std::string name, TopicSpec spec) {
  topics_.emplace_back(std::move(name), spec);
  return *this;
}
Workflow& Workflow::key(std::string name, KeySpec spec) {
  keys_.emplace_back(std::move(name), std::move(spec));
  return *this;
}
Workflow& Workflow::tool(std::string name, ToolSpec spec) {
  tools_.emplace_back(std::move(name), std::move(spec));
  return *this;
}
Workflow& Workflow::resource(std::string name, ResourceSpec spec) {
  resources_.emplace_back(std::move(name), spec);
  return *this;
}
Workflow& Workflow::latency(sim::Distribution latency, bool fifo) {
  latency_ = latency;
  fifo_ = fifo;
  return *this;
}
Workflow& Workflow::link(LinkSpec link) {
  links_.push_back(std::move(link));
  return *this;
}
Workflow& Workflow::load(std::uint32_t instances, sim::Distribution every) {
  load_ = {instances, every};
  return *this;
}
Workflow& Workflow::limits(sim::Limits limits) {
  limits_ = limits;
  return *this;
}
Workflow& Workflow::check(sim::Invariant invariant) {
  checks_.push_back(std::move(invariant));
  return *this;
}
Workflow& Workflow::check(const std::string& invariant) {
  const sim::InvariantRow* row = sim::find_invariant(invariant);
  if (row != nullptr) return check(row->initial);
  unknown_checks_.push_back(invariant);
  return *this;
}
Workflow& Workflow::check_defaults() {
  for (const sim::Invariant& invariant : sim::default_invariants()) check(invariant);
  return *this;
}
Workflow& Workflow::claim(Claim claim) {
  claims_.push_back(std::move(claim));
  return *this;
}
Workflow& Workflow::graph(GraphDesign design) {
  lower(design, nullptr, runtime_agent, *this, graph_errors_);
  graph_ = std::make_shared<const GraphDesign>(std::move(design));
  return *this;
}
Workflow& Workflow::goal(Condition goal) {
  goal_ = std::move(goal);
  return *this;
}

namespace {

sim::Definition definition_of(const std::string& name, const AgentSpec& spec) {
  sim::Definition definition;
  definition.name = name;
  definition.replicas = spec.replicas;
  definition.start = spec.start;
  definition.start_after = spec.start_after;
  definition.concurrency = spec.concurrency;
  definition.resume = spec.resume;
  definition.inbox = spec.mailbox.capacity;
  definition.full = spec.mailbox.full;
  definition.survives = spec.mailbox.survives;
  definition.ack = spec.mailbox.ack;
  definition.role = spec.role;
  definition.restricted = spec.can.has_value();
  if (spec.can) definition.can = *spec.can;
  definition.redeliver_after = spec.mailbox.redeliver_after;
  definition.redeliver_max = spec.mailbox.redeliver_max;
  definition.missed_after = spec.mailbox.missed_after;
  definition.daemon = spec.daemon.value_or(spec.program.steps.empty() && !spec.on.empty());
  definition.human = spec.human;
  definition.has_root = !spec.program.steps.empty();
  return definition;
}

/// A word in `can` that means nothing would forbid what its writer meant to allow.
void check_roles(const sim::Model& model, std::vector<BuildError>& errors) {
  std::vector<std::string_view> known;
  for (const sim::TopicInfo& topic : model.topics) known.push_back(topic.name);
  for (const sim::ToolInfo& tool : model.tools) known.push_back(tool.name);
  for (const sim::KeyInfo& key : model.keys) known.push_back(key.name);
  known.insert(known.end(), model.artifact_names.begin(), model.artifact_names.end());
  for (const sim::Definition& definition : model.definitions) {
    for (const std::string& name : definition.can) {
      if (std::ranges::find(known, name) != known.end()) continue;
      errors.push_back(
          {definition.name, "it can '" + name + "', which is no topic, tool, key or work", instead_of(name, known)});
    }
  }
}

/// Supplies name receivers by their numbers, and the model is finished from the supplies: numbers come first.
void number_agents(sim::Model& model) {
  std::uint32_t members = 0;
  for (sim::Definition& definition : model.definitions) {
    definition.first = sim::AgentId{members};
    if (definition.start == sim::Start::spawned) definition.replicas = 0;
    members += definition.replicas;
  }
}

}  // namespace

std::string Built::text() const {
  std::string text;
  for (const BuildError& error : errors) text += error.where + ": " + error.what + "; " + error.fix + "\n";
  return text;
}

Built Workflow::build(Dispatch dispatch) const {
  Built built;
  built.errors = graph_errors_;
  if (!check_declarations(*this, built.errors) || !graph_errors_.empty()) return built;
  const auto check_time = [&](const char* where, const sim::Distribution& time) {
    if (const auto wrong = complaint(time)) built.errors.push_back({where, wrong->first, wrong->second});
  };
  check_time("network", latency_);
  for (const LinkSpec& link : links_) check_time("network", link.latency);
  check_time("load", load_.every);
  if (load_.instances == 0) built.errors.push_back({"load", "it has no instances", "write 1 or more"});
  Declarations names{*this, built.errors};
  sim::Model& model = names.model;
  model.network.latency = latency_;
  model.network.fifo = fifo_;
  model.load = load_;
  model.limits = limits_;
  for (const LinkSpec& link : links_) {
    const auto* from = names.agent(link.from);
    const auto* to = names.agent(link.to);
    if (from == nullptr)
      built.errors.push_back({"network", "no agent is called '" + link.from + "'", names.instead_of_agent(link.from)});
    if (to == nullptr)
      built.errors.push_back({"network", "no agent is called '" + link.to + "'", names.instead_of_agent(link.to)});
    if (from != nullptr && to != nullptr) model.network.links.push_back({from->id, to->id, link.latency, link.fifo});
  }
  std::vector<Code*> compiled;
  for (const auto& [name, spec] : agents_) {
    sim::Definition definition = definition_of(name, spec);
    std::vector<std::uint32_t> handlers;
    Code& code = model.keep(Compiler{names, name, spec, built.errors}.compile(definition.root_pc, handlers));
    for (std::size_t h = 0; h < spec.on.size(); ++h) {
      definition.handlers.push_back({names.topic(spec.on[h].first), handlers[h]});
    }
    sim::Behaviour& behaviour = code.behaviour;
    behaviour.turn = turn_function(dispatch);
    behaviour.accepts = code.properties.empty() ? nullptr : &accepts;
    behaviour.code = &code;
    behaviour.waits = code.waits;
    behaviour.local_types = code.local_types;
    behaviour.cell_types = code.cell_types;
    behaviour.initial_cells = code.initial_cells;
    behaviour.sites = static_cast<std::uint32_t>(code.sites.size());
    behaviour.site_list = code.sites;
    behaviour.rests = code.rests;
    behaviour.supplies = &code.supplies;
    definition.behaviour = &behaviour;
    model.definitions.push_back(std::move(definition));
    compiled.push_back(&code);
  }
  for (std::size_t d = 0; d < agents_.size(); ++d) {
    const auto* host = agents_[d].second.host.empty() ? nullptr : names.agent(agents_[d].second.host);
    if (host != nullptr) model.definitions[d].host = host->id;
  }
  number_agents(model);
  check_roles(model, built.errors);
  Judges judges{names, built.errors};
  for (const std::string& name : unknown_checks_) judges.refuse(name);
  if (goal_) judges.set_goal(*goal_);
  for (const sim::Invariant& invariant : checks_) judges.place(invariant);
  for (const Claim& claim : claims_) judges.place(claim);
  if (!built.errors.empty()) return built;
  for (std::size_t d = 0; d < compiled.size(); ++d) {
    compiled[d]->supplies = supplies_of(*compiled[d], model, agents_[d].second.start == sim::Start::spawned);
  }
  model.finish();
  built.model = std::move(model);
  return built;
}

sim::Model Workflow::model(Dispatch dispatch) const {
  Built built = build(dispatch);
  assert(built.model.has_value() && "the workflow has errors: see Built::text()");
  return std::move(built.model).value();
}

}  // namespace squall::scenarios
