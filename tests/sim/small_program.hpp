// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/model.hpp"
#include "sim/supply.hpp"
#include "sim/turn.hpp"

/// Programs of a dozen operations, for tests of what rests on supply tables: a list of operations, its table computed from
/// the control graph, a turn function. Reads like the workflow it stands for.
namespace squall::sim::testing {

/// A source by names: a topic, and from whom.
struct From {
  std::string topic;
  std::string sender = {};
  std::uint16_t count = 1;
  bool distinct = false;
};

struct SmallOp {
  enum class Kind : std::uint8_t {
    send, publish, receive, ask, reply, acquire, release, work, call, choose, fork, spawn, join_spawned, cancel, jump, end, fail
  } kind;
  std::string name;                        ///< receiver, resource, tool, definition
  std::string topic;
  std::vector<From> sources;
  bool all = false;
  bool passive = false;
  std::optional<Duration> timeout = {};
  std::uint32_t otherwise = 0;             ///< where it goes on after its timeout
  std::vector<std::uint32_t> targets = {}; ///< choose, fork, jump
  bool join_any = false;
  OnParentEnd policy = OnParentEnd::orphan;
};

inline SmallOp send(std::string to, std::string topic) { return {SmallOp::Kind::send, std::move(to), std::move(topic), {}}; }
inline SmallOp publish(std::string topic) { return {SmallOp::Kind::publish, {}, std::move(topic), {}}; }
inline SmallOp receive(From source) { return {SmallOp::Kind::receive, {}, {}, {std::move(source)}}; }
inline SmallOp receive(std::string topic) { return receive(From{.topic = std::move(topic)}); }
inline SmallOp receive_any(std::vector<From> sources) { return {SmallOp::Kind::receive, {}, {}, std::move(sources)}; }
inline SmallOp receive_all(std::vector<From> sources) { return {SmallOp::Kind::receive, {}, {}, std::move(sources), true}; }
inline SmallOp ask(std::string to, std::string topic) { return {SmallOp::Kind::ask, std::move(to), std::move(topic), {}}; }
inline SmallOp reply() { return {SmallOp::Kind::reply, {}, {}, {}}; }
inline SmallOp acquire(std::string resource) { return {SmallOp::Kind::acquire, std::move(resource), {}, {}}; }
inline SmallOp release(std::string resource) { return {SmallOp::Kind::release, std::move(resource), {}, {}}; }
inline SmallOp call(std::string tool) { return {SmallOp::Kind::call, std::move(tool), {}, {}}; }
inline SmallOp work(Duration time) { return {SmallOp::Kind::work, {}, {}, {}, false, false, time}; }
inline SmallOp choose(std::vector<std::uint32_t> targets) {
  return {SmallOp::Kind::choose, {}, {}, {}, false, false, {}, 0, std::move(targets)};
}
/// Branches begin at the targets and end at an `end_of`; the program goes on after it.
inline SmallOp fork(std::vector<std::uint32_t> targets, bool any = false) {
  return {SmallOp::Kind::fork, {}, {}, {}, false, false, {}, 0, std::move(targets), any};
}
inline SmallOp spawn(std::string definition, OnParentEnd policy = OnParentEnd::orphan) {
  return {SmallOp::Kind::spawn, std::move(definition), {}, {}, false, false, {}, 0, {}, false, policy};
}
inline SmallOp join_spawned() { return {SmallOp::Kind::join_spawned, {}, {}, {}}; }
inline SmallOp cancel(std::string agent) { return {SmallOp::Kind::cancel, std::move(agent), {}, {}}; }
inline SmallOp jump(std::uint32_t target) { return {SmallOp::Kind::jump, {}, {}, {}, false, false, {}, 0, {target}}; }
inline SmallOp end_of() { return {SmallOp::Kind::end, {}, {}, {}}; }
inline SmallOp fail_here() { return {SmallOp::Kind::fail, {}, {}, {}}; }
/// The step gives up after `timeout` and goes on at `otherwise`.
inline SmallOp within(Duration timeout, std::uint32_t otherwise, SmallOp op) {
  op.timeout = timeout;
  op.otherwise = otherwise;
  return op;
}
inline SmallOp passively(SmallOp op) {
  op.passive = true;
  return op;
}

struct SmallCode {
  std::vector<SmallOp> ops;
  std::vector<std::vector<Source>> sources;  ///< of each operation
  std::vector<WaitSpec> waits;               ///< one for each operation
  SupplyTable supplies;
};

/// Collects agents, then makes the model: names may be used before they are declared.
class Crew {
 public:
  Model model;

  Crew() { model.network.latency = Distribution::constant(std::chrono::milliseconds{1}); }

  /// An agent that runs `ops` once for each instance.
  Definition& agent(std::string name, std::vector<SmallOp> ops, std::uint32_t replicas = 1) {
    return declare(std::move(name), std::move(ops), {}, replicas);
  }
  /// A server: `handlers` names the operation at which it begins for each topic.
  Definition& server(std::string name, std::vector<SmallOp> ops, std::map<std::string, std::uint32_t> handlers,
                     std::uint32_t concurrency = 1) {
    Definition& definition = declare(std::move(name), std::move(ops), std::move(handlers), 1);
    definition.has_root = false;
    definition.daemon = true;
    definition.concurrency = concurrency;
    return definition;
  }
  Definition& spawned(std::string name, std::vector<SmallOp> ops) {
    Definition& definition = declare(std::move(name), std::move(ops), {}, 1);
    definition.start = Start::spawned;
    return definition;
  }
  ResourceInfo& resource(std::string name, ResourceInfo info = {}) {
    info.name = std::move(name);
    model.resources.push_back(std::move(info));
    return model.resources.back();
  }
  ToolInfo& tool(std::string name) {
    model.tools.push_back({});
    model.tools.back().name = std::move(name);
    return model.tools.back();
  }
  TopicId topic(const std::string& name) {
    for (std::uint32_t t = 0; t < model.topics.size(); ++t) {
      if (model.topics[t].name == name) return TopicId{static_cast<std::uint16_t>(t)};
    }
    model.topics.push_back({});
    model.topics.back().name = name;
    return TopicId{static_cast<std::uint16_t>(model.topics.size() - 1)};
  }
  DefinitionId definition(const std::string& name) const {
    for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
      if (model.definitions[d].name == name) return DefinitionId{d};
    }
    std::abort();
  }
  ResourceId resource_id(const std::string& name) const {
    for (std::uint32_t r = 0; r < model.resources.size(); ++r) {
      if (model.resources[r].name == name) return ResourceId{static_cast<std::uint16_t>(r)};
    }
    std::abort();
  }

  /// Call once, when all is declared.
  const Model& finish();

 private:
  struct Draft {
    SmallCode* code;
    std::map<std::string, std::uint32_t> handlers;
  };
  Definition& declare(std::string name, std::vector<SmallOp> ops, std::map<std::string, std::uint32_t> handlers,
                      std::uint32_t replicas);
  void resolve(std::uint32_t definition);
  void supply(SmallCode& code);

  std::vector<Draft> drafts_;
};

}  // namespace squall::sim::testing
