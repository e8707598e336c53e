// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "scenarios/import/makespan.hpp"
#include "tests/import/samples.hpp"

using namespace squall;
using namespace squall::scenarios;
using namespace std::chrono_literals;

namespace {

/// When each step of work or sleep of an agent began, in the order of the run: `fetch 150ms`.
std::string works(const Imported& imported) {
  const Loaded loaded = load_text("imported.yaml", imported.text);
  REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  const Recording run = record(*loaded.scenario, sim::Seed{1});
  std::string lines;
  for (const sim::TraceLine& line : run.trace.lines()) {
    if (line.seen.kind != sim::Seen::finished) continue;
    const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(line.at - sim::Instant{}).count();
    const std::string name = sim::agent_name(loaded.scenario->model, run.world, line.seen.agent);
    if (name != "graph" && !name.ends_with("-graph")) lines += name + " " + std::to_string(at) + "\n";
  }
  return lines;
}

}  // namespace

TEST_SUITE("import: recorded runs") {
  TEST_CASE("a history replays in the recorded order, with the recorded times") {
    // The first `fetch` needed three attempts and ended at 6.05 s; the second ended at 1.15 s, the timer at 2.05 s. The signal came at 7 s
    // and went to a child workflow from 7.05 s to 9.1 s; the run ended at 9.3 s.
    const Imported imported = sample("report.temporal.json");
    CHECK(imported.drawing->recorded_ns == 9'300'000'000);
    CHECK(makespan(imported) == 9300ms);
    CHECK(works(imported) ==
          "fetch-2 1150\n"
          "timer 2050\n"
          "fetch 6050\n"
          "outside 7000\n"
          "go-on 7000\n"
          "print 9100\n"
          "rest 9300\n");
  }

  TEST_CASE("spans replay in the recorded order, side by side where they overlapped") {
    const Imported imported = sample("agents.otlp.json");
    CHECK(imported.drawing->recorded_ns == 20'000'000'000);
    CHECK(makespan(imported) == 20s);
  }

  TEST_CASE("tasks wait for their parents, and for a machine") {
    // One machine: 1.25 + 8 + 9.5 + 0.002 s one after the other.
    CHECK(makespan(sample("diamond.wfformat.json")) == 18752ms);
    CHECK(makespan(sample("old.wfformat.json")) == 25s);
  }

  TEST_CASE("--fit draws the times of repeated activities from what was recorded") {
    const Imported fitted = sample("report.temporal.json", {.fit = true});
    REQUIRE_MESSAGE(fitted.ok(), told(fitted));
    // The two fetches took 1 s and 2 s.
    CHECK(fitted.text.find("work: {time: {p50: 1s, p99: 2s}}  # fitted over 2 of its kind") != std::string::npos);
    CHECK(sample("report.temporal.json").text.find("{time: {p50") == std::string::npos);
  }

  TEST_CASE("a workflow that failed when it was recorded fails again") {
    const Imported imported = import_text("failed.json", R"({"events": [
      {"eventId": "1", "eventTime": "2026-03-01T10:00:00Z", "eventType": "WorkflowExecutionStarted"},
      {"eventId": "2", "eventTime": "2026-03-01T10:00:00Z", "eventType": "WorkflowTaskScheduled"},
      {"eventId": "3", "eventTime": "2026-03-01T10:00:01Z", "eventType": "WorkflowTaskStarted"},
      {"eventId": "4", "eventTime": "2026-03-01T10:00:02Z", "eventType": "WorkflowTaskCompleted",
       "workflowTaskCompletedEventAttributes": {"scheduledEventId": "2", "startedEventId": "3"}},
      {"eventId": "5", "eventTime": "2026-03-01T10:00:03Z", "eventType": "WorkflowExecutionFailed",
       "workflowExecutionFailedEventAttributes": {"workflowTaskCompletedEventId": "4"}}]})");
    REQUIRE_MESSAGE(imported.ok(), told(imported));
    CHECK(makespan(imported) == 3s);
    CHECK(imported.text.find("fail: {error: failed, because: \"as recorded\"}") != std::string::npos);
  }

  TEST_CASE("a circle of spans, and one of tasks, is refused where it stands") {
    const std::string span =
        R"({"traceId": "t", "spanId": "a", "parentSpanId": "b", "startTimeUnixNano": "1", "endTimeUnixNano": "2"})";
    const std::string other =
        R"({"traceId": "t", "spanId": "b", "parentSpanId": "a", "startTimeUnixNano": "1", "endTimeUnixNano": "2"})";
    const Imported spans = import_text(
        "t.json", "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [\n" + span + ",\n" + other + "]}]}]}");
    REQUIRE(spans.diagnostics.size() == 1);
    CHECK(spans.diagnostics[0].what == "the span 'a' is its own ancestor");
    CHECK(spans.diagnostics[0].at.line == 2);
    const Imported tasks = import_text(
        "w.json",
        R"({"name": "w", "workflow": {"tasks": [{"name": "a", "parents": ["b"]}, {"name": "b", "parents": ["a"]}]}})");
    REQUIRE(tasks.diagnostics.size() == 1);
    CHECK(tasks.diagnostics[0].what == "'a' waits for itself, by way of its parents");
  }

  TEST_CASE("spans that overlap wait for what had ended before both of them, and there is one node between") {
    std::string spans;
    const auto add = [&](int id, int begin, int end) {
      spans += (spans.empty() ? "" : ",\n") + std::string{"{\"traceId\": \"t\", \"name\": \"s"} + std::to_string(id) +
               "\", \"spanId\": \"" + std::to_string(id) + "\", \"startTimeUnixNano\": \"" + std::to_string(begin) +
               "000000000\", \"endTimeUnixNano\": \"" + std::to_string(end) + "000000000\"}";
    };
    add(1, 0, 3), add(2, 0, 4), add(3, 5, 7), add(4, 5, 8);
    const Imported imported =
        import_text("t.json", "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [" + spans + "]}]}]}");
    REQUIRE_MESSAGE(imported.ok(), told(imported));
    CHECK(imported.tally.control_edges == 2 + 2 + 2 + 2);  // start, into the node between, out of it, to the end
    CHECK(makespan(imported) == 8s);
  }
}
