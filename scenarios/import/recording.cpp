// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/recording.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/times.hpp"

namespace squall::scenarios::imports {
namespace {

using Kind = DrawnStep::Kind;

class Player {
 public:
  Player(Foreign& foreign, DrawnGraph& graph, std::vector<Activity> activities)
      : foreign_(foreign), graph_(graph), activities_(std::move(activities)) {}

  void run(std::int64_t from, std::int64_t to) {
    for (const Activity& one : activities_) {
      names_.push_back(foreign_.names.fresh(one.label, "activity"));
      samples_[one.label].push_back(one.end - one.begin);
    }
    for (auto& [label, samples] : samples_) std::ranges::sort(samples);
    for (const Activity& one : activities_) ++waiters_[one.after];
    std::vector<bool> followed(activities_.size(), false);
    std::int64_t last = from;
    for (std::size_t n = 0; n < activities_.size(); ++n) {
      std::int64_t ready = from;
      for (const std::size_t before : activities_[n].after) {
        ready = std::max(ready, activities_[before].end);
        followed[before] = true;
      }
      last = std::max(last, activities_[n].end);
      edges(n, node(n, ready));
    }
    finish(followed, to - last);
  }

 private:
  /// Adds the node, and perhaps one that waits before it. The number of the one that edges lead into.
  std::size_t node(std::size_t n, std::int64_t ready) {
    Activity& one = activities_[n];
    DrawnNode made{.name = names_[n], .label = one.label, .comment = one.comment, .at = one.at};
    const std::int64_t first = one.failed.empty() ? one.begin : one.begin - one.before_last - sum(one.failed);
    const std::int64_t gap = std::max<std::int64_t>(0, first - ready);
    if (one.kind == Activity::Kind::outside) {
      ask(made, gap);
    } else {
      const DrawnStep wait{.kind = Kind::sleep, .time = duration_word(gap), .comment = "recorded, before it began"};
      if (gap > 0) made.body.push_back(wait);
      if (!one.inside.empty()) {
        // A node has steps or a subgraph: what comes before the subgraph is a node of its own.
        if (gap > 0) return before(std::move(made), std::move(one.inside));
        made.inside = std::move(one.inside);
      } else {
        did(made, one);
      }
    }
    graph_.nodes.push_back(std::move(made));
    return graph_.nodes.size() - 1;
  }

  std::size_t before(DrawnNode whole, std::vector<DrawnGraph> inside) {
    DrawnNode wait{.name = foreign_.names.fresh("before-" + whole.name), .label = {}, .comment = {}, .at = {}};
    wait.label = wait.name;
    wait.body = std::exchange(whole.body, {});
    whole.inside = std::move(inside);
    graph_.edges.push_back({.source = wait.name, .target = whole.name});
    graph_.nodes.push_back(std::move(wait));
    graph_.nodes.push_back(std::move(whole));
    return graph_.nodes.size() - 2;
  }

  static std::int64_t sum(const std::vector<Activity::Attempt>& attempts) {
    std::int64_t all = 0;
    for (const Activity::Attempt& one : attempts) all += one.before + one.took;
    return all;
  }

  void ask(DrawnNode& made, std::int64_t gap) {
    std::vector<DrawnAgent>& agents = foreign_.drawing.agents;
    if (agents.empty())
      agents.push_back(
          {.name = foreign_.names.fresh("outside"), .comment = "whoever sent what came from outside", .human = true});
    agents.front().answers.push_back({.name = made.name, .time = duration_word(gap), .comment = "recorded"});
    made.body.push_back({.kind = Kind::ask, .what = made.name, .detail = agents.front().name});
  }

  std::string time_of(const Activity& one) const {
    const std::vector<std::int64_t>& samples = samples_.at(one.label);
    return foreign_.wishes().fit && samples.size() > 1 ? fitted(samples) : duration_word(one.end - one.begin);
  }

  void did(DrawnNode& made, const Activity& one) {
    const std::vector<std::int64_t>& samples = samples_.at(one.label);
    std::string comment = "recorded";
    if (samples.size() > 1) {
      comment = foreign_.wishes().fit
                    ? fmt::format("fitted over {} of its kind", samples.size())
                    : fmt::format("recorded; over {} of its kind: {}", samples.size(), fitted(samples));
    }
    std::vector<DrawnStep> last;
    if (one.kind == Activity::Kind::failure) {
      last.push_back({.kind = Kind::fail, .what = "failed", .detail = "as recorded"});
    } else {
      last.push_back({.kind = one.kind == Activity::Kind::timer ? Kind::sleep : Kind::work,
                      .time = time_of(one),
                      .comment = comment});
      if (one.kind == Activity::Kind::effect) last.push_back({.kind = Kind::call, .what = tool(one)});
    }
    if (one.timeout.empty() && one.deadline.empty() && !one.retry && one.failed.empty()) {
      made.body.insert(made.body.end(), last.begin(), last.end());
      return;
    }
    DrawnStep block{.kind = Kind::block,
                    .timeout = one.timeout,
                    .deadline = one.deadline,
                    .retry = one.retry,
                    .branches = {{{}, attempts(one, std::move(last))}}};
    if (!one.failed.empty()) made.body.push_back({.kind = Kind::set, .what = "attempt", .detail = "0"});
    made.body.push_back(std::move(block));
  }

