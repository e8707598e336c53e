// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/deadline.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/invariants/unended.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

void tell_late(const Judging& at, Row instance, Instant when) {
  Unended unended = unended_of(at, instance);
  if (unended.roles.empty()) {
    unended.roles.emplace_back("nobody");
    unended.reasons.emplace_back("everything has ended without a report");
  }
  unended.reasons.insert(unended.reasons.begin(), fmt::format("{} after its arrival no outcome is reported{}",
                                                              in_words(*at.options_as<Deadline>().within),
                                                              instance_text(at.model, at.world, instance)));
  tell(at, at.memory_as<Told>(), Deadline::name, std::move(unended.roles), when, [&] { return unended.reasons; });
}

bool is_reported(const Judging& at, Row instance) {
  const InstanceRow& row = at.world.instance(instance);
  return row.outcome != ReportedOutcome::none || row.failed_roots != 0;
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  if (!at.world.timed()) return at.found.leave_open(Deadline::name, "there is no time here");
  Instant& by = at.of<DueBy>(seen.instance).by;
  if (seen.kind == Seen::arrived) {
    set_due(at, seen.instance, *at.options_as<Deadline>().within);
  } else if (seen.kind == Seen::closed && by != start_of_time && !is_reported(at, seen.instance)) {
    tell_late(at, seen.instance, at.now());
  } else {
    by = start_of_time;
  }
}

void judge_due(const Judging& at) {
  tell_overdue(at, [&](Row instance, Instant by) { tell_late(at, instance, by); });
}

}  // namespace

Monitor Deadline::monitor(Model& model) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::arrived, Seen::reported, Seen::closed),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(DueBy),
          .options = &model.keep(*this),
          .on = judge,
          .due = judge_due,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
