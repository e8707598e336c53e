// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/import/makespan.hpp"
#include "scenarios/import/names.hpp"
#include "scenarios/import/times.hpp"
#include "scenarios/lint/witness.hpp"
#include "tests/import/samples.hpp"

// Definitions and recordings from public repositories, where they are at hand (SQUALL_SHARED).

using namespace squall;
using namespace squall::scenarios;
namespace fs = std::filesystem;

namespace {

const std::string real = std::string{SQUALL_SHARED} + "/real-inputs/";
const bool absent = std::string_view{SQUALL_SHARED}.empty() || !fs::exists(real);

std::vector<std::string> real_files(const std::string& below) {
  std::vector<std::string> paths;
  const std::string folder = real + below + "/";
  for (const std::string& name : files_in(folder, [](const fs::path& path) { return path.extension() != ".md"; }))
    paths.push_back(folder + name);
  return paths;
}

const std::map<std::string, ForeignFormat> folders{{"asl-json", ForeignFormat::asl},
                                                   {"autogen-component-json", ForeignFormat::autogen},
                                                   {"chatdev-yaml", ForeignFormat::chatdev},
                                                   {"langgraph-graph-json", ForeignFormat::langgraph},
                                                   {"langgraph-mermaid", ForeignFormat::mermaid},
                                                   {"otlp-json", ForeignFormat::otlp},
                                                   {"temporal-history-json", ForeignFormat::temporal},
                                                   {"wfcommons-json", ForeignFormat::wfformat}};

/// When the last task ends, in nanoseconds, if each machine takes the task that has been ready longest: a few lines that share
/// nothing with the runtimes.
std::int64_t list_schedule(const nlohmann::json& workflow) {
  std::map<std::string, std::int64_t> lasts;
  std::set<std::string> machines;
  for (const auto& task : workflow["execution"]["tasks"]) {
    lasts[task["id"]] = std::llround(task["runtimeInSeconds"].get<double>() * 1e9);
    for (const auto& machine : task["machines"]) machines.insert(machine.get<std::string>());
  }
  std::map<std::string, std::size_t> missing;
  std::map<std::string, std::vector<std::string>> children;
  std::deque<std::string> ready;
  for (const auto& task : workflow["specification"]["tasks"]) {
    const std::string id = task["id"];
    const auto parents = task["parents"].get<std::set<std::string>>();
    for (const std::string& parent : parents) children[parent].push_back(id);
    missing[id] = parents.size();
    if (parents.empty()) ready.push_back(id);
  }
  std::set<std::pair<std::int64_t, std::string>> running;
  std::int64_t now = 0;
  while (!ready.empty() || !running.empty()) {
    for (; !ready.empty() && running.size() < machines.size(); ready.pop_front())
      running.insert({now + lasts[ready.front()], ready.front()});
    now = running.begin()->first;
    const std::string done = running.extract(running.begin()).value().second;
    for (const std::string& child : children[done]) {
      if (--missing[child] == 0) ready.push_back(child);
    }
  }
  return now;
}

/// When activities of a Temporal history ended, in nanoseconds since it began, each with the name of its kind: read without the importer.
std::multimap<std::int64_t, std::string> recorded_ends(const nlohmann::json& history) {
  std::multimap<std::int64_t, std::string> ends;
  std::map<std::string, std::string> kinds;
  std::optional<std::int64_t> begun;
  const nlohmann::json& events = history.contains("history") ? history["history"]["events"] : history["events"];
  for (const nlohmann::json& event : events) {
    const auto at = imports::instant_of(event["eventTime"].get<std::string>());
    REQUIRE(at.has_value());
    if (!begun) begun = *at;
    if (event.contains("activityTaskScheduledEventAttributes")) {
      const std::string id =
          event["eventId"].is_string() ? event["eventId"].get<std::string>() : event["eventId"].dump();
      kinds[id] = event["activityTaskScheduledEventAttributes"]["activityType"]["name"];
    }
    if (event.contains("activityTaskCompletedEventAttributes")) {
      const nlohmann::json& id = event["activityTaskCompletedEventAttributes"]["scheduledEventId"];
      ends.emplace(*at - *begun, kinds.at(id.is_string() ? id.get<std::string>() : id.dump()));
    }
  }
  return ends;
}

}  // namespace

