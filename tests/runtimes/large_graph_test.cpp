// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "scenarios/run.hpp"
#include "scenarios/runtimes/graph.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "scenarios/runtimes/numbers.hpp"
#include "scenarios/workflow.hpp"
#include "tests/effort.hpp"

/// A runtime of a large graph keeps an agenda, one of a small graph looks at every node. What happens is the same.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

/// Drawings differ by their number alone, and hold joins, cycles, routes, failures, work that is handed on, and deferred nodes.
class Drawn {
 public:
  Drawn(const char* rules, std::uint32_t number) : random_(number) { design_.rules = *preset(rules); }

  GraphDesign drawing() {
    const std::uint32_t nodes = 4 + below(20);
    const bool one_token = design_.rules.start == StartRule::token;  // it does not fork, but for labels nobody routes
    const bool carries = !design_.rules.supersteps() && chance(2);
    design_.start.push_back("n0");
    design_.limit = 3 * nodes;
    for (std::uint32_t n = 0; n < nodes; ++n) {
      GraphNode node;
      node.name = fmt::format("n{}", n);
      const bool makes = carries && chance(2);
      node.body.work(std::chrono::milliseconds{1 + below(9)});
      if (makes) node.body.makes("piece");
      const std::uint32_t ways = below(4);
      for (std::uint32_t way = 0; way < ways; ++way) {
        const std::uint32_t to = chance(8) ? below(nodes) : std::min(n + 1 + below(4), nodes);
        const std::string name = to == nodes ? std::string{end_node} : fmt::format("n{}", to);
        if (std::ranges::find(node.next, name, &GraphNode::Edge::to) == node.next.end())
          node.next.push_back({chance(4) || one_token ? fmt::format("way {}", way) : "", name});
      }
      if (chance(4) && std::ranges::any_of(node.next, [](const auto& e) { return e.label == "way 0"; }))
        node.body.add({steps::Route{{"way 0"}}, {}, 0});
      if (chance(15)) node.body.fail("broken");
      if (chance(3)) node.join = JoinRule{.kind = chance(2) ? JoinRule::Kind::all : JoinRule::Kind::each};
      if (chance(6)) node.visits = 2;
      node.priority = below(3);
      node.defer = design_.rules.supersteps() && chance(5);
      design_.nodes.push_back(std::move(node));
    }
    if (chance(2)) design_.workers = 1 + below(3);
    design_.policy = static_cast<DispatchPolicy>(below(6));
    if (own_queues(design_.policy) && !design_.workers) design_.workers = 2;
    if (design_.workers && chance(3))
      design_.kinds = {{.name = "most", .count = *design_.workers, .percent = 100},
                       {.name = "one", .count = 1, .percent = 1 + below(300)}};
    if (!design_.kinds.empty()) ++*design_.workers;
    design_.ends_at_limit = chance(2);
    return design_;
  }

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  bool chance(std::uint32_t one_in) { return below(one_in) == 0; }

  std::mt19937 random_;
  GraphDesign design_;
};

struct Told {
  std::vector<std::string> lines;  ///< who begins and ends what, and when
  std::string violations;
  std::uint64_t events = 0;
  bool operator==(const Told&) const = default;
};

Told play(GraphDesign design, std::uint32_t large_from) {
  design.large_from = large_from;
  Workflow workflow{"drawn"};
  workflow.graph(std::move(design));
  const Recording run = record(scenario(std::move(workflow)), sim::Seed{3});
  Told told{.lines = {}, .violations = {}, .events = run.outcome.events};
  for (const sim::TraceLine& line : run.trace.lines()) {
    if (line.seen.kind != sim::Seen::consumed && line.seen.kind != sim::Seen::reported) continue;
    told.lines.push_back(fmt::format("{} {} {} {}", line.at.time_since_epoch().count(), index(line.seen.agent),
                                     index(line.seen.topic), line.seen.value));
  }
  for (const sim::Violation& violation : run.outcome.violations) told.violations += violation.invariant + " ";
  return told;
}

}  // namespace

