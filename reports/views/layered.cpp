// SPDX-License-Identifier: Apache-2.0
#include "reports/views/layered.hpp"

#include <algorithm>

namespace squall::reports {
namespace {

double middle(const std::vector<double>& places, double otherwise) {
  double sum = 0;
  for (const double place : places) sum += place;
  return places.empty() ? otherwise : sum / static_cast<double>(places.size());
}

}  // namespace

Layered::Layered(std::size_t count, std::span<const Edge> edges) : nodes(count), count_(count) {
  std::vector<Edge> by_end{edges.begin(), edges.end()};
  std::ranges::sort(by_end, {}, &Edge::second);  // what leads to a node has its layer when the node gets one
  for (const auto& [from, to] : by_end) nodes[to].layer = std::max(nodes[to].layer, nodes[from].layer + 1);
  pull_down(edges);
  for (const Edge& edge : edges) lay(edge);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto row = static_cast<std::size_t>(nodes[n].layer);
    if (rows.size() <= row) rows.resize(row + 1);
    nodes[n].x = static_cast<double>(rows[row].size());
    rows[row].push_back(n);
  }
  for (int sweep = 0; sweep < 8; ++sweep) {
    for (std::size_t r = 0; r < rows.size(); ++r) order(sweep % 2 == 0 ? r : rows.size() - 1 - r, sweep % 2 == 0);
  }
  place();
}

/// What nothing leads to stands right above what it leads to first, instead of far away at the top.
void Layered::pull_down(std::span<const Edge> edges) {
  std::vector<int> least(nodes.size(), -1);
  std::vector<bool> root(nodes.size(), true);
  for (const auto& [from, to] : edges) {
    const int above = nodes[to].layer - 1;
    least[from] = least[from] < 0 ? above : std::min(least[from], above);
    root[to] = false;
  }
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (root[n] && least[n] > 0) nodes[n].layer = least[n];
  }
}

void Layered::lay(const Edge& edge) {
  std::vector<std::size_t> way{edge.first};
  for (int layer = nodes[edge.first].layer + 1; layer < nodes[edge.second].layer; ++layer) {
    way.push_back(nodes.size());
    nodes.push_back({.layer = layer});
  }
  way.push_back(edge.second);
  ways.push_back(std::move(way));
}

std::vector<double> Layered::neighbours(std::size_t node, bool above) const {
  std::vector<double> found;
  for (const auto& way : ways) {
    for (std::size_t w = 0; w + 1 < way.size(); ++w) {
      if (above && way[w + 1] == node) found.push_back(nodes[way[w]].x);
      if (!above && way[w] == node) found.push_back(nodes[way[w + 1]].x);
    }
  }
  return found;
}

void Layered::order(std::size_t row, bool above) {
  std::vector<std::pair<double, std::size_t>> wanted;
  for (const std::size_t node : rows[row]) wanted.emplace_back(middle(neighbours(node, above), nodes[node].x), node);
  std::ranges::stable_sort(wanted, {}, [](const auto& each) { return each.first; });
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    rows[row][n] = wanted[n].second;
    nodes[wanted[n].second].x = static_cast<double>(n);
  }
}

/// Each layer keeps its order; its nodes move towards the middle of their neighbours as far as there is room.
void Layered::place() {
  for (const auto& row : rows) width = std::max(width, static_cast<double>(row.size()));
  for (const auto& row : rows) {
    const double shift = (width - static_cast<double>(row.size())) / 2;
    for (const std::size_t node : row) nodes[node].x += shift;
  }
  for (int sweep = 0; sweep < 6; ++sweep) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto& row = rows[sweep % 2 == 0 ? r : rows.size() - 1 - r];
      std::vector<double> wanted;
      for (const std::size_t node : row) wanted.push_back(middle(neighbours(node, sweep % 2 == 0), nodes[node].x));
      for (std::size_t n = 0; n < row.size(); ++n) {
        const double least = n == 0 ? 0 : nodes[row[n - 1]].x + 1;
        const double most = width - static_cast<double>(row.size() - n);  // those behind need their room
        nodes[row[n]].x = std::clamp(wanted[n], least, std::max(least, most));
      }
    }
  }
}

}  // namespace squall::reports