TEST_SUITE("real imports" * doctest::skip(absent)) {
  TEST_CASE("every file is recognised and imported, and its import runs to an end") {
    for (const auto& [folder, format] : folders) {
      for (const std::string& path : real_files(folder)) {
        CAPTURE(path);
        CHECK(guess_format(content_of(path)) == format);
        const Imported imported = import_file(path);
        REQUIRE_MESSAGE(imported.ok(), told(imported));
        CHECK(imported.tally.nodes > 0);
        const Loaded loaded = load_text("imported.yaml", imported.text);
        REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
        Runner runner{*loaded.scenario};
        const Outcome& outcome = runner.run(sim::Seed{1});
        CHECK(outcome.halt == sim::Halt::idle);
        CHECK(outcome.violations.empty());
        // The file itself is as good as what is made of it.
        const Loaded straight = load(path);
        REQUIRE_MESSAGE(straight.ok(), to_text(straight.diagnostics));
        CHECK(record(*straight.scenario, sim::Seed{1}).outcome.digest == outcome.digest);
      }
    }
  }

  TEST_CASE("a history takes as long as it took") {
    for (const std::string& path : real_files("temporal-history-json")) {
      CAPTURE(path);
      const Imported imported = import_file(path);
      REQUIRE(imported.ok());
      CHECK(makespan(imported)->count() == imported.drawing->recorded_ns);
    }
  }

  TEST_CASE("its activities end in the recorded order, each when it did") {
    std::size_t activities = 0;
    for (const std::string& path : real_files("temporal-history-json")) {
      CAPTURE(path);
      const Loaded loaded = load(path);
      REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
      const Recording run = record(*loaded.scenario, sim::Seed{1});
      std::multimap<std::int64_t, std::string> replayed;
      for (const sim::TraceLine& line : run.trace.lines()) {
        if (line.seen.kind != sim::Seen::finished) continue;
        replayed.emplace((line.at - sim::Instant{}).count(),
                         sim::agent_name(loaded.scenario->model, run.world, line.seen.agent));
      }
      for (const auto& recorded : recorded_ends(nlohmann::json::parse(content_of(path)))) {
        CAPTURE(recorded.first);
        CAPTURE(recorded.second);
        ++activities;
        const auto range = replayed.equal_range(recorded.first);
        CHECK(std::any_of(range.first, range.second, [&](const auto& ended) {
          return ended.second.starts_with(imports::native_name(recorded.second, "activity"));
        }));
      }
    }
    CHECK(activities > 20);
  }

  TEST_CASE("of six waits for callbacks in eight state machines two have no bound") {
    std::uint32_t bounded = 0, unbounded = 0;
    for (const std::string& path : real_files("asl-json")) {
      const imports::Tally tally = import_file(path).tally;
      bounded += tally.waits_bounded;
      unbounded += tally.waits_unbounded;
    }
    CHECK(bounded == 4);
    CHECK(unbounded == 2);
  }

  TEST_CASE("lint sees both of them, and a run shows each") {
    std::size_t told = 0, shown = 0;
    for (const std::string& path : real_files("asl-json")) {
      const Loaded loaded = load(path);
      REQUIRE(loaded.ok());
      for (const LintFinding& finding : lint(loaded)) {
        if (finding.rule != "unbounded-wait" || finding.what.find("never answers") == std::string::npos) continue;
        ++told;
        shown += rehearse(loaded, finding).witness ? 1 : 0;
      }
    }
    CHECK(told == 2);
    CHECK(shown == 2);
  }

  TEST_CASE("what an instance of WfCommons takes is what tasks take that are begun first come, first served") {
    // Recorded makespans have queues and transfers in them, which the files do not hold.
    for (const std::string& path : real_files("wfcommons-json")) {
      CAPTURE(path);
      const Imported imported = import_file(path);
      REQUIRE(imported.ok());
      CHECK(makespan(imported)->count() == list_schedule(nlohmann::json::parse(content_of(path))["workflow"]));
      CHECK(makespan(imported)->count() <= *imported.drawing->recorded_ns);
    }
  }
}
