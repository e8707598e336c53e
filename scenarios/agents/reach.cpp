// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/reach.hpp"

#include "scenarios/agents/bodies_runtime.hpp"
#include "scenarios/runtimes/plan.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace squall::scenarios {
namespace {

using sim::Supply;
using Bits = std::vector<std::uint64_t>;

bool waits(OpCode code) {
  switch (code) {
    case OpCode::receive:
    case OpCode::ask:
    case OpCode::acquire:
    case OpCode::join:
    case OpCode::map:
    case OpCode::abandon:
    case OpCode::send:
    case OpCode::end: return true;
    default: return false;
  }
}

sim::DefinitionId definition_of(const sim::Model& model, std::uint32_t first_agent) {
  // The last one that begins there or before. Spawned ones have no members: whoever has begins at another number.
  auto after = std::ranges::upper_bound(model.definitions, first_agent, {},
                                        [](const sim::Definition& definition) { return index(definition.first); });
  while (after != model.definitions.begin()) {
    --after;
    if (first_agent - index(after->first) < after->replicas)
      return sim::DefinitionId{static_cast<std::uint32_t>(after - model.definitions.begin())};
    if (after->replicas != 0) break;
  }
  return {};
}

}  // namespace

std::vector<std::uint32_t> on_success(const Code& code, const Op& op) {
  switch (op.code) {
    case OpCode::end:
    case OpCode::end_failed:
    case OpCode::restart:
    case OpCode::fail: return {};
    case OpCode::finish: return op.flags != 0 ? std::vector<std::uint32_t>{op.handler} : std::vector<std::uint32_t>{};
    case OpCode::branch:
    case OpCode::count:
    case OpCode::fork: return {op.next, op.a};
    case OpCode::map: return {op.next, code.joins[op.a].branch};
    case OpCode::runtime: {
      if (op.flags == static_cast<std::uint8_t>(RuntimePart::stop)) return {};
      const auto first = code.targets.begin() + op.b;
      return {first, first + runtime_targets};
    }
    case OpCode::choose: {
      const auto first = code.targets.begin() + op.a;
      return {first, first + op.b};
    }
    case OpCode::undo_next: {
      const auto first = code.targets.begin() + op.b;
      return {first, first + op.c};
    }
    case OpCode::otherwise: {
      std::vector<std::uint32_t> targets;
      for (std::uint32_t c = 0; c < op.b; ++c) targets.push_back(code.catches[op.a + c].target);
      return targets;
    }
    case OpCode::bound_failed:
    case OpCode::undo_unknown: return {};
    default: return {op.next};
  }
}

bool may_fail(const Op& op) {
  switch (op.code) {
    case OpCode::jump:
    case OpCode::yield_jump:
    case OpCode::end:
    case OpCode::end_failed:
    case OpCode::finally_begin:
    case OpCode::finally_failed:
    case OpCode::undo_begin:
    case OpCode::fork:
    case OpCode::bound_end:
    case OpCode::retry_begin:
    case OpCode::adopt: return false;
    case OpCode::set_local:
    case OpCode::set_cell:
    case OpCode::branch:
      return op.operands[0].kind() == Operand::Kind::expression || op.operands[0].kind() == Operand::Kind::field;
    default: return true;
  }
}

