// SPDX-License-Identifier: Apache-2.0
#include "reports/blast_radius.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/statistics.hpp"
#include "sim/lineage.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;

/// Notes in one run who has to do with unsound work.
class Spread final : public Sink {
 public:
  SeenMask listens() const override { return bits(Seen::made, Seen::consumed, Seen::read); }
  void on(const Model&, const World& world, const Observation& seen) override {
    const Row work = seen.kind == Seen::consumed ? world.message(seen.row).artifact : seen.row;
    if (work == no_row) return;
    const ArtifactRow& artifact = world.artifact(work);
    if (artifact.first_unsound == no_row) return;
    agents.insert(index(seen.agent));
    pieces.insert(artifact.identity);
  }

  std::set<std::uint32_t> agents;
  std::set<std::uint64_t> pieces;
};

double mean(std::uint64_t sum, std::uint64_t runs) { return static_cast<double>(sum) / static_cast<double>(runs); }

}  // namespace

bool BlastRadius::any() const {
  return std::ranges::any_of(rows, [](const BlastRow& row) { return row.work_max != 0; });
}

std::uint64_t blast_sample(std::uint64_t runs) { return std::min(runs, std::clamp<std::uint64_t>(runs / 20, 50, 400)); }

BlastRadius blast_radius(const scenarios::Scenario& scenario, std::uint64_t first, std::uint64_t runs) {
  BlastRadius radius;
  if (scenario.model.artifact_names.empty()) return radius;
  std::vector<std::string> kinds;  // of each line, in the order in which they are counted
  for (const faults::Line& line : scenario.plan.lines) kinds.emplace_back(faults::name_of(line.fault));
  for (const faults::Line& line : scenario.faults.lines) kinds.emplace_back(faults::name_of(line.fault));
  std::map<std::string, BlastRow> rows;
  scenarios::Runner runner{scenario};
  Spread spread;
  runner.watch(&spread);
  radius.sampled = blast_sample(runs);
  for (std::uint64_t run = 0; run < radius.sampled; ++run) {
    spread.agents.clear();
    spread.pieces.clear();
    runner.run(Seed{first + run});
    const std::span<const std::uint32_t> struck = runner.struck_in_place();
    std::set<std::string> here;
    for (std::size_t line = 0; line < struck.size() && line < kinds.size(); ++line) {
      if (struck[line] != 0) here.insert(kinds[line]);
    }
    for (const std::string& kind : here) {
      BlastRow& row = rows[kind];
      row.kind = kind;
      ++row.runs;
      row.agents += spread.agents.size();
      row.agents_max = std::max<std::uint64_t>(row.agents_max, spread.agents.size());
      row.work += spread.pieces.size();
      row.work_max = std::max<std::uint64_t>(row.work_max, spread.pieces.size());
    }
  }
  for (auto& [kind, row] : rows) radius.rows.push_back(std::move(row));
  return radius;
}

std::string blast_text(const BlastRadius& radius) {
  if (!radius.any()) return {};
  std::string text =
      fmt::format("\nHow far unsound work came, in the first {}:\n", counted(radius.sampled, "run", "runs"));
  for (const BlastRow& row : radius.rows) {
    if (row.work_max == 0) continue;
    text += fmt::format(
        "  {}, which struck in {}: {:.1f} agents and {:.1f} pieces of work in the mean, {} and {} at most\n", row.kind,
        row.runs, mean(row.agents, row.runs), mean(row.work, row.runs), row.agents_max, row.work_max);
  }
  return text;
}

}  // namespace squall::reports
