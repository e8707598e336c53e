// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"

using namespace squall;
using namespace squall::scenarios;

namespace {

std::set<std::string> violated(const std::string& taker) {
  const Loaded loaded = load_text("desk.yaml", R"(
workflow: desk
resources: {desk: {lock: {}}}
agents:
  taker: {do: [{acquire: desk}, )" + taker + R"(]}
  waiter: {do: [{sleep: 1s}, {acquire: desk}, {emit: there}, {release: desk}]}
check: [honest-outcome, proper-completion, termination, {eventually: {emitted: there}}]
)");
  REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  Runner runner{*loaded.scenario};
  std::set<std::string> names;
  for (const sim::Violation& violation : runner.run(sim::Seed{1}).violations) names.insert(violation.invariant);
  return names;
}

}  // namespace

/// Another instance might let somebody in a line go on. When nothing can happen any more, that is the end, too.
TEST_SUITE("an instance whose agents stand in a line") {
  TEST_CASE("is judged at the end like any other") {
    CHECK(violated("{finish: success}") ==
          std::set<std::string>{"eventually", "honest-outcome", "proper-completion", "termination"});
  }
  TEST_CASE("has nothing to be judged for where the line goes on") {
    CHECK(violated("{work: 5s}, {release: desk}, {finish: success}").empty());
  }
}
