// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/small_op.hpp"
#include "tests/sim/small_turn.hpp"

/// Programs of a dozen operations, for tests of what rests on supply tables: a list of operations, its table computed from
/// the control graph, a turn function.
namespace squall::sim::testing {

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

inline Definition& Crew::declare(std::string name, std::vector<SmallOp> ops,
                                 std::map<std::string, std::uint32_t> handlers, std::uint32_t replicas) {
  SmallCode& code = model.keep(SmallCode{.ops = std::move(ops), .sources = {}, .waits = {}, .supplies = {}});
  for (const SmallOp& op : code.ops) {
    if (!op.topic.empty()) topic(op.topic);
    for (const From& from : op.sources) topic(from.topic);
  }
  for (const auto& [name_of_topic, pc] : handlers) topic(name_of_topic);
  Definition definition;
  definition.name = std::move(name);
  definition.replicas = replicas;
  model.definitions.push_back(std::move(definition));
  drafts_.push_back({&code, std::move(handlers)});
  return model.definitions.back();
}

inline void Crew::supply(SmallCode& code) {
  SupplyTable& table = code.supplies;
  const auto size = static_cast<std::uint32_t>(code.ops.size());
  std::vector<std::optional<std::uint32_t>> fact_of(size + 1);
  const auto add = [&](std::uint32_t pc, Supply fact) {
    fact_of[pc] = static_cast<std::uint32_t>(table.facts.size());
    table.facts.push_back(fact);
  };
  std::vector<std::vector<std::uint32_t>> next(size + 1);
  for (std::uint32_t pc = 0; pc < size; ++pc) {
    const SmallOp& op = code.ops[pc];
    if (op.kind == SmallOp::Kind::choose || op.kind == SmallOp::Kind::jump) {
      next[pc] = op.targets;
    } else if (op.kind != SmallOp::Kind::end && op.kind != SmallOp::Kind::fail) {
      next[pc] = {pc + 1};
      if (op.kind == SmallOp::Kind::fork) next[pc].insert(next[pc].end(), op.targets.begin(), op.targets.end());
      if (op.timeout && op.kind != SmallOp::Kind::work) next[pc].push_back(op.otherwise);
    }
    switch (op.kind) {
      case SmallOp::Kind::send:
      case SmallOp::Kind::ask:
        add(pc, {.kind = Supply::Kind::message, .topic = topic(op.topic), .to = definition(op.name)});
        break;
      case SmallOp::Kind::publish: add(pc, {.kind = Supply::Kind::publish, .topic = topic(op.topic)}); break;
      case SmallOp::Kind::reply: add(pc, {.kind = Supply::Kind::reply}); break;
      case SmallOp::Kind::release: add(pc, {.kind = Supply::Kind::release, .resource = resource_id(op.name)}); break;
      case SmallOp::Kind::spawn: add(pc, {.kind = Supply::Kind::spawn, .to = definition(op.name)}); break;
      case SmallOp::Kind::cancel: add(pc, {.kind = Supply::Kind::cancel, .to = definition(op.name)}); break;
      case SmallOp::Kind::end:
      case SmallOp::Kind::fail: add(pc, {.kind = Supply::Kind::finish}); break;
      default: break;
    }
  }
  add(size, {.kind = Supply::Kind::finish});
  table.words = static_cast<std::uint32_t>((table.facts.size() + 63) / 64);
  // Row 0 hands out nothing, row pc + 1 is what can be handed out from pc on: grown until nothing more comes.
  table.reach.assign(std::size_t{size + 2} * table.words, 0);
  for (bool grown = true; grown;) {
    grown = false;
    for (std::uint32_t pc = 0; pc <= size; ++pc) {
      for (std::uint32_t w = 0; w < table.words; ++w) {
        std::uint64_t& word = table.reach[std::size_t{pc + 1} * table.words + w];
        std::uint64_t whole = word;
        if (fact_of[pc] && *fact_of[pc] / 64 == w) whole |= std::uint64_t{1} << (*fact_of[pc] % 64);
        for (const std::uint32_t to : next[pc]) whole |= table.reach[std::size_t{to + 1} * table.words + w];
        grown = grown || whole != word;
        word = whole;
      }
    }
  }
  for (std::uint32_t pc = 0; pc <= size; ++pc) {
    table.row_of_pc.push_back(pc + 1);
    WaitReach reach;
    if (pc < size && small::waits(code.ops[pc].kind)) {
      // A sender that waits for room still has to send.
      reach.success = code.ops[pc].kind == SmallOp::Kind::send ? pc + 1 : pc + 2;
      if (code.ops[pc].timeout) reach.otherwise = code.ops[pc].otherwise + 1;
    }
    table.waits_of_pc.push_back(reach);
  }
}

inline void Crew::resolve(std::uint32_t number) {
  SmallCode& code = *drafts_[number].code;
  for (const SmallOp& op : code.ops) {
    std::vector<Source>& sources = code.sources.emplace_back();
    for (const From& from : op.sources) {
      Source source{
          .topic = topic(from.topic), .count_min = from.count, .count_max = from.count, .distinct = from.distinct};
      if (!from.sender.empty()) {
        const Definition& sender = model.definition(definition(from.sender));
        source.from = Source::From::members;
        source.first = sender.first;
        source.members = sender.replicas;
      }
      sources.push_back(source);
    }
  }
  for (std::size_t pc = 0; pc < code.ops.size(); ++pc) {
    code.waits.push_back(wait_of(code.sources[pc], code.ops[pc].all));
  }
  supply(code);
  Behaviour& behaviour = model.keep(Behaviour{});
  behaviour.turn = &small::small_turn;
  behaviour.code = &code;
  behaviour.waits = code.waits;
  behaviour.local_types = small::locals;
  behaviour.sites = static_cast<std::uint32_t>(code.ops.size()) + 1;
  behaviour.supplies = &code.supplies;
  model.definitions[number].behaviour = &behaviour;
  for (const auto& [name, pc] : drafts_[number].handlers)
    model.definitions[number].handlers.push_back({topic(name), pc});
}

inline const Model& Crew::finish() {
  std::uint32_t members = 0;
  for (Definition& definition : model.definitions) {
    definition.first = AgentId{members};
    if (definition.start != Start::spawned) members += definition.replicas;
  }
  for (std::uint32_t d = 0; d < drafts_.size(); ++d) resolve(d);
  model.finish();
  return model;
}

}  // namespace squall::sim::testing
