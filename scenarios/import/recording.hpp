// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// One thing that a recorded run did, with its times in nanoseconds since the run began.
struct Activity {
  enum class Kind : std::uint8_t {
    work,     ///< somebody is busy
    effect,   ///< the same, with an effect outside at its end
    timer,    ///< nobody is
    outside,  ///< something that came from outside: a signal, an update, a cancellation
    failure,  ///< the run failed here
  } kind = Kind::work;
  std::string label;    ///< repeated activities have the same
  std::string comment;  ///< of what kind it was
  Spot at;
  std::int64_t begin = 0, end = 0;  ///< of its last attempt
  /// Attempts before the last one, all of them failed: how long each waited before it began and how long it took.
  struct Attempt {
    std::int64_t before = 0, took = 0;
  };
  std::vector<Attempt> failed;
  std::int64_t before_last = 0;   ///< with failed attempts: how long the last one waited
  std::string timeout, deadline;  ///< native; empty: none
  std::optional<DrawnRetry> retry;
  std::vector<std::size_t> after;  ///< activities that it waited for, by their numbers
  std::vector<DrawnGraph> inside;  ///< what it called meanwhile, none or one
};

/// What has ended of a recorded run so far, for whoever begins next. Times may be any numbers that say what came before what.
class Ended {
 public:
  /// The next activity, numbered from 0: when it began and ended. O(log n), amortised.
  void add(std::int64_t begin, std::int64_t end);
  /// Those that had ended at `at` or before, without those that others of them had waited for: what ended no later than one of them
  /// began. By their numbers. O(log n + what is returned).
  std::vector<std::size_t> before(std::int64_t at) const;
  /// The last of those that had ended at `at` or before; nothing where there is none. O(log n).
  std::optional<std::size_t> last_before(std::int64_t at) const;

 private:
  std::set<std::pair<std::int64_t, std::size_t>> by_end_;
  /// Of all that ended by a time the greatest begin, and the greatest number: only where it grows.
  std::map<std::int64_t, std::int64_t> begins_;
  std::map<std::int64_t, std::size_t> numbers_;
  std::size_t count_ = 0;
};

/// What activities waited for, all together no more than a graph may hold: one that waited for very many waits for the one that ended
/// last, which comes to the same while nothing is changed.
class Waiting {
 public:
  explicit Waiting(Foreign& foreign) : foreign_(foreign) {}
  void keep(std::vector<std::size_t>& after, const std::vector<std::int64_t>& ends);

 private:
  Foreign& foreign_;
  std::size_t total_ = 0;
};

/// Activities as nodes of a graph that does them again: in their order, side by side where they were, for as long as they took. What
/// lies between the end of what an activity waited for and its own begin becomes a sleep. `from`: when the graph begins, `to`: when
/// it ends; a last node waits for what is missing. Repeated activities get {p50, p99} where that is wished.
void replay(Foreign& foreign, DrawnGraph& graph, std::vector<Activity> activities, std::int64_t from, std::int64_t to);

}  // namespace squall::scenarios::imports
