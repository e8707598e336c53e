// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/freshness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"

namespace squall::sim {
namespace {

struct Judged {
  Duration within;
  std::vector<bool> keys;
};

void judge(const Judging& at, const Observation& seen) {
  const auto& judged = at.options_as<Judged>();
  if (!judged.keys[seen.detail]) return;
  const KeyId id{static_cast<std::uint16_t>(seen.detail)};
  const KeyView key = key_of(at.world, at.model, id, seen.instance);
  const auto given = static_cast<std::uint32_t>(seen.value);
  if (given == key.newest()) return;
  const bool timed = at.world.timed();
  if (!timed && judged.within > Duration::zero())
    return at.found.leave_open(Freshness::name, "how old a value is has no meaning without time");
  // Of a version whose successor has left the ring this is less than its true age.
  const std::uint32_t successor = std::max(given + 1, key.oldest());
  const Duration age = timed ? at.now() - written_at(at.world, at.model, id, seen.instance, successor) : Duration{};
  if (timed && age <= judged.within) return;
  const std::string& name = at.model.key(id).name;
  tell(at, at.memory_as<Told>(), Freshness::name,
       {fmt::format("{} read by {}", name, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         const std::string who = agent_name(at.model, at.world, seen.agent);
         std::vector<std::string> reasons{fmt::format("{} is given version {} of {}, and the newest is {}{}", who,
                                                      given, name, key.newest(),
                                                      instance_text(at.model, at.world, seen.instance))};
         if (timed) {
           const std::string writer = agent_name(at.model, at.world, key.version(successor).writer);
           reasons.push_back(fmt::format("{} superseded it {} ago", writer, in_words(age)));
         }
         return reasons;
       });
}

}  // namespace

Monitor Freshness::monitor(Model& model) const {
  if (model.keys.empty()) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::read),
          .at_once = bit(Seen::read),
          .bytes = sizeof(Told),
          .options = &model.keep(Judged{within, selected(keys, model)}),
          .on = judge};
}

}  // namespace squall::sim
