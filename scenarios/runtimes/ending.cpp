// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/ending.hpp"

#include <algorithm>

#include "scenarios/runtimes/condition.hpp"

namespace squall::scenarios {

bool ends_now(Frame& f, const Op& op, const RuntimePlan& plan, RuntimeState& state) {
  if (!plan.ending) return false;
  const auto known = [&](std::string_view name) -> std::int64_t {
    if (name == turns_so_far) return state.runs();
    if (name == time_so_far) return (f.turn.now() - sim::start_of_time).count() - state.began();
    const auto of = std::ranges::find(plan.ending->names, name, &RuntimePlan::Ending::Name::text);
    if (of == plan.ending->names.end()) return 0;
    if (of->node) return state.node(*of->node).visits;
    const sim::ReadResult read = f.turn.read(of->key, f.ask(op));
    return read.error == sim::Error::none && read.has_value ? read.value : 0;
  };
  return condition_value(plan.ending->when, known) != 0;
}

}  // namespace squall::scenarios
