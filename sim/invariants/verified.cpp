// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/verified.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

struct Judged {
  std::vector<bool> by;  ///< by definition
  bool anybody;
};

/// A piece of work that nobody has checked yet.
struct Unchecked {
  std::uint64_t identity;  ///< 0: no entry
  std::uint32_t name;
  std::uint32_t producer;
};

struct OfInstance {
  static constexpr std::size_t most = 16;
  Unchecked work[most];
};

void note_made(const Judging& at, const Observation& seen) {
  const std::uint64_t identity = at.world.artifact(seen.row).identity;
  for (Unchecked& one : at.of<OfInstance>(seen.instance).work) {
    if (one.identity != 0 && one.identity != identity) continue;
    one = {identity, seen.detail, index(seen.agent)};
    return;
  }
  at.found.leave_open(Verified::name, fmt::format("more than {} pieces of work of one instance are unchecked at once",
                                                  OfInstance::most));
}

void note_checked(const Judging& at, const Observation& seen) {
  const std::uint64_t identity = at.world.artifact(seen.row).identity;
  for (Unchecked& one : at.of<OfInstance>(seen.instance).work) {
    if (one.identity == identity) one = {};
  }
}

void judge_end(const Judging& at, Row instance) {
  if (at.world.instance(instance).outcome == ReportedOutcome::failure) return;
  for (const Unchecked& one : at.of<OfInstance>(instance).work) {
    if (one.identity == 0) continue;
    const AgentId maker{one.producer};
    const std::string& what = at.model.artifact_names[one.name];
    tell(at, at.memory_as<Told>(), Verified::name, {fmt::format("{} of {}", what, role_of(at.model, at.world, maker))},
         at.now(), [&] {
           return std::vector<std::string>{fmt::format("{} has made {}, and at the end nobody has checked it{}",
                                                       agent_name(at.model, at.world, maker), what,
                                                       instance_text(at.model, at.world, instance))};
         });
  }
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  if (seen.kind == Seen::closed) return judge_end(at, seen.instance);
  const auto& judged = at.options_as<Judged>();
  const bool checker = judged.by[index(at.world.agent(seen.agent).definition)];
  if (seen.kind == Seen::made) {
    if (!checker) note_made(at, seen);
  } else if (checker || judged.anybody) {
    note_checked(at, seen);
  }
}

}  // namespace

Monitor Verified::monitor(Model& model) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::made, Seen::validated, Seen::closed),
          .at_once = bits(Seen::made, Seen::validated),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .options = &model.keep(Judged{selected(by, model, false), by.empty()}),
          .on = judge};
}

}  // namespace squall::sim
