// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/flow.hpp"

#include <algorithm>

#include "scenarios/agents/reach.hpp"

namespace squall::scenarios {

Flow::Flow(const Code& code) : code_(code), joins_(code.ops.size()) { join_branches(); }

/// A branch's way stops at its end, and its parent's goes on at the join: one edge more from there to here.
void Flow::join_branches() {
  constexpr std::size_t enough = 20'000;  // beyond, each branch of many would be walked; fewer ways are seen then
  if (size() > enough) return;
  const auto walk = [&](std::uint32_t from, const auto& stop) {
    std::vector<bool> seen(size());
    std::vector<std::uint32_t> open{from};
    while (!open.empty()) {
      const std::uint32_t pc = open.back();
      open.pop_back();
      if (seen[pc]) continue;
      seen[pc] = true;
      if (stop(pc)) continue;
      for (const std::uint32_t next : on_success(code_, op(pc))) open.push_back(next);
      if (may_fail(op(pc))) open.push_back(op(pc).handler);
    }
  };
  for (std::uint32_t pc = 0; pc < size(); ++pc) {
    if (op(pc).code != OpCode::fork && op(pc).code != OpCode::map) continue;
    const std::uint32_t branch = op(pc).code == OpCode::fork ? op(pc).a : code_.joins[op(pc).a].branch;
    std::uint32_t join = op(pc).next;
    while (op(join).code == OpCode::fork) join = op(join).next;
    walk(branch, [&](std::uint32_t at) {
      if (op(at).code == OpCode::end) joins_[at].push_back(join);
      if (op(at).code == OpCode::end_failed && may_fail(op(join))) joins_[at].push_back(op(join).handler);
      return false;
    });
  }
}

std::vector<std::uint32_t> Flow::after(std::uint32_t pc) const {
  std::vector<std::uint32_t> next = on_success(code_, op(pc));
  next.insert(next.end(), joins_[pc].begin(), joins_[pc].end());
  return next;
}

std::vector<std::uint32_t> Flow::after_failure(std::uint32_t pc) const {
  return may_fail(op(pc)) ? std::vector<std::uint32_t>{op(pc).handler} : std::vector<std::uint32_t>{};
}

bool Flow::leads(std::span<const std::uint32_t> starts, std::uint32_t to, const Set& barred) const {
  std::vector<bool> seen(size());
  std::vector<std::uint32_t> open(starts.begin(), starts.end());
  while (!open.empty()) {
    const std::uint32_t pc = open.back();
    open.pop_back();
    if (pc == to) return true;
    if (seen[pc]) continue;
    seen[pc] = true;
    if (!barred[pc]) {
      for (const std::uint32_t next : after(pc)) open.push_back(next);
    }
    for (const std::uint32_t next : after_failure(pc)) open.push_back(next);
  }
  return false;
}

}  // namespace squall::scenarios
