// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_fork.hpp"

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

/// At once: the write is done.
void judge(const Judging& at, const Observation& seen) {
  if (seen.row == no_row || !at.options_as<Judged>().keys[seen.detail]) return;
  const auto base = overtaken_base(at, seen);
  if (!base) return;
  const KeyId id{static_cast<std::uint16_t>(seen.detail)};
  const KeyView key = key_of(at.world, at.model, id, seen.instance);
  const std::uint32_t sibling = *base + 1;  // the first that went on from there
  // Of a version that is no longer kept it is not known whose it was; that there was one is.
  const AgentId other = sibling < key.oldest() ? nobody : key.version(sibling).writer;
  const std::string whose = other == nobody ? "somebody" : role_of(at.model, at.world, other);
  const std::string& name = at.model.key(id).name;
  tell(at, at.memory_as<Told>(), NoFork::name,
       {fmt::format("{} by {} and {}", name, whose, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         const std::string who = agent_name(at.model, at.world, seen.agent);
         return std::vector<std::string>{
             fmt::format("{} has read version {} of {}{}", who, *base, name,
                         instance_text(at.model, at.world, seen.instance)),
             fmt::format("{} goes on from there with version {}",
                         other == nobody ? whose : agent_name(at.model, at.world, other), sibling),
             fmt::format("{} goes on from there as well, with version {}", who, seen.row)};
       });
}

}  // namespace

Monitor NoFork::monitor(Model& model) const {
  const std::vector<bool> chosen = selected(keys, model);
  remember_bases(model, chosen, 8);
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
