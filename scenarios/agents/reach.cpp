// SPDX-License-Identifier: Apache-2.0
#include "scenarios/agents/reach.hpp"

#include <algorithm>
#include <map>

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
  for (std::uint32_t d = 0; d < model.definitions.size(); ++d) {
    const sim::Definition& definition = model.definitions[d];
    const std::uint32_t first = index(definition.first);
    if (first_agent >= first && first_agent - first < definition.replicas) return sim::DefinitionId{d};
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
    case OpCode::count: return {op.next, op.a};
    case OpCode::fork: return {op.next, op.a};
    case OpCode::map: return {op.next, code.joins[op.a].branch};
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

std::vector<Supply> supplies_of(const Op& op, const sim::Model& model, bool spawned) {
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

class Reach {
 public:
  Reach(const Code& code, const sim::Model& model, bool spawned) : code_(code), model_(model), spawned_(spawned) {}

  sim::SupplyTable table() {
    collect_facts();
    close();
    sim::SupplyTable table;
    table.facts = facts_;
    table.words = words_;
    std::map<Bits, std::uint32_t> rows;
    const auto row_of = [&](const Bits& bits) {
      const auto [entry, fresh] = rows.emplace(bits, static_cast<std::uint32_t>(rows.size()));
      if (fresh) table.reach.insert(table.reach.end(), bits.begin(), bits.end());
      return entry->second;
    };
    for (std::uint32_t pc = 0; pc < code_.ops.size(); ++pc) {
      const Op& op = code_.ops[pc];
      table.row_of_pc.push_back(row_of(reach_[pc]));
      sim::WaitReach wait;
      if (waits(op.code)) {
        Bits after = own_[pc];
        for (const std::uint32_t next : on_success(code_, op)) join(after, reach_[next]);
        wait = {.success = row_of(after), .otherwise = row_of(reach_[op.handler])};
      }
      table.waits_of_pc.push_back(wait);
    }
    return table;
  }

 private:
  static void join(Bits& into, const Bits& from) {
    for (std::size_t w = 0; w < into.size(); ++w) into[w] |= from[w];
  }

  std::uint32_t fact(const Supply& supply) {
    const auto same = std::ranges::find_if(facts_, [&](const Supply& other) {
      return other.kind == supply.kind && other.to_anybody == supply.to_anybody && other.topic == supply.topic &&
             other.resource == supply.resource && other.to == supply.to;
    });
    if (same != facts_.end()) return static_cast<std::uint32_t>(same - facts_.begin());
    facts_.push_back(supply);
    return static_cast<std::uint32_t>(facts_.size() - 1);
  }

  void collect_facts() {
    facts_of_.resize(code_.ops.size());
    for (std::size_t pc = 0; pc < code_.ops.size(); ++pc) {
      for (const Supply& supply : supplies_of(code_.ops[pc], model_, spawned_)) facts_of_[pc].push_back(fact(supply));
    }
    words_ = static_cast<std::uint32_t>((facts_.size() + 63) / 64);
    words_ = std::max(words_, 1U);
  }

  void close() {
    const std::size_t n = code_.ops.size();
    reach_.assign(n, Bits(words_));
    own_.assign(n, Bits(words_));
    for (std::size_t pc = 0; pc < n; ++pc) {
      for (const std::uint32_t f : facts_of_[pc]) own_[pc][f / 64] |= std::uint64_t{1} << f % 64;
      // A wait for room still has its message to send; other waits hand nothing out by themselves.
      reach_[pc] = own_[pc];
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t pc = n; pc-- > 0;) {
        Bits before = reach_[pc];
        for (const std::uint32_t next : on_success(code_, code_.ops[pc])) join(reach_[pc], reach_[next]);
        if (may_fail(code_.ops[pc])) join(reach_[pc], reach_[code_.ops[pc].handler]);
        changed = changed || before != reach_[pc];
      }
    }
  }

  const Code& code_;
  const sim::Model& model_;
  bool spawned_;
  std::vector<Supply> facts_;
  std::vector<std::vector<std::uint32_t>> facts_of_;
  std::uint32_t words_ = 0;
  std::vector<Bits> reach_, own_;
};

}  // namespace

sim::SupplyTable supplies_of(const Code& code, const sim::Model& model, bool spawned) {
  return Reach{code, model, spawned}.table();
}

}  // namespace squall::scenarios
