// SPDX-License-Identifier: Apache-2.0
#include "reports/views/chronicle.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "reports/views/space_time.hpp"
#include "reports/views/travel.hpp"
#include "scenarios/file.hpp"
#include "scenarios/stepping.hpp"

namespace squall::reports {
namespace {

using namespace scenarios;
using namespace std::chrono_literals;

Scenario quick(Workflow workflow) {
  workflow.latency(sim::Distribution::constant(1ms)).check("deadlock-freedom").check("no-orphaned-wait");
  return scenario(std::move(workflow));
}

/// Ann sends bob two letters.
Workflow letters() {
  Workflow workflow{"letters"};
  workflow.agent("ann", program().send("bob", "one").send("bob", "two"));
  workflow.agent("bob", program().receive("one", {.timeout = 9ms, .otherwise = program()}).receive("two"));
  return workflow;
}

faults::Line at_first(faults::Fault fault, const char* topic) {
  return {.fault = std::move(fault), .matcher = {.from = "ann", .to = "bob", .topic = topic}, .trigger = {.nth = 1}};
}

Chronicle told(const Scenario& one, const faults::Plan& plan = {}) {
  return chronicle(one, replay(one, sim::Seed{1}, plan));
}

std::size_t ended(const Chronicle& run, Passage::End end) {
  return static_cast<std::size_t>(std::ranges::count(run.messages, end, &Passage::end));
}

Loaded team() {
  Loaded loaded = load(SQUALL_SOURCE_DIR "/scenarios/suites/feature-team/broken.yaml");
  REQUIRE(loaded.ok());
  return loaded;
}

}  // namespace

TEST_SUITE("chronicles") {
  TEST_CASE("a message that is taken goes from lane to lane, from the moment of its sending to that of its taking") {
    const Scenario one = quick(letters());
    const Chronicle run = told(one);
    REQUIRE(run.lanes == std::vector<std::string>{"ann", "bob"});
    REQUIRE(run.messages.size() == 2);
    const Passage& first = run.messages[0];
    CHECK(first.what == "one");
    CHECK(first.from == 0);
    CHECK(first.to == 1);
    CHECK(first.ended - first.sent == 1ms);
    CHECK(first.end == Passage::End::taken);
    REQUIRE(first.sent_at < run.moments.size());
    REQUIRE(first.ended_at < run.moments.size());
    CHECK(run.moments[first.sent_at].text == "ann sends one to bob");
    CHECK(run.moments[first.ended_at].text == "bob receives one from ann");
  }

  TEST_CASE("a lost message, a copy and a delayed one are told apart") {
    const Scenario one = quick(letters());
    const Chronicle lost = told(one, {{at_first(faults::MessageLoss{}, "one")}});
    CHECK(ended(lost, Passage::End::lost) == 1);
    CHECK(ended(lost, Passage::End::taken) == 1);
    const Chronicle twice = told(one, {{at_first(faults::MessageDuplicate{}, "two")}});
    CHECK(twice.messages.size() == 3);
    CHECK(std::ranges::count(twice.messages, true, &Passage::copy) == 1);
    CHECK(ended(twice, Passage::End::taken) == 2);
    CHECK(std::ranges::none_of(told(one).messages, &Passage::copy));
  }

  TEST_CASE("a wait that never ends is open, one that is met is not") {
    const Scenario one = quick(letters());
    const Chronicle stuck = told(one, {{at_first(faults::MessageLoss{}, "two")}});
    REQUIRE(std::ranges::count(stuck.spans, true, &Span::open) == 1);
    const Span& open = *std::ranges::find(stuck.spans, true, &Span::open);
    CHECK(stuck.lanes[open.lane] == "bob");
    CHECK(open.what == "two");
    CHECK(std::ranges::none_of(told(one).spans, &Span::open));
  }

  TEST_CASE("a hold of a lock lasts from acquire to release") {
    Workflow workflow{"lock"};
    workflow.resource("desk");
    workflow.agent("ann", program().acquire("desk").work(5ms).release("desk"));
    const Scenario one = quick(std::move(workflow));
    const Chronicle run = told(one);
    const auto hold = std::ranges::find(run.spans, Span::Kind::hold, &Span::kind);
    REQUIRE(hold != run.spans.end());
    CHECK(hold->what == "desk");
    CHECK(hold->to - hold->from == 5ms);
    CHECK_FALSE(hold->open);
  }

  TEST_CASE("nobody sees a pause, and it is drawn all the same: of whom it was, and for how long") {
    const Scenario one = quick(letters());
    const auto paused = [&](sim::Duration lasts) {
      const Chronicle run = told(one, {{{.fault = faults::AgentPause{.lasts = sim::Distribution::constant(lasts)},
                                         .matcher = {.agent = "bob"},
                                         .trigger = {.nth = 1}}}});
      REQUIRE(std::ranges::count(run.spans, Span::Kind::pause, &Span::kind) == 1);
      const Span& pause = *std::ranges::find(run.spans, Span::Kind::pause, &Span::kind);
      CHECK(run.lanes[pause.lane] == "bob");
      const SpaceTime drawn = space_time(run, {}, "a");
      CHECK(drawn.svg.find("class=\"pause\"><title>bob: " + pause.what) != std::string::npos);
      CHECK(drawn.legend.find("does nothing, and does not notice") != std::string::npos);
      return pause;
    };
    const Span pause = paused(3ms);
    CHECK(pause.to - pause.from == 3ms);
    CHECK_FALSE(pause.open);
    CHECK(pause.what == "does nothing for 3 ms");
    CHECK(space_time(told(one), {}, "a").svg.find("pause") == std::string::npos);
  }

  TEST_CASE("a window keeps what is near the violation and counts what it leaves out") {
    const Loaded loaded = team();
    const Recording recording = record(*loaded.scenario, sim::Seed{1});
    const Chronicle all = chronicle(*loaded.scenario, recording, whole_run);
    CHECK(all.moments.size() == all.moments_all);
    CHECK(all.first == 0);
    const Chronicle near = chronicle(*loaded.scenario, recording, {.before = 2, .after = 1});
    REQUIRE(near.moments.size() == 3);
    CHECK(near.moments_all == all.moments_all);
    CHECK(near.moments.front().number == all.moments[near.first].number);
    for (const Passage& passage : near.messages)
      CHECK((passage.ended_at == no_moment || passage.ended_at < near.moments.size()));
  }

  TEST_CASE("snapshots say what each agent does after each moment; the last one is the end of the run") {
    const Loaded loaded = team();
    const Recording recording = record(*loaded.scenario, sim::Seed{1});
    const Chronicle run = chronicle(*loaded.scenario, recording);
    const std::vector<Snapshot> states = snapshots(*loaded.scenario, sim::Seed{1}, run);
    REQUIRE(states.size() == run.moments.size());
    CHECK(states.back() == snapshot_of(loaded.scenario->model, recording.world));
    for (std::size_t m = 0; m < states.size(); ++m)
      CHECK(states[m] == snapshot_at(*loaded.scenario, sim::Seed{1}, run.moments[m].number));
    const AgentSnapshot& tester = states.back().agents[2];
    CHECK(tester.name == "tester");
    CHECK(tester.doing == std::vector<std::string>{"waits for code and docs"});
    CHECK(tester.mailbox == std::vector<std::string>{"code from coder"});
  }

  TEST_CASE("snapshots say what an agent's variables hold: numbers, texts, agents") {
    Workflow workflow{"variables"};
    workflow.agent("ann",
                   {.program = program().set("n", var("n") + 2).work(1ms).set("mood", "fine").set("to", var("ann")),
                    .vars = {{"n", 40}, {"mood", "open"}, {"to", var("bob")}}});
    workflow.agent("bob", program().work(5ms));
    const Scenario one = quick(std::move(workflow));
    const Recording recording = record(one, sim::Seed{1});
    const Snapshot first = snapshot_at(one, sim::Seed{1}, 0), last = snapshot_of(one.model, recording.world);
    CHECK(first.agents[0].variables == std::vector<std::string>{"n = 40", "mood = open", "to = bob"});
    CHECK(last.agents[0].variables == std::vector<std::string>{"n = 42", "mood = fine", "to = ann"});
    CHECK(last.agents[1].variables.empty());
    CHECK(to_text(last).find("; n = 42, mood = fine, to = ann\n") != std::string::npos);
    const std::vector<Stop> stops = stops_of(chronicle(one, recording));
    const std::string page = travel_html(stops, std::vector<Snapshot>(stops.size(), last), 0, "frame");
    CHECK(page.find("n = 42, mood = fine, to = ann") != std::string::npos);
  }

  TEST_CASE("a run taken step by step has the events of the run in one go") {
    const Loaded loaded = team();
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Stepping stepping{*loaded.scenario, sim::Seed{seed}};
      std::uint64_t events = 0;
      while (stepping.step()) ++events;
      const Recording recording = record(*loaded.scenario, sim::Seed{seed});
      CHECK(stepping.world().clock().events == recording.outcome.events);
      CHECK(events > 0);
    }
  }
}

}  // namespace squall::reports
