// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/termination.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/invariants/unended.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

void begin(const Judging& at, Row instance) {
  if (const auto& within = at.options_as<Termination>().within) set_due(at, instance, *within);
}

void tell_unended(const Judging& at, Row instance, Instant when, const std::string& because) {
  Unended unended = unended_of(at, instance);
  if (unended.roles.empty()) return;
  unended.reasons.insert(unended.reasons.begin(), because);
  tell(at, at.memory_as<Told>(), Termination::name, std::move(unended.roles), when, [&] { return unended.reasons; });
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.kind == Seen::arrived) return begin(at, seen.instance);
  if (at.world.instance(seen.instance).activations != 0)
    tell_unended(at, seen.instance, at.now(), "nothing can happen any more, and not everything has ended");
}

void judge_due(const Judging& at) {
  tell_overdue(at, [&](Row instance, Instant by) {
    const auto within = *at.options_as<Termination>().within;
    tell_unended(at, instance, by, fmt::format("{} after its arrival not everything has ended", in_words(within)));
  });
}

/// An instance in which somebody has not ended: untimed it has as long as it likes, but not for ever.
void promise(const Judging& at, std::vector<Promise>& found) {
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0) continue;
    Unended unended = unended_of(at, i);
    if (!unended.roles.empty())
      found.push_back({at.world.instance(i).number, std::move(unended.roles), std::move(unended.reasons)});
  }
}

void judge_end(const Judging& at, bool undecided) {
  if (!undecided || at.world.header().live_instances == 0) return;
  at.found.leave_open(Termination::name, "a limit of the run was reached before the end");
}

}  // namespace

Monitor Termination::monitor(Model& model) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::arrived, Seen::closed),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(DueBy),
          .options = &model.keep(*this),
          .on = judge,
          .due = judge_due,
          .promises = promise,
          .end = judge_end,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
