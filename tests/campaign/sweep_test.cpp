// SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/sweep_report.hpp"
#include "scenarios/sweep_player.hpp"
#include "tests/reports/command.hpp"

namespace squall::scenarios {
namespace {

/// Two messages, and the coder waits for the second one without a bound.
const char* const review =
    "workflow: review\n"
    "agents:\n"
    "  coder: {do: [{send: {to: tester, topic: patch}}, {receive: verdict}, {finish: success}]}\n"
    "  tester: {on: {patch: [{send: {to: coder, topic: verdict}}]}}\n"
    "faults: [{message-loss: {chance: 1%}}]\n";

/// The same with a bound, after which the patch is sent once more.
const char* const resent =
    "workflow: resent\n"
    "agents:\n"
    "  coder:\n"
    "    do:\n"
    "      - send: {to: tester, topic: patch}\n"
    "      - receive: verdict\n"
    "        timeout: 30s\n"
    "        otherwise: [{send: {to: tester, topic: patch}}, {receive: verdict}]\n"
    "      - finish: success\n"
    "  tester: {on: {patch: [{send: {to: coder, topic: verdict}}]}}\n"
    "faults: [{message-loss: {chance: 1%}}]\n";

/// The outcome is reported before an auditor hears of it. A log is told, too, and nobody waits there.
const char* const audited =
    "workflow: audited\n"
    "agents:\n"
    "  coder:\n"
    "    do:\n"
    "      - send: {to: log, topic: begun}\n"
    "      - send: {to: tester, topic: patch}\n"
    "      - receive: verdict\n"
    "      - send: {to: auditor, topic: ready}\n"
    "      - finish: success\n"
    "  tester: {on: {patch: [{send: {to: coder, topic: verdict}}]}}\n"
    "  auditor: {do: [{receive: ready}]}\n"
    "  log: {on: {begun: [{work: 1s}]}}\n"
    "faults: [{message-loss: {chance: 1%}}]\n";

/// Two reviewers are asked, and the first verdict is enough: alice's.
const char* const redundant =
    "workflow: redundant\n"
    "agents:\n"
    "  coder:\n"
    "    do:\n"
    "      - send: {to: alice, topic: patch}\n"
    "      - send: {to: bob, topic: patch}\n"
    "      - receive: verdict\n"
    "      - sleep: 20s\n"
    "      - discard: {topic: verdict}\n"
    "      - finish: success\n"
    "  alice: {on: {patch: [{work: 1s}, {send: {to: coder, topic: verdict}}]}}\n"
    "  bob: {on: {patch: [{work: 9s}, {send: {to: coder, topic: verdict}}]}}\n"
    "faults: [{message-loss: {chance: 1%}}]\n";

Loaded loaded(const char* text) {
  Loaded file = load_text("sweep.yaml", text);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  return file;
}

Sweep swept(const Loaded& file, const SweepOptions& options, const std::vector<std::string>& wanted = {}) {
  std::string trouble, fix;
  auto kinds = sweep_kinds(*file.scenario, wanted, trouble, fix);
  REQUIRE_MESSAGE(kinds.has_value(), trouble);
  return sweep(*file.scenario, std::move(*kinds), options);
}

std::vector<std::string> texts(const Sweep& sweep, Verdict verdict, std::size_t size) {
  std::vector<std::string> all;
  for (const FaultSet& set : sweep.sets) {
    if (set.lines.size() != size || set.verdict != verdict) continue;
    std::string text;
    for (const std::uint32_t line : set.lines) text += (text.empty() ? "" : " + ") + to_text(sweep.lines[line]);
    all.push_back(text);
  }
  return all;
}

}  // namespace

TEST_SUITE("sweep") {
  TEST_CASE("finds each message whose loss is fatal, in one run for each and one without faults") {
    const Loaded file = loaded(review);
    const Sweep found = swept(file, {});
    CHECK(found.places == 2);
    CHECK(found.runs == 1 + 2);
    CHECK(found.verdict() == Verdict::violated);
    CHECK(texts(found, Verdict::violated, 1) ==
          std::vector<std::string>{"message-loss: {from: coder, to: tester, topic: patch, nth: 1}",
                                   "message-loss: {from: tester, to: coder, topic: verdict, nth: 1}"});
    REQUIRE(!found.findings.empty());
    CHECK(found.findings.front().invariant == "no-orphaned-wait");
    CHECK(!found.findings.front().reason.empty());
    CHECK(found.missed().empty());
  }

  TEST_CASE("a message that is sent again survives every single loss, and no two that meet both attempts") {
    const Loaded file = loaded(resent);
    const Sweep singles = swept(file, {});
    CHECK(singles.places == 2);
    CHECK(singles.verdict() == Verdict::holds);

    const Sweep pairs = swept(file, {.pairs = true});
    CHECK(pairs.verdict() == Verdict::violated);
    CHECK(texts(pairs, Verdict::violated, 1).empty());
    // The second attempt is in no run without faults: it is found in the run with the first loss.
    const std::string patch = "message-loss: {from: coder, to: tester, topic: patch, nth: ";
    const std::string verdict = "message-loss: {from: tester, to: coder, topic: verdict, nth: ";
    CHECK(texts(pairs, Verdict::violated, 2) ==
          std::vector<std::string>{patch + "1} + " + patch + "2}", patch + "1} + " + verdict + "1}",
                                   verdict + "1} + " + patch + "2}", verdict + "1} + " + verdict + "2}"});
    CHECK(pairs.runs == 1 + 2 + 4);
    CHECK(pairs.missed().empty());
    CHECK(reports::methods(pairs, 2).lineage == 4);
  }

  TEST_CASE("lineage passes over what the outcome did not need, and says what that hides") {
    const Loaded file = loaded(audited);
    const Sweep found = swept(file, {});
    const reports::SweepMethods each = reports::methods(found, 1);
    CHECK(each.swept == 4);
    CHECK(each.lineage == 2);  // the patch and the verdict; not the log's and the auditor's messages
    CHECK(each.swept_fatal == 3);
    CHECK(each.lineage_fatal == 2);
    REQUIRE(found.missed().size() == 1);
    CHECK(to_text(found.lines[found.sets[found.missed().front()].lines.front()]) ==
          "message-loss: {from: coder, to: auditor, topic: ready, nth: 1}");
    CHECK(texts(found, Verdict::holds, 1) ==
          std::vector<std::string>{"message-loss: {from: coder, to: log, topic: begun, nth: 1}"});
  }

  TEST_CASE("lineage finds the second way by the run that needs it, and so the pairs that cut both") {
    const Loaded file = loaded(redundant);
    const Sweep found = swept(file, {.pairs = true});
    CHECK(texts(found, Verdict::violated, 1).empty());
    // Each of alice's two messages with each of bob's. Who loses the patch sends no verdict to lose.
    CHECK(texts(found, Verdict::violated, 2).size() == 2 * 2);
    CHECK(texts(found, Verdict::holds, 2).empty());
    const reports::SweepMethods singles = reports::methods(found, 1), pairs = reports::methods(found, 2);
    CHECK(singles.swept == 4);
    CHECK(singles.lineage == 2);  // alice's: bob's verdict is thrown away
    CHECK(pairs.lineage_fatal == 4);
    CHECK(found.missed().empty());
  }

  TEST_CASE("without an outcome lineage has nothing to say, and says so") {
    const Loaded file = loaded(
        "workflow: endless\n"
        "agents:\n"
        "  clock: {daemon: true, do: [{repeat: [{receive: tick}, {send: {to: source, topic: tock}}]}]}\n"
        "  source: {daemon: true, do: [{send: {to: clock, topic: tick}}, {repeat: [{receive: tock}]}]}\n"
        "faults: [{message-loss: {chance: 1%}}]\n");
    const Sweep found = swept(file, {});
    CHECK(found.places == 2);
    CHECK_FALSE(found.has_outcome);
    CHECK(found.missed().empty());
  }

  TEST_CASE("every place that is found is struck by its line alone, whatever the kind") {
    for (const char* suite :
         {"feature-team/fixed", "dead-server/fixed", "thawed-worker/broken", "pending-writes/broken"}) {
      CAPTURE(suite);
      const Loaded file = load(std::string{SQUALL_SOURCE_DIR "/scenarios/suites/"} + suite + ".yaml");
      REQUIRE(file.ok());
      Scenario scenario = *file.scenario;
      scenario.faults.lines.clear();  // so the standard kinds
      scenario.plan.lines.clear();
      std::string trouble, fix;
      const auto kinds = sweep_kinds(scenario, {}, trouble, fix);
      REQUIRE(kinds);
      SweepPlayer player{scenario, kinds->lines};
      const PlayedPlan good = player.play(sim::Seed{1}, {}, true);
      CHECK(good.outcome.digest == replay(scenario, sim::Seed{1}, {}).outcome.digest);
      REQUIRE(good.places.size() > 10);
      for (const StrikePlace& place : good.places) {
        CAPTURE(to_text(place.line));
        const faults::Plan plan{.lines = {place.line}};
        const PlayedPlan plain = player.play(sim::Seed{1}, plan, false);
        CHECK(plain.all_struck);
        CHECK(plain.outcome.digest == player.play(sim::Seed{1}, plan, true).outcome.digest);
        CHECK(plain.outcome.digest == replay(scenario, sim::Seed{1}, plan).outcome.digest);
      }
    }
  }

  TEST_CASE("a bound that was reached leaves the answer open, unless something was found") {
    const Loaded survives = loaded(resent);
    const Sweep open = swept(survives, {.pairs = true, .runs_max = 3});
    CHECK(open.runs == 3);
    CHECK(open.bound == Sweep::Bound::runs);
    CHECK(open.verdict() == Verdict::unknown);
    const Sweep enough = swept(survives, {.pairs = true, .runs_max = 7});
    CHECK(enough.bound == Sweep::Bound::none);
    const Loaded fails = loaded(review);
    CHECK(swept(fails, {.runs_max = 2}).verdict() == Verdict::violated);
    const Sweep stopped = swept(survives, {.stop = [] { return true; }});
    CHECK(stopped.bound == Sweep::Bound::stopped);
    CHECK(stopped.verdict() == Verdict::unknown);
  }

  TEST_CASE("what is violated without any fault is not counted against the faults") {
    const Loaded file = load(SQUALL_SOURCE_DIR "/scenarios/suites/feature-team/broken.yaml");
    REQUIRE(file.ok());
    const Sweep found = swept(file, {}, {"message-duplicate"});
    CHECK(found.good.violated());
    CHECK(found.verdict() == Verdict::violated);
    CHECK(texts(found, Verdict::violated, 1).empty());
  }

  TEST_CASE("kinds are the file's with their options, the standard ones, or those that are wanted") {
    const Loaded dead = load(SQUALL_SOURCE_DIR "/scenarios/suites/dead-server/broken.yaml");
    REQUIRE(dead.ok());
    std::string trouble, fix;
    const auto written = sweep_kinds(*dead.scenario, {}, trouble, fix);
    REQUIRE(written);
    REQUIRE(written->lines.size() == 1);
    CHECK(faults::name_of(written->lines.front().fault) == "agent-crash");
    CHECK(!written->lines.front().trigger.step);  // wherever the server is, not only at that step
    const auto wanted = sweep_kinds(*dead.scenario, {"message-loss", "agent-pause"}, trouble, fix);
    REQUIRE(wanted);
    CHECK(wanted->lines.size() == 2);
    CHECK_FALSE(sweep_kinds(*dead.scenario, {"message-los"}, trouble, fix));
    CHECK(trouble == "no kind of fault is called 'message-los'");
    CHECK(fix == "did you mean 'message-loss'?");
    CHECK_FALSE(sweep_kinds(*dead.scenario, {"partition"}, trouble, fix));
    CHECK(trouble == "partition strikes no place of a run: it begins and ends by itself");
  }
}

}  // namespace squall::scenarios

