// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/shrinking.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "faults/signature.hpp"
#include "reports/explanation.hpp"
#include "tests/reports/command.hpp"

// A run that fails becomes a case that a person would have written.
namespace squall::scenarios {
namespace {

/// A coder waits for ever where a message is lost; three helpers and a hundred instances have nothing to do with it.
constexpr const char* crowded = R"(workflow: crowded
load: {instances: 20, every: 1s}
agents:
  coder:
    do:
      - work: 1m..2m
      - send: {to: tester, topic: patch}
      - receive: {topic: verdict, from: tester}
  tester:
    on:
      patch: [{work: 30s}, {send: {to: coder, topic: verdict}}]
  gardener:
    do: [{work: 5s}, {send: {to: watcher, topic: news}}]
  watcher:
    replicas: 3
    on: {news: [{work: 1s}]}
check: [no-orphaned-wait]
faults:
  - message-loss: {chance: 4%}
  - message-delay: {chance: 30%, by: 1s..20s}
  - message-duplicate: {chance: 10%}
)";

struct Crowd {
  reports::Scratch folder{"shrinking"};
  std::string path = folder.file("crowded.yaml", crowded);
  Loaded loaded = load(path);

  Crowd() { REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics)); }

  std::uint64_t first_violated() const {
    Runner runner{*loaded.scenario};
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
      if (runner.run(sim::Seed{seed}).violated()) return seed;
    }
    FAIL("nothing is found in 1000 seeds");
    return 0;
  }
};

bool shows(const Outcome& outcome, std::uint64_t signature) {
  return std::ranges::any_of(outcome.violations,
                             [&](const sim::Violation& each) { return faults::signature(each) == signature; });
}

}  // namespace

