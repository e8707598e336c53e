// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/unfold.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/reader/values.hpp"

namespace squall::scenarios::imports {
namespace {

/// The count of `1..n`; nothing for what is computed.
std::optional<std::uint64_t> width_of(const std::string& over) {
  const std::size_t dots = over.find("..");
  if (dots == std::string::npos) return std::nullopt;
  const auto low = parse_number(over.substr(0, dots)), high = parse_number(over.substr(dots + 2));
  if (!std::holds_alternative<std::int64_t>(low) || !std::holds_alternative<std::int64_t>(high)) return std::nullopt;
  const std::int64_t from = std::get<std::int64_t>(low), to = std::get<std::int64_t>(high);
  if (to < from) return 0;
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) + 1;
}

class Unfolder {
 public:
  explicit Unfolder(Foreign& foreign) : foreign_(foreign) {}

  void graph(DrawnGraph& graph) {
    for (DrawnNode& node : graph.nodes) {
      if (foreign_.refused()) return;
      for (DrawnGraph& inner : node.inside) this->graph(inner);
      if (!node.over.empty() && !node.inside.empty() && (node.tolerated || !lifted(node))) copied(node);
    }
  }

 private:
  /// A subgraph of one node that does its steps and ends: its steps are those of the node around it.
  static bool lifted(DrawnNode& node) {
    DrawnGraph& inner = node.inside.front();
    if (inner.nodes.size() != 1) return false;
    DrawnNode& only = inner.nodes.front();
    const bool ends = std::ranges::all_of(inner.edges, [&](const DrawnEdge& edge) {
      return edge.label.empty() && (edge.source.empty() || edge.target == "end");
    });
    const bool fails = std::ranges::any_of(only.body, [](const DrawnStep& step) {
      return step.kind == DrawnStep::Kind::choose || step.kind == DrawnStep::Kind::fail;
    });
    if (!ends || fails || !only.inside.empty() || !only.catches.empty() || only.body.empty()) return false;
    if (only.timeout.empty() && !only.retry) {
      node.body = std::move(only.body);
    } else {
      node.body.push_back({.kind = DrawnStep::Kind::block,
                           .timeout = only.timeout,
                           .retry = only.retry,
                           .branches = {{{}, std::move(only.body)}}});
    }
    node.comment += fmt::format(", of {}", only.label);
    node.inside.clear();
    return true;
  }

  void copied(DrawnNode& node) {
    const auto width = width_of(node.over);
    const auto at_once = node.at_once.empty() ? width : width_of("1.." + node.at_once);
    const std::size_t size = size_of(node.inside.front());
    if (!width || *width == 0 || *width > 1000 || (copies_ += size * *width) > ImportLimits::nodes) {
      foreign_.refuse(foreign_.mark(0, 1),
                      fmt::format("'{}' runs over {}: that many copies of its {} nodes cannot be drawn", node.label,
                                  node.over, size),
                      "give it a range such as 1..5 in an overlay");
      return;
    }
    const std::uint64_t lanes = std::clamp<std::uint64_t>(at_once.value_or(*width), 1, *width);
    const DrawnGraph original = std::move(node.inside.front());
    DrawnGraph all;
    std::vector<std::string> items;
    const std::uint64_t may_fail = node.tolerated ? tolerated(*node.tolerated, *width) : 0;
    const bool counted = may_fail > 0 && may_fail < *width;  // else nobody asks how many have failed
    const std::string failures = counted ? foreign_.names.fresh_plain(node.name + "_failures") : std::string{};
    const std::string after = counted ? foreign_.names.fresh(node.name + "-tolerance") : std::string{"end"};
    for (std::uint64_t item = 0; item < *width; ++item) {
      DrawnNode one{.name = foreign_.names.fresh(fmt::format("{}-item-{}", node.name, item + 1)),
                    .label = fmt::format("item {} of {}", item + 1, node.label),
                    .comment = {},
                    .at = node.at};
      one.inside.push_back(item == 0 ? original : copy(original));
      if (may_fail > 0) one.inside.front() = caught(std::move(one.inside.front()), one.name, failures);
      all.edges.push_back({.source = item < lanes ? std::string{} : items[item - lanes], .target = one.name});
      if (item + lanes >= *width) all.edges.push_back({.source = one.name, .target = after});
      items.push_back(one.name);
      all.nodes.push_back(std::move(one));
    }
    if (counted) tolerance(all, after, failures, may_fail, lanes, *width);
    node.inside.front() = std::move(all);
    node.over.clear();
    node.at_once.clear();
  }

