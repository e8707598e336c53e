// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/termination.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// `by`: when the instance has to have ended; `start_of_time`: no such instant, or it was told.
struct OfInstance {
  Instant by;
};

void begin(const Judging& at, Row instance) {
  const auto& within = at.options_as<Termination>().within;
  if (!within || !at.world.timed()) return;
  at.of<OfInstance>(instance).by = later(at.now(), *within);
  at.oblige(at.of<OfInstance>(instance).by);
}

/// Those of `instance` that have not ended; the reasons say what each of them does.
void tell_unended(const Judging& at, Row instance, Instant when, const std::string& because) {
  std::vector<std::string> witness;
  std::vector<std::string> reasons;
  for (Row a = 0; a < at.world.used(Pool::activations); ++a) {
    const ActivationRow& row = at.world.activation(a);
    if (row.phase == Phase::free || row.instance != instance || is_daemon(at.model, at.world, row.agent)) continue;
    const std::string& role = role_of(at.model, at.world, row.agent);
    if (std::ranges::find(witness, role) == witness.end()) witness.push_back(role);
    const std::string who = agent_name(at.model, at.world, row.agent);
    reasons.push_back(row.phase == Phase::waiting
                          ? fmt::format("{} waits for {}{}", who, awaited_text(at.model, at.world, a),
                                        instance_text(at.model, at.world, instance))
                          : fmt::format("{} is at work{}", who, instance_text(at.model, at.world, instance)));
  }
  if (witness.empty()) return;
  reasons.insert(reasons.begin(), because);
  std::ranges::sort(witness);
  tell(at, at.memory_as<Told>(), Termination::name, std::move(witness), when, [&] { return reasons; });
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.kind == Seen::arrived) return begin(at, seen.instance);
  if (at.world.instance(seen.instance).activations != 0)
    tell_unended(at, seen.instance, at.now(), "nothing can happen any more, and not everything has ended");
}

void judge_due(const Judging& at) {
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0) continue;
    Instant& by = at.of<OfInstance>(i).by;
    if (by == start_of_time) continue;
    if (by >= at.now()) {
      at.oblige(by);
      continue;
    }
    const auto within = *at.options_as<Termination>().within;
    tell_unended(at, i, by, fmt::format("{} after its arrival not everything has ended", in_words(within)));
    by = start_of_time;
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
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(*this),
          .on = judge,
          .due = judge_due,
          .end = judge_end};
}

}  // namespace squall::sim
