// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/containment.hpp"

#include <fmt/format.h>

#include <bit>

#include "sim/invariants/telling.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::uint32_t at_most;
  std::vector<bool> keep_from;  ///< by definition
};

/// One piece of work that was unsound first, and who has taken it or what derives from it.
struct Spread {
  std::uint64_t origin;  ///< its identity; 0 none
  std::uint64_t agents;  ///< a bit each, modulo 64
};

struct OfInstance {
  static constexpr std::size_t most = 4;
  Spread spreads[most];
};

void tell_spread(const Judging& at, const Observation& seen, const ArtifactRow& origin, std::string because) {
  const std::string what =
      index(origin.name) < at.model.artifact_names.size() ? at.model.artifact_names[index(origin.name)] : "work";
  tell(at, at.memory_as<Told>(), Containment::name,
       {fmt::format("{} of {} at {}", what, role_of(at.model, at.world, origin.producer),
                    role_of(at.model, at.world, seen.agent))},
       at.now(), [&] {
         return std::vector<std::string>{
             fmt::format("{} of {} is unsound, and {} takes what rests on it{}", what,
                         agent_name(at.model, at.world, origin.producer), agent_name(at.model, at.world, seen.agent),
                         instance_text(at.model, at.world, seen.instance)),
             std::move(because)};
       });
}

/// At once: a message was taken or a key read, and its work is still there.
void judge(const Judging& at, const Observation& seen) {
  const Row work = seen.kind == Seen::read ? seen.row : at.world.message(seen.row).artifact;
  if (work == no_row || at.world.artifact(work).first_unsound == no_row) return;
  const ArtifactRow& origin = at.world.artifact(at.world.artifact(work).first_unsound);
  if (origin.producer == seen.agent) return;
  const auto& judged = at.options_as<Judged>();
  if (judged.keep_from[index(at.world.agent(seen.agent).definition)])
    tell_spread(at, seen, origin, "it is to be kept from unsound work");
  if (seen.instance == no_row) return;
  for (Spread& spread : at.of<OfInstance>(seen.instance).spreads) {
    if (spread.origin != 0 && spread.origin != origin.identity) continue;
    spread.origin = origin.identity;
    spread.agents |= std::uint64_t{1} << index(seen.agent) % 64;
    const auto reached = static_cast<std::uint32_t>(std::popcount(spread.agents));
    if (reached > judged.at_most)
      tell_spread(at, seen, origin,
                  fmt::format("it has reached {} agents besides its maker, {} may be", reached, judged.at_most));
    return;
  }
  at.found.leave_open(Containment::name,
                      fmt::format("more than {} pieces of unsound work in one instance", OfInstance::most));
}

}  // namespace

Monitor Containment::monitor(Model& model) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::consumed, Seen::read),
          .at_once = bits(Seen::consumed, Seen::read),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(Judged{at_most, selected(keep_from, model, false)}),
          .on = judge};
}

}  // namespace squall::sim
