// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"
#include "scenarios/runtimes/lower.hpp"
#include "tests/loaded.hpp"
#include "tests/runtimes/measured.hpp"

/// What happens inside of a graph that is cut off, asked, or badly connected: subgraphs that crash or are retried, questions,
/// elements that route, words that are lost or late.
namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;

struct PlayedInside {
  std::map<std::string, int> runs;                             ///< of nodes
  std::map<std::pair<std::string, std::string>, sim::Instant>  ///< (topic, sender): when it was last sent
      sent;
  std::string violations;
  sim::Instant end = sim::start_of_time;
};

PlayedInside play_inside(const std::string& text, std::uint64_t seed = 1) {
  const Loaded loaded = loaded_text("workflow: t\n" + text);
  const sim::Model& model = loaded.scenario->model;
  const Recording run = record(*loaded.scenario, sim::Seed{seed});
  PlayedInside played;
  for (const sim::TraceLine& line : run.trace.lines()) {
    played.end = line.at;
    if (index(line.seen.topic) >= model.topics.size() || line.seen.agent == sim::nobody) continue;
    const std::string topic = model.topic(line.seen.topic).name;
    const std::string agent = agent_name(model, run.world, line.seen.agent);
    if (line.seen.kind == sim::Seen::consumed && topic == inner::run) ++played.runs[agent];
    if (line.seen.kind == sim::Seen::sent) played.sent[{topic, agent}] = line.at;
  }
  played.violations = invariants_of(run.outcome.violations);
  return played;
}

/// As the case `crash-in-subgraph` of the recordings.
std::string cut_off(const char* runs_as, const char* more = "") {
  return fmt::format(R"(
graph:
  runs-as: {}
  start: split
  nodes:
    split: {{do: [{{work: 5ms}}], next: sub}}
    sub:
      graph:
        start: inner
        nodes:
          inner: {{do: [{{work: 5ms}}], next: [bad, side]}}
          bad: {{do: [{{work: 40ms}}]}}
          side: {{do: [{{work: 5ms}}]}}
      next: after
    after: {{do: [{{work: 5ms}}]}}
plan:
  - agent-crash: {{agent: graph, at: {{time: 30ms}}, restart: 1s}}
{})",
                     runs_as, more);
}

std::map<std::string, int> recorded(const std::string& name) {
  std::ifstream stream{SQUALL_SOURCE_DIR "/tests/data/runtimes/langgraph/" + name + ".json"};
  const auto golden = nlohmann::json::parse(stream);
  std::map<std::string, int> runs;
  for (const auto& each : golden["executions"]) ++runs[each["node"].get<std::string>()];
  return runs;
}

std::map<std::string, int> without(std::map<std::string, int> runs, const std::string& node) {
  runs.erase(node);
  return runs;
}

std::string fan_out(const char* over, const char* body) {
  return fmt::format(R"(
graph:
  runs-as: langgraph
  start: each
  nodes:
    each: {{over: {}, item: i, do: [{}], next: {{odd: a, even: b, never: c}}}}
    a: {{do: [{{work: 1s}}]}}
    b: {{do: [{{work: 1s}}]}}
    c: {{do: [{{work: 1s}}]}}
)",
                     over, body);
}

}  // namespace

