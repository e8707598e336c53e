// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/joins.hpp"

#include <algorithm>
#include <span>

#include "scenarios/runtimes/condition.hpp"

namespace squall::scenarios {
namespace {

using Inputs = std::span<const std::uint32_t>;

/// The oldest token of each edge.
struct Heads {
  std::int64_t ok = 0, skipped = 0, failed = 0, total = 0;

  void count(EdgeToken token) {
    ++total;
    if (token == EdgeToken::ok) ++ok;
    if (token == EdgeToken::skipped) ++skipped;
    if (token == EdgeToken::failed) ++failed;
  }
  bool all_there() const { return ok + skipped + failed == total; }
  bool none_there() const { return ok + skipped + failed == 0; }
};

Heads heads(RuntimeState& state, Inputs edges) {
  Heads heads;
  for (const std::uint32_t edge : edges) heads.count(state.tokens(edge).head());
  return heads;
}

Joined outcome(const Heads& heads) {
  if (heads.failed != 0) return Joined::failed;
  return heads.ok != 0 ? Joined::runs : Joined::skipped;
}

void take_one_each(RuntimeState& state, Inputs edges) {
  for (const std::uint32_t edge : edges) state.tokens(edge).pop();
}

/// A round begins without all of its tokens: who is late owes one.
void take_round(RuntimeState& state, Inputs edges) {
  for (const std::uint32_t edge : edges) {
    TokenQueue tokens = state.tokens(edge);
    if (tokens.empty()) {
      tokens.owe(tokens.debt() + 1);
    } else {
      tokens.pop();
    }
  }
}

Joined each(RuntimeState& state, Inputs edges) {
  Heads all;
  for (const std::uint32_t edge : edges) {
    TokenQueue tokens = state.tokens(edge);
    while (!tokens.empty()) all.count(tokens.pop());
  }
  return all.total == 0 ? Joined::waits : outcome(all);
}

/// So many tokens as there are edges, whatever edges they came by.
Joined enough(RuntimeState& state, Inputs edges) {
  std::size_t tokens = 0;
  for (const std::uint32_t edge : edges) tokens += state.tokens(edge).size();
  return tokens == 0 || tokens < edges.size() ? Joined::waits : each(state, edges);
}

Joined all(RuntimeState& state, Inputs edges, bool taken_only) {
  // Asked at every token of what may be very many: mostly the first one that is missing is met soon.
  for (const std::uint32_t edge : edges) {
    if (state.tokens(edge).empty()) return Joined::waits;
  }
  const Heads there = heads(state, edges);
  if (edges.empty() || !there.all_there()) return Joined::waits;
  take_one_each(state, edges);
  if (taken_only) return outcome(there);
  if (there.failed != 0) return Joined::failed;
  return there.skipped != 0 ? Joined::skipped : Joined::runs;
}

void throw_away(RuntimeState& state, Inputs edges) {
  for (const std::uint32_t edge : edges) {
    while (!state.tokens(edge).empty()) state.tokens(edge).pop();
  }
}

void latch(RuntimeState& state, Inputs edges, std::uint32_t n) {
  throw_away(state, edges);
  NodeState own = state.node(n);
  own.latched = 1;
  state.set(n, own);
}

Joined counted(RuntimeState& state, const RuntimePlan::Node& node, std::uint32_t n) {
  const Inputs edges = node.counted;
  const Heads there = heads(state, edges);
  if (there.ok >= std::int64_t{node.join.count}) {
    if (node.join.latch) {
      latch(state, edges, n);  // who comes later finds it shut, and owes nothing to the time when it is open again
    } else {
      take_round(state, edges);
    }
    return Joined::runs;
  }
  if (!there.all_there()) return Joined::waits;
  take_one_each(state, edges);  // it cannot be met any more
  return there.failed != 0 ? Joined::failed : Joined::skipped;
}

/// Of an expression over `tokens.…`. Others were refused when the file was read.
std::int64_t value(const Expression& e, const Heads& tokens) {
  return condition_value(e, [&](std::string_view name) {
    if (name == "tokens.ok") return tokens.ok;
    if (name == "tokens.skipped") return tokens.skipped;
    if (name == "tokens.failed") return tokens.failed;
    return tokens.total;
  });
}

Joined waited(RuntimeState& state, const RuntimePlan::Node& node) {
  const Heads there = heads(state, node.in);
  const bool complete = there.all_there();
  if (there.none_there() || (node.join.all && !complete)) return Joined::waits;
  if (value(*node.join.when, there) != 0) {
    take_round(state, node.in);
    return Joined::runs;
  }
  if (!complete) return Joined::waits;
  take_one_each(state, node.in);
  return Joined::skipped;
}

Joined grouped(const RuntimePlan& plan, RuntimeState& state, const RuntimePlan::Node& node, std::uint32_t n) {
  Joined joined = Joined::waits;
  for (const RuntimePlan::Node::Group& group : node.groups) {
    const bool counts = plan.rules.tally == Tally::counter;
    const Joined one = !group.all ? each(state, group.edges)
                       : counts   ? enough(state, group.edges)
                                  : all(state, group.edges, false);
    if (one == Joined::waits) continue;
    // Where edges are sets, several groups that are met in one step are one start.
    if (joined == Joined::waits || one == Joined::runs) joined = one;
    if (joined == Joined::runs && plan.rules.tally != Tally::sets) break;
  }
  if (joined == Joined::runs && node.join.latch) latch(state, node.in, n);
  return joined;
}

}  // namespace

Joined join(const RuntimePlan& plan, RuntimeState& state, std::uint32_t n) {
  const RuntimePlan::Node& node = plan.nodes[n];
  if (state.node(n).latched != 0) {
    throw_away(state, node.join.kind == JoinRule::Kind::count ? node.counted : node.in);
    return Joined::waits;
  }
  switch (node.join.kind) {
    case JoinRule::Kind::each: return each(state, node.in);
    case JoinRule::Kind::all:
      return plan.rules.tally == Tally::counter ? enough(state, node.in) : all(state, node.in, false);
    case JoinRule::Kind::all_taken: return all(state, node.in, true);
    case JoinRule::Kind::count: return counted(state, node, n);
    case JoinRule::Kind::wait: return waited(state, node);
    case JoinRule::Kind::groups: return grouped(plan, state, node, n);
  }
  return Joined::waits;
}

}  // namespace squall::scenarios