namespace squall::reports {

TEST_SUITE("squall sweep") {
  TEST_CASE("tells what is fatal, and the line that shows it replays") {
    const Ran red = squall("sweep scenarios/suites/dead-server/broken.yaml --seed 1");
    CHECK(red.exit_status == 1);
    CHECK(red.output.starts_with("dead-server, seed 1: "));
    CHECK(red.output.find("\nFatal alone: ") != std::string::npos);
    CHECK(red.output.find("no-orphaned-wait") != std::string::npos);
    const auto json =
        nlohmann::json::parse(squall("sweep scenarios/suites/dead-server/broken.yaml --seed 1 --json").output);
    CHECK(json["verdict"] == "violated");
    const Scratch scratch{"sweep"};
    for (const auto& finding : json["findings"]) {
      for (const auto& set : finding["sets"]) {
        std::string lines;
        for (const auto& line : set) lines += "- " + line.get<std::string>() + "\n";
        const std::string plan = scratch.file("lines", lines);
        const Ran again = squall("run scenarios/suites/dead-server/broken.yaml --seed 1 --plan '" + plan + "'");
        CHECK(again.exit_status == 1);
        CHECK(again.output.find("Violated: " + finding["invariant"].get<std::string>()) != std::string::npos);
      }
    }
  }

  TEST_CASE("ends with 0 where all is survived, with 4 where that is not all") {
    const Ran green = squall("sweep scenarios/suites/dead-server/fixed.yaml --kinds agent-crash");
    CHECK_MESSAGE(green.exit_status == 0, green.output);
    CHECK(green.output.find("\nEvery single fault was survived, with this seed.\n") != std::string::npos);
    const Ran part = squall("sweep scenarios/suites/dead-server/fixed.yaml --kinds agent-crash --runs 2");
    CHECK(part.exit_status == 4);
    CHECK(part.output.find("That is not all: there are more runs than were asked for (--runs).") != std::string::npos);
  }

  TEST_CASE("prints the same for any number of threads") {
    const std::string line =
        "sweep scenarios/suites/dead-server/fixed.yaml --kinds message-loss,message-duplicate --pairs";
    const Ran one = squall(line + " --jobs 1");
    CHECK(one.output.find("pairs: ") != std::string::npos);
    for (const char* jobs : {" --jobs 2", " --jobs 5"}) CHECK(squall(line + jobs).output == one.output);
  }

  TEST_CASE("refuses what it does not understand, with a fix") {
    for (const char* wrong : {" --runs 0", " --runs many", " --jobs 0", " --seed -1", " --kinds ''x",
                              " --kinds partition", " --kinds message-loss,"}) {
      const Ran ran = squall(std::string{"sweep scenarios/suites/dead-server/fixed.yaml"} + wrong);
      CHECK_MESSAGE(ran.exit_status == 2, wrong);
      CHECK_MESSAGE(ran.errors.find("  fix: ") != std::string::npos, wrong);
      CHECK(ran.output.empty());
    }
    CHECK(squall("sweep nowhere.yaml").exit_status == 2);
  }
}

}  // namespace squall::reports
