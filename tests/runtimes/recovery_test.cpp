// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// Who starts work again, and when: a runtime that crashes, a worker that does, a queue that hides what was taken.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

/// When the tool `t` had its effect: once for each run of a body that got to its end.
struct Worked {
  std::vector<sim::Duration> at;
  std::string reported, violations;
};

Worked worked_on(const std::string& text, std::uint64_t seed = 1) {
  const Loaded loaded = loaded_text("workflow: t\nnetwork: {latency: 0s}\ntools: {t: {}}\n" + text);
  const Recording run = record(*loaded.scenario, sim::Seed{seed});
  Worked worked;
  for (const sim::TraceLine& line : run.trace.lines()) {
    if (line.seen.kind == sim::Seen::effect) worked.at.push_back(line.at - sim::start_of_time);
    if (line.seen.kind == sim::Seen::reported && worked.reported.empty())
      worked.reported = line.seen.value != 0 ? "success" : "failure";
  }
  worked.violations = invariants_of(run.outcome.violations);
  return worked;
}

/// One node that works 10 s, and another behind it. `who` crashes after 5 s.
std::string crash_of(const std::string& runs_as, const std::string& who, const std::string& node = "",
                     const std::string& restart = "1s") {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: a
  nodes:
    a: {{do: [{{work: 10s}}, {{call: t}}], next: b{}}}
    b: {{do: [{{work: 1s}}]}}
plan: [agent-crash: {{agent: {}, at: {{time: 5s}}, restart: {}}}]
)",
                     runs_as, node, who, restart);
}

std::string recovery_said(const std::string& text) {
  return to_text(load_text("graph.yaml", "workflow: t\n" + text).diagnostics);
}
bool recovery_says(const std::string& text, const std::string& part) {
  return recovery_said(text).find(part) != std::string::npos;
}

std::string node_alone(const std::string& runs_as, const std::string& node) {
  return fmt::format("graph: {{runs-as: {}, start: a, nodes: {{a: {{do: [{{work: 1s}}], {}}}}}}}\n", runs_as, node);
}

}  // namespace

