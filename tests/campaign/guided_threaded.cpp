// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "faults/text.hpp"
#include "scenarios/file.hpp"
#include "scenarios/guided_player.hpp"
#include "tests/loaded.hpp"

// Following coverage, with one result for any number of threads.
namespace squall::faults {
namespace {

GuidedResult guided_by(const scenarios::Scenario& scenario, unsigned jobs, std::uint64_t runs,
                       std::uint32_t mutants_in_ten = 5) {
  return guided(scenarios::guided_players_of(scenario), jobs, {.runs = runs, .mutants_in_ten = mutants_in_ten});
}

/// Three messages have to be lost, of eight that are lost once in a hundred: by dice alone once in some 18,000 runs.
constexpr const char* three_losses = R"(workflow: three-losses
agents:
  sender:
    do:
      - repeat: [{send: {to: receiver, topic: note}}, {sleep: 1s}]
        times: 8
  receiver:
    vars: {taken: 0}
    on:
      note:
        - set: {taken: =taken + 1}
faults:
  - message-loss: {chance: 1%}
)";

}  // namespace

TEST_SUITE("guided fuzzing") {
  TEST_CASE("reaches the same with 1, 2 and 8 threads, mutants among it") {
    const scenarios::Loaded loaded = suite("dead-server/broken.yaml");
    const GuidedResult one = guided_by(*loaded.scenario, 1, 1'500);
    CHECK(one.candidates == 1'500);
    CHECK(one.mutants > 300);
    CHECK(one.kept > 1);
    CHECK(one.tally.violated > 0);
    for (const unsigned jobs : {2U, 8U}) {
      const GuidedResult other = guided_by(*loaded.scenario, jobs, 1'500);
      CHECK(other.tally == one.tally);
      CHECK(other.features == one.features);
      CHECK(other.kept == one.kept);
    }
  }

  TEST_CASE("without mutants it plays the runs of a plain campaign") {
    const scenarios::Loaded loaded = suite("dead-server/broken.yaml");
    const GuidedResult fresh = guided_by(*loaded.scenario, 2, 600, 0);
    CHECK(fresh.mutants == 0);
    Campaign plain{[&]() -> std::unique_ptr<Player> {
                     struct One final : Player {
                       explicit One(const scenarios::Scenario& scenario) : runner(scenario) {}
                       Played play(std::uint64_t seed) override {
                         const scenarios::Outcome& outcome = runner.run(sim::Seed{seed});
                         return {.digest = outcome.digest, .events = outcome.events, .violations = outcome.violations};
                       }
                       scenarios::Runner runner;
                     };
                     return std::make_unique<One>(*loaded.scenario);
                   },
                   2};
    const Tally tally = plain.run(1, 600);
    CHECK(fresh.tally.digest == tally.digest);
    CHECK(fresh.tally.findings == tally.findings);
  }

  TEST_CASE("its findings are shown by the candidates that it names") {
    const scenarios::Loaded loaded = suite("thawed-worker/broken.yaml");
    const GuidedResult result = guided_by(*loaded.scenario, 2, 1'000);
    REQUIRE_FALSE(result.first_shown.empty());
    for (const auto& [signature, candidate] : result.first_shown) {
      const auto player = scenarios::guided_players_of(*loaded.scenario)();
      Covered covered;
      REQUIRE(player->play(candidate, covered));
      CHECK_FALSE(covered.played.violations.empty());
    }
  }

  TEST_CASE("every kind of feature is reached where there is something of its kind") {
    const scenarios::Loaded loaded = suite("dead-server/broken.yaml");
    const GuidedResult result = guided_by(*loaded.scenario, 1, 500);
    for (const Feature kind : {Feature::agent_event, Feature::happens_before, Feature::wait_shape, Feature::fault_site})
      CHECK(result.reached(kind).features > 0);
    const scenarios::Loaded calm = suite("lock-order/broken.yaml");  // it has no faults
    CHECK(guided_by(*calm.scenario, 1, 100).reached(Feature::fault_site).features == 0);
  }

  TEST_CASE(
      "what is kept is mutated into what dice alone would hardly show: plans with more lines than any fresh run has") {
    const scenarios::Loaded loaded = scenarios::load_text("three-losses.yaml", three_losses);
    REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
    const auto most_losses = [&](std::uint32_t mutants_in_ten) {
      std::size_t most = 0;
      const GuidedResult result = guided(
          [&]() -> std::unique_ptr<GuidedPlayer> {
            struct Watching final : GuidedPlayer {
              Watching(std::unique_ptr<GuidedPlayer> player, std::size_t& into)
                  : inner(std::move(player)), most(into) {}
              bool play(const Candidate& candidate, Covered& into) override {
                const bool fits = inner->play(candidate, into);
                if (fits) most = std::max(most, into.injected.lines.size());
                return fits;
              }
              std::unique_ptr<GuidedPlayer> inner;
              std::size_t& most;
            };
            return std::make_unique<Watching>(scenarios::guided_players_of(*loaded.scenario)(), most);
          },
          1, {.runs = 2'000, .mutants_in_ten = mutants_in_ten});
      CHECK(result.tally.runs > 0);
      return most;
    };
    const std::size_t by_dice = most_losses(0), by_mutants = most_losses(5);
    CHECK(by_dice <= 3);
    CHECK(by_mutants > by_dice);
  }
}

TEST_SUITE("mutated plans") {
  TEST_CASE("differ from their parent in at most one line, and a plan of nothing gets another seed") {
    Plan plan;
    for (std::uint32_t nth = 1; nth <= 4; ++nth)
      plan.lines.push_back({.fault = MessageLoss{}, .matcher = {}, .trigger = {.nth = 10 * nth}});
    Plan other;
    other.lines.push_back({.fault = MessageDuplicate{}, .matcher = {}, .trigger = {.nth = 7}});
    std::size_t changed = 0, reseeds = 0;
    for (std::uint64_t base = 1; base <= 200; ++base) {
      bool reseeded = false;
      const Plan mutant = mutated(plan, other, sim::Draw{sim::moremur(base)}, reseeded);
      std::size_t kept = 0;
      for (const Line& line : mutant.lines) kept += std::ranges::count(plan.lines, line) != 0 ? 1U : 0U;
      CHECK(kept >= 3);
      CHECK(mutant.lines.size() >= 3);
      CHECK(mutant.lines.size() <= 5);
      CHECK((reseeded || mutant != plan));
      reseeds += reseeded ? 1 : 0;
      changed += mutant != plan ? 1 : 0;
    }
    CHECK(reseeds > 10);
    CHECK(changed > 100);
    bool reseeded = false;
    CHECK(mutated({}, other, sim::Draw{3}, reseeded) == Plan{});
    CHECK(reseeded);
  }
}

}  // namespace squall::faults