TEST_SUITE("shrinking a run") {
  TEST_CASE("leaves one lost message, one instance and two agents of a crowd") {
    const Crowd crowd;
    const std::uint64_t seed = crowd.first_violated();
    const auto shrunk = shrink(crowd.path, crowd.loaded, seed);
    REQUIRE(shrunk.has_value());
    CHECK(shrunk->injected.size() > 10);  // a third of some hundred messages is late
    REQUIRE(shrunk->plan.lines.size() == 1);
    CHECK(std::holds_alternative<faults::MessageLoss>(shrunk->plan.lines[0].fault));
    CHECK(std::ranges::count(shrunk->injected, true, &Injected::needed) == 1);
    CHECK(shrunk->minimal);
    CHECK(shrunk->runs < 200);

    const sim::Model& model = shrunk->loaded.scenario->model;
    std::vector<std::string> agents;
    for (const sim::Definition& definition : model.definitions) agents.push_back(definition.name);
    CHECK(agents == std::vector<std::string>{"coder", "tester"});
    CHECK(model.load.instances <= 20);
  }

  TEST_CASE("the case fails with the same signature and digest when it is read again") {
    const Crowd crowd;
    const auto shrunk = shrink(crowd.path, crowd.loaded, crowd.first_violated());
    REQUIRE(shrunk.has_value());
    const std::string path = crowd.folder.file("case.yaml", to_text(shrunk->file));
    const Loaded read = load(path);
    REQUIRE_MESSAGE(read.ok(), to_text(read.diagnostics));
    REQUIRE(read.seed.has_value());
    const Recording run = record(*read.scenario, sim::Seed{*read.seed});
    CHECK(shows(run.outcome, shrunk->signature));
    CHECK(run.outcome.digest == read.digest);
    REQUIRE(read.expect.has_value());
    CHECK(read.expect->violates == std::vector<std::string>{"no-orphaned-wait"});
  }

  TEST_CASE("without any one of its faults this violation is gone: played, not believed") {
    const Crowd crowd;
    Runner runner{*crowd.loaded.scenario};
    std::size_t tried = 0;
    for (std::uint64_t seed = 1; seed <= 100 && tried < 5; ++seed) {
      if (!runner.run(sim::Seed{seed}).violated()) continue;
      ++tried;
      const auto shrunk = shrink(crowd.path, crowd.loaded, seed);
      REQUIRE(shrunk.has_value());
      REQUIRE(shrunk->minimal);
      const auto all = reports::counterfactuals(*shrunk);
      CHECK(all.size() == shrunk->plan.lines.size());
      for (const reports::Counterfactual& each : all) CHECK_MESSAGE(each.gone, each.without);
    }
    CHECK(tried == 5);
  }

  TEST_CASE("the workflow stays as it is where only its faults are asked for") {
    const Crowd crowd;
    const auto shrunk =
        shrink(crowd.path, crowd.loaded, crowd.first_violated(), {.signature = {}, .faults_only = true});
    REQUIRE(shrunk.has_value());
    CHECK(shrunk->change.empty());
    CHECK(shrunk->left_out.empty());
    CHECK(shrunk->minimal);
    CHECK(shrunk->plan.lines.size() <= 2);  // each is needed, though one alone might do in another run
  }

  TEST_CASE("keeps to its number of runs and says that it is not done") {
    const Crowd crowd;
    const auto shrunk = shrink(crowd.path, crowd.loaded, crowd.first_violated(), {.signature = {}, .runs_max = 3});
    REQUIRE(shrunk.has_value());
    CHECK(shrunk->runs <= 3);
    CHECK_FALSE(shrunk->minimal);
  }

  TEST_CASE("nothing comes of a run that holds, or of a signature that it does not have") {
    const Crowd crowd;
    Runner runner{*crowd.loaded.scenario};
    std::uint64_t good = 1;
    while (runner.run(sim::Seed{good}).violated()) ++good;
    CHECK_FALSE(shrink(crowd.path, crowd.loaded, good).has_value());
    CHECK_FALSE(shrink(crowd.path, crowd.loaded, crowd.first_violated(), {.signature = 12}).has_value());
  }

  TEST_CASE("a wait is not made hopeless by leaving out who could end it") {
    const Crowd crowd;
    const auto shrunk = shrink(crowd.path, crowd.loaded, crowd.first_violated());
    REQUIRE(shrunk.has_value());
    // Without its fault the shrunk workflow is well: it fails for the reason that was found, not for a new one.
    const Outcome well = replay(*shrunk->loaded.scenario, sim::Seed{shrunk->seed}, {}).outcome;
    CHECK_FALSE(well.violated());
  }
}

TEST_SUITE("explaining a run") {
  TEST_CASE("names what it needed, what did not matter and who did what last") {
    const Crowd crowd;
    const auto shrunk = shrink(crowd.path, crowd.loaded, crowd.first_violated());
    REQUIRE(shrunk.has_value());
    const std::string text = reports::explanation(*shrunk, "squall explain crowded.yaml");
    const std::vector<std::string> headings{
        "Violated: no-orphaned-wait", "What it needed:\n  - message-loss: {from: ",
        "What did not matter:\n  - ", "The last steps of those involved:\n  coder\n",
        "The case, found in ",        "squall explain crowded.yaml\n"};
    std::size_t at = 0;
    for (const std::string& heading : headings) {
      const std::size_t found = text.find(heading, at);
      REQUIRE_MESSAGE(found != std::string::npos, heading, " in\n", text);
      at = found;
    }
    const auto steps = reports::last_steps(*shrunk);
    REQUIRE_FALSE(steps.empty());
    CHECK(std::ranges::none_of(steps, [](const auto& each) { return each.first == "gardener"; }));
  }
}