TEST_SUITE("runtimes: recovery") {
  TEST_CASE("a runtime that keeps each start in its history does not hand out again what a worker has in hand") {
    for (const char* preset : {"durable", "step-functions", "queue-worker", "dataflow"}) {
      for (const char* restart : {"1s", "8s"}) {  // the worker is done after it is back, and before
        CAPTURE(preset);
        CAPTURE(restart);
        const Worked worked = worked_on(crash_of(preset, "graph", "", restart));
        CHECK(worked.at == std::vector<sim::Duration>{10s});
        CHECK(worked.reported == "success");
        CHECK(worked.violations == "");
      }
    }
  }

  TEST_CASE("a runtime that saves before it hands out does so again") {
    const Worked worked = worked_on(crash_of("{preset: durable, checkpoint: superstep}", "graph"));
    CHECK(worked.at == std::vector<sim::Duration>{10s, 16s});  // at 0 s, and when it is back at 6 s
  }

  TEST_CASE("exactly-once: what a crashed worker had has failed, and only a retry starts it again") {
    const std::string retry = ", retry: {times: 2, backoff: 4s}";
    const Worked standard = worked_on(crash_of("step-functions", "a"));
    CHECK(standard.at.empty());
    CHECK(standard.reported == "");
    const Worked tried = worked_on(crash_of("step-functions", "a", retry));
    CHECK(tried.at == std::vector<sim::Duration>{20s});  // it is back at 6 s, waits for 4 s and works for 10 s
    CHECK(tried.reported == "success");
    const Worked caught = worked_on(crash_of("step-functions", "a", ", otherwise: {crashed: [{call: t}]}"));
    CHECK(caught.at == std::vector<sim::Duration>{6s});
    const Worked other = worked_on(crash_of("step-functions", "a", ", retry: {times: 2, on: [timeout]}"));
    CHECK(other.at.empty());
    const Worked express =
        worked_on(crash_of("{preset: step-functions, guarantee: at-least-once, checkpoint: none}", "a"));
    CHECK(express.at == std::vector<sim::Duration>{16s});
    CHECK(express.reported == "success");
  }

  TEST_CASE("exactly-once: a run that was lost counts among the attempts") {
    const auto crashed_twice = [](int times) {
      std::string text = crash_of("step-functions", "a", fmt::format(", retry: {{times: {}, backoff: 0s}}", times));
      const std::size_t plan = text.find("plan: [");
      text.insert(plan + 7, "agent-crash: {agent: a, at: {time: 8s}, restart: 1s}, ");
      return worked_on(text);
    };
    CHECK(crashed_twice(2).at.empty());
    CHECK(crashed_twice(3).at == std::vector<sim::Duration>{19s});
  }

  TEST_CASE("step-functions: after a crash of what runs a subgraph its branches go on, and none is started again") {
    const auto parallel = [](const char* runs_as, const char* who) {
      return worked_on(fmt::format(R"(
graph:
  runs-as: {}
  start: both
  nodes:
    both:
      graph:
        start: [x, y]
        nodes:
          x: {{do: [{{work: 2s}}, {{call: t}}], next: z}}
          y: {{do: [{{work: 10s}}, {{call: t}}]}}
          z: {{do: [{{work: 10s}}, {{call: t}}]}}
      next: after
    after: {{do: [{{work: 1s}}, {{call: t}}]}}
plan: [agent-crash: {{agent: {}, at: {{time: 5s}}, restart: 1s}}]
)",
                                   runs_as, who));
    };
    const std::vector<sim::Duration> once{2s, 10s, 12s, 13s};
    CHECK(parallel("step-functions", "graph").at == once);
    CHECK(parallel("step-functions", "both-graph").at == once);
    CHECK(parallel("step-functions", "both-graph").reported == "success");
    CHECK(parallel("step-functions", "both").reported == "");  // the state itself has failed
    const Worked express =
        parallel("{preset: step-functions, guarantee: at-least-once, checkpoint: none}", "both-graph");
    CHECK(express.at.size() > once.size());
    CHECK(express.reported == "success");
  }

  TEST_CASE("step-functions: what a subgraph has heard of its nodes is no news to it after a crash, in a loop either") {
    for (const char* at : {"3s", "9s", "15s", "21s"}) {
      CAPTURE(at);
      const Worked worked = worked_on(fmt::format(R"(
context: {{n: {{initial: 0, reducer: sum}}}}
graph:
  runs-as: step-functions
  start: whole
  nodes:
    whole:
      graph:
        start: a
        nodes:
          a: {{do: [{{work: 2s}}, {{call: t}}, {{write: {{key: n, value: 1}}}}], next: b}}
          b: {{do: [{{work: 4s}}, {{if: visit < 4, then: [{{route: again}}], else: [{{route: on}}]}}], next: {{again: a, on: c}}}}
          c: {{do: [{{read: n, as: r}}, {{if: r.value != 4, then: [{{fail: it was counted twice}}]}}]}}
plan: [agent-crash: {{agent: whole-graph, at: {{time: {}}}, restart: 10s}}]
)",
                                                  at));
      CHECK(worked.at.size() == 4);
      CHECK(worked.reported == "success");
      CHECK(worked.violations == "");
    }
  }

  TEST_CASE("heartbeat: that a worker is gone is noticed so late, and its work comes again, or has failed") {
    CHECK(worked_on(crash_of("durable", "a")).at == std::vector<sim::Duration>{16s});  // at once when it is back
    CHECK(worked_on(crash_of("durable", "a", ", heartbeat: 30s")).at == std::vector<sim::Duration>{45s});
    CHECK(worked_on(crash_of("durable", "a", ", timeout: 1m")).at == std::vector<sim::Duration>{75s});
    CHECK(worked_on(crash_of("durable", "a", ", timeout: 1m, heartbeat: 30s")).at == std::vector<sim::Duration>{45s});
    CHECK(worked_on(crash_of("dataflow", "a", ", heartbeat: 30s")).at == std::vector<sim::Duration>{45s});
    CHECK(worked_on(crash_of("step-functions", "a", ", heartbeat: 30s, otherwise: {timeout: [{call: t}]}")).at ==
          std::vector<sim::Duration>{35s});
    // Who is back later has its work then.
    CHECK(worked_on(crash_of("durable", "a", ", heartbeat: 2s", "5s")).at == std::vector<sim::Duration>{20s});
    // A worker that works is heard of, however long it does.
    CHECK(worked_on(crash_of("durable", "b", ", heartbeat: 2s")).at == std::vector<sim::Duration>{10s});
  }

  TEST_CASE("visibility: what is not acknowledged in time comes again, whether its worker still works on it or not") {
    const auto queue = [](const char* more, const char* node, const char* who) {
      std::string text = crash_of("queue-worker", who, node);
      return worked_on(text.insert(text.find("  start: a"), more));
    };
    CHECK(queue("", "", "a").at == std::vector<sim::Duration>{310s});  // 5 minutes, and 10 s of work
    CHECK(queue("  visibility: 20s\n", "", "a").at == std::vector<sim::Duration>{30s});
    CHECK(queue("  visibility: 20s\n", ", visibility: 40s", "a").at == std::vector<sim::Duration>{50s});
    // At 8 s a copy is handed out. At 10 s the work is done and acknowledged, so that no other one is.
    CHECK(queue("", ", visibility: 8s", "b").at == std::vector<sim::Duration>{10s, 18s});
  }

  TEST_CASE("prefetch: what is reserved waits for its worker, and its visibility runs") {
    const auto batch = [](const char* node) {
      return worked_on(fmt::format(R"(
graph:
  runs-as: queue-worker
  start: [x, y, z]
  visibility: 25s
  nodes:
    x: {{next: a}}
    y: {{next: a}}
    z: {{next: a}}
    a: {{do: [{{work: 10s}}, {{call: t}}]{}}}
)",
                                   node));
    };
    CHECK(batch("").at == std::vector<sim::Duration>{10s, 10s, 10s});
    CHECK(batch(", concurrency: 1").at == std::vector<sim::Duration>{10s, 20s, 30s});
    CHECK(batch(", concurrency: 2").at == std::vector<sim::Duration>{10s, 10s, 20s});
    // The third is reserved from the start, so at 25 s it comes again while it is worked on: it is done twice.
    CHECK(batch(", concurrency: 1, prefetch: 2").at == std::vector<sim::Duration>{10s, 20s, 30s, 40s});
    CHECK(batch(", concurrency: 1, prefetch: 1").at == std::vector<sim::Duration>{10s, 20s, 30s});
  }

  TEST_CASE("what is said of a worker where there is none, or nobody who knows of it, is refused") {
    const std::string alone = "{preset: dataflow, guarantee: in-process}";
    CHECK(recovery_says(node_alone(alone, "heartbeat: 5s"), "nobody listens for its heartbeat"));
    CHECK(recovery_says(node_alone("{preset: durable, guarantee: at-most-once}", "heartbeat: 5s"), "nobody listens"));
    CHECK(recovery_says(node_alone("queue-worker", "heartbeat: 5s"), "a queue knows no heartbeat"));
    CHECK(recovery_says(node_alone("durable", "heartbeat: 0s"), "that is no time"));
    CHECK(recovery_says(node_alone("durable", "visibility: 5s"), "only what is taken from a queue is hidden"));
    CHECK(recovery_says("graph: {runs-as: durable, visibility: 5s, start: a, nodes: {a: {do: [{work: 1s}]}}}\n",
                        "only what is taken from a queue is hidden"));
    CHECK(recovery_says(node_alone("durable", "concurrency: 1, prefetch: 2"), "only the worker of a queue reserves"));
    CHECK(recovery_says(node_alone("queue-worker", "prefetch: 2"), "it reserves nothing"));
    CHECK(
        recovery_says(node_alone("queue-worker", "concurrency: 200, prefetch: 100"), "more than 255 messages in hand"));
    CHECK(recovery_says(node_alone(alone, "concurrency: 1"), "it has no worker of its own"));
    CHECK(recovery_says(node_alone("queue-worker", "concurrency: 0"), "nothing would ever run"));
    CHECK(recovery_said(node_alone("queue-worker", "concurrency: 1, prefetch: 2, visibility: 5s")) == "");
    CHECK(recovery_said(node_alone("step-functions", "heartbeat: 5s")) == "");
  }
}

}  // namespace squall::scenarios
