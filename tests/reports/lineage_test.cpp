// SPDX-License-Identifier: Apache-2.0
#include "reports/views/lineage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <utility>

#include "reports/lineage_story.hpp"
#include "scenarios/file.hpp"
#include "tests/kernels_word.hpp"
#include "tests/loaded.hpp"

namespace squall::reports {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;
using Kind = PieceOfWork::Kind;

/// The first run with such a violation.
struct Found {
  Scenario scenario;
  Recording recording;
  sim::Violation violation;
};
Found found(Scenario one, const std::string& invariant) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Recording recording = record(one, sim::Seed{seed});
    for (const sim::Violation& violation : recording.outcome.violations) {
      if (violation.invariant == invariant) return {std::move(one), std::move(recording), violation};
    }
  }
  FAIL("not found: " << invariant);
  Recording none = record(one, sim::Seed{1});
  return {std::move(one), std::move(none), {}};
}

/// With an empty line before it, so that it stands in columns.
std::string told(const Found& run) {
  return "\n" + lineage_text(lineage_story(run.scenario, run.recording, run.violation));
}

faults::Profile always(faults::Fault fault, faults::Matcher matcher) {
  faults::Profile profile;
  profile.lines.push_back({.fault = std::move(fault), .matcher = std::move(matcher), .trigger = {.nth = 1}});
  return profile;
}

}  // namespace

TEST_SUITE("lineage") {
  TEST_CASE("of all suites' runs the graph gives each artifact the identity that the kernel gave it") {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{SQUALL_SOURCE_DIR "/scenarios/suites"}) {
      const std::string path = entry.path().string();
      if (path.ends_with("broken.yaml") && !path.ends_with("endless-stream/broken.yaml")) files.push_back(path);
    }
    std::ranges::sort(files);
    std::size_t pieces = 0, graphs = 0;
    for (const std::string& file : files) {
      const Loaded loaded = load(file);
      REQUIRE(loaded.ok());
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Recording recording = record(*loaded.scenario, sim::Seed{seed});
        if (recording.outcome.events > 20'000) break;
        const Lineage all = lineage(*loaded.scenario, recording);
        graphs += all.artifacts() ? 1 : 0;
        const KernelsWord kernel{*loaded.scenario, recording, all};
        for (std::size_t l = 0; l < recording.trace.lines().size(); ++l) {
          if (recording.trace.lines()[l].seen.kind != sim::Seen::made) continue;
          const PieceOfWork& piece = all.pieces[all.of_line[l]];
          CHECK_MESSAGE(kernel.agrees(l), file << ", seed " << seed << ", line " << l);
          CHECK(piece.unsound == (piece.origin || std::ranges::any_of(piece.from, [&](const Derived& each) {
                                    return all.pieces[each.of].unsound;
                                  })));
          ++pieces;
        }
      }
    }
    CHECK(graphs > 20);
    CHECK(pieces > 30);
  }

  TEST_CASE("work that is made of chosen parts rests on these alone") {
    Workflow workflow{"parts"};
    workflow.agent("ann", program().work(1ms).makes("plan").send("carl", "plan"));
    workflow.agent("bob", program().work(1ms).makes("sketch").send("carl", "sketch"));
    workflow.agent("carl", program()
                               .receive("plan", {.as = "plan"})
                               .receive("sketch", {.as = "sketch"})
                               .work(1ms)
                               .makes("draft", {"plan"})
                               .work(1ms)
                               .makes("page")
                               .finish());
    const Scenario one = scenario(std::move(workflow));
    const Lineage all = lineage(one, record(one, sim::Seed{1}));
    const auto named = [&](const std::string& name) {
      const auto found = std::ranges::find(all.pieces, name, &PieceOfWork::name);
      REQUIRE(found != all.pieces.end());
      return *found;
    };
    REQUIRE(named("draft").from.size() == 1);
    CHECK(all.pieces[named("draft").from[0].of].name == "plan");
    CHECK(named("page").from.size() == 3);
  }

  TEST_CASE("a run without artifacts has no figure, one with them a box for each and all marks in words") {
    const Loaded plain = suite("dead-server/broken.yaml");
    CHECK(lineage_figure(lineage(*plain.scenario, record(*plain.scenario, sim::Seed{1}))).svg.empty());

    const Found run = found(*suite("mast-3-3-incorrect-verification/broken.yaml").scenario, "containment");
    const LineageFigure figure = lineage_figure(lineage(run.scenario, run.recording));
    CHECK(figure.svg.find("✗ unsound") != std::string::npos);
    CHECK(figure.svg.find("▲ rests on unsound") != std::string::npos);
    CHECK(figure.svg.find("via ") != std::string::npos);
    CHECK(figure.description ==
          "What the success that user reports rests on. Unsound: code of coder; 1 more rests on it.");
    CHECK(figure.sentences ==
          std::vector<std::string>{"41.7s: code of coder; it is unsound",
                                   "49.202s: the success that user reports rests on code of coder (delivery from "
                                   "pipeline to user, via tester); so it rests on unsound work"});
  }

  TEST_CASE("names in the figure are text, whatever they hold") {
    Workflow workflow{"names"};
    workflow.agent("ann", program().work(1ms).makes("</text><script>x</script>").finish());
    const Scenario one = scenario(std::move(workflow));
    const std::string svg = lineage_figure(lineage(one, record(one, sim::Seed{1}))).svg;
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find("&lt;/text&gt;") != std::string::npos);
  }

  TEST_CASE("of a long chain what is farthest from the end is left out, and counted") {
    Workflow workflow{"chain"};
    Program chain = program();
    for (int n = 0; n < 60; ++n) chain.work(1ms).makes("part" + std::to_string(n));
    workflow.agent("ann", std::move(chain.finish()));
    const Scenario one = scenario(std::move(workflow));
    const Lineage all = lineage(one, record(one, sim::Seed{1}));
    const Ancestry part = ancestry(all, 10);
    CHECK(part.pieces.size() == 10);
    CHECK(part.left_out == 51);  // 60 parts and the outcome
    for (const Ancestry::Edge& edge : part.edges) CHECK(edge.from < edge.to);
  }
}

