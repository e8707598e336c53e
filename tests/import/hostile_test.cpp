// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "tests/effort.hpp"
#include "tests/import/samples.hpp"

// Files that are made to take long or much room: each ends as an import, or with diagnostics that have a place and a fix.
using namespace squall;
using namespace squall::scenarios;

namespace {

/// What is wrong with a text, first; empty where nothing is. Where that took a time that grows with the square of what is read,
/// it would take hours, which no run of tests waits for.
std::string first_trouble(const std::string& text, const ImportOptions& options = {}) {
  const Imported imported = import_text("f", text, options);
  CHECK(imported.ok() == imported.diagnostics.empty());
  for (const Diagnostic& one : imported.diagnostics) {
    CHECK(one.at.line > 0);
    CHECK_FALSE(one.fix.empty());
  }
  return imported.ok() ? "" : imported.diagnostics.front().what;
}

/// `make(0), make(1), …`, with commas between.
template <class Make>
std::string listed(std::size_t count, const Make& make, const char* between = ",") {
  std::string text;
  for (std::size_t n = 0; n < count; ++n) text += (n == 0 ? "" : between) + make(n);
  return text;
}

std::string machine_of(const std::string& states) {
  return "{\"StartAt\": \"S0\", \"States\": {" + states + R"(, "Z": {"Type": "Succeed"}}})";
}

}  // namespace

