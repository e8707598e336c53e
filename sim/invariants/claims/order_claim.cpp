// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "sim/invariants/claims/claim.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

/// Precedes and at most.
namespace squall::sim {
namespace {

struct Precedes {
  ClaimText text;
  EventPattern first, then;
};

struct AtMost {
  ClaimText text;
  std::uint32_t n;
  EventPattern of;
  std::optional<EventPattern> after;
};

struct OfInstance {
  std::uint64_t count;
};

std::string who(const Judging& at, const Observation& seen) {
  return actor_of(seen) == nobody ? "nobody" : agent_name(at.model, at.world, actor_of(seen));
}

void tell_broken(const Judging& at, const ClaimText& text, const std::string& witness,
                 std::vector<std::string> reasons) {
  tell(at, at.memory_as<Told>(), text.name.c_str(), {witness}, at.now(), [&] {
    if (!text.because.empty()) reasons.push_back("because: " + text.because);
    return std::move(reasons);
  });
}

void judge_precedes(const Judging& at, const Observation& seen) {
  const auto& claimed = at.options_as<Precedes>();
  const Row instance = instance_of(at, seen);
  if (instance == no_row) return;
  auto& of = at.of<OfInstance>(instance);
  if (of.count == 0 && matches(claimed.then, at, seen)) {
    tell_broken(at, claimed.text, claimed.then.text,
                {fmt::format("{} has happened, by {}, and not yet {}{}", claimed.then.text, who(at, seen),
                             claimed.first.text, instance_text(at.model, at.world, instance))});
  }
  if (matches(claimed.first, at, seen)) of.count = 1;
}

void judge_at_most(const Judging& at, const Observation& seen) {
  const auto& claimed = at.options_as<AtMost>();
  const Row instance = instance_of(at, seen);
  if (instance == no_row) return;
  auto& of = at.of<OfInstance>(instance);
  if (claimed.after && matches(*claimed.after, at, seen)) of.count = 0;
  if (!matches(claimed.of, at, seen) || of.count > claimed.n) return;  // what is too much once is told once
  if (++of.count <= claimed.n) return;
  const std::string since = claimed.after ? " since " + claimed.after->text : "";
  tell_broken(at, claimed.text, claimed.of.text,
              {fmt::format("{} has happened {} times{}, the last time by {}{}", claimed.of.text, of.count, since,
                           who(at, seen), instance_text(at.model, at.world, instance))});
}

}  // namespace

Monitor precedes_claim(Model& model, ClaimText text, EventPattern first, EventPattern then) {
  const Precedes& claimed = model.keep(Precedes{std::move(text), std::move(first), std::move(then)});
  const SeenMask kinds = claimed.first.kinds | claimed.then.kinds;
  const bool looks = looks_at_agents(claimed.first) || looks_at_agents(claimed.then);
  return {.name = claimed.text.name.c_str(),
          .claim = claimed.text.claim.c_str(),
          .listens = kinds,
          .at_once = kinds,
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &claimed,
          .on = judge_precedes,
          .rests = looks ? Rests::on_anything : Rests::on_what_it_hears,
          .names = Names::none};
}

Monitor at_most_claim(Model& model, ClaimText text, std::uint32_t n, EventPattern of,
                      std::optional<EventPattern> after) {
  const AtMost& claimed = model.keep(AtMost{std::move(text), n, std::move(of), std::move(after)});
  const SeenMask kinds = claimed.of.kinds | (claimed.after ? claimed.after->kinds : 0);
  const bool looks = looks_at_agents(claimed.of) || (claimed.after && looks_at_agents(*claimed.after));
  return {.name = claimed.text.name.c_str(),
          .claim = claimed.text.claim.c_str(),
          .listens = kinds,
          .at_once = kinds,
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &claimed,
          .on = judge_at_most,
          .rests = looks ? Rests::on_anything : Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
