// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "sim/history/detail/dependencies.hpp"

namespace squall::sim::history {

Dependencies dependencies_of(const Transactions& transactions, ValueId initial) {
  Dependencies result;
  if (transactions.model() == TransactionModel::list_append) detail::list_dependencies(transactions, result);
  else detail::register_dependencies(transactions, initial, result);
  std::ranges::stable_sort(result.oddities, {}, &OddFinding::transaction);
  return result;
}

void add_real_time(const Transactions& transactions, std::vector<DependencyEdge>& edges) {
  struct Moments {
    Moment at;
    std::uint32_t transaction;
    bool begins;
  };
  std::vector<Moments> moments;
  for (std::uint32_t t = 0; t < transactions.size(); ++t) {
    const Operation& operation = transactions.operation(t);
    if (operation.outcome == Outcome::fail) continue;
    moments.push_back({operation.invoked, t, true});
    if (operation.outcome == Outcome::ok) moments.push_back({operation.returned, t, false});
  }
  std::ranges::sort(moments, {}, &Moments::at);
  // Those that have returned and before none of which another of them was over: whoever begins now is behind all of them,
  // and through them behind everything earlier.
  std::vector<std::uint32_t> latest;
  for (const Moments& moment : moments) {
    const std::uint32_t t = moment.transaction;
    if (moment.begins) {
      for (const std::uint32_t before : latest)
        edges.push_back({.from = before, .to = t, .kind = Dependency::real_time});
      continue;
    }
    std::erase_if(latest, [&](std::uint32_t before) {
      return transactions.operation(before).returned < transactions.operation(t).invoked;
    });
    latest.push_back(t);
  }
}

void add_processes(const Transactions& transactions, std::vector<DependencyEdge>& edges) {
  std::map<ValueId, std::uint32_t> last;
  for (std::uint32_t t = 0; t < transactions.size(); ++t) {
    if (transactions.outcome(t) == Outcome::fail) continue;
    const auto [at, is_new] = last.emplace(transactions.operation(t).process, t);
    if (!is_new && transactions.outcome(at->second) == Outcome::ok)
      edges.push_back({.from = at->second, .to = t, .kind = Dependency::process});
    at->second = t;
  }
}

}  // namespace squall::sim::history
