// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/error.hpp"
#include "sim/invariants/claims/claim.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/predicate.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

/// Always, never, eventually, sometimes.
namespace squall::sim {
namespace {

struct Claimed {
  StateClaim kind;
  ClaimText text;
  ClaimSubject subject;
  std::optional<Duration> within;
};

struct Memory {
  static constexpr std::uint64_t everyone = ~std::uint64_t{0};
  std::uint64_t stirred;  ///< within an event: the instance in which something has changed, + 1
  Told told;
};

/// The counts of `WorldCondition::counted` follow.
struct OfInstance {
  Instant by;  ///< eventually: its bound; `start_of_time`: none, or it is settled
  std::uint32_t came_true;
  std::uint32_t spare;

  std::uint32_t* counts() { return reinterpret_cast<std::uint32_t*>(this + 1); }
};

/// What the names of a condition stand for just now.
std::vector<std::string> values_of(const WorldCondition& condition, const PredicateScope& scope) {
  std::vector<std::string> lines;
  for (const auto& [name, code] : condition.parts) {
    const Value value = evaluate(code, scope);
    lines.push_back(value.error != Error::none ? fmt::format("{} has no value", name)
                                               : fmt::format("{} is {}", name, value.value));
  }
  return lines;
}

void tell_broken(const Judging& at, std::string witness, Instant when, std::vector<std::string> reasons) {
  const auto& claimed = at.options_as<Claimed>();
  tell(at, at.memory_as<Memory>().told, claimed.text.name.c_str(), {std::move(witness)}, when, [&] {
    if (!claimed.text.because.empty()) reasons.push_back("because: " + claimed.text.because);
    return std::move(reasons);
  });
}

void comes_true(const Judging& at, Row instance, std::string witness, std::vector<std::string> reasons) {
  const auto& claimed = at.options_as<Claimed>();
  switch (claimed.kind) {
    case StateClaim::never: tell_broken(at, std::move(witness), at.now(), std::move(reasons)); break;
    case StateClaim::sometimes: at.found.note_true(claimed.text.name); break;
    case StateClaim::eventually:
      if (instance == no_row) break;
      at.of<OfInstance>(instance).came_true = 1;
      at.of<OfInstance>(instance).by = start_of_time;
      break;
    case StateClaim::always: break;
  }
}

void ask_condition(const Judging& at, Row instance) {
  const auto& claimed = at.options_as<Claimed>();
  auto& of = at.of<OfInstance>(instance);
  const WorldCondition& condition = claimed.subject.condition;
  const PredicateScope scope{.model = at.model, .world = at.world, .instance = instance, .counts = of.counts()};
  const Value value = evaluate(condition.code, scope);
  if (value.error == Error::no_field) return;  // what it speaks of is not there yet
  if (value.error != Error::none)
    return at.found.leave_open(claimed.text.name, fmt::format("it cannot be computed: {}", error_name(value.error)));
  if ((value.value != 0) == (claimed.kind == StateClaim::always)) return;
  const std::vector<std::string> values =
      at.found.wants_reasons ? values_of(condition, scope) : std::vector<std::string>{};
  if (claimed.kind == StateClaim::always) {
    std::vector<std::string> reasons{
        fmt::format("{} does not hold{}", condition.text, instance_text(at.model, at.world, instance))};
    reasons.insert(reasons.end(), values.begin(), values.end());
    return tell_broken(at, condition.text, at.now(), std::move(reasons));
  }
  std::vector<std::string> reasons{
      fmt::format("{} holds{}", condition.text, instance_text(at.model, at.world, instance))};
  reasons.insert(reasons.end(), values.begin(), values.end());
  comes_true(at, instance, condition.text, std::move(reasons));
}

void judge_close(const Judging& at, Row instance) {
  const auto& claimed = at.options_as<Claimed>();
  auto& of = at.of<OfInstance>(instance);
  if (claimed.kind != StateClaim::eventually || of.came_true != 0) return;
  of.came_true = 1;  // told
  of.by = start_of_time;
  const std::string& what = claimed.subject.pattern ? claimed.subject.pattern->text : claimed.subject.condition.text;
  tell_broken(
      at, what, at.now(),
      {fmt::format("the instance has ended without it: {}{}", what, instance_text(at.model, at.world, instance))});
}

/// At once: counts, and marks the instance in which something may have changed.
void note(const Judging& at, const Observation& seen) {
  const auto& claimed = at.options_as<Claimed>();
  if (claimed.kind == StateClaim::sometimes && at.found.has_come_true(claimed.text.name)) return;
  const Row instance = instance_of(at, seen);
  if (instance != no_row) {
    auto& of = at.of<OfInstance>(instance);
    if (seen.kind == Seen::arrived && claimed.within && at.world.timed()) {
      of.by = later(at.now(), *claimed.within);
      at.oblige(of.by);
    }
    const auto& counted = claimed.subject.condition.counted;
    for (std::size_t p = 0; p < counted.size(); ++p) of.counts()[p] += matches(counted[p], at, seen) ? 1 : 0;
  }
  if (claimed.subject.pattern && matches(*claimed.subject.pattern, at, seen)) {
    const std::string who = actor_of(seen) == nobody ? "nobody" : agent_name(at.model, at.world, actor_of(seen));
    comes_true(at, instance, claimed.subject.pattern->text,
               {fmt::format("{} has happened, by {}{}", claimed.subject.pattern->text, who,
                            instance_text(at.model, at.world, instance))});
  }
  auto& stirred = at.memory_as<Memory>().stirred;
  const std::uint64_t mark = instance == no_row ? Memory::everyone : std::uint64_t{instance} + 1;
  stirred = stirred == 0 || stirred == mark ? mark : Memory::everyone;
}

void settled(const Judging& at) {
  auto& memory = at.memory_as<Memory>();
  const std::uint64_t stirred = std::exchange(memory.stirred, 0);
  const bool asks = !at.options_as<Claimed>().subject.pattern;
  const auto ask = [&](Row instance) {
    if (asks) ask_condition(at, instance);
    if (at.world.instance(instance).live == 0) judge_close(at, instance);
  };
  if (stirred != Memory::everyone) {
    if (stirred != 0) ask(static_cast<Row>(stirred - 1));
    return;
  }
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live != 0) ask(i);
  }
}

