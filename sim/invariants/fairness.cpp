// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/fairness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Somebody who has come for a resource and not had it yet.
struct Comer {
  std::uint32_t agent;     ///< its number + 1; 0: no entry
  std::uint32_t instance;  ///< its number + 1; 0 none
  std::uint32_t resource;
  std::uint32_t passed;  ///< so often others had it since

  auto key() const { return std::tuple{agent == 0, resource, agent, instance}; }
};

/// In the order of their keys, so that the same comers are the same state.
struct Memory {
  static constexpr std::size_t most = 64;
  Told told;
  Comer comers[most];
};

std::uint32_t instance_of(const Judging& at, const Observation& seen) {
  return seen.instance == no_row ? 0 : at.world.instance(seen.instance).number + 1;
}

void keep_in_order(Memory& memory) { std::ranges::sort(memory.comers, {}, &Comer::key); }

void come(const Judging& at, const Observation& seen) {
  auto& memory = at.memory_as<Memory>();
  const Comer comer{index(seen.agent) + 1, instance_of(at, seen), static_cast<std::uint32_t>(seen.value), 0};
  for (Comer& known : memory.comers) {
    if (known.key() == comer.key()) return;
    if (known.agent != 0) continue;
    known = comer;
    return keep_in_order(memory);
  }
  at.found.leave_open(Fairness::name, fmt::format("more than {} wait for resources at once", Memory::most));
}

void pass_over(const Judging& at, const Observation& seen, Comer& comer) {
  const std::uint32_t allowed = at.options_as<Fairness>().passed;
  if (comer.passed > allowed) return;
  if (++comer.passed <= allowed) return;
  const std::string& resource = at.model.resources[seen.detail].name;
  const AgentId agent{comer.agent - 1};
  tell(at, at.memory_as<Memory>().told, Fairness::name,
       {fmt::format("{} for {}", role_of(at.model, at.world, agent), resource)}, at.now(), [&] {
         return std::vector<std::string>{fmt::format(
             "others were given {} {} times since {} first came for it, the last time {}", resource, comer.passed,
             agent_name(at.model, at.world, agent), agent_name(at.model, at.world, seen.agent))};
       });
}

void grant(const Judging& at, const Observation& seen) {
  auto& memory = at.memory_as<Memory>();
  const Comer granted{index(seen.agent) + 1, instance_of(at, seen), seen.detail, 0};
  for (Comer& comer : memory.comers) {
    if (comer.agent == 0) break;
    if (comer.key() == granted.key()) {
      comer = {};
    } else if (comer.resource == seen.detail) {
      pass_over(at, seen, comer);
    }
  }
  keep_in_order(memory);
}

/// Whoever has ended wants nothing any more.
void forget(const Judging& at, const Observation& seen) {
  auto& memory = at.memory_as<Memory>();
  const std::uint32_t instance = instance_of(at, seen);
  for (Comer& comer : memory.comers) {
    if (comer.agent == index(seen.agent) + 1 && comer.instance == instance) comer = {};
  }
  keep_in_order(memory);
}

void judge(const Judging& at, const Observation& seen) {
  switch (seen.kind) {
    case Seen::waited:
      if (seen.detail == static_cast<std::uint32_t>(Wait::resource)) come(at, seen);
      break;
    case Seen::acquired: grant(at, seen); break;
    default:
      if (!is_branch(at.world, seen.activation)) forget(at, seen);
      break;
  }
}

}  // namespace

Monitor Fairness::monitor(Model& model) const {
  if (model.resources.empty()) return {.name = name, .claim = claim};
  constexpr SeenMask listens = bits(Seen::waited, Seen::acquired, Seen::finished, Seen::failed, Seen::interrupted);
  return {.name = name,
          .claim = claim,
          .listens = listens,
          .at_once = listens,
          .bytes = sizeof(Memory),
          .options = &model.keep(*this),
          .on = judge};
}

}  // namespace squall::sim