TEST_SUITE("case files") {
  TEST_CASE("write what YAML would read otherwise in quotes") {
    CHECK(yaml_scalar("broken.yaml") == "broken.yaml");
    CHECK(yaml_scalar("../a b/c-d_e.yaml") == "\"../a b/c-d_e.yaml\"");
    CHECK(yaml_scalar("no") == "\"no\"");
    CHECK(yaml_scalar("a: b") == "\"a: b\"");
    CHECK(yaml_scalar("a\"b\\c\n") == "\"a\\\"b\\\\c\\x0a\"");
    CHECK(yaml_scalar("") == "\"\"");
  }

  TEST_CASE("have one field a line, in one order") {
    CaseFile file{.extends = "broken.yaml", .workflow = "team", .seed = 7};
    file.change = {{"load.instances", "2"}};
    file.plan.lines.push_back({.fault = faults::MessageLoss{},
                               .matcher = {.from = "tester", .to = "coder", .topic = "report"},
                               .trigger = {.nth = 1}});
    file.digest = 0x1f;
    file.violates = {"deadlock-freedom"};
    file.may_violate = {"termination", "release"};
    file.comments = {"two\nlines"};
    CHECK(to_text(file) ==
          "# two lines\n"
          "extends: broken.yaml\n"
          "workflow: team\n"
          "seed: 7\n"
          "change:\n"
          "  load.instances: 2\n"
          "plan:\n"
          "  - message-loss: {from: tester, to: coder, topic: report, nth: 1}\n"
          "digest: 0x000000000000001f\n"
          "expect: {violates: deadlock-freedom, may-violate: [termination, release]}\n");
  }

  TEST_CASE("with times, every time of work that stays as it was drawn matters") {
    // The slow one has to come before the quick one, by seconds.
    constexpr const char* overtaken = R"(workflow: overtaken
context: {who: {initial: 0}}
agents:
  quick: {do: [{work: 1s..9s}, {sleep: 1s..3s}, {write: {key: who, value: 1}}]}
  slow: {do: [{work: 5s..20s}, {write: {key: who, value: 2}}]}
  idle: {do: [{work: 1s..30s}]}
check:
  - {precedes: {first: {wrote: who, from: quick}, then: {wrote: who, from: slow}}, name: in-order}
)";
    const reports::Scratch folder{"times"};
    const std::string path = folder.file("overtaken.yaml", overtaken);
    const Loaded loaded = load(path);
    REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
    Runner runner{*loaded.scenario};
    std::uint64_t seed = 1;
    while (seed < 1'000 && !runner.run(sim::Seed{seed}).violated()) ++seed;
    const auto plain = shrink(path, loaded, seed);
    REQUIRE(plain);
    CHECK(plain->set.empty());
    const auto shrunk = shrink(path, loaded, seed, {.signature = {}, .times = true});
    REQUIRE(shrunk);
    CHECK(shrunk->signature == plain->signature);
    CHECK(shrunk->minimal);
    // `slow` is done after 5 s at least, so `quick` needs some of what it drew; nobody needs anything else.
    const auto is_set = [&](const std::string& draw) {
      return std::ranges::find(shrunk->set, draw, &Pins::Answer::draw) != shrunk->set.end();
    };
    CHECK(is_set("slow/work #1"));
    CHECK_FALSE((is_set("quick/work #1") && is_set("quick/sleep #1")));
    CHECK(shows(shrunk->recording.outcome, shrunk->signature));
    CHECK(shrunk->loaded.pins.set == shrunk->set);
    // Each that is not set matters: with it at its shortest the violation is gone.
    for (const auto& [draw, shortest] : {std::pair{"quick/work #1", "1s"}, std::pair{"quick/sleep #1", "1s"}}) {
      if (is_set(draw)) continue;
      CaseFile without = shrunk->file;
      without.set.push_back({draw, sim::Duration{std::chrono::seconds{1}}});
      const Loaded read = load(folder.path("without.yaml"), {.root = {}, .plan = {}, .text = to_text(without)});
      REQUIRE_MESSAGE(read.ok(), to_text(read.diagnostics));
      CHECK_FALSE(shows(record(*read.scenario, sim::Seed{seed}).outcome, shrunk->signature));
    }
  }
}

}  // namespace squall::scenarios
