// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/start.hpp"

#include "scenarios/runtimes/run_name.hpp"

namespace squall::scenarios {

void tell_start(Frame& f, const Op& op, const RuntimePlan& plan, RuntimeState& state, std::uint32_t n, NodeState node,
                std::optional<Worker> worker) {
  const RuntimePlan::Node& to = plan.nodes[n];
  const auto run = static_cast<std::uint32_t>(node.visits - (node.running - node.sent));  // told before this one
  std::int64_t fields[fields_max] = {};
  std::uint8_t present = 0;
  const auto say = [&](std::uint8_t field, std::int64_t value) {
    fields[field] = value;
    present |= static_cast<std::uint8_t>(1U << field);
  };
  // Two starts of a queue are no copies of one another.
  const bool queued = plan.rules.start == StartRule::queue && plan.rules.acknowledged();
  say(plan.visit_field, queued ? run + 1 : node.visits);
  sim::Row first = sim::no_row;
  std::int64_t more = 0;
  for (const std::uint32_t edge : to.inputs) {
    if (!plan.carries) break;
    const std::int64_t held = state.work(edge);
    if (held == 0) continue;
    const auto work = static_cast<sim::Row>(held - 1);
    if (first == sim::no_row) {
      first = work;
      continue;
    }
    f.turn.send({.to = to.agent, .topic = plan.input, .artifact = work},
                ask_about(f, op, to.agent, run, static_cast<std::uint32_t>(++more)));
  }
  if (!plan.rules.supersteps()) say(plan.inputs_field, more);
  if (plan.numbers_runs) say(plan.entry_field, f.locals()[plan.entry]);
  if (plan.counts_losses) say(plan.lost_field, 0);
  if (worker) {
    say(plan.worker_field, worker->number);
    say(plan.percent_field, worker->percent);
  }
  f.turn.send({.to = to.agent, .topic = plan.run, .present = present, .fields = fields, .artifact = first},
              ask_about(f, op, to.agent, run));
}

}  // namespace squall::scenarios
