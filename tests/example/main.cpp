// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "reports/story.hpp"
#include "scenarios/run.hpp"
#include "scenarios/workflow.hpp"

using namespace squall::scenarios;
using namespace squall::sim::literals;
using namespace std::chrono_literals;

int main() {
  Workflow review{"review"};
  review.agent("coder",
               program().work(uniform(1min, 2min)).makes("patch").send("tester", "patch").receive("verdict").finish());
  review.agent("tester", {.on = {{"patch", program().work(30s).send("coder", "verdict")}}});

  // One message in fifty gets lost; nobody is told.
  squall::faults::Profile losses;
  losses.lines.push_back({.fault = squall::faults::MessageLoss{}, .trigger = {.chance = 2_percent}});

  const Scenario lossy = scenario(review, losses);
  Runner runner{lossy};
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const squall::sim::Seed one{seed};
    if (!runner.run(one).violated()) continue;
    std::fputs(squall::reports::story(lossy, record(lossy, one), one, "run this program").c_str(), stdout);
    return 1;
  }
  std::puts("1000 seeds: every check holds");
}