  /// The steps of one attempt: the failed ones as they were, and any later one as the last.
  static std::vector<DrawnStep> attempts(const Activity& one, std::vector<DrawnStep> last) {
    if (one.failed.empty()) return last;
    std::vector<DrawnStep> steps{{.kind = Kind::set, .what = "attempt", .detail = "\"=attempt + 1\""}};
    for (std::size_t n = 0; n < one.failed.size(); ++n) {
      std::vector<DrawnStep> then;
      if (one.failed[n].before > 0) then.push_back({.kind = Kind::sleep, .time = duration_word(one.failed[n].before)});
      then.push_back({.kind = Kind::work, .time = duration_word(one.failed[n].took)});
      then.push_back({.kind = Kind::fail, .what = "unavailable", .detail = "as recorded"});
      steps.push_back(
          {.kind = Kind::when, .what = fmt::format("attempt == {}", n + 1), .branches = {{{}, std::move(then)}}});
    }
    if (one.before_last > 0) steps.push_back({.kind = Kind::sleep, .time = duration_word(one.before_last)});
    steps.insert(steps.end(), last.begin(), last.end());
    return steps;
  }

  std::string tool(const Activity& one) {
    const std::string name = native_name(one.label, "tool");
    const auto [tool, fresh] = foreign_.tool(name);
    if (fresh) tool->label = one.label, tool->latency = "0s";
    return name;
  }

  /// From what a node waited for. Several nodes that waited for the same things have a node in between: n + m edges, not n x m.
  void edges(std::size_t n, std::size_t into) {
    const std::vector<std::size_t>& after = activities_[n].after;
    const std::string name = graph_.nodes[into].name;
    if (after.size() < 2) {
      graph_.edges.push_back({.source = after.empty() ? std::string{} : names_[after.front()], .target = name});
      return;
    }
    if (waiters_.at(after) == 1) {
      for (const std::size_t before : after) graph_.edges.push_back({.source = names_[before], .target = name});
      graph_.nodes[into].join = "all";
      return;
    }
    auto found = between_.find(after);
    if (found == between_.end()) {
      const std::string between = foreign_.names.fresh("then");
      for (const std::size_t before : after) graph_.edges.push_back({.source = names_[before], .target = between});
      graph_.nodes.insert(
          graph_.nodes.begin() + static_cast<std::ptrdiff_t>(into),
          {.name = between, .label = between, .comment = "waits for all of them", .at = {}, .join = "all"});
      found = between_.emplace(after, between).first;
    }
    graph_.edges.push_back({.source = found->second, .target = name});
  }

  void finish(const std::vector<bool>& followed, std::int64_t missing) {
    std::vector<std::string> ends;
    for (std::size_t n = 0; n < activities_.size(); ++n) {
      if (!followed[n]) ends.push_back(names_[n]);
    }
    if (missing <= 0) {
      for (const std::string& end : ends) graph_.edges.push_back({.source = end, .target = "end"});
      return;
    }
    DrawnNode last{.name = foreign_.names.fresh("rest"), .label = "rest", .comment = "what comes after them", .at = {}};
    last.label = last.name;
    last.body.push_back({.kind = Kind::sleep, .time = duration_word(missing), .comment = "recorded"});
    if (ends.size() > 1) last.join = "all";
    if (ends.empty()) graph_.edges.push_back({.source = "", .target = last.name});
    for (const std::string& end : ends) graph_.edges.push_back({.source = end, .target = last.name});
    graph_.edges.push_back({.source = last.name, .target = "end"});
    graph_.nodes.push_back(std::move(last));
  }

  Foreign& foreign_;
  DrawnGraph& graph_;
  std::vector<Activity> activities_;
  std::vector<std::string> names_;
  std::map<std::string, std::vector<std::int64_t>> samples_;
  std::map<std::vector<std::size_t>, std::size_t> waiters_;  // how many waited for the same
  std::map<std::vector<std::size_t>, std::string> between_;
};

/// Keeps a map whose values grow with its keys: the largest value of all keys up to one.
template <class Value>
void raise(std::map<std::int64_t, Value>& stairs, std::int64_t key, Value value) {
  auto behind = stairs.upper_bound(key);
  if (behind != stairs.begin() && std::prev(behind)->second >= value) return;
  while (behind != stairs.end() && behind->second <= value) behind = stairs.erase(behind);
  stairs.insert_or_assign(key, value);
}

template <class Value>
const Value* highest(const std::map<std::int64_t, Value>& stairs, std::int64_t key) {
  const auto behind = stairs.upper_bound(key);
  return behind == stairs.begin() ? nullptr : &std::prev(behind)->second;
}

}  // namespace

void Ended::add(std::int64_t begin, std::int64_t end) {
  by_end_.emplace(end, count_);
  raise(begins_, end, begin);
  raise(numbers_, end, count_);
  ++count_;
}

std::vector<std::size_t> Ended::before(std::int64_t at) const {
  std::vector<std::size_t> found;
  const std::int64_t* known = highest(begins_, at);
  const auto first = known == nullptr ? by_end_.begin() : by_end_.upper_bound({*known, count_});
  for (auto one = first; one != by_end_.end() && one->first <= at; ++one) found.push_back(one->second);
  std::ranges::sort(found);
  return found;
}

std::optional<std::size_t> Ended::last_before(std::int64_t at) const {
  const std::size_t* number = highest(numbers_, at);
  return number == nullptr ? std::nullopt : std::optional{*number};
}

void Waiting::keep(std::vector<std::size_t>& after, const std::vector<std::int64_t>& ends) {
  constexpr std::size_t most = 200'000;
  total_ += after.size();
  if (total_ <= most || after.size() < 2) return;
  total_ -= after.size() - 1;
  const std::size_t last = *std::ranges::max_element(after, {}, [&](std::size_t n) { return ends[n]; });
  after.assign(1, last);
  foreign_.assume(
      fmt::format("beyond {} waits of activities for others, each waits for the one that ended last", most));
}

void replay(Foreign& foreign, DrawnGraph& graph, std::vector<Activity> activities, std::int64_t from, std::int64_t to) {
  Player{foreign, graph, std::move(activities)}.run(from, to);
}

}  // namespace squall::scenarios::imports
