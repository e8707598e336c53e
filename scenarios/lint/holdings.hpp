// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "scenarios/agents/reach.hpp"
#include "sim/model.hpp"

namespace squall::scenarios {

/// What an activation may hold, and what it holds on every way, at each position of one program.
class Holdings {
 public:
  using Set = std::vector<bool>;

  Holdings(const sim::Model& model, const Code& code) : code_(code) {
    for (const Op& op : code.ops) {
      if (op.code != OpCode::acquire || !is_held(model.resources[op.a])) continue;
      if (std::ranges::find(taken_, op.a) == taken_.end()) taken_.push_back(op.a);
    }
  }

  /// The resources that the program takes; the sets number them.
  const std::vector<std::uint32_t>& taken() const { return taken_; }
  bool too_large() const { return code_.ops.size() * taken_.size() > 50'000'000; }
  std::optional<std::size_t> number(const Op& op) const {
    const bool concerns = op.code == OpCode::acquire || op.code == OpCode::release;
    const auto found = concerns ? std::ranges::find(taken_, op.a) : taken_.end();
    if (found == taken_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - taken_.begin());
  }

  /// Follows all ways from `start`: from nothing held to the least and the most that may be.
  void follow(std::uint32_t start) {
    may_.resize(code_.ops.size());
    must_.resize(code_.ops.size());
    reach(start, Set(taken_.size()), Set(taken_.size()));
    while (!open_.empty()) {
      const std::uint32_t pc = open_.front();
      open_.pop_front();
      const Op& op = code_.ops[pc];
      Set may = may_[pc], must = must_[pc];
      if (may_fail(op)) reach(op.handler, may, must);
      if (const auto which = number(op)) may[*which] = must[*which] = op.code == OpCode::acquire;
      for (const std::uint32_t next : on_success(code_, op)) reach(next, may, must);
    }
  }

  bool may(std::uint32_t pc, std::size_t which) const { return !may_[pc].empty() && may_[pc][which]; }
  bool must(std::uint32_t pc, std::size_t which) const { return !must_[pc].empty() && must_[pc][which]; }

  /// Whether it is held by somebody until it is given back, however long that takes.
  static bool is_held(const sim::ResourceInfo& resource) {
    using Of = sim::ResourceInfo::Kind;
    return resource.kind == Of::lock || resource.kind == Of::semaphore || resource.kind == Of::lease;
  }

 private:
  void reach(std::uint32_t pc, const Set& may, const Set& must) {
    if (may_[pc].empty()) {
      may_[pc] = may;
      must_[pc] = must;
      if (!taken_.empty()) open_.push_back(pc);
      return;
    }
    bool changed = false;
    for (std::size_t r = 0; r < taken_.size(); ++r) {
      changed = changed || (may[r] && !may_[pc][r]) || (!must[r] && must_[pc][r]);
      may_[pc][r] = may_[pc][r] || may[r];
      must_[pc][r] = must_[pc][r] && must[r];
    }
    if (changed) open_.push_back(pc);
  }

  const Code& code_;
  std::vector<std::uint32_t> taken_;
  std::vector<Set> may_, must_;
  std::deque<std::uint32_t> open_;
};

}  // namespace squall::scenarios