TEST_SUITE("runtimes: large graphs") {
  TEST_CASE("an agenda finds what a look at every node finds, in the same order, under every preset") {
    for (const std::string_view rules : presets()) {
      std::size_t lines = 0, violated = 0;
      for (std::uint32_t number = 0; number < effort(150U); ++number) {
        CAPTURE(rules);
        CAPTURE(number);
        const GraphDesign design = Drawn{std::string{rules}.c_str(), number}.drawing();
        const Told small = play(design, 1'000'000), large = play(design, 0);
        REQUIRE(small == large);
        lines += small.lines.size();
        violated += small.violations.empty() ? 0 : 1;
      }
      CHECK(lines > effort(500U));  // runs in which nothing happens would be alike
      CHECK(violated > 0);
    }
  }

  TEST_CASE("a set of numbers gives them back in their order") {
    for (const std::size_t size : {1U, 64U, 65U, 4'096U, 5'000U, 300'000U}) {
      std::vector<std::int64_t> words(NumberSet::words(size));
      NumberSet set{words.data(), size};
      std::set<std::size_t> reference;
      std::mt19937 random{static_cast<std::uint32_t>(size)};
      for (int i = 0; i < 2'000; ++i) {
        const std::size_t number = random() % size;
        if (random() % 3 != 0) {
          set.insert(number);
          reference.insert(number);
        } else {
          set.erase(number);
          reference.erase(number);
        }
        const std::size_t from = random() % size;
        const auto next = reference.lower_bound(from);
        REQUIRE(set.next(from) == (next == reference.end() ? size : *next));
        REQUIRE(set.contains(number) == reference.contains(number));
      }
      for (const std::size_t number : reference) set.erase(number);
      CHECK(set.next(0) == size);
      CHECK(std::ranges::all_of(words, [](std::int64_t word) { return word == 0; }));
    }
  }

  TEST_CASE("a heap of numbers gives the least key first, whatever is taken out of its middle") {
    std::vector<std::int64_t> words(65);
    const auto key = [](std::size_t number) { return number * 37 % 64; };
    std::set<std::pair<std::size_t, std::size_t>> reference;
    std::mt19937 random{5};
    for (int i = 0; i < 5'000; ++i) {
      NumberHeap heap{words.data(), key};
      const std::size_t number = random() % 64;
      if (!reference.contains({key(number), number})) {
        heap.push(number);
        reference.emplace(key(number), number);
      } else if (random() % 2 == 0) {
        heap.erase(number);
        reference.erase({key(number), number});
      } else {
        reference.erase({key(heap.first()), heap.first()});
        heap.pop();
      }
      REQUIRE(heap.empty() == reference.empty());
      if (!reference.empty()) REQUIRE(heap.first() == reference.begin()->second);
    }
  }

  TEST_CASE("a graph of thousands of nodes runs to its end, each node once") {
    GraphDesign design;
    design.rules = *preset("dataflow");
    design.start.push_back("n0");
    constexpr std::uint32_t nodes = effort(20'000U);
    for (std::uint32_t n = 0; n < nodes; ++n) {
      GraphNode node;
      node.name = fmt::format("n{}", n);
      node.body.work(1ms);
      // Two ways on from each; all but the first two of the start's successors join two edges.
      for (const std::uint32_t to : {2 * n + 1, 2 * n + 2}) {
        if (to < nodes) node.next.push_back({"", fmt::format("n{}", to)});
      }
      design.nodes.push_back(std::move(node));
    }
    const Told told = play(std::move(design), 1'000);
    CHECK(told.violations.empty());
    // Consumed: a start by each node, its result by the runtime; and one report.
    CHECK(told.lines.size() == 2 * nodes + 1);
  }
}

}  // namespace squall::scenarios
