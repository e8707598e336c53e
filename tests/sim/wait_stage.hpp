// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/audit.hpp"
#include "sim/invariants/catalogue.hpp"
#include "sim/invariants/deadlock_freedom.hpp"
#include "sim/invariants/no_orphaned_wait.hpp"
#include "sim/timed.hpp"
#include "sim/wait_for.hpp"
#include "tests/sim/small_program.hpp"

template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static doctest::String convert(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all) text += "\n    \"" + one + "\"";
    return text.c_str();
  }
};

namespace squall::sim::testing {

/// Plays one timed run of a crew under both judges of waits. After each event the world is audited, and the quick look is
/// compared with the analysis.
class WaitStage {
 public:
  explicit WaitStage(const Model& model, std::uint64_t seed = 1, const Interposer* faults = nullptr)
      : model_(model),
        named_(Seed{seed}),
        world(model, Half::state_and_shadow),
        run{.model = model, .decide = named_, .key = run_key(Seed{seed}), .faults = faults, .violations = &found} {
    begin(world, run);
    check();
  }
  bool step() {
    const bool stepped = sim::step(world, run);
    check();
    return stepped;
  }
  void until(Duration instant) {
    while (!world.calendar.empty() || world.clock().ready != no_row) {
      if (world.clock().ready == no_row && world.calendar.peek_due() > later(start_of_time, instant)) return;
      step();
    }
  }
  void to_the_end() {
    while (step()) {}
    finish(world, run, false);
  }
  StuckWaits stuck() const { return find_stuck(model_, world); }
  std::vector<std::string> names(const std::vector<Row>& rows) const {
    std::vector<std::string> all;
    all.reserve(rows.size());
    for (const Row row : rows) all.push_back(agent_name(model_, world, world.activation(row).agent));
    return all;
  }
  std::vector<std::string> stuck_names() const { return names(stuck().rows); }

 private:
  void check() const {
    for (const std::string& complaint : audit(world, model_)) FAIL_CHECK(complaint);
    const StuckWaits now = find_stuck(model_, world);
    if (quick_look(model_, world, no_row, 0) != QuickLook::unknown) CHECK(now.empty());
    for (Row instance = 0; instance < world.used(Pool::instances); ++instance) {
      if (quick_look(model_, world, instance, 0) == QuickLook::unknown) continue;
      for (const Row row : now.rows) CHECK(world.activation(row).instance != instance);
    }
  }

  const Model& model_;
  Named named_;

 public:
  Violations found;
  World world;
  Run run;
};

/// A crew whose runs both judges of waits watch.
inline const Model& judged(Crew& crew) {
  place(crew.model, DeadlockFreedom{});
  place(crew.model, NoOrphanedWait{});
  return crew.finish();
}

/// Loses the `nth` message of a topic.
class Loss final : public Interposer {
 public:
  Loss(const Model& model, const std::string& topic, int nth = 1) : nth_(nth) {
    for (std::uint32_t t = 0; t < model.topics.size(); ++t) {
      if (model.topics[t].name == topic) topic_ = TopicId{static_cast<std::uint16_t>(t)};
    }
  }
  std::uint32_t armed() const override { return static_cast<std::uint32_t>(Strike::send); }
  Verdict strike(World&, Run&, const Target& target) const override {
    Verdict verdict;
    if (target.topic != topic_ || ++seen_ != nth_) return verdict;
    verdict.drop = true;
    verdict.kinds = 1;
    return verdict;
  }

 private:
  TopicId topic_ = any_topic;
  int nth_;
  mutable int seen_ = 0;
};

using Texts = std::vector<std::string>;

/// The one violation that was found.
inline const Violation& only(const WaitStage& stage) {
  REQUIRE(stage.found.list().size() == 1);
  return stage.found.list()[0];
}

}  // namespace squall::sim::testing
