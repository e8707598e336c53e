// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_lost_update.hpp"

#include <fmt/format.h>

#include "sim/context.hpp"
#include "sim/invariants/overtaken.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> keys;
};

void tell_unkept(const Judging& at, const Observation& seen) {
  const std::string& key = at.model.keys[seen.detail].name;
  tell(at, at.memory_as<Told>(), NoLostUpdate::name, {key, role_of(at.model, at.world, seen.agent) + " not kept"},
       at.now(), [&] {
         return std::vector<std::string>{fmt::format("{} has written {}, it was acknowledged, and it was not kept{}",
                                                     agent_name(at.model, at.world, seen.agent), key,
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

/// At once: the write is done.
void judge(const Judging& at, const Observation& seen) {
  const KeyId id{static_cast<std::uint16_t>(seen.detail)};
  if (!at.options_as<Judged>().keys[seen.detail]) return;
  if (seen.row == no_row) return tell_unkept(at, seen);
  const KeyInfo& info = at.model.key(id);
  if (info.reducer != Reducer::last && info.reducer != Reducer::single) return;
  const auto base = overtaken_base(at, seen);
  if (!base) return;
  const KeyView key = key_of(at.world, at.model, id, seen.instance);
  const std::uint32_t destroyed = seen.row - 1;
  if (destroyed < key.oldest()) return;
  const AgentId other = key.version(destroyed).writer;
  tell(at, at.memory_as<Told>(), NoLostUpdate::name,
       {info.name,
        fmt::format("{} over {}", role_of(at.model, at.world, seen.agent), role_of(at.model, at.world, other))},
       at.now(), [&] {
         const std::string who = agent_name(at.model, at.world, seen.agent);
         return std::vector<std::string>{
             fmt::format("{} has read version {} of {}{}", who, *base, info.name,
                         instance_text(at.model, at.world, seen.instance)),
             fmt::format("{} has written version {} since", agent_name(at.model, at.world, other), destroyed),
             fmt::format("{} writes version {} without having seen it", who, seen.row)};
       });
}

}  // namespace

Monitor NoLostUpdate::monitor(Model& model) const {
  const std::vector<bool> chosen = selected(keys, model);
  remember_bases(model, chosen, 2);  // who wrote the one before
  if (model.keys.empty()) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::wrote),
          .at_once = bit(Seen::wrote),
          .bytes = sizeof(Told),
          .options = &model.keep(Judged{chosen}),
          .on = judge,
          .rests = Rests::on_what_it_hears,
          .names = Names::none};
}

}  // namespace squall::sim
