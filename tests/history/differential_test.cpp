// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "sim/history/check.hpp"
#include "sim/history/quick.hpp"
#include "sim/history/random_history.hpp"
#include "tests/effort.hpp"
#include "tests/history/every_order.hpp"

// Every checker against one that tries all orders, on small random histories. SQUALL_HISTORIES=100000 in the environment
// asks for so many of each model and shape.
namespace squall::sim::history {
namespace {

std::uint64_t how_many() { return asked("SQUALL_HISTORIES", effort(2'000U)); }

struct Tally {
  std::uint64_t held = 0, violated = 0, quick = 0, unknown = 0;
};

std::string told(const History& history) {
  std::string text;
  for (const Operation& operation : history.operations)
    text += "\n  " + std::to_string(operation.invoked) + ".." + std::to_string(operation.returned) + " " +
            std::string{function_name(operation.function)} + " " + history.values.text(operation.asked) + " -> " +
            history.values.text(operation.answered) +
            (operation.outcome == Outcome::ok     ? " ok"
             : operation.outcome == Outcome::fail ? " fail"
                                                  : " info");
  return text;
}

void compare(ModelKind kind, const RandomShape& shape, std::uint64_t seed, Tally& tally) {
  History history = RandomHistory{kind, shape, seed}.draw();
  ModelOptions options{.initial = history.values.number(0)};
  Objects objects = objects_of(history, kind, options);
  REQUIRE(objects.troubles.empty());
  bool expected = true;
  for (const ObjectCalls& object : objects.objects) {
    EveryOrder all{history.values, options, object.calls};
    all.bag_ = kind == ModelKind::unordered_queue;
    const bool possible = all.any();
    expected = expected && possible;
    const auto machine = machine_of(history.values, kind, options, object.calls);
    const Linearization found = linearize(object.calls, *machine, {});
    REQUIRE_MESSAGE((found.verdict == HistoryVerdict::holds) == possible,
                    "search, model " << model_row(kind).name << ", seed " << seed << told(history));
    const auto quick = quick_verdict(history.values, kind, options, object.calls);
    if (!quick) continue;
    ++tally.quick;
    REQUIRE_MESSAGE(quick->holds == possible,
                    "quick, model " << model_row(kind).name << ", seed " << seed << told(history));
    if (quick->holds) continue;
    std::vector<Call> witness;
    for (const std::uint32_t c : quick->witness) witness.push_back(object.calls[c]);
    EveryOrder alone{history.values, options, witness};
    alone.bag_ = all.bag_;
    REQUIRE_MESSAGE(!alone.any(), "witness, model " << model_row(kind).name << ", seed " << seed << told(history));
  }
  const HistoryCheck check = check_history(history, kind, options, {});
  if (check.verdict == HistoryVerdict::unknown) {
    ++tally.unknown;
    return;
  }
  REQUIRE_MESSAGE((check.verdict == HistoryVerdict::holds) == expected,
                  "check, model " << model_row(kind).name << ", seed " << seed << told(history));
  ++(expected ? tally.held : tally.violated);
  if (expected) return;
  REQUIRE(check.failing.size() == 1);
  const FailingPart& part = check.failing[0];
  if (part.any_start) return;
  std::vector<Call> calls;
  for (const PartCall& one : part.calls) calls.push_back(one.call);
  EveryOrder alone{history.values, options, calls};
  alone.bag_ = kind == ModelKind::unordered_queue;
  REQUIRE_MESSAGE(!alone.any(), "part, model " << model_row(kind).name << ", seed " << seed << told(history));
}

Tally compare_all(ModelKind kind, const RandomShape& shape) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= how_many(); ++seed) compare(kind, shape, seed, tally);
  MESSAGE(model_row(kind).name << ": " << tally.held << " hold, " << tally.violated << " do not, " << tally.unknown
                               << " unknown; " << tally.quick << " decided without a search as well");
  return tally;
}

}  // namespace

TEST_SUITE("histories: checkers against every order") {
  TEST_CASE("values are written again and again, and some calls never return") {
    for (const ModelRow& row : models()) {
      const Tally tally = compare_all(row.kind, {});
      CHECK(tally.held > how_many() / 20);
      CHECK(tally.violated > how_many() / 20);
    }
  }
  TEST_CASE("each value is written once") {
    for (const ModelRow& row : models()) {
      const Tally tally = compare_all(row.kind, {.operations = 8, .values = 0});
      CHECK(tally.held > how_many() / 20);
      CHECK(tally.violated > how_many() / 20);
    }
  }
  TEST_CASE("many calls never return") {
    for (const ModelRow& row : models())
      compare_all(row.kind, {.operations = 8, .processes = 6, .values = 2, .crash_of = 2});
  }
  TEST_CASE("many calls at once") {
    for (const ModelRow& row : models())
      compare_all(row.kind, {.operations = 8, .processes = 8, .values = 2, .crash_of = 0});
  }
}

}  // namespace squall::sim::history
