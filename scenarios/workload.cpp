// SPDX-License-Identifier: Apache-2.0
#include "scenarios/workload.hpp"

#include <algorithm>

#include "scenarios/agents/op.hpp"
#include "scenarios/runtimes/state.hpp"

namespace squall::scenarios {

using sim::Seen;

WorkloadSink::WorkloadSink(const sim::Model& model) {
  for (const sim::Definition& definition : model.definitions) {
    if (definition.behaviour->struct_agent) continue;
    for (const auto& plan : code_of(*definition.behaviour).runtimes)
      runtimes_.push_back({definition.first, plan.get()});
  }
}

sim::SeenMask WorkloadSink::listens() const {
  return bits(Seen::arrived, Seen::closed, Seen::delivered, Seen::consumed, Seen::finished, Seen::failed, Seen::waited,
              Seen::interrupted);
}

bool WorkloadSink::serves(const sim::Model& model, sim::AgentId agent, const sim::World& world) const {
  const bool runs = std::ranges::find(runtimes_, agent, &Runtime::agent) != runtimes_.end();
  return !runs && !model.definition(world.agent(agent).definition).handlers.empty();
}

void WorkloadSink::pass(sim::Instant now) {
  const auto passed = static_cast<std::uint64_t>((now - now_).count());
  so_far_.busy += static_cast<decltype(so_far_.busy)>(busy_) * passed;
  so_far_.waited += static_cast<decltype(so_far_.waited)>(in_boxes_ + in_runtimes_) * passed;
  // What comes and goes at one instant does not wait.
  if (passed != 0) so_far_.waiting_most = std::max(so_far_.waiting_most, in_boxes_ + in_runtimes_);
  now_ = now;
}

void WorkloadSink::count_waiting(const sim::World& world) {
  in_runtimes_ = 0;
  for (const Runtime& runtime : runtimes_) {
    if (runtime.plan->workers == 0) continue;
    for (sim::Row a = world.agent(runtime.agent).first; a != sim::no_row; a = world.activation(a).next) {
      const RuntimeState state{const_cast<sim::World&>(world), a, *runtime.plan};  // only looked at
      for (std::size_t n = 0; n < runtime.plan->nodes.size(); ++n) {
        const NodeState node = state.node(n);
        in_runtimes_ += static_cast<std::uint32_t>(node.running - node.sent);
      }
    }
  }
}

void WorkloadSink::on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) {
  const sim::Instant now = world.clock().now;
  pass(now);
  const auto handler = [&] {
    return seen.activation != sim::no_row &&
           (world.activation(seen.activation).flags & sim::activation_flag::handler) != 0 &&
           serves(model, seen.agent, world);
  };
  switch (seen.kind) {
    case Seen::arrived:
      if (arrivals_.size() <= seen.instance) arrivals_.resize(seen.instance + 1);
      arrivals_[seen.instance] = now;
      first_ = std::min(first_, now);
      break;
    case Seen::closed:
      so_far_.latencies.push_back(now - arrivals_[seen.instance]);
      last_ = std::max(last_, now);
      break;
    case Seen::delivered:
      if (serves(model, seen.agent, world)) ++in_boxes_;
      break;
    case Seen::consumed:
      if (!serves(model, seen.agent, world)) break;
      if (in_boxes_ != 0) --in_boxes_;
      // What an activation takes while it works is no work of its own.
      if (!handler() || world.activation(seen.activation).message != seen.row) break;
      ++so_far_.served;
      so_far_.busy_most = std::max(so_far_.busy_most, ++busy_);
      break;
    case Seen::finished:
    case Seen::failed:
    case Seen::interrupted:
      if (handler() && busy_ != 0) --busy_;
      break;
    default: count_waiting(world); break;
  }
}

Workload WorkloadSink::take() {
  if (first_ <= last_) so_far_.makespan = last_ - first_;
  Workload done = std::move(so_far_);
  so_far_ = {};
  first_ = sim::end_of_time;
  last_ = now_ = sim::start_of_time;
  busy_ = in_boxes_ = in_runtimes_ = 0;
  return done;
}

}  // namespace squall::scenarios
