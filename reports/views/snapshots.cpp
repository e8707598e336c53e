// SPDX-License-Identifier: Apache-2.0
#include "reports/views/chronicle.hpp"
#include "scenarios/stepping.hpp"

namespace squall::reports {
namespace {

using namespace sim;

/// Counts the observations that a trace would have written down.
class CountingSink final : public Sink {
 public:
  SeenMask listens() const override { return Trace{}.listens(); }
  void on(const Model&, const World&, const Observation&) override { ++count; }
  std::uint64_t count = 0;
};

}  // namespace

std::vector<Snapshot> snapshots(const scenarios::Scenario& scenario, sim::Seed seed, const Chronicle& chronicle) {
  CountingSink counting;
  scenarios::Stepping run{scenario, seed, &counting};
  std::vector<Snapshot> taken;
  bool goes_on = true;
  for (const Moment& moment : chronicle.moments) {
    bool moved = taken.empty();
    for (; goes_on && counting.count < moment.number; moved = true) goes_on = run.step();
    taken.push_back(moved ? snapshot_of(scenario.model, run.world()) : taken.back());
  }
  return taken;
}

std::vector<Snapshot> snapshots(const scenarios::Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed,
                                const Chronicle& chronicle) {
  std::vector<Snapshot> taken;
  taken.reserve(chronicle.decided.size());
  std::uint32_t event = 0;
  scenarios::play(scenario, schedule, seed, [&](const sim::World& world) {
    const std::size_t next = taken.size();
    if (next < chronicle.decided.size() && chronicle.decided[next].number == event)
      taken.push_back(snapshot_of(scenario.model, world));
    ++event;
  });
  return taken;
}

Snapshot snapshot_at(const scenarios::Scenario& scenario, sim::Seed seed, std::uint64_t until) {
  CountingSink counting;
  scenarios::Stepping run{scenario, seed, &counting};
  while (counting.count < until && run.step()) {}
  return snapshot_of(scenario.model, run.world());
}

Snapshot snapshot_at(const scenarios::Scenario& scenario, const sim::Schedule& schedule, sim::Seed seed,
                     std::uint64_t until) {
  Snapshot there;
  std::uint64_t event = 0;
  scenarios::play(scenario, schedule, seed, [&](const sim::World& world) {
    if (event++ == until) there = snapshot_of(scenario.model, world);
  });
  return there;
}

}  // namespace squall::reports
