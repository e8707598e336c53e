// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "sim/error.hpp"
#include "sim/invariants/claims/claim.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/predicate.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

/// Leads to: a promise for each event, kept by a later one.
namespace squall::sim {
namespace {

struct Response {
  ClaimText text;
  EventPattern when, then;
  std::optional<Duration> within;
  std::vector<Instruction> by;
};

/// What is still owed for one value of `by`. Of several events with the same value the first one's bound counts.
struct Owed {
  std::uint64_t open;
  std::int64_t value;
  Instant until;  ///< `start_of_time`: no bound
  Instant since;
};

struct OfInstance {
  static constexpr std::size_t most = 16;
  Owed owed[most];
};

std::int64_t value_of(const Judging& at, const Observation& seen, Row instance) {
  const auto& claimed = at.options_as<Response>();
  if (claimed.by.empty()) return 0;
  constexpr SeenMask of_messages = bits(Seen::sent, Seen::consumed, Seen::dead_letter);
  const Row message = (of_messages & bit(seen.kind)) != 0 ? seen.row : no_row;
  return evaluate(claimed.by,
                  {.model = at.model, .world = at.world, .candidate = message, .instance = instance, .event = &seen})
      .value;
}

void owe(const Judging& at, OfInstance& of, std::int64_t value) {
  const auto& claimed = at.options_as<Response>();
  Owed* place = nullptr;
  for (Owed& owed : of.owed) {
    if (owed.open != 0 && owed.value == value) return;
    if (owed.open == 0 && place == nullptr) place = &owed;
  }
  if (place == nullptr)
    return at.found.leave_open(claimed.text.name,
                               fmt::format("more than {} answers are owed at once", OfInstance::most));
  const bool bounded = claimed.within && at.world.timed();
  *place = {.open = 1,
            .value = value,
            .until = bounded ? later(at.now(), *claimed.within) : start_of_time,
            .since = at.now()};
  if (bounded) at.oblige(place->until);
}

void tell_broken(const Judging& at, Row instance, const Owed& owed, Instant when) {
  const auto& claimed = at.options_as<Response>();
  tell(at, at.memory_as<Told>(), claimed.text.name.c_str(), {claimed.when.text, claimed.then.text}, when, [&] {
    std::string text = fmt::format("after {}", claimed.when.text);
    if (at.world.timed()) text += fmt::format(" at {}", in_words(owed.since.time_since_epoch()));
    if (!claimed.by.empty()) text += fmt::format(" with {}", owed.value);
    text += fmt::format(" there was no {}", claimed.then.text);
    text += owed.until != start_of_time && when == owed.until ? fmt::format(" within {}", in_words(*claimed.within))
                                                              : " until the end of the instance";
    std::vector<std::string> reasons{text + instance_text(at.model, at.world, instance)};
    if (!claimed.text.because.empty()) reasons.push_back("because: " + claimed.text.because);
    return reasons;
  });
}

void judge(const Judging& at, const Observation& seen) {
  const auto& claimed = at.options_as<Response>();
  const Row instance = instance_of(at, seen);
  if (instance == no_row) return;
  auto& of = at.of<OfInstance>(instance);
  if (matches(claimed.then, at, seen)) {
    const std::int64_t value = value_of(at, seen, instance);
    for (Owed& owed : of.owed) {
      if (owed.open != 0 && owed.value == value) owed = {};
    }
  }
  if (matches(claimed.when, at, seen)) owe(at, of, value_of(at, seen, instance));
  if (seen.kind != Seen::closed) return;
  for (Owed& owed : of.owed) {
    if (owed.open != 0) tell_broken(at, instance, owed, at.now());
    owed = {};
  }
}

void judge_due(const Judging& at) {
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0) continue;
    for (Owed& owed : at.of<OfInstance>(i).owed) {
      if (owed.open == 0 || owed.until == start_of_time) continue;
      if (owed.until >= at.now()) {
        at.oblige(owed.until);
        continue;
      }
      tell_broken(at, i, owed, owed.until);
      owed = {};
    }
  }
}

void promise(const Judging& at, std::vector<Promise>& found) {
  const auto& claimed = at.options_as<Response>();
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0) continue;
    for (const Owed& owed : at.of<OfInstance>(i).owed) {
      if (owed.open == 0) continue;
      std::string text = fmt::format("after {}", claimed.when.text);
      if (!claimed.by.empty()) text += fmt::format(" with {}", owed.value);
      text += fmt::format(" no {} ever comes{}", claimed.then.text, instance_text(at.model, at.world, i));
      Promise promised{.key = child_key(at.world.instance(i).number, static_cast<std::uint64_t>(owed.value)),
                       .witness = {claimed.when.text, claimed.then.text},
                       .reasons = {std::move(text)}};
      if (!claimed.text.because.empty()) promised.reasons.push_back("because: " + claimed.text.because);
      found.push_back(std::move(promised));
    }
  }
}

void judge_end(const Judging& at, bool undecided) {
  if (!undecided) return;
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0) continue;
    const auto& owed = at.of<OfInstance>(i).owed;
    if (std::ranges::any_of(owed, [](const Owed& one) { return one.open != 0; }))
      at.found.leave_open(at.options_as<Response>().text.name,
                          "a limit of the run was reached while an answer was owed");
  }
}

}  // namespace

Monitor leads_to_claim(Model& model, ClaimText text, EventPattern when, EventPattern then,
                       std::optional<Duration> within, std::vector<Instruction> by) {
  const Response& claimed =
      model.keep(Response{std::move(text), std::move(when), std::move(then), within, std::move(by)});
  const SeenMask kinds = claimed.when.kinds | claimed.then.kinds | bit(Seen::closed);
  return {.name = claimed.text.name.c_str(),
          .claim = claimed.text.claim.c_str(),
          .listens = kinds,
          .at_once = kinds,
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &claimed,
          .on = judge,
          .due = judge_due,
          .promises = promise,
          .end = judge_end};
}

}  // namespace squall::sim
