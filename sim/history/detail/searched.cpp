// SPDX-License-Identifier: Apache-2.0
#include "sim/history/detail/searched.hpp"

#include <algorithm>

#include "sim/history/models/fifo.hpp"

namespace squall::sim::history::detail {

Searched search_calls(const Values& values, ModelKind kind, const ModelOptions& options, std::span<const Call> calls,
                      const SearchLimits& limits, std::span<const Machine::State> starts) {
  Searched result;
  const auto tell = [&](const Machine& machine) {
    for (const Machine::State state : result.found.states) {
      std::string text = machine.state_text(state);
      if (std::ranges::find(result.states, text) == result.states.end()) result.states.push_back(std::move(text));
    }
  };
  const bool lazily = kind == ModelKind::queue &&
                      std::ranges::none_of(calls, [](const Call& call) { return call.act == Act::dequeue_empty; });
  if (!lazily) {
    const auto machine = machine_of(values, kind, options, calls);
    result.found = linearize(calls, *machine, limits, starts);
    tell(*machine);
    return result;
  }
  FifoMachine machine{values, calls};
  result.found = linearize(machine.dequeues(), machine, limits);
  tell(machine);
  if (result.found.verdict != HistoryVerdict::holds) {
    const std::uint32_t blocked = machine.dequeues()[result.found.blocked].operation;
    result.found.blocked =
        static_cast<std::uint32_t>(std::ranges::find(calls, blocked, &Call::operation) - calls.begin());
  }
  return result;
}

}  // namespace squall::sim::history::detail
