// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <string>

#include "scenarios/agents/op.hpp"
#include "scenarios/file.hpp"
#include "sim/detail/wait_index.hpp"

// What is kept of a file grows as the file does. Times are for `bench/load_bench.cpp`; counts are the same on every machine.
namespace squall::scenarios {
namespace {

struct Shape {
  const char* name;
  const char* head;
  std::function<std::string(int)> agent;
};

std::string numbered(const char* text, int i, int other) {
  return fmt::format(fmt::runtime(text), fmt::arg("i", i), fmt::arg("o", other));
}

/// Entries of the wait index of a workflow with `n` such agents.
std::size_t kept(const Shape& shape, int n) {
  std::string text = std::string{"workflow: t\n"} + shape.head;
  for (int i = 0; i < n; ++i) text += shape.agent(i);
  const Loaded file = load_text("many.yaml", text);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  return file.scenario->model.wait_index->kept();
}

const Shape shapes[] = {
    {"a broadcast that all hear", "topics: {t: {mode: broadcast}}\nagents:\n  p: {do: [publish: t]}\n",
     [](int i) { return numbered("  a{i}: {{on: {{t: [work: 1s]}}}}\n", i, 0); }},
    {"a broadcast that all hear and all send", "topics: {t: {mode: broadcast, leftover: ok}}\nagents:\n",
     [](int i) { return numbered("  a{i}: {{do: [publish: t, receive: t]}}\n", i, 0); }},
    {"the same, with a message to the one before", "topics: {t: {mode: broadcast, leftover: ok}}\nagents:\n",
     [](int i) {
       return numbered("  a{i}: {{do: [publish: t, receive: t, send: {{to: a{o}, topic: t}}]}}\n", i,
                       i == 0 ? 0 : i - 1);
     }},
    {"one that hears all", "agents:\n  h: {on: {t: [work: 1s]}}\n",
     [](int i) { return numbered("  a{i}: {{do: [send: {{to: h, topic: t}}]}}\n", i, 0); }},
    {"children, whose ends all wait for", "agents:\n  c: {start: spawned, do: [work: 1s]}\n",
     [](int i) { return numbered("  a{i}: {{do: [spawn: c, receive: ended]}}\n", i, 0); }},
    {"everybody may cancel", "agents:\n  c: {start: spawned, do: [work: 1s]}\n",
     [](int i) { return numbered("  a{i}: {{do: [{{spawn: c, as: x}}, {{cancel: {{of: =x}}}}]}}\n", i, 0); }},
};

}  // namespace

TEST_SUITE("what is kept of many agents") {
  TEST_CASE("twice the agents take twice the room in the index of waits") {
    for (const Shape& shape : shapes) {
      CAPTURE(shape.name);
      const std::size_t few = kept(shape, 200), many = kept(shape, 400);
      CHECK(few > 0);
      CHECK(many <= 2 * few + 8);
    }
  }

  TEST_CASE("a hundred waits of one agent for the same share one list") {
    std::string text = "workflow: t\nagents:\n  a:\n    do:\n";
    for (int i = 0; i < 100; ++i) text += "      - receive: t\n";
    for (int i = 0; i < 100; ++i) text += fmt::format("  b{}: {{do: [send: {{to: a, topic: t}}]}}\n", i);
    const Loaded file = load_text("gather.yaml", text);
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    CHECK(file.scenario->model.wait_index->kept() == 100);
  }

  TEST_CASE("what a program can still hand out is told once for all positions that lead to each other") {
    // Twenty loops in each other around 200 sends: one row for whatever is inside.
    std::string loops, ends;
    for (int depth = 0; depth < 20; ++depth) {
      loops += "{repeat: [";
      ends.insert(0, "], times: 2}");
    }
    std::string sends;
    for (int i = 0; i < 200; ++i) sends += fmt::format("{{send: {{to: b, topic: t{}}}}}, ", i);
    const Loaded file = load_text("loops.yaml", "workflow: t\nagents:\n  b: {do: [receive: {}]}\n  a: {do: [" + loops +
                                                    sends + "{work: 1s}" + ends + "]}\n");
    REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
    const sim::SupplyTable& supplies = *file.scenario->model.definitions[1].behaviour->supplies;
    CHECK(supplies.facts.size() == 202);  // the sends, the end, and the answer that a failure gives
    CHECK(supplies.reach.size() / supplies.words < 10);
  }
}

}  // namespace squall::scenarios
