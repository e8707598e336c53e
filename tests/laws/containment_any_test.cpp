// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <set>

#include "scenarios/builtin/feature_team.hpp"
#include "tests/effort.hpp"
#include "tests/laws/any_line.hpp"
#include "tests/laws/containment.hpp"
#include "tests/laws/dice.hpp"
#include "tests/laws/small_models.hpp"

namespace squall::laws {

TEST_SUITE("law 4, any kind") {
  TEST_CASE("a line of any kind, drawn, in a workflow that is drawn as well") {
    const std::vector<std::function<sim::Model()>> models{[] { return asking(true); },
                                                          [] { return asking(false); },
                                                          counters,
                                                          errands,
                                                          jobs,
                                                          news,
                                                          family,
                                                          leases,
                                                          saga,
                                                          narrow,
                                                          reviewing,
                                                          two_at_once,
                                                          [] { return built(feature_team()); },
                                                          [] { return built(feature_team_fixed()); }};
    std::set<std::string_view> met;
    const std::uint64_t workflows = asked("SQUALL_WORKFLOWS", effort(60U));
    for (std::uint64_t number = 1; number <= workflows; ++number) {
      CAPTURE(number);
      Dice dice{number};
      const sim::Model model = models[dice.below(static_cast<std::uint32_t>(models.size()))]();
      const std::vector<faults::Line> lines = any_lines(model, 15_percent, 1, number);
      const faults::Line& line = lines[dice.below(static_cast<std::uint32_t>(lines.size()))];
      CAPTURE(model.name);
      CAPTURE(faults::to_text(line));
      const Containment result = compare(model, {.lines = {line}}, 1, 100);
      CHECK_MESSAGE(result.outside == 0, result.outside << " of " << result.states << " states; " << result.first);
      if (result.spent_most > 0) met.insert(name_of(line.fault));
    }
    CHECK(met.size() >= effort(10U));
  }
}

}  // namespace squall::laws
