// SPDX-License-Identifier: Apache-2.0
#include "sim/history/check.hpp"

#include <algorithm>

#include "sim/history/detail/searched.hpp"
#include "sim/history/quick.hpp"
#include "sim/history/smallest.hpp"

namespace squall::sim::history {
namespace {

/// The calls of a witness by themselves.
std::vector<Call> chosen(std::span<const Call> calls, std::span<const std::uint32_t> which) {
  std::vector<Call> part;
  for (const std::uint32_t c : which) part.push_back(calls[c]);
  return part;
}

}  // namespace

HistoryCheck check_history(History& history, ModelKind kind, const ModelOptions& options, const SearchLimits& limits) {
  HistoryCheck result;
  Objects objects = objects_of(history, kind, options);
  result.troubles = std::move(objects.troubles);
  result.keyed = objects.keyed;
  result.objects = objects.objects.size();
  if (!result.troubles.empty()) {
    result.verdict = HistoryVerdict::unknown;
    return result;
  }
  SearchLimits left = limits;
  bool unknown = false;
  for (const ObjectCalls& object : objects.objects) {
    result.calls += object.calls.size();
    std::vector<Call> failing;
    std::optional<std::uint32_t> blocked;
    auto quick = quick_verdict(history.values, kind, options, object.calls);
    const bool searches = !quick;
    if (searches) quick = from_nowhere(history.values, options, object.calls);
    if (quick) {
      if (quick->holds) continue;
      failing = chosen(object.calls, quick->witness);
    } else {
      const Linearization found = detail::search_calls(history.values, kind, options, object.calls, left).found;
      ++result.searched;
      result.steps += found.steps;
      result.memory = std::max(result.memory, found.memory);
      if (limits.steps_max != 0)
        left.steps_max = std::max<std::uint64_t>(1, limits.steps_max - std::min(limits.steps_max, result.steps));
      if (found.verdict == HistoryVerdict::unknown) {
        unknown = true;
        result.reached = object.calls[found.blocked].operation;
        result.unknown = limits.steps_max != 0 && result.steps >= limits.steps_max ? "the limit of steps was reached"
                         : limits.stop()                                           ? "the time was over"
                                                                                   : "the memory it may use was full";
      }
      if (found.verdict != HistoryVerdict::violated) continue;
      if (objects.taken_blindly &&
          std::ranges::any_of(object.calls, [](const Call& call) { return call.act == Act::dequeue_empty; })) {
        unknown = true;
        result.unknown = "a dequeue that never returned may have taken what makes the queue empty";
        continue;
      }
      failing = object.calls;
      blocked = found.blocked;
    }
    ++result.objects_failing;
    if (!result.failing.empty()) continue;
    result.failing.push_back(smallest_failing(history.values, kind, options, std::move(failing), blocked, limits));
    FailingPart& part = result.failing.back();
    part.key = object.key;
    part.from_nowhere = searches && !blocked;
    if (blocked) continue;  // else it has been counted among the calls of a witness
    const Moment end = part.calls[part.blocked].call.returned;
    part.out_of = static_cast<std::size_t>(
        std::ranges::count_if(object.calls, [end](const Call& call) { return call.invoked < end; }));
  }
  result.verdict = result.objects_failing != 0 ? HistoryVerdict::violated
                   : unknown                   ? HistoryVerdict::unknown
                                               : HistoryVerdict::holds;
  return result;
}

}  // namespace squall::sim::history
