// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/expected.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace squall::scenarios {
namespace {

using sim::Duration;

class Length {
 public:
  explicit Length(const Declarations& names) : names_(names) {}

  Duration of(const Program& program) const {
    Duration sum{};
    for (const Step& step : program.steps) sum += of(step);
    return sum;
  }

 private:
  Duration of(const Time& time) const { return time.computed ? Duration{} : expected(time.drawn); }

  Duration of(const Step& step) const {
    if (const auto* work = std::get_if<steps::Work>(&step.action)) return of(work->time);
    if (const auto* sleep = std::get_if<steps::Sleep>(&step.action)) return of(sleep->time);
    if (const auto* call = std::get_if<steps::Call>(&step.action)) {
      const auto tool = names_.tool(call->tool);
      return tool ? expected(names_.model.tool(*tool).latency) : Duration{};
    }
    if (const auto* condition = std::get_if<steps::If>(&step.action))
      return std::max(of(condition->then), of(condition->otherwise));
    if (const auto* block = std::get_if<steps::Block>(&step.action)) return of(block->body);
    if (const auto* choice = std::get_if<steps::Choose>(&step.action)) return of(*choice);
    if (const auto* loop = std::get_if<steps::Repeat>(&step.action)) {
      const bool counted = loop->loop.times && loop->loop.times->kind() == Expression::Kind::integer;
      return of(loop->body) * (counted ? loop->loop.times->number() : 1);
    }
    if (const auto* parallel = std::get_if<steps::Parallel>(&step.action)) {
      Duration longest{};
      for (const auto& branch : parallel->branches) longest = std::max(longest, of(branch.second));
      return longest;
    }
    if (const auto* map = std::get_if<steps::Map>(&step.action)) return of(map->body);
    return {};
  }

  Duration of(const steps::Choose& choice) const {
    constexpr std::int64_t whole = 1'000'000;
    std::int64_t left = whole;
    Duration sum{};
    for (std::size_t b = 0; b < choice.branches.size(); ++b) {
      const auto& [chance, body] = choice.branches[b];
      const std::int64_t part = b + 1 == choice.branches.size() ? left : std::int64_t{chance.ppm};
      sum += of(body) / whole * part;
      left = std::max<std::int64_t>(0, left - part);
    }
    return sum;
  }

  const Declarations& names_;
};

}  // namespace

Duration expected(const sim::Distribution& time) {
  return Duration{time.kind == sim::Distribution::Kind::uniform ? time.a / 2 + time.b / 2 : time.a};
}

Duration expected(const Program& program, const Declarations& names) { return Length{names}.of(program); }

std::vector<Tasks::Edge> forward_edges(const GraphDesign& design) {
  const std::size_t nodes = design.nodes.size();
  std::map<std::string_view, std::size_t> numbers;
  for (std::size_t n = 0; n < nodes; ++n) numbers.emplace(design.nodes[n].name, n);
  std::vector<Tasks::Edge> edges;
  enum class Seen : std::uint8_t { no, open, done };
  std::vector<Seen> seen(nodes, Seen::no);
  std::vector<std::pair<std::size_t, std::size_t>> way;  // node, its next edge
  for (std::size_t start = 0; start < nodes; ++start) {
    if (seen[start] != Seen::no) continue;
    seen[start] = Seen::open;
    way.emplace_back(start, 0);
    while (!way.empty()) {
      auto& [node, edge] = way.back();
      const auto& next = design.nodes[node].next;
      if (edge == next.size()) {
        seen[node] = Seen::done;
        way.pop_back();
        continue;
      }
      const auto to = numbers.find(next[edge++].to);
      if (to == numbers.end() || seen[to->second] == Seen::open) continue;
      edges.push_back({.from = node, .to = to->second});
      if (seen[to->second] == Seen::done) continue;
      seen[to->second] = Seen::open;
      way.emplace_back(to->second, 0);
    }
  }
  return edges;
}

}  // namespace squall::scenarios