std::vector<Supply> supplies_of(const Code& code, const Op& op, const sim::Model& model, bool spawned) {
  std::vector<Supply> supplies;
  const auto add = [&](const Supply& supply) { supplies.push_back(supply); };
  switch (op.code) {
    case OpCode::send:
    case OpCode::ask: {
      const bool known = op.b != 0;
      add({.kind = Supply::Kind::message,
           .to_anybody = !known,
           .topic = sim::TopicId{op.x},
           .to = known ? definition_of(model, op.a) : sim::DefinitionId{}});
      break;
    }
    case OpCode::publish: add({.kind = Supply::Kind::publish, .topic = sim::TopicId{op.x}}); break;
    case OpCode::subscribe:
      // Asking for what is retained brings it to oneself.
      add({.kind = Supply::Kind::message, .to_anybody = true, .topic = sim::TopicId{op.x}});
      break;
    case OpCode::spawn: add({.kind = Supply::Kind::spawn, .to = sim::DefinitionId{op.a}}); break;
    case OpCode::cancel: add({.kind = Supply::Kind::cancel, .to_anybody = true}); break;  // whom, a variable says
    case OpCode::runtime:
      for (const RuntimePlan::Node& node : code.runtimes[op.a]->nodes) {
        const sim::DefinitionId to = definition_of(model, index(node.agent));
        add({.kind = Supply::Kind::message, .topic = code.runtimes[op.a]->run, .to = to});
        if (code.runtimes[op.a]->gives_way) {
          add({.kind = Supply::Kind::message, .topic = code.runtimes[op.a]->may_ask, .to = to});
          if (node.runtime != sim::nobody)
            add({.kind = Supply::Kind::message,
                 .topic = code.runtimes[op.a]->may_ask,
                 .to = definition_of(model, index(node.runtime))});
        }
        if (!code.runtimes[op.a]->carries) continue;
        add({.kind = Supply::Kind::message, .topic = code.runtimes[op.a]->input, .to = to});
      }
      if (const RuntimePlan& plan = *code.runtimes[op.a]; plan.around != sim::nobody)
        add({.kind = Supply::Kind::message, .topic = plan.asks, .to = definition_of(model, index(plan.around))});
      add({.kind = Supply::Kind::cancel, .to_anybody = true});
      break;
    case OpCode::reply: add({.kind = Supply::Kind::reply}); break;
    case OpCode::release:
      add({.kind = Supply::Kind::release, .resource = sim::ResourceId{static_cast<std::uint16_t>(op.a)}});
      break;
    case OpCode::end:
    case OpCode::end_failed:
    case OpCode::finish:
    case OpCode::restart:
      add({.kind = Supply::Kind::finish});
      if (op.code != OpCode::end) add({.kind = Supply::Kind::reply});  // a handler that fails answers whoever asked
      if (spawned && model.ended != sim::any_topic) {
        add({.kind = Supply::Kind::message, .to_anybody = true, .topic = model.ended});
      }
      break;
    default: break;
  }
  return supplies;
}

namespace {

/// Closes the facts of a program over its control graph: positions that lead to each other share what they reach, so each
/// strongly connected component is worked out once, after those that it leads to (Tarjan, "Depth-first search and linear graph
/// algorithms", 1972). Linear in the operations times the facts / 64, however deep loops stand in loops.
class Reach {
 public:
  Reach(const Code& code, const sim::Model& model, bool spawned) : code_(code), model_(model), spawned_(spawned) {}

  sim::SupplyTable table() {
    collect_facts();
    table_.facts = facts_;
    table_.words = std::max(1U, static_cast<std::uint32_t>((facts_.size() + 63) / 64));
    const std::size_t n = code_.ops.size();
    table_.row_of_pc.resize(n);
    visits_.assign(n, 0);
    lowest_.resize(n);
    for (std::uint32_t pc = 0; pc < n; ++pc) {
      if (visits_[pc] == 0) components_from(pc);
    }
    for (std::uint32_t pc = 0; pc < n; ++pc) {
      const Op& op = code_.ops[pc];
      sim::WaitReach wait;
      if (waits(op.code)) {
        // A wait for room still has its message to send; other waits hand nothing out by themselves.
        Bits after(table_.words);
        add_own(after, pc);
        for (const std::uint32_t next : on_success(code_, op)) join(after, next);
        wait = {.success = row_of(after), .otherwise = table_.row_of_pc[op.handler]};
      }
      table_.waits_of_pc.push_back(wait);
    }
    return std::move(table_);
  }

 private:
  void add_own(Bits& bits, std::uint32_t pc) const {
    for (const std::uint32_t f : facts_of_[pc]) bits[f / 64] |= std::uint64_t{1} << f % 64;
  }
  /// What is reached from a position whose component is done.
  void join(Bits& into, std::uint32_t pc) const {
    const auto row = table_.row(table_.row_of_pc[pc]);
    for (std::size_t w = 0; w < into.size(); ++w) into[w] |= row[w];
  }

