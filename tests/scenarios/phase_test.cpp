// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"

// `when` of a fault: early, mid and late in a program, by the order of its steps.
namespace squall::scenarios {
namespace {

using Lines = std::vector<std::string>;

/// What strikes in one run.
Lines struck(const std::string& agents, const std::string& fault) {
  const Loaded file = load_text("phase.yaml", "workflow: t\nagents:\n" + agents + "faults:\n  - " + fault + "\n");
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  Lines all;
  for (const faults::Line& line : record(*file.scenario, sim::Seed{1}).injected.lines)
    all.push_back(faults::to_text(line));
  return all;
}

const std::string three =
    "  a:\n    do:\n"
    "      - work: 1s\n      - send: {to: b, topic: x}\n"
    "      - work: 1s\n      - send: {to: b, topic: y}\n"
    "      - work: 1s\n      - send: {to: b, topic: z}\n"
    "  b: {daemon: true, do: [repeat: [receive: {}]]}\n";

}  // namespace

TEST_SUITE("when a fault strikes in a program") {
  TEST_CASE("each third has its own messages") {
    const auto lost = [](const std::string& topic) {
      return Lines{"message-loss: {from: a, to: b, topic: " + topic + ", nth: 1}"};
    };
    CHECK(struck(three, "message-loss: {when: early}") == lost("x"));
    CHECK(struck(three, "message-loss: {when: mid}") == lost("y"));
    CHECK(struck(three, "message-loss: {when: late}") == lost("z"));
    CHECK(struck(three, "message-loss: {}").size() == 3);
  }

  TEST_CASE("and its own steps; `nth` counts those alone") {
    CHECK(struck(three, "agent-pause: {agent: a, when: late, lasts: 1s}") ==
          Lines{"agent-pause: {agent: a, nth: 3, lasts: 1s}"});
    CHECK(struck(three, "agent-pause: {agent: a, when: mid, nth: 1, lasts: 1s}") ==
          Lines{"agent-pause: {agent: a, nth: 2, lasts: 1s}"});
    CHECK(struck(three, "agent-pause: {agent: a, when: mid, nth: 2, lasts: 1s}").empty());
  }

  TEST_CASE("a handler is a program of its own") {
    const std::string served =
        "  a: {do: [send: {to: b, topic: x}, send: {to: b, topic: y}]}\n"
        "  b:\n    on:\n"
        "      x: [work: 1s, work: 1s, work: 1s]\n"
        "      y: [work: 1s, work: 1s, work: 1s]\n";
    CHECK(struck(served, "agent-slow: {agent: b, when: early, at-most: 9}").size() ==
          1);  // slow already, the second time
    CHECK(struck(served, "agent-pause: {agent: b, when: late, lasts: 1s}").size() == 2);
  }

  TEST_CASE("it reads in a line as it is written, and goes with nothing that has a time of its own") {
    const Loaded file = load_text("phase.yaml", "workflow: t\nagents:\n" + three +
                                                    "faults:\n  - agent-crash: {agent: a, at: {time: 1s}, when: mid}\n"
                                                    "  - partition: {from: a, at: {time: 1s}, when: mid}\n"
                                                    "  - message-loss: {when: soon}\n");
    CHECK(file.diagnostics.size() == 3);
    const Loaded good = load_text(
        "phase.yaml", "workflow: t\nagents:\n" + three + "faults:\n  - message-loss: {when: mid, chance: 5%}\n");
    REQUIRE(good.ok());
    CHECK(faults::to_text(good.scenario->faults.lines[0]) == "message-loss: {chance: 5%, when: mid}");
  }
}

}  // namespace squall::scenarios