  static std::uint64_t tolerated(const DrawnTolerance& said, std::uint64_t width) {
    const std::uint64_t part = std::min<std::uint64_t>(said.percent.value_or(100), 100) * width / 100;
    return std::min(said.count.value_or(width), part);
  }

  /// An item whose failure is counted under a key (empty: nobody counts it), and that ends well all the same.
  DrawnGraph caught(DrawnGraph inner, const std::string& item, const std::string& failures) {
    DrawnNode run{.name = foreign_.names.fresh(item + "-run"), .label = {}, .comment = {}, .at = {}};
    run.label = run.name;
    run.inside.push_back(std::move(inner));
    run.catches.push_back({{}, "tolerated"});
    DrawnGraph made;
    made.edges.push_back({.source = "", .target = run.name});
    made.edges.push_back({.source = run.name, .target = "end"});
    DrawnEdge failure{.source = run.name, .target = "end", .label = "tolerated", .kind = DrawnEdge::Kind::failure};
    if (!failures.empty()) {
      DrawnNode failed{.name = foreign_.names.fresh(item + "-failed"), .label = {}, .comment = {}, .at = {}};
      failed.label = failed.name;
      failed.body.push_back({.kind = DrawnStep::Kind::write, .what = failures, .detail = "1"});
      failure.target = failed.name;
      made.edges.push_back({.source = failed.name, .target = "end"});
      made.nodes.push_back(std::move(failed));
    }
    made.edges.push_back(std::move(failure));
    made.nodes.insert(made.nodes.begin(), std::move(run));
    return made;
  }

  /// The node that fails behind all items where more of them have failed than may. It counts from nothing again when it is come
  /// to once more.
  void tolerance(DrawnGraph& all, const std::string& name, const std::string& failures, std::uint64_t may_fail,
                 std::uint64_t lanes, std::uint64_t width) {
    const std::string seen = foreign_.names.fresh_plain(failures + "_seen");
    foreign_.drawing.keys.push_back({.name = failures, .reducer = "sum", .initial = "0"});
    DrawnNode made{.name = name, .label = name, .comment = "its ToleratedFailure…", .at = {}};
    if (lanes > 1) made.join = "all";
    made.body.push_back({.kind = DrawnStep::Kind::read, .what = failures, .detail = seen});
    made.body.push_back(
        {.kind = DrawnStep::Kind::write, .what = failures, .detail = fmt::format("\"=0 - {}.value\"", seen)});
    DrawnStep fail{.kind = DrawnStep::Kind::fail,
                   .what = "unavailable",
                   .detail = fmt::format("more than {} of {} items have failed", may_fail, width)};
    made.body.push_back({.kind = DrawnStep::Kind::when,
                         .what = fmt::format("{}.value > {}", seen, may_fail),
                         .branches = {{{}, {std::move(fail)}}}});
    all.edges.push_back({.source = name, .target = "end"});
    all.nodes.push_back(std::move(made));
  }

  static std::size_t size_of(const DrawnGraph& graph) {
    std::size_t size = graph.nodes.size();
    for (const DrawnNode& node : graph.nodes) {
      for (const DrawnGraph& inner : node.inside) size += size_of(inner);
    }
    return size;
  }

  DrawnGraph copy(const DrawnGraph& graph) {
    DrawnGraph made = graph;
    std::map<std::string, std::string> names;
    for (DrawnNode& node : made.nodes) {
      const std::string name = foreign_.names.fresh(node.name);
      names.emplace(node.name, name);
      node.name = name;
      for (DrawnGraph& inner : node.inside) inner = copy(inner);
    }
    for (DrawnEdge& edge : made.edges) {
      for (std::string* end : {&edge.source, &edge.target}) {
        const auto found = names.find(*end);
        if (found != names.end()) *end = found->second;
      }
    }
    return made;
  }

  Foreign& foreign_;
  std::size_t copies_ = 0;
};

}  // namespace

void unfold(Foreign& foreign) { Unfolder{foreign}.graph(foreign.drawing.graph); }

}  // namespace squall::scenarios::imports