  /// The row that holds these bits; equal ones share one.
  std::uint32_t row_of(const Bits& bits) {
    std::uint64_t hash = 0;
    for (const std::uint64_t word : bits) hash = sim::child_key(hash, word);
    std::vector<std::uint32_t>& known = rows_[hash];
    for (const std::uint32_t row : known) {
      if (std::ranges::equal(table_.row(row), bits)) return row;
    }
    known.push_back(static_cast<std::uint32_t>(table_.reach.size() / table_.words));
    table_.reach.insert(table_.reach.end(), bits.begin(), bits.end());
    return known.back();
  }

  std::uint32_t fact(const Supply& supply) {
    const auto [entry, fresh] =
        numbers_.emplace(std::tuple{supply.kind, supply.to_anybody, supply.topic, supply.resource, supply.to},
                         static_cast<std::uint32_t>(facts_.size()));
    if (fresh) facts_.push_back(supply);
    return entry->second;
  }

  void collect_facts() {
    facts_of_.resize(code_.ops.size());
    for (std::size_t pc = 0; pc < code_.ops.size(); ++pc) {
      for (const Supply& supply : supplies_of(code_, code_.ops[pc], model_, spawned_))
        facts_of_[pc].push_back(fact(supply));
    }
  }

  std::vector<std::uint32_t> successors(std::uint32_t pc) const {
    std::vector<std::uint32_t> all = on_success(code_, code_.ops[pc]);
    if (may_fail(code_.ops[pc])) all.push_back(code_.ops[pc].handler);
    return all;
  }

  struct Walk {
    std::uint32_t pc;
    std::vector<std::uint32_t> open;  ///< successors still to be looked at
  };

  void visit(std::uint32_t pc) {
    visits_[pc] = lowest_[pc] = ++visited_;
    component_.push_back(pc);
    walk_.push_back({pc, successors(pc)});
  }

  void components_from(std::uint32_t start) {
    visit(start);
    while (!walk_.empty()) {
      Walk& at = walk_.back();
      const std::uint32_t pc = at.pc;
      if (!at.open.empty()) {
        const std::uint32_t next = at.open.back();
        at.open.pop_back();
        if (visits_[next] == 0) {
          visit(next);
        } else if (visits_[next] != done) {
          lowest_[pc] = std::min(lowest_[pc], visits_[next]);
        }
        continue;
      }
      walk_.pop_back();
      if (!walk_.empty()) lowest_[walk_.back().pc] = std::min(lowest_[walk_.back().pc], lowest_[pc]);
      if (lowest_[pc] == visits_[pc]) close_component(pc);
    }
  }

  /// All that `pc` leads to and that leads back to it lies above it.
  void close_component(std::uint32_t pc) {
    const auto first = std::ranges::find(component_.rbegin(), component_.rend(), pc).base() - 1;
    const std::vector<std::uint32_t> members{first, component_.end()};
    component_.erase(first, component_.end());
    Bits bits(table_.words);
    for (const std::uint32_t member : members) {
      add_own(bits, member);
      for (const std::uint32_t next : successors(member)) {
        if (visits_[next] == done) join(bits, next);
      }
    }
    const std::uint32_t row = row_of(bits);
    for (const std::uint32_t member : members) {
      table_.row_of_pc[member] = row;
      visits_[member] = done;
    }
  }

  static constexpr std::uint32_t done = 0xffff'ffffU;

  const Code& code_;
  const sim::Model& model_;
  bool spawned_;
  std::vector<Supply> facts_;
  std::map<std::tuple<Supply::Kind, bool, sim::TopicId, sim::ResourceId, sim::DefinitionId>, std::uint32_t> numbers_;
  std::vector<std::vector<std::uint32_t>> facts_of_;
  sim::SupplyTable table_;
  std::map<std::uint64_t, std::vector<std::uint32_t>> rows_;
  std::vector<std::uint32_t> visits_, lowest_;  ///< 0: not yet; `done`: its component has its row
  std::uint32_t visited_ = 0;
  std::vector<std::uint32_t> component_;
  std::vector<Walk> walk_;
};

}  // namespace

sim::SupplyTable supplies_of(const Code& code, const sim::Model& model, bool spawned) {
  return Reach{code, model, spawned}.table();
}

}  // namespace squall::scenarios