TEST_SUITE("the way from a fault to a wrong result") {
  TEST_CASE("containment: through each hand and each check") {
    CHECK(told(found(*suite("mast-3-3-incorrect-verification/broken.yaml").scenario, "containment")) == R"(
         41.7s  coder makes code, which is unsound (agent-wrong: {agent: coder, artifact: code, nth: 1})
       41.704s  tester takes code from coder, in the message code
       49.188s  tester checks it and accepts it (agent-false-accept: {agent: tester, artifact: code, nth: 1})
       49.195s  pipeline takes code of coder from tester, in the message code
       49.202s  user takes code of coder from pipeline, in the message delivery
  code of coder reached 3 agents besides its maker (tester, pipeline and user); nothing else rests on it
)");
  }

  TEST_CASE("honest-outcome: to the report, through work that rests on what was spoilt on its way") {
    Workflow workflow{"spoilt"};
    workflow.key("manual", {});
    workflow.agent("coder", program().work(1s).makes("code").send("writer", "code"));
    workflow.agent("writer", program().receive("code").work(1s).makes("manual").write("manual").send("lead", "done"));
    workflow.agent("lead", program().receive("done").read("manual").finish());
    workflow.latency(sim::Distribution::constant(1ms)).check("honest-outcome");
    CHECK(told(found(scenario(std::move(workflow), always(faults::MessageCorrupt{}, {.from = "coder", .to = "writer"})),
                     "honest-outcome")) == R"(
            1s  code is spoilt on its way from coder to writer (message-corrupt: {from: coder, to: writer, topic: code, nth: 1, detectable: true})
        1.001s  writer takes spoilt code from coder, in the message code
        2.001s  writer makes manual, which rests on it
        2.001s  writer writes it as manual, version 1
        2.003s  lead reads manual, version 1
        2.008s  lead reports success
  spoilt code of coder reached 2 agents besides its maker (writer and lead); 2 more pieces of work rest on it
)");
  }

  TEST_CASE("honest-outcome: a report that rests on nothing unsound says what it rests on") {
    Workflow workflow{"goal"};
    workflow.agent("coder", program().work(1s).makes("code").finish());
    workflow.agent("tester", program().sleep(100ms).fail("no tests"));
    workflow.check("honest-outcome");
    CHECK(told(found(scenario(std::move(workflow)), "honest-outcome")) == R"(
            1s  coder reports success
  it rests on code of coder, and none of that is unsound
)");
  }

  TEST_CASE("agreement: both versions, each on its way") {
    Workflow workflow{"team"};
    workflow.key("plan", {});
    workflow.agent("planner", program().write("plan", 1).sleep(10s).write("plan", 2));
    workflow.agent("coder", program().sleep(1s).read("plan").work(1s).makes("code").send("docs", "code"));
    workflow.agent("tester", program().sleep(15s).read("plan").work(1s).makes("tests").send("docs", "tests"));
    workflow.agent("docs", program().receive(all_of({"code", "tests"})).work(1s).makes("manual").finish());
    workflow.latency(sim::Distribution::constant(1ms)).check("agreement");
    CHECK(told(found(scenario(std::move(workflow)), "agreement")) == R"(
            0s  planner writes plan, version 1
            1s  coder reads plan, version 1
        2.002s  coder makes code, which rests on it
       10.004s  planner writes plan, version 2
           15s  tester reads plan, version 2
       16.003s  tester makes tests, which rests on it
       16.004s  docs takes code from coder, in the message code
       16.004s  docs takes tests from tester, in the message tests
       17.004s  docs makes manual, which rests on it
  manual of docs rests on both plan, version 1 and plan, version 2
)");
  }

  TEST_CASE("freshness: who had written what, and what is made of the old version") {
    Workflow workflow{"stale"};
    workflow.key("plan", {});
    workflow.agent("planner", program().write("plan", 1).sleep(1s).write("plan", 2));
    workflow.agent("coder", program().sleep(2s).read("plan").work(1s).makes("code").send("lead", "code"));
    workflow.agent("lead", program().receive("code").finish());
    workflow.latency(sim::Distribution::constant(1ms)).check(sim::Freshness{});
    CHECK(told(found(scenario(std::move(workflow), always(faults::StaleRead{}, {.agent = "coder"})), "freshness")) ==
          R"(
            0s  planner writes plan, version 1
        1.004s  planner writes plan, version 2
            2s  coder reads plan, version 1 all the same (stale-read: {agent: coder, key: plan, nth: 1, versions: 1})
        3.002s  coder makes code, which rests on it
        3.003s  lead takes code from coder, in the message code
        3.003s  lead reports success
  2 pieces of work rest on what coder read there, among them the success that lead reports
)");
  }

  TEST_CASE("other invariants have none") {
    const Found run = found(*suite("feature-team/broken.yaml").scenario, "deadlock-freedom");
    CHECK(lineage_story(run.scenario, run.recording, run.violation).empty());
  }
}

}  // namespace squall::reports
