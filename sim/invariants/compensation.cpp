// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/compensation.hpp"

#include <fmt/format.h>

#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {
namespace {

/// Effects of one tool for one purpose that were not undone.
struct Standing {
  std::uint64_t purpose;
  std::uint32_t agent;  ///< for whom it happened last, its number + 1
  std::uint16_t tool;
  std::uint16_t count;
};

struct OfInstance {
  static constexpr std::size_t most = 16;
  Standing standing[most];
};

void note_done(const Judging& at, const Observation& seen, std::uint64_t purpose) {
  for (Standing& one : at.of<OfInstance>(seen.instance).standing) {
    const bool same = one.purpose == purpose && one.tool == seen.detail;
    if (one.count != 0 && !same) continue;
    if (one.count == 0xffff) return;
    one = {purpose, index(seen.agent) + 1, static_cast<std::uint16_t>(seen.detail),
           static_cast<std::uint16_t>(one.count + 1)};
    return;
  }
  at.found.leave_open(Compensation::name,
                      fmt::format("more than {} effects of one instance are to be undone", OfInstance::most));
}

void note_undone(const Judging& at, const Observation& seen, std::uint64_t purpose) {
  for (Standing& one : at.of<OfInstance>(seen.instance).standing) {
    if (one.count == 0 || one.purpose != purpose) continue;
    if (at.model.tools[one.tool].undone_by != ToolId{static_cast<std::uint16_t>(seen.detail)}) continue;
    if (--one.count == 0) one = {};
    return;
  }
}

void judge_end(const Judging& at, Row instance) {
  const InstanceRow& row = at.world.instance(instance);
  const bool failed =
      row.outcome == ReportedOutcome::failure || (row.outcome == ReportedOutcome::none && row.failed_roots != 0);
  if (!failed) return;
  for (const Standing& one : at.of<OfInstance>(instance).standing) {
    if (one.count == 0) continue;
    const AgentId agent{one.agent - 1};
    const std::string& tool = at.model.tools[one.tool].name;
    tell(at, at.memory_as<Told>(), Compensation::name,
         {fmt::format("{} for {}", tool, role_of(at.model, at.world, agent))}, at.now(), [&] {
           return std::vector<std::string>{fmt::format(
               "{} has happened for {}, the instance has failed, and {} has not undone it{}", tool,
               agent_name(at.model, at.world, agent), at.model.tool(at.model.tools[one.tool].undone_by).name,
               instance_text(at.model, at.world, instance))};
         });
  }
}

void judge(const Judging& at, const Observation& seen) {
  if (seen.instance == no_row) return;
  if (seen.kind == Seen::closed) return judge_end(at, seen.instance);
  const std::uint64_t purpose = at.world.call(seen.row).purpose_of;
  if (at.model.tools[seen.detail].undone_by != no_tool) note_done(at, seen, purpose);
  note_undone(at, seen, purpose);
}

}  // namespace

Monitor Compensation::monitor(Model&) const {
  return {.name = name,
          .claim = claim,
          .listens = bits(Seen::effect, Seen::closed),
          .at_once = bit(Seen::effect),
          .bytes = sizeof(Told),
          .instance_bytes = sizeof(OfInstance),
          .on = judge};
}

}  // namespace squall::sim
