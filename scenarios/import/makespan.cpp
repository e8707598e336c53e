// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/makespan.hpp"

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "sim/trace.hpp"

namespace squall::scenarios {

std::optional<sim::Duration> makespan(const Imported& imported) {
  const Loaded file = load_text("imported", imported.text);
  if (!file.ok()) return std::nullopt;
  sim::Trace ends{sim::bits(sim::Seen::reported, sim::Seen::failed)};
  Runner runner{*file.scenario};
  runner.watch(&ends);
  runner.run(sim::Seed{1});
  // Whoever reports or fails last is the runtime: its nodes have ended before it does.
  if (ends.lines().empty()) return std::nullopt;
  return ends.lines().back().at - sim::Instant{};
}

}  // namespace squall::scenarios