void judge_due(const Judging& at) {
  const auto& claimed = at.options_as<Claimed>();
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    auto& of = at.of<OfInstance>(i);
    if (at.world.instance(i).live == 0 || of.by == start_of_time) continue;
    if (of.by >= at.now()) {
      at.oblige(of.by);
      continue;
    }
    const std::string& what = claimed.subject.pattern ? claimed.subject.pattern->text : claimed.subject.condition.text;
    tell_broken(at, what, of.by,
                {fmt::format("{} after the arrival it has not come: {}{}", in_words(*claimed.within), what,
                             instance_text(at.model, at.world, i))});
    of.by = start_of_time;
    of.came_true = 1;  // told
  }
}

void promise(const Judging& at, std::vector<Promise>& found) {
  const auto& claimed = at.options_as<Claimed>();
  const std::string& what = claimed.subject.pattern ? claimed.subject.pattern->text : claimed.subject.condition.text;
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live == 0 || at.of<OfInstance>(i).came_true != 0) continue;
    Promise owed{.key = at.world.instance(i).number, .witness = {what}, .reasons = {}};
    owed.reasons.push_back(fmt::format("{} never comes{}", what, instance_text(at.model, at.world, i)));
    if (!claimed.text.because.empty()) owed.reasons.push_back("because: " + claimed.text.because);
    found.push_back(std::move(owed));
  }
}

void judge_end(const Judging& at, bool undecided) {
  const auto& claimed = at.options_as<Claimed>();
  if (!undecided || claimed.kind != StateClaim::eventually) return;
  for (Row i = 0; i < at.world.used(Pool::instances); ++i) {
    if (at.world.instance(i).live != 0 && at.of<OfInstance>(i).came_true == 0)
      at.found.leave_open(claimed.text.name, "a limit of the run was reached before it came true");
  }
}

}  // namespace

Monitor state_claim(Model& model, StateClaim kind, ClaimText text, ClaimSubject subject,
                    std::optional<Duration> within) {
  SeenMask stirs = bit(Seen::arrived);
  if (subject.pattern) {
    stirs |= subject.pattern->kinds;
  } else {
    stirs |= stirred_by(subject.condition.code);
    for (const EventPattern& counted : subject.condition.counted) stirs |= counted.kinds;
  }
  if (kind == StateClaim::eventually) stirs |= bit(Seen::closed);
  const std::size_t counts = subject.condition.counted.size();
  const bool looks = (subject.pattern && looks_at_agents(*subject.pattern)) ||
                     std::ranges::any_of(subject.condition.counted, looks_at_agents);
  const Claimed& claimed = model.keep(Claimed{kind, std::move(text), std::move(subject), within});
  return {.name = claimed.text.name.c_str(),
          .claim = claimed.text.claim.c_str(),
          .listens = stirs,
          .at_once = stirs,
          .bytes = sizeof(Memory),
          .instance_bytes = static_cast<std::uint32_t>(sizeof(OfInstance) + 4 * counts),
          .options = &claimed,
          .on = note,
          .stirs = stirs,
          .settled = settled,
          .due = judge_due,
          .promises = kind == StateClaim::eventually ? promise : nullptr,
          .end = judge_end,
          .rests = looks ? Rests::on_anything : Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