TEST_SUITE("runtimes: inside") {
  TEST_CASE(
      "LangGraph: after a crash a subgraph goes on inside, and what had ended in its open step is not run again") {
    const PlayedInside played = play_inside(cut_off("langgraph"));
    CHECK(without(played.runs, "sub") == recorded("crash-in-subgraph"));
    CHECK(played.violations.empty());
    CHECK(play_inside(cut_off("{preset: langgraph, checkpoint: none}")).runs["inner"] == 2);
  }

  TEST_CASE("checkpoint: superstep saves when a step is over, so what had ended in the open step is run again") {
    const PlayedInside played = play_inside(cut_off("{preset: langgraph, checkpoint: superstep}"));
    CHECK(played.runs.at("split") == 1);
    CHECK(played.runs.at("inner") == 1);
    CHECK(played.runs.at("side") == 2);
    CHECK(played.runs.at("bad") == 2);
    CHECK(played.runs.at("after") == 1);
    CHECK(played.violations.empty());
  }

  TEST_CASE("without supersteps a subgraph that a crash cuts off begins again as a whole") {
    const PlayedInside played = play_inside(cut_off("{preset: dataflow, guarantee: in-process}"));
    CHECK(played.runs.at("inner") == 2);
    CHECK(played.runs.at("side") == 2);
    CHECK(played.violations.empty());
  }

  TEST_CASE("LangGraph: a retry begins a subgraph again as a whole") {
    const PlayedInside played = play_inside(R"(
graph:
  runs-as: langgraph
  start: split
  nodes:
    split: {do: [{work: 5ms}], next: sub}
    sub:
      retry: {times: 2}
      graph:
        start: inner
        nodes:
          inner: {do: [{work: 5ms}], next: [bad, side]}
          bad: {do: [{work: 40ms}, {if: now < 60ms, then: [{fail: as the case wants it}]}]}
          side: {do: [{work: 10ms}]}
      next: after
    after: {do: [{work: 5ms}]}
)");
    CHECK(without(played.runs, "sub") == recorded("retry-subgraph"));
  }

  TEST_CASE("a subgraph that has ended begins anew at its next visit, whatever was saved of the last one") {
    const PlayedInside played = play_inside(R"(
graph:
  runs-as: langgraph
  start: sub
  nodes:
    sub:
      graph: {start: inner, nodes: {inner: {do: [{work: 10ms}], next: last}, last: {do: [{work: 10ms}]}}}
      next: again
    again:
      do: [{work: 10ms}, {if: visit < 2, then: [{route: back}], else: [{route: on}]}]
      next: {back: sub, on: end}
plan:
  - agent-crash: {agent: graph, at: {time: 25ms}, restart: 1s}
)");
    CHECK(played.runs == std::map<std::string, int>{{"again", 3}, {"inner", 2}, {"last", 2}, {"sub", 2}});
    CHECK(played.violations.empty());
  }

  TEST_CASE("LangGraph: a question waits for the other nodes of its step, and for those around its subgraph") {
    const std::string human = R"(
agents: {human: {on: {question: [{sleep: 1m}, {reply: {}}]}}}
)";
    const PlayedInside beside = play_inside(human + R"(
graph:
  runs-as: langgraph
  start: [ask, other]
  nodes:
    ask: {do: [{work: 5ms}, {interrupt: {to: human, topic: question}, as: answer}]}
    other: {do: [{work: 45ms}]}
)");
    CHECK(beside.sent.at({"question", "ask"}) == sim::Instant{45ms});
    CHECK(beside.runs == std::map<std::string, int>{{"ask", 1}, {"other", 1}});
    const PlayedInside within = play_inside(human + R"(
graph:
  runs-as: langgraph
  start: [sub, other]
  nodes:
    sub:
      graph:
        start: [ask, quick]
        nodes:
          ask: {do: [{work: 5ms}, {interrupt: {to: human, topic: question}, as: answer}]}
          quick: {do: [{work: 20ms}]}
    other: {do: [{work: 45ms}]}
)");
    CHECK(within.sent.at({"question", "ask"}) == sim::Instant{45ms});
    CHECK(within.violations.empty());
    // Elsewhere there are no steps to wait for.
    const PlayedInside flow = play_inside(human + R"(
graph:
  runs-as: {preset: dataflow, guarantee: in-process}
  start: [ask, other]
  nodes:
    ask: {do: [{work: 5ms}, {interrupt: {to: human, topic: question}, as: answer}]}
    other: {do: [{work: 45ms}]}
)");
    CHECK(flow.sent.at({"question", "ask"}) == sim::Instant{5ms});
  }

  TEST_CASE("two who ask in one step ask at once, and a second question waits for nobody who waits for an answer") {
    const PlayedInside played = play_inside(R"(
agents: {human: {on: {question: [{sleep: 1m}, {reply: {}}], other: [{sleep: 5m}, {reply: {}}]}, concurrency: 9}}
network: {latency: 0s}
graph:
  runs-as: langgraph
  start: [a, b]
  nodes:
    a: {do: [{work: 5ms}, {interrupt: {to: human, topic: question}, as: x}, {interrupt: {to: human, topic: question}, as: y}]}
    b: {do: [{work: 20ms}, {interrupt: {to: human, topic: other}, as: z}]}
)");
    CHECK(played.sent.at({"other", "b"}) == sim::Instant{20ms});
    CHECK(played.sent.at({"question", "a"}) == sim::Instant{20ms + 1min + 5ms});  // the second one
    CHECK(played.violations.empty());
  }

  TEST_CASE("each element of a fan-out routes, and a way is taken that one of them takes") {
    using Runs = std::map<std::string, int>;
    const char* body = "{if: i % 2 == 1, then: [{route: odd}], else: [{route: even}]}";
    CHECK(play_inside(fan_out("1..3", body)).runs == Runs{{"each", 1}, {"a", 1}, {"b", 1}});
    CHECK(play_inside(fan_out("3..3", body)).runs == Runs{{"each", 1}, {"a", 1}});
    CHECK(play_inside(fan_out("1..0", body)).runs == Runs{{"each", 1}});
    CHECK(play_inside(fan_out("1..2", "{if: i == 1, then: [{route: [odd, never]}], else: [{route: odd}]}")).runs ==
          Runs{{"each", 1}, {"a", 1}, {"c", 1}});
    // Who does not route goes everywhere.
    CHECK(play_inside(fan_out("1..2", "{if: i == 1, then: [{route: odd}]}")).runs ==
          Runs{{"each", 1}, {"a", 1}, {"b", 1}, {"c", 1}});
  }

  TEST_CASE("what a start says that was under way when its run was stopped is no word of the next run") {
    const PlayedInside played = play_inside(R"(
network: {latency: 1s}
graph:
  runs-as: {preset: step-functions}
  start: sub
  nodes:
    sub:
      retry: {times: 2}
      graph:
        start: [a, c]
        nodes:
          a: {do: [{work: 1s}], next: b}
          b: {do: [{work: 5s}]}
          c: {do: [{work: 1500ms}, {if: now < 8s, then: [{fail: as the case wants it}]}]}
)");
    // sub 0-1 s, its graph 2 s; a 3-4 s, known at 5 s: b is told. c has failed at 4.5 s, known at 5.5 s: the run stops, and b's
    // start arrives at 6 s, to work until 11 s. The next run: known at 6.5 s, begun at 7.5 s, a 8.5-9.5 s, b 11.5-16.5 s.
    CHECK(played.runs.at("b") == 2);
    CHECK(played.sent.at({"graph-left", "sub-graph"}) == sim::Instant{17'500ms});
    CHECK(played.violations.empty());
  }

  TEST_CASE("what is lost between a runtime and its workers comes again, unless it is said that it does not") {
    const auto lost = [](const char* runs_as, const char* topic) {
      return play_inside(fmt::format(R"(
network: {{latency: 1ms}}
graph: {{runs-as: {}, start: a, nodes: {{a: {{do: [{{work: 1s}}]}}}}}}
plan: [{{message-loss: {{topic: {}, nth: 1}}}}]
)",
                                     runs_as, topic));
    };
    for (const char* preset : {"step-functions", "dataflow", "queue-worker", "durable"}) {
      CAPTURE(preset);
      for (const char* topic : {"graph-run", "graph-done"}) {
        CAPTURE(topic);
        PlayedInside played = lost(preset, topic);
        CHECK(played.runs["a"] == 1);
        CHECK(played.violations.empty());
      }
    }
    CHECK(lost("queue-worker", "graph-run").end == sim::Instant{5min + 1s + 2ms});  // the visibility timeout
    CHECK(lost("dataflow", "graph-run").end == sim::Instant{10min + 1s + 2ms});
    CHECK(lost("durable", "graph-done").end == sim::Instant{1s + 1s + 2ms});
    CHECK(lost("{preset: dataflow, guarantee: at-most-once}", "graph-run").violations.find("no-orphaned-wait") !=
          std::string::npos);
  }
}

}  // namespace squall::scenarios
