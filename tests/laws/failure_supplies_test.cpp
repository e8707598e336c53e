// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <utility>

#include "sim/wait_for.hpp"
#include "tests/laws/play.hpp"

// The analysis of waits never cries wolf: what an agent hands out only when one of its steps fails is help as well.
namespace squall::laws {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

struct Played {
  std::uint64_t events_with_stuck = 0;
  bool stuck_at_the_end = false;
};

/// One agent does `careful`; another waits, without a bound, for its alarm.
Played played(Program careful) {
  Workflow team{"alarm"};
  team.tool("bank", {.latency = sim::Distribution::constant(1s), .error = sim::Probability{1'000'000}});
  team.agent("careful", std::move(careful));
  team.agent("guard", program().receive("alarm").finish());
  // Somebody else may send it as well, but has ended long before.
  team.agent("other", program().if_(var("now") > 0, program().send("guard", "alarm")));
  const sim::Model model = built(team);
  Play play{model, 1};
  Played result;
  while (play.step()) result.events_with_stuck += find_stuck(model, play.world).empty() ? 0 : 1;
  result.stuck_at_the_end = !find_stuck(model, play.world).empty();
  return result;
}

}  // namespace

TEST_SUITE("help that comes from a failure") {
  TEST_CASE("of the step itself: nobody is stuck, from the start to the alarm") {
    const Played result = played(program().work(1s).call("bank", {}, {.otherwise = program().send("guard", "alarm")}));
    CHECK(result.events_with_stuck == 0);
    CHECK_FALSE(result.stuck_at_the_end);
  }
  TEST_CASE("of a step far inside, and steps later") {
    const Played result = played(program().work(1s).block(program().work(1s).block(program().call("bank")),
                                                          {.otherwise = program().work(1s).send("guard", "alarm")}));
    CHECK(result.events_with_stuck == 0);
    CHECK_FALSE(result.stuck_at_the_end);
  }
  TEST_CASE("its twin whose failure hands out nothing leaves the guard stuck from the start") {
    const Played result = played(program().work(1s).call("bank", {}, {.otherwise = program().work(1s)}));
    CHECK(result.events_with_stuck > 0);
    CHECK(result.stuck_at_the_end);
  }
}

}  // namespace squall::laws
