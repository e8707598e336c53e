// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/agents/op.hpp"
#include "scenarios/agents/program.hpp"
#include "scenarios/claims/claim.hpp"
#include "sim/invariants/invariant.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

struct GraphDesign;

struct Mailbox {
  std::uint32_t capacity = sim::unlimited;
  sim::Full full = sim::Full::block;
  bool survives = false;
  sim::Ack ack = sim::Ack::receive;
  sim::Duration redeliver_after{};  ///< `ack: end`: what is not acknowledged comes again after so long, …
  std::uint32_t redeliver_max = 0;  ///< … so often at most; 0: until it is acknowledged
  sim::Duration missed_after{};     ///< without `redeliver_after`: what a crashed one had comes again after so long
  bool lost_has_failed = false;     ///< and what comes again fails before it does anything: only a retry does it again
};

struct AgentSpec {
  Program program;                                  ///< its `do`
  std::vector<std::pair<std::string, Program>> on;  ///< by topic
  Named vars;                                       ///< with their initial values
  std::uint32_t replicas = 1;
  sim::Start start = sim::Start::instance;
  sim::Duration start_after{};    ///< where `start` is `delayed`
  std::uint32_t concurrency = 1;  ///< of `on`
  sim::Resume resume = sim::Resume::start;
  Mailbox mailbox;
  std::optional<bool> daemon;  ///< may wait for ever; default: where it has only `on`
  std::string role;            ///< in words
  /// All that it may do, for the invariant `roles`: topics to send, tools to call, keys to write, work to make. Left out: anything.
  std::optional<std::vector<std::string>> can;
  bool human = false;
  std::string host;  ///< an agent whose process it lives in: both crash together; empty: it is by itself
};

struct TopicSpec {
  sim::TopicInfo::Mode mode = sim::TopicInfo::Mode::label;
  std::uint32_t retain = 0;
  sim::Ack ack = sim::Ack::receive;
  sim::Duration redeliver_after{};
  std::uint32_t redeliver_max = 0;
  bool leftover_ok = false;
  bool inner = false;  ///< inside of one process: under way for no time, and nothing can strike it
};

struct KeySpec {
  std::optional<Expression> initial;
  sim::Consistency consistency = sim::Consistency::strong;
  sim::Distribution lag{};
  bool shared = false;
  sim::Distribution latency = uniform(std::chrono::milliseconds{1}, std::chrono::milliseconds{5});
  sim::Reducer reducer = sim::Reducer::last;
  std::string fenced_by;
  std::uint16_t versions = 8;
};

struct ToolSpec {
  sim::Distribution latency{};
  sim::Probability error{};
  bool effect = true;
  sim::Duration dedup{};
  std::optional<std::pair<std::uint32_t, sim::Duration>> limit;  ///< calls per time
  std::string fenced_by;
  std::string undone_by;
};

struct ResourceSpec {
  sim::ResourceInfo::Kind kind = sim::ResourceInfo::Kind::lock;
  std::uint32_t slots = 1;
  sim::Duration period{};
  sim::ResourceInfo::Frees frees = sim::ResourceInfo::Frees::never;
};

struct LinkSpec {
  std::string from, to;
  sim::Distribution latency;
  bool fifo = true;
};

/// Something that keeps a workflow from being built. All are found in one go.
struct BuildError {
  /// About so many are looked for: finding more helps nobody.
  static constexpr std::size_t most = 200;
  std::string where;       ///< the step by its site name, or the agent, topic, … that is meant
  std::string what;        ///< the trouble
  std::string fix;         ///< what to write instead
  std::uint32_t mark = 0;  ///< of the step
  friend bool operator==(const BuildError&, const BuildError&) = default;
};

struct Built {
  std::optional<sim::Model> model;  ///< nothing if there are errors
  std::vector<BuildError> errors;
  /// One error to a line, `where: what; fix`.
  std::string text() const;
};

/// A whole workflow, written in C++. Whatever a step names must be declared, except topics, events and artifacts, which
/// exist by being named.
///
///     Workflow team{"feature-team"};
///     team.agent("tester", program().receive("patch").work(30s).send("coder", "verdict"));
class Workflow {
 public:
  explicit Workflow(std::string name) : name_(std::move(name)) {}

  Workflow& agent(std::string name, Program program);
  Workflow& agent(std::string name, AgentSpec spec);
  Workflow& topic(std::string name, TopicSpec spec);
  Workflow& key(std::string name, KeySpec spec = {});
  Workflow& tool(std::string name, ToolSpec spec = {});
  Workflow& resource(std::string name, ResourceSpec spec = {});
  Workflow& latency(sim::Distribution latency, bool fifo = true);
  Workflow& link(LinkSpec link);
  Workflow& load(std::uint32_t instances, sim::Distribution every = {});
  Workflow& limits(sim::Limits limits);
  /// What the runs are judged by. Nothing is checked that is not asked for here.
  Workflow& check(sim::Invariant invariant);
  /// The same by its name, every option left out.
  Workflow& check(const std::string& invariant);
  /// Those that hold for every workflow: what a file that does not say is judged by.
  Workflow& check_defaults();
  Workflow& claim(Claim claim);
  /// Agents for the nodes of a graph and for its runtime. What is wrong with it, `build` says. Requires: `load` was said before.
  Workflow& graph(GraphDesign design);
  /// What has really come out, asked at the end of each instance (`HonestOutcome`).
  Workflow& goal(Condition goal);

  /// Checks everything and compiles the programs.
  Built build(Dispatch dispatch = Dispatch::by_goto) const;
  /// The same where errors are our own bug: asserts that there are none.
  sim::Model model(Dispatch dispatch = Dispatch::by_goto) const;

  template <class Spec>
  using Declared = std::vector<std::pair<std::string, Spec>>;
  const std::string& name() const { return name_; }
  const sim::Load& load() const { return load_; }
  const Declared<AgentSpec>& agents() const { return agents_; }
  const Declared<TopicSpec>& topics() const { return topics_; }
  const Declared<KeySpec>& keys() const { return keys_; }
  const Declared<ToolSpec>& tools() const { return tools_; }
  const Declared<ResourceSpec>& resources() const { return resources_; }
  const std::vector<Claim>& claims() const { return claims_; }
  const std::shared_ptr<const GraphDesign>& graph() const { return graph_; }
  const std::optional<Condition>& real_outcome() const { return goal_; }
  /// Whether anything is asked for: a check by name or a claim.
  bool judged() const { return !checks_.empty() || !unknown_checks_.empty() || !claims_.empty(); }

 private:
  std::string name_;
  Declared<AgentSpec> agents_;
  Declared<TopicSpec> topics_;
  Declared<KeySpec> keys_;
  Declared<ToolSpec> tools_;
  Declared<ResourceSpec> resources_;
  std::vector<LinkSpec> links_;
  std::vector<sim::Invariant> checks_;
  std::vector<std::string> unknown_checks_;
  std::vector<Claim> claims_;
  std::optional<Condition> goal_;
  std::shared_ptr<const GraphDesign> graph_;
  std::vector<BuildError> graph_errors_;
  sim::Distribution latency_ = sim::Network{}.latency;
  bool fifo_ = true;
  sim::Load load_;
  sim::Limits limits_;
};

}  // namespace squall::scenarios
