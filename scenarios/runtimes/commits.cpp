// SPDX-License-Identifier: Apache-2.0
#include "scenarios/runtimes/commits.hpp"

namespace squall::scenarios {

void Commits::accept(std::uint32_t n, bool ok, std::int64_t attempt) {
  for (const std::uint32_t w : plan_.nodes[n].writes) {
    const RuntimePlan::Writer& writer = plan_.writers[w];
    // What is left of an attempt that failed lies before what stays, so that as many are taken as do not.
    for (sim::Row first = first_of(writer); first != 0; first = first_of(writer)) {
      const sim::MessageRow& write = f_.turn.world.message(first - 1);
      if (ok && sim::World::after<std::int64_t>(write)[plan_.attempt_field] == attempt) break;
      if (!take(writer.wait)) break;
    }
  }
}

void Commits::discard(std::uint32_t n) {
  for (const std::uint32_t w : plan_.nodes[n].writes) f_.turn.discard(plan_.writers[w].wait);
}

void Commits::discard_all() {
  for (const RuntimePlan::Writer& writer : plan_.writers) f_.turn.discard(writer.wait);
}

bool Commits::is_of(const RuntimePlan::Writer& writer, const sim::MessageRow& message) const {
  const sim::Source& source = f_.code.waits[writer.wait].sources[0];
  if (message.topic != source.topic || message.from != source.first || message.instance != f_.turn.instance)
    return false;
  return !plan_.numbers_runs || sim::World::after<std::int64_t>(message)[plan_.entry_field] == f_.locals()[plan_.entry];
}

/// Row + 1 of the oldest write of `writer` in the mailbox; 0 where there is none.
sim::Row Commits::first_of(const RuntimePlan::Writer& writer) const {
  const sim::World& world = f_.turn.world;
  for (sim::Row m = world.agent(f_.turn.self).box_head; m != sim::no_row; m = world.message(m).next) {
    if (is_of(writer, world.message(m))) return m + 1;
  }
  return 0;
}

bool Commits::take(std::uint32_t wait) {
  const sim::Row taken = f_.turn.try_receive(wait);
  if (taken != sim::no_row && plan_.rules.keeps_starts()) f_.turn.acknowledge(taken);
  if (taken != sim::no_row) f_.drop(sim::CellType::message, taken);
  return taken != sim::no_row;
}

void Commits::apply(const RuntimePlan::Writer& writer) {
  while (first_of(writer) != 0) {
    const sim::Row message = f_.turn.try_receive(writer.wait);
    if (message == sim::no_row) return;
    if (plan_.rules.keeps_starts()) f_.turn.acknowledge(message);
    const bool last = !writer.alone || plan_.nodes[writer.node].fans_out || first_of(writer) == 0;
    if (last) {
      const sim::MessageRow& row = f_.turn.world.message(message);
      const std::int64_t value = sim::World::after<std::int64_t>(row)[plan_.value_field];
      f_.turn.write(writer.key, value, row.artifact, f_.ask(op_));
    }
    f_.drop(sim::CellType::message, message);
  }
}

void Commits::apply(std::uint32_t n) {
  for (const std::uint32_t w : plan_.nodes[n].writes) apply(plan_.writers[w]);
}

/// How many writes of this key wait for the end of the step, as far as two would clash.
std::uint32_t Commits::clashing(const RuntimePlan::Writer& writer) const {
  if (!plan_.nodes[writer.node].fans_out) return first_of(writer) == 0 ? 0 : 1;
  const sim::World& world = f_.turn.world;
  std::uint32_t count = 0;
  for (sim::Row m = world.agent(f_.turn.self).box_head; m != sim::no_row; m = world.message(m).next)
    count += is_of(writer, world.message(m)) ? 1 : 0;
  return count;
}

bool Commits::apply_step() {
  if (plan_.rules.commit != Commit::end_of_superstep) return true;
  std::uint32_t writes = 0;
  for (std::size_t w = 0; w < plan_.writers.size(); ++w) {
    const RuntimePlan::Writer& writer = plan_.writers[w];
    if (w == 0 || plan_.writers[w - 1].key != writer.key) writes = 0;
    if (writer.alone && (writes += clashing(writer)) > 1) return false;
  }
  for (const RuntimePlan::Writer& writer : plan_.writers) apply(writer);
  return true;
}

}  // namespace squall::scenarios
