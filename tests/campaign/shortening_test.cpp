// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "faults/signature.hpp"
#include "scenarios/cases/attempt.hpp"
#include "scenarios/cases/shrinking.hpp"
#include "tests/effort.hpp"
#include "tests/reports/command.hpp"

// Of a delay that matters as much is left as the violation needs; of any other nothing.
namespace squall::scenarios {
namespace {

struct Shrinking {
  reports::Scratch folder{"shortening"};
  std::string path;
  Loaded loaded;

  explicit Shrinking(const std::string& text) : path(folder.file("workflow.yaml", text)), loaded(load(path)) {
    REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  }
  ShrunkCase shrunk(const ShrinkOptions& options = {}) const {
    auto result = shrink(path, loaded, loaded.seed.value_or(1), options);
    REQUIRE(result.has_value());
    CHECK(result->minimal);
    CHECK(result->recording.outcome.digest == result->file.digest);
    return std::move(*result);
  }
};

bool changes(const ShrunkCase& shrunk, const std::string& path, const std::string& value) {
  return std::ranges::find(shrunk.change, std::pair{path, value}) != shrunk.change.end();
}

/// The answer is waited for two seconds; everything else takes no time.
const std::string impatient = R"(workflow: impatient
network: {latency: 0s}
agents:
  asker: {do: [{ask: {to: helper, topic: question}, timeout: 2s}, {finish: success}]}
  helper: {on: {question: [{reply: {}}]}}
check: [honest-outcome, {never: {failed: asker}, name: is-answered}]
)";

}  // namespace

TEST_SUITE("shortening what is left of a case") {
  TEST_CASE("a delay that has to outlast a timeout of 2 s is the least plain one that does") {
    // 2 s late is not late enough: of what is due at one instant, the answer was first. 5 s is the next plain time.
    const Shrinking late{impatient +
                         "plan: [{message-delay: {from: asker, to: helper, topic: question, nth: 1, by: 13471ms}}]\n"};
    const ShrunkCase shrunk = late.shrunk();
    REQUIRE(shrunk.plan.lines.size() == 1);
    const auto* delay = std::get_if<faults::MessageDelay>(&shrunk.plan.lines[0].fault);
    REQUIRE(delay != nullptr);
    REQUIRE(delay->by.has_value());
    CHECK(delay->by->a >= 2'000'000'000);
    CHECK(delay->by->a <= 5'000'000'000);
    REQUIRE_FALSE(shrunk.left_out.empty());
    CHECK(shrunk.left_out.back().starts_with("all but "));
    CHECK(shrunk.left_out.back().ends_with(" of the 13471ms of message-delay"));
  }

  TEST_CASE("a delay that does not matter is zero: a second answer is one too many whenever it comes") {
    const Shrinking twice{R"(workflow: twice
network: {latency: 0s}
agents:
  sender: {do: [{send: {to: taker, topic: job}}, {finish: success}]}
  taker: {on: {job: [{emit: taken}]}}
check: [{at-most: {n: 1, of: {emitted: taken}}, name: once}]
plan: [{message-duplicate: {from: sender, to: taker, topic: job, nth: 1, copies: 1, after: 7s}}]
)"};
    const ShrunkCase shrunk = twice.shrunk();
    REQUIRE(shrunk.plan.lines.size() == 1);
    CHECK(faults::to_text(shrunk.plan.lines[0]).find("after: 0s") != std::string::npos);
    CHECK(std::ranges::find(shrunk.left_out, "the 7s of message-duplicate") != shrunk.left_out.end());
  }

  TEST_CASE("instances that have to meet arrive at once, and who starts late starts with the others") {
    const Shrinking meeting{R"(workflow: meeting
load: {instances: 2, every: 3s}
context: {who: {scope: shared, initial: 0}}
agents:
  writer:
    start: 4s
    do: [{update: {key: who, value: =old + 1, guard: lock}}, {work: 20s}, {finish: success}]
check: [{always: context.who < 2, name: alone}]
)"};
    const ShrunkCase shrunk = meeting.shrunk();
    CHECK(changes(shrunk, "load.every", "0s"));
    CHECK(changes(shrunk, "agents.writer.start", "0s"));
    CHECK(std::ranges::find(shrunk.left_out, "the time between arrivals") != shrunk.left_out.end());
    CHECK(std::ranges::find(shrunk.left_out, "writer's late start") != shrunk.left_out.end());
  }

  TEST_CASE("with times, a pause before a retry is none where it does not matter") {
    const std::string again = R"(workflow: again
network: {latency: 0s}
tools: {shop: {}}
agents:
  buyer:
    do:
      - id: buy
        call: shop
        timeout: 5s
        retry: {times: 4, backoff: 8s, factor: 2}
      - finish: success
check: [{at-most: {n: 1, of: {effect: shop}}, name: once}]
plan: [{tool-done-but-no-reply: {tool: shop, nth: 1}}]
)";
    const Shrinking shop{again};
    CHECK(shop.shrunk().set.empty());
    const ShrunkCase shrunk = shop.shrunk({.signature = {}, .times = true});
    REQUIRE(shrunk.set.size() == 1);
    CHECK(shrunk.set[0].draw.find(" backoff #1") != std::string::npos);
    CHECK(std::get<sim::Duration>(shrunk.set[0].value) == sim::Duration{});
    CHECK(shrunk.recording.outcome.virtual_time < std::chrono::seconds{12});
  }
}

TEST_SUITE("attempts of shrinking") {
  TEST_CASE("of a run without an end cost the way to its violation") {
    const std::string patient = "agents: {loop: {do: [{times: 100, repeat: [{work: 1s}]}]}}\n";
    const std::string endless = "agents: {loop: {do: [{while: true, repeat: [{work: 1s}]}]}}\n";
    const std::string judged = "workflow: loop\ncheck: [termination: {within: 1m}]\n";
    const Shrinking ends{judged + patient};
    const auto first = Attempts{ends.path, ends.loaded, 1}.first();
    REQUIRE(first.violations.size() == 1);
    const std::uint64_t signature = faults::signature(first.violations[0]);
    const Shrinking goes_on{judged + endless};
    Attempts attempts{goes_on.path, goes_on.loaded, 1};
    // A million events each, if they went on: these would take a minute.
    for (int i = 0; i < effort(300); ++i) CHECK(attempts.shows({}, signature));
    CHECK_FALSE(attempts.shows({.change = {{"agents.loop.do", "[finish: success]"}}, .plan = {}}, signature));
  }

  TEST_CASE("answer as the whole run does") {
    const Shrinking shop{impatient + "faults: [{message-delay: {chance: 40%, by: 1s..4s}}]\n"};
    std::size_t shown = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      const Recording whole = record(*shop.loaded.scenario, sim::Seed{seed});
      Attempts attempts{shop.path, shop.loaded, seed};
      const auto first = attempts.first();
      CHECK(first.injected.lines == whole.injected.lines);
      CHECK(first.instants == whole.instants);
      REQUIRE(first.violations.size() == whole.outcome.violations.size());
      const Attempt same{{}, whole.injected};
      CHECK(attempts.outcome_of(same).digest == whole.outcome.digest);
      for (const sim::Violation& violation : whole.outcome.violations)
        CHECK(attempts.shows(same, faults::signature(violation)));
      CHECK_FALSE(attempts.shows(same, 12));
      shown += whole.outcome.violated() ? 1 : 0;
    }
    CHECK(shown > 5);
    CHECK(shown < 55);
  }
}

}  // namespace squall::scenarios
