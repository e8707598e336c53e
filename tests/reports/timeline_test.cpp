// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "scenarios/run.hpp"
#include "tests/reports/command.hpp"

namespace squall::reports {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

Scenario letters() {
  Workflow workflow{"letters"};
  workflow.agent("ann", program().work(1s).send("bob", "one").send("bob", "two"));
  workflow.agent("carl", program().sleep(5s));
  workflow.agent("bob", program().receive("one").receive("two"));
  workflow.latency(sim::Distribution::constant(1ms)).check("no-orphaned-wait");
  return scenario(std::move(workflow));
}

std::string drawn(const faults::Plan& plan, const TimelineStyle& style) {
  const Scenario one = letters();
  const Recording recording = replay(one, sim::Seed{1}, plan);
  return timeline(chronicle(one, recording), recording.outcome.violations, style);
}

faults::Plan lost_plan() {
  return {{{.fault = faults::MessageLoss{},
            .matcher = {.from = "ann", .to = "bob", .topic = "two"},
            .trigger = {.nth = 1}}}};
}

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

TEST_SUITE("timelines") {
  TEST_CASE("lanes, arrows from lane to lane, waits, and what happened beside them") {
    CHECK("\n" + drawn({}, {.width = 70}) == R"(
              ann
              │  carl
              │  │  bob
          0s  │  │  ○  bob waits for one
          1s  ●╌╌╌╌╌▷  ann sends one to bob
              ●╌╌╌╌╌▷  ann sends two to bob
              ■  │  ┆  ann is done
      1.001s  ●─────▶  bob receives one from ann
              │  │  ○  bob waits for two
              ●─────▶  bob receives two from ann
              │  │  ■  bob is done
          5s  │  ■  │  carl is done
)");
  }

  TEST_CASE("a lost message ends in a cross, a violation is a mark across all lanes") {
    CHECK("\n" + drawn(lost_plan(), {.width = 70, .ascii = true}) == R"(
              ann
              |  carl
              |  |  bob
          0s  |  |  .  bob waits for one
          1s  o.....>  ann sends one to bob
              o.....>  ann sends two to bob
              o-----x  two from ann to bob is lost
              #  |  :  ann is done
      1.001s  o----->  bob receives one from ann
              |  |  .  bob waits for two
      1.001s  =======  *** no-orphaned-wait
          5s  |  #  .  carl is done
)");
  }

  TEST_CASE("colour is only where something went wrong, and at times; without it there is no escape") {
    CHECK(drawn(lost_plan(), {.colour = false}).find('\x1b') == std::string::npos);
    const std::string coloured = drawn(lost_plan(), {.colour = true});
    CHECK(coloured.find("\x1b[31m") != std::string::npos);
    CHECK(drawn({}, {.colour = true}).find("\x1b[31m") == std::string::npos);
  }

  TEST_CASE("no line is longer than the terminal, and lanes that find no room share the last one") {
    Workflow many{"many"};
    for (int a = 0; a < 40; ++a) many.agent("agent-with-a-long-name-" + std::to_string(a), program().work(1s));
    const Scenario one = scenario(std::move(many));
    const Recording recording = record(one, sim::Seed{1});
    for (const std::size_t width : {30UL, 50UL, 80UL, 300UL}) {
      const std::string text = timeline(chronicle(one, recording), {}, {.width = width});
      for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = text.find('\n', from);
        CHECK(columns(std::string_view{text}.substr(from, to - from)) <= width);
        from = to + 1;
      }
      CHECK((text.find(" others\n") != std::string::npos) == (width < 300));
    }
  }

  TEST_CASE("run --timeline has lanes in place of sentences, and escapes only on a terminal") {
    const Ran ran = squall("run scenarios/suites/feature-team/broken.yaml --seed 1 --timeline");
    CHECK(ran.exit_status == 1);
    CHECK(ran.output.find("*** deadlock-freedom") != std::string::npos);
    CHECK(ran.output.find("\x1b") == std::string::npos);
    CHECK(ran.output.find("Then nothing can happen any more.") != std::string::npos);
    CHECK(ran.output.find("The same run again: ") != std::string::npos);
    const Ran json = squall("run scenarios/suites/feature-team/broken.yaml --timeline --json");
    CHECK(json.exit_status == 2);
    CHECK(json.errors ==
          "error: --timeline is a picture of a whole run, in text\n  fix: leave out --json and --until\n");
    CHECK(squall("replay scenarios/suites/feature-team/broken.yaml --timeline").exit_status == 1);
    // Untimed, events stand at the left.
    CHECK(squall("run scenarios/suites/feature-team/broken.yaml --strategy walk --timeline").output.find("event 3") !=
          std::string::npos);
  }
}

}  // namespace squall::reports
