// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/no_fork.hpp"

#include <fmt/format.h>

#include "sim/context.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> keys;
};

/// At once: the write is done, and its session does not know it yet.
void judge(const Judging& at, const Observation& seen) {
  if (seen.row == no_row || !at.options_as<Judged>().keys[seen.detail]) return;
  const KeyId id{static_cast<std::uint16_t>(seen.detail)};
  const std::uint32_t base = last_read(at.world, at.model, id, seen.activation);
  if (base == 0 || base == seen.row) return;  // goes on from nothing, or from the version just before
  const std::uint32_t sibling = base;         // the first that went on from what was read, version base - 1
  const KeyView key = key_of(at.world, at.model, id, seen.instance);
  if (sibling < key.oldest()) return;
  const AgentId other = key.version(sibling).writer;
  const std::string& name = at.model.key(id).name;
  tell(at, at.memory_as<Told>(), NoFork::name,
       {fmt::format("{} by {} and {}", name, role_of(at.model, at.world, other),
                    role_of(at.model, at.world, seen.agent))},
       at.now(), [&] {
         const std::string who = agent_name(at.model, at.world, seen.agent);
         return std::vector<std::string>{
             fmt::format("{} has read version {} of {}{}", who, base - 1, name,
                         instance_text(at.model, at.world, seen.instance)),
             fmt::format("{} goes on from there with version {}", agent_name(at.model, at.world, other), sibling),
             fmt::format("{} goes on from there as well, with version {}", who, seen.row)};
       });
}

}  // namespace

Monitor NoFork::monitor(Model& model) const {
  const std::vector<bool> chosen = selected(keys, model);
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    KeyInfo& key = model.keys[k];
    if (!chosen[k]) continue;
    key.last_read = 0;  // asks for a word
    if (key.versions < 2) key.versions = 8;
  }
  if (model.keys.empty()) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = bit(Seen::wrote),
          .at_once = bit(Seen::wrote),
          .bytes = sizeof(Told),
          .options = &model.keep(Judged{chosen}),
          .on = judge};
}

}  // namespace squall::sim
