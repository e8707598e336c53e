// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>

#include "scenarios/runtimes/graph.hpp"

namespace squall::bench {

/// A task that starts `width` others, and layers of as many, whose tasks each lead to two of the next layer. Each but those of
/// the first layer joins its edges, one to three of them. Under the rules of `dataflow`, in one process.
inline scenarios::GraphDesign layered(std::uint32_t tasks, std::uint32_t width) {
  scenarios::GraphDesign design;
  design.rules = *scenarios::preset("dataflow");
  design.rules.guarantee = scenarios::Guarantee::in_process;
  design.start.push_back("task-0");
  design.nodes.reserve(tasks);
  for (std::uint32_t n = 0; n < tasks; ++n) {
    scenarios::GraphNode node;
    node.name = fmt::format("task-{}", n);
    node.body.work(std::chrono::milliseconds{1 + n % 7});
    const auto leads_to = [&](std::uint32_t to) {
      if (to < tasks) node.next.push_back({"", fmt::format("task-{}", to)});
    };
    if (n == 0) {
      for (std::uint32_t first = 1; first <= width; ++first) leads_to(first);
    } else {
      const std::uint32_t in_layer = (n - 1) % width;
      const std::uint32_t next_layer = n - in_layer + width;
      leads_to(next_layer + in_layer);
      if (const std::uint32_t other = (in_layer * 7 + 3) % width; other != in_layer) leads_to(next_layer + other);
    }
    design.nodes.push_back(std::move(node));
  }
  return design;
}

}  // namespace squall::bench
