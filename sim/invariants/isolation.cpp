// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/isolation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> keys;
  std::vector<std::uint32_t> first;  ///< of each key: its first word in memory
  std::vector<std::uint32_t> ring;   ///< of each key: how many versions are remembered
};

/// Who took part in a version: an instance, its number + 1; nobody; several.
constexpr std::uint32_t nobody_yet = 0, several = 0xffff'ffffU;

struct Memory {
  Told told;

  /// The words follow.
  std::uint32_t& writer(const Judged& judged, std::uint32_t key, std::uint32_t version) {
    auto* words = reinterpret_cast<std::uint32_t*>(this + 1);
    return words[judged.first[key] + version % judged.ring[key]];
  }
};

std::uint32_t number_of(const Judging& at, Row instance) {
  return instance == no_row ? nobody_yet : at.world.instance(instance).number + 1;
}

void note_write(const Judging& at, const Observation& seen) {
  const auto& judged = at.options_as<Judged>();
  auto& memory = at.memory_as<Memory>();
  const std::uint32_t self = number_of(at, seen.instance);
  const Reducer reducer = at.model.keys[seen.detail].reducer;
  std::uint32_t& writer = memory.writer(judged, seen.detail, seen.row);
  writer = self;
  if (reducer == Reducer::last || reducer == Reducer::single || seen.row == 0) return;
  const std::uint32_t before = memory.writer(judged, seen.detail, seen.row - 1);
  if (before != nobody_yet && before != self) writer = several;
}

void judge(const Judging& at, const Observation& seen) {
  const auto& judged = at.options_as<Judged>();
  if (!judged.keys[seen.detail]) return;
  if (seen.kind == Seen::wrote) {
    if (seen.row != no_row) note_write(at, seen);
    return;
  }
  auto& memory = at.memory_as<Memory>();
  const std::uint32_t writer = memory.writer(judged, seen.detail, static_cast<std::uint32_t>(seen.value));
  if (writer == nobody_yet || writer == number_of(at, seen.instance)) return;
  const std::string& key = at.model.keys[seen.detail].name;
  tell(at, memory.told, Isolation::name,
       {fmt::format("{} of another instance read by {}", key, role_of(at.model, at.world, seen.agent))}, at.now(), [&] {
         const std::string whose =
             writer == several ? std::string{"several instances have"} : fmt::format("instance {} has", writer - 1);
         return std::vector<std::string>{fmt::format("{} reads version {} of {}, which {} written{}",
                                                     agent_name(at.model, at.world, seen.agent), seen.value, key, whose,
                                                     instance_text(at.model, at.world, seen.instance))};
       });
}

}  // namespace

Monitor Isolation::monitor(Model& model) const {
  Judged judged{selected(keys, model), {}, {}};
  std::uint32_t words = 0;
  for (std::size_t k = 0; k < model.keys.size(); ++k) {
    const KeyInfo& key = model.keys[k];
    if (!key.shared) judged.keys[k] = false;
    // A ring whose length is left open is not longer than this.
    const std::uint32_t ring = judged.keys[k] ? std::max<std::uint32_t>(key.versions, 8) : 0;
    judged.first.push_back(words);
    judged.ring.push_back(ring);
    words += ring;
  }
  if (words == 0) return {.name = name, .claim = claim};
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::wrote, Seen::read),
          .at_once = bits(Seen::wrote, Seen::read),
          .bytes = static_cast<std::uint32_t>(sizeof(Memory)) + words * 4,
          .options = &model.keep(std::move(judged)),
          .on = judge};
}

}  // namespace squall::sim