TEST_SUITE("hostile imports") {
  TEST_CASE("an arrow from many nodes to many is refused before it is drawn") {
    const auto group = [](char letter) {
      return listed(
          effort(3'000UL), [&](std::size_t n) { return fmt::format("{}{}", letter, n); }, " & ");
    };
    const std::string trouble = first_trouble("graph TD\n" + group('a') + " --> " + group('b') + "\n");
    if (thorough) CHECK(trouble == "the picture has more than 500000 arrows");
  }

  TEST_CASE("nodes are counted as they come, and not when the line ends") {
    const auto id = [](std::size_t n) { return fmt::format("n{}", n); };
    const std::size_t count = 100'000;
    CHECK(first_trouble("graph TD\n" + listed(count, id, " & ")) == "the picture has more than 40000 nodes");
    CHECK(first_trouble("graph TD\n" + listed(count, id, "-->")) == "the picture has more than 40000 nodes");
  }

  TEST_CASE("joins of a large graph are found by their names") {
    const std::size_t count = effort(20'000UL);
    const std::string nodes = listed(count, [](std::size_t n) { return fmt::format(R"({{"id": "n{}"}})", n); });
    const std::string edges = listed(2 * count, [&](std::size_t n) {
      return fmt::format(R"({{"source": "n{}", "target": "n{}"}})", n % count,
                         n < count ? n * 7919 % count : (n + 1) % count);
    });
    // On one line, as programs write: what has to be known of a place in it must not cost the way there.
    const std::string graph = fmt::format(R"({{"nodes": [{}], "edges": [{}]}})", nodes, edges);
    for (const char* join : {"", "all"}) first_trouble(graph, {.join = join});
  }

  TEST_CASE("errors of one state are few") {
    const auto named = [](const char* key, const char* more) {
      return machine_of(
          R"("S0": {"Type": "Task", "Resource": "x", "Next": "Z", ")" + std::string{key} + "\": [" +
          listed(50'000, [&](std::size_t n) { return fmt::format(R"({{"ErrorEquals": ["Own{}"]{}}})", n, more); }) +
          "]}");
    };
    CHECK(first_trouble(named("Catch", R"(, "Next": "Z")")) == "'Catch' of a state names more than 200 errors");
    CHECK(first_trouble(named("Retry", "")) == "'Retry' of a state names more than 200 errors");
  }

  TEST_CASE("many services, and many Maps behind one another") {
    const std::size_t count = effort(15'000UL);
    const auto chain = [&](const std::string& fields) {
      return machine_of(listed(count, [&](std::size_t n) {
        const std::string next = n + 1 == count ? "Z" : fmt::format("S{}", n + 1);
        std::string own = fields;
        if (const std::size_t at = own.find("NUMBER"); at != std::string::npos) own.replace(at, 6, std::to_string(n));
        return fmt::format(R"("S{}": {{{}, "Next": "{}"}})", n, own, next);
      }));
    };
    first_trouble(chain(R"("Type": "Task", "Resource": "arn:aws:states:::lambda:function:fNUMBER")"));
    first_trouble(chain(
        R"("Type": "Map", "ItemsPath": "$.x", "ResultPath": null, "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Pass", "End": true}}})"));
  }

  TEST_CASE("names that are none, in any number, are not all looked for") {
    const std::size_t count = effort(15'000UL);
    const std::string text = machine_of(
        listed(count, [](std::size_t n) { return fmt::format(R"("S{}": {{"Type": "Pass", "Next": "T{}"}})", n, n); }));
    CHECK(first_trouble(text) == "there is no state 'T0' here");
    const std::string nodes = listed(count, [](std::size_t n) { return fmt::format(R"({{"id": "n{}"}})", n); });
    const std::string edges =
        listed(count, [](std::size_t n) { return fmt::format(R"({{"from": "n{}", "to": "m{}"}})", n, n); });
    const std::string trouble = first_trouble("{\"graph\": {\"nodes\": [" + nodes + "], \"edges\": [" + edges + "]}}",
                                              {.format = ForeignFormat::chatdev});
    CHECK(trouble == "no node has the id 'm0'");
  }

  TEST_CASE("conditions, counters, tools and groups of one node, in any number") {
    const std::size_t count = effort(15'000UL);
    const std::string nodes = listed(count, [](std::size_t n) {
      return fmt::format(R"({{"id": "n{}", "type": "{}"}})", n, n % 2 == 0 ? "agent" : "loop_counter");
    });
    const std::string edges = listed(count, [&](std::size_t n) {
      return fmt::format(R"({{"from": "n{}", "to": "n{}", "condition": "c"}})", n, (n + 1) % count);
    });
    first_trouble("{\"graph\": {\"nodes\": [" + nodes + "], \"edges\": [" + edges + "]}}",
                  {.format = ForeignFormat::chatdev});
    const std::string agent =
        R"({"provider": "x.AssistantAgent", "config": {"name": "a", "tools": [)" +
        listed(count, [](std::size_t n) { return fmt::format(R"({{"config": {{"name": "t{}"}}}})", n); }) + "]}}";
    const std::string into =
        listed(count, [](std::size_t n) { return fmt::format(R"({{"target": "a", "activation_group": "g{}"}})", n); });
    first_trouble(R"({"provider": "x.GraphFlow", "config": {"participants": [)" + agent +
                  R"(], "graph": {"default_start_node": "a", "nodes": [{"name": "a", "edges": [)" + into + "]}]}}}");
  }

  TEST_CASE("machines inside of machines are refused where they are too deep") {
    std::string text = R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})";
    for (int depth = 0; depth < 20; ++depth) {
      text.insert(0, R"({"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": [)");
      text += "]}}}";
    }
    CHECK(first_trouble(text) == "state machines are nested more than 12 deep");
  }

  TEST_CASE("spans side by side, one after the other, and each inside of the one before") {
    const std::size_t count = effort(10'000UL);
    const auto trace = [&](const auto& span) {
      return "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [" +
             listed(
                 count,
                 [&](std::size_t n) {
                   const auto [parent, begin, end] = span(n);
                   return fmt::format(
                       R"({{"traceId": "t", "spanId": "s{}", "parentSpanId": "{}", "name": "n", "startTimeUnixNano": "{}", "endTimeUnixNano": "{}"}})",
                       n, parent, begin, end);
                 }) +
             "]}]}]}";
    };
    using Given = std::tuple<std::string, std::size_t, std::size_t>;
    first_trouble(trace([](std::size_t n) { return Given{"", n, n + 100'000}; }));
    first_trouble(trace([](std::size_t n) { return Given{"", n * 10, n * 10 + 5}; }));
    CHECK(first_trouble(trace([](std::size_t n) {
            return Given{n == 0 ? "" : fmt::format("s{}", n - 1), n, 1'000'000 - n};
          })).empty());
    // Half of them ended before the other half began.
    first_trouble(trace([&](std::size_t n) { return n < count / 2 ? Given{"", 0, 10} : Given{"", 11, 20}; }));
  }

  TEST_CASE("tasks of which each needs hundreds of others") {
    const std::size_t count = effort(2'000UL);
    const std::string text = R"({"name": "w", "schemaVersion": "1.5", "workflow": {"tasks": [)" +
                             listed(count,
                                    [](std::size_t n) {
                                      return fmt::format(R"({{"name": "t{}", "runtime": 1, "parents": [{}]}})", n,
                                                         listed(std::min<std::size_t>(n, 700), [&](std::size_t p) {
                                                           return fmt::format("\"t{}\"", n - 1 - p);
                                                         }));
                                    }) +
                             "]}}";
    const std::string trouble = first_trouble(text);
    if (thorough) CHECK(trouble == "there are more than 500000 dependencies");
  }

  TEST_CASE("times that run backwards are clamped, and parents that are not there are none") {
    const Imported history = import_text("h", R"({"events": [
      {"eventId": "1", "eventTime": "2026-03-01T10:00:05Z", "eventType": "WorkflowExecutionStarted"},
      {"eventId": "2", "eventTime": "2026-03-01T10:00:09Z", "eventType": "WorkflowExecutionSignaled"},
      {"eventId": "3", "eventTime": "2026-03-01T10:00:01Z", "eventType": "WorkflowExecutionSignaled"},
      {"eventId": "4", "eventTime": "2026-03-01T10:00:03Z", "eventType": "WorkflowExecutionCompleted"}]})");
    REQUIRE_MESSAGE(history.ok(), told(history));
    CHECK(history.drawing->recorded_ns == 4'000'000'000);
    CHECK(history.text.find(
              "events that are earlier than those before them are clamped to the time before (2 of them)") !=
          std::string::npos);
    const Imported trace = import_text("t", R"({"resourceSpans": [{"scopeSpans": [{"spans": [
      {"traceId": "t", "spanId": "a", "parentSpanId": "gone", "name": "a", "startTimeUnixNano": "5", "endTimeUnixNano": "3"}]}]}]})");
    REQUIRE_MESSAGE(trace.ok(), told(trace));
    CHECK(trace.text.find("a span whose parent is not in the file has none (line 2)") != std::string::npos);
    CHECK(trace.text.find("a span ended before it began: it takes no time (line 2)") != std::string::npos);
  }

  TEST_CASE("what writers of files call as the language does gets another name") {
    // `attempt` is a variable of a replay with failed attempts, `end` where every graph ends.
    const auto span = [](const char* id, const char* name, int begin, int end, int code) {
      return fmt::format(
          R"({{"traceId": "t", "spanId": "{}", "name": "{}", "startTimeUnixNano": "{}", "endTimeUnixNano": "{}", "status": {{"code": {}}}}})",
          id, name, begin, end, code);
    };
    const Imported imported =
        import_text("t", "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [" + span("a", "attempt", 0, 10, 2) + "," +
                             span("b", "attempt", 20, 30, 1) + "," + span("c", "end", 40, 50, 1) + "," +
                             span("d", "null", 60, 70, 1) + "]}]}]}");
    REQUIRE_MESSAGE(imported.ok(), told(imported));
    CHECK(played(imported).outcome.halt == sim::Halt::idle);
  }
}
