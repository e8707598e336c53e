// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/heft.hpp"

#include <algorithm>
#include <numeric>

namespace squall::scenarios {
namespace {

using sim::Duration;

/// Edges by one of their ends.
class Ways {
 public:
  Ways(const Tasks& tasks, std::size_t Tasks::Edge::*end) : first_(tasks.size() + 1) {
    for (const Tasks::Edge& edge : tasks.edges) ++first_[edge.*end + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    edges_.resize(tasks.edges.size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t e = 0; e < tasks.edges.size(); ++e) edges_[next[tasks.edges[e].*end]++] = e;
  }
  std::span<const std::size_t> of(std::size_t task) const {
    return std::span{edges_}.subspan(first_[task], first_[task + 1] - first_[task]);
  }

 private:
  std::vector<std::size_t> first_, edges_;
};

/// Tasks in an order in which each stands before all that it leads to; what lies on a circle is missing.
std::vector<std::size_t> in_order(const Tasks& tasks, const Ways& out) {
  std::vector<std::size_t> missing(tasks.size()), order;
  for (const Tasks::Edge& edge : tasks.edges) ++missing[edge.to];
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    if (missing[task] == 0) order.push_back(task);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const std::size_t e : out.of(order[next])) {
      if (--missing[tasks.edges[e].to] == 0) order.push_back(tasks.edges[e].to);
    }
  }
  return order;
}

std::vector<Duration> ranks_of(const Tasks& tasks, const Ways& out, const std::vector<std::size_t>& order) {
  std::vector<Duration> ranks(tasks.size());
  for (std::size_t task = 0; task < tasks.size(); ++task) {
    Duration sum{};
    for (std::size_t w = 0; w < tasks.workers; ++w) sum += tasks.takes[task * tasks.workers + w];
    ranks[task] = sum / static_cast<std::int64_t>(tasks.workers);
  }
  for (std::size_t i = order.size(); i-- > 0;) {
    Duration longest{};
    for (const std::size_t e : out.of(order[i]))
      longest = std::max(longest, tasks.edges[e].hand_over + ranks[tasks.edges[e].to]);
    ranks[order[i]] += longest;
  }
  return ranks;
}

/// What one worker does, in the order of time.
class Day {
 public:
  /// When something that takes so long could begin, not before `ready`.
  Duration begin_of(Duration ready, Duration takes) const {
    // What ends before it is ready is in nobody's way.
    auto next = std::ranges::lower_bound(busy_, ready, {}, &Busy::end);
    for (Duration begin = ready;; begin = std::max(begin, next->end), ++next) {
      if (next == busy_.end() || begin + takes <= next->begin) return begin;
    }
  }
  void add(Duration begin, Duration end) {
    const auto later = std::ranges::upper_bound(busy_, std::pair{begin, end}, {}, [](const Busy& busy) {
      return std::pair{busy.begin, busy.end};
    });
    busy_.insert(later, {begin, end});
  }

 private:
  struct Busy {
    Duration begin, end;
  };
  std::vector<Busy> busy_;
};

}  // namespace

std::vector<Duration> upward_ranks(const Tasks& tasks) {
  const Ways out{tasks, &Tasks::Edge::from};
  return ranks_of(tasks, out, in_order(tasks, out));
}

Schedule heft(const Tasks& tasks) {
  const Ways out{tasks, &Tasks::Edge::from}, in{tasks, &Tasks::Edge::to};
  std::vector<std::size_t> order = in_order(tasks, out);
  const std::vector<Duration> ranks = ranks_of(tasks, out, order);
  // Of equal ranks, as tasks that take no time have them, who leads to the other stays first.
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t task) { return ranks[task]; });
  Schedule schedule{.places = std::vector<Schedule::Place>(tasks.size()), .makespan = {}};
  std::vector<Day> days(tasks.workers);
  for (const std::size_t task : order) {
    Schedule::Place best{.worker = 0, .begin = {}, .end = Duration::max()};
    for (std::size_t w = 0; w < tasks.workers; ++w) {
      Duration ready{};
      for (const std::size_t e : in.of(task)) {
        const Schedule::Place& before = schedule.places[tasks.edges[e].from];
        ready = std::max(ready, before.end + (before.worker == w ? Duration{} : tasks.edges[e].hand_over));
      }
      const Duration takes = tasks.takes[task * tasks.workers + w];
      const Duration begin = days[w].begin_of(ready, takes);
      if (begin + takes < best.end) best = {.worker = w, .begin = begin, .end = begin + takes};
    }
    schedule.places[task] = best;
    days[best.worker].add(best.begin, best.end);
    schedule.makespan = std::max(schedule.makespan, best.end);
  }
  return schedule;
}

}  // namespace squall::scenarios
