// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/html.hpp"
#include "reports/views/travel.hpp"
#include "tests/reports/command.hpp"

// Untimed runs in pictures: instants are events, and time travel stops at each.
namespace squall::reports {
namespace {

using namespace scenarios;

bool has_text(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Ann sends bob a letter that he waits for, and then one that nobody sends.
Scenario untimed_letters() {
  Workflow workflow{"letters"};
  workflow.agent("ann", program().send("bob", "one"));
  workflow.agent("bob", program().receive("one").receive("two"));
  workflow.check("no-orphaned-wait");
  return scenario(std::move(workflow));
}

/// A case of decisions: a message is lost, and whoever waits for it waits for ever.
std::string lost_case(const Scratch& scratch) {
  const std::string file = scratch.file("loss.yaml",
                                        "workflow: loss\nagents:\n"
                                        "  a: {do: [{send: {to: b, topic: x}}]}\n"
                                        "  b: {do: [{receive: x}, {finish: success}]}\n"
                                        "check: [no-orphaned-wait]\nfaults: [{message-loss: {chance: 1%}}]\n");
  const auto found =
      nlohmann::json::parse(squall("explore " + file + " --faults 1 --json --out " + scratch.path("found")).output);
  REQUIRE(found["findings"].size() == 1);
  return found["findings"][0]["case"];
}

}  // namespace

TEST_SUITE("untimed runs in pictures") {
  TEST_CASE("their instants count events, and what is violated is so at the end") {
    const Scenario one = untimed_letters();
    const UntimedRun run = play(one, {});
    REQUIRE(run.outcome.violations.size() == 1);
    const Chronicle all = chronicle(one, run, whole_run);
    CHECK_FALSE(all.timed);
    REQUIRE(all.decided.size() == run.followed.events.size() + 1);
    CHECK(all.end == sim::start_of_time + untimed_event * static_cast<int>(run.followed.events.size()));
    CHECK(all.when(run.outcome.violations.front()) == all.end);
    CHECK(all.when_text(sim::start_of_time + 2 * untimed_event) == "event 2");
    CHECK(all.when_text(sim::start_of_time) == "the beginning");
    // Every moment belongs to one event, in their order.
    std::uint32_t moments = 0;
    for (const Decided& event : all.decided) {
      CHECK(event.first == moments);
      moments += event.count;
    }
    CHECK(moments == all.moments.size());
    REQUIRE(all.messages.size() == 1);
    CHECK(all.messages.front().sent < all.messages.front().ended);
    CHECK_FALSE(all.messages.front().late);
  }

  TEST_CASE("a window keeps whole events near the end") {
    const Scenario one = untimed_letters();
    const UntimedRun run = play(one, {});
    const Chronicle near = chronicle(one, run, {.before = 2, .after = 1});
    CHECK(near.moments.size() < near.moments_all);
    REQUIRE_FALSE(near.decided.empty());
    CHECK(near.decided.back().number == run.followed.events.size());
    for (const Decided& event : near.decided) CHECK(event.first + event.count <= near.moments.size());
    CHECK(snapshots(one, {}, sim::Seed{1}, near).size() == near.decided.size());
  }

  TEST_CASE("time travel stops at each event, with the state that replay --until tells") {
    const Scenario one = untimed_letters();
    const UntimedRun run = play(one, {});
    const Chronicle all = chronicle(one, run);
    const std::vector<Snapshot> states = snapshots(one, {}, sim::Seed{1}, all);
    const std::vector<Stop> stops = stops_of(all);
    REQUIRE(states.size() == stops.size());
    for (std::size_t s = 0; s < stops.size(); ++s) {
      CHECK(stops[s].number == s);
      CHECK(states[s] == snapshot_at(one, {}, sim::Seed{1}, s));
    }
    CHECK(states.front().agents[1].doing != states.back().agents[1].doing);
    CHECK(states.back().agents[1].doing == std::vector<std::string>{"waits for two"});
  }

  TEST_CASE("a case of decisions: its page lists the faults, and replay --until shows the state after an event") {
    const Scratch scratch{"untimed-page"};
    const std::string path = lost_case(scratch);
    CHECK(squall("replay " + path + " --report " + scratch.path("page.html")).exit_status == 1);
    const std::string page = file_text(scratch.path("page.html"));
    CHECK(has_text(page, "Faults that struck"));
    CHECK(has_text(page, "<code>message-loss of a -&gt; b x, at event "));
    CHECK(has_text(page, "<section class=\"travel\" hidden>"));
    CHECK(has_text(page, " decisions were followed."));
    CHECK_FALSE(has_text(page, ">0s<"));
    const auto run = nlohmann::json::parse(squall("replay " + path + " --json").output);
    const std::size_t last = run["path"].size();
    const Ran there = squall("replay " + path + " --until " + std::to_string(last));
    CHECK(there.exit_status == 0);
    CHECK(has_text(there.output, "  b  waits for x\n"));
    CHECK(squall("replay " + path + " --until 0").exit_status == 0);
    const Ran beyond = squall("replay " + path + " --until " + std::to_string(last + 1));
    CHECK(beyond.exit_status == 2);
    CHECK(has_text(beyond.errors, "is no number of an event: this run has " + std::to_string(last)));
    CHECK(has_text(squall("replay " + path + " --timeline").output, "event 1"));
  }

  TEST_CASE("a search's page shows each finding's way, with time travel, and no text of the command twice") {
    const Scratch scratch{"search-page"};
    CHECK(squall("explore scenarios/suites/feature-team/broken.yaml --timers last --report " + scratch.path("p.html"))
              .exit_status == 1);
    const std::string page = file_text(scratch.path("p.html"));
    CHECK(has_text(page, "the cycle coder -&gt; tester -&gt; docs -&gt; coder"));
    CHECK(has_text(page, "The shortest way there"));
    CHECK(has_text(page, "<section class=\"travel\" hidden>"));
    CHECK_FALSE(has_text(page, "<pre>"));
  }

  TEST_CASE("a regression of decisions that fails is told by test, with its page and its place") {
    const Scratch scratch{"untimed-test"};
    const std::string path = lost_case(scratch);
    std::string text = file_text(path);
    const std::string red = "expect: {violates: no-orphaned-wait}";
    REQUIRE(has_text(text, red));
    text.replace(text.find(red), red.size(), "expect: {holds: all}");
    const std::string folder = path.substr(0, path.rfind('/'));
    scratch.file(folder.substr(scratch.folder().size() + 1) + "/case.yaml", text);
    const Ran ran =
        squall("test " + path + " --github --report " + scratch.folder() + " --sarif " + scratch.path("all.sarif"));
    CHECK(ran.exit_status == 1);
    CHECK(has_text(ran.output, "Violated: no-orphaned-wait"));
    CHECK(has_text(ran.output, "::error file="));
    const auto sarif = nlohmann::json::parse(file_text(scratch.path("all.sarif")));
    CHECK(sarif["runs"][0]["results"][0]["ruleId"] == "no-orphaned-wait");
    CHECK(std::ranges::count_if(scratch.names(), [](const auto& name) { return name.ends_with(".html"); }) == 1);
  }
}

}  // namespace squall::reports
