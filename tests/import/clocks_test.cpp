// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdint>

#include "scenarios/import/makespan.hpp"
#include "tests/import/samples.hpp"

// Services whose clocks differ: what is moved, by how much, and what is said of it.
using namespace squall;
using namespace squall::scenarios;
using namespace std::chrono_literals;

namespace {

struct GivenSpan {
  const char* id;
  const char* parent;
  std::int64_t begin_ms, end_ms;
};

std::string service(const std::string& name, const std::vector<GivenSpan>& spans) {
  std::string list;
  for (const GivenSpan& span : spans)
    list += fmt::format(
        R"({}{{"traceId": "t", "spanId": "{}", "parentSpanId": "{}", "name": "{}", "startTimeUnixNano": "{}000000", "endTimeUnixNano": "{}000000"}})",
        list.empty() ? "" : ",\n", span.id, span.parent, span.id, span.begin_ms, span.end_ms);
  const std::string resource =
      name.empty()
          ? ""
          : fmt::format(
                R"("resource": {{"attributes": [{{"key": "service.name", "value": {{"stringValue": "{}"}}}}]}}, )",
                name);
  return fmt::format(R"({{{}"scopeSpans": [{{"spans": [{}]}}]}})", resource, list);
}

Imported traced(const std::string& services) {
  Imported imported = import_text("t.json", "{\"resourceSpans\": [" + services + "]}");
  REQUIRE_MESSAGE(imported.ok(), told(imported));
  return imported;
}

/// What is assumed of clocks, one to a line.
std::string moved(const Imported& imported) {
  std::string lines;
  for (const imports::Note& note : imported.drawing->assumptions) {
    if (note.text.find("moved") != std::string::npos) lines += note.text + "\n";
  }
  return lines;
}

}  // namespace

TEST_SUITE("import: clocks of services") {
  TEST_CASE("a clock that is behind: the amount, both services and how many spans, once for all of them") {
    const Imported imported = traced(service("desk", {{"call", "", 1000, 9000}}) + ",\n" +
                                     service("shop", {{"a", "call", 750, 1750}, {"b", "call", 400, 900}}));
    CHECK(
        moved(imported) ==
        "the clock of 'shop' is behind that of 'desk' by 600ms or more: 2 spans of 'shop' began before their parents, "
        "and are moved by up to 600ms\n");
    CHECK(makespan(imported) == 8s);
  }

  TEST_CASE("a clock that is ahead") {
    const Imported imported =
        traced(service("desk", {{"call", "", 1000, 9000}}) + ",\n" + service("shop", {{"a", "call", 8500, 9500}}));
    CHECK(moved(imported) ==
          "the clock of 'shop' is ahead of that of 'desk' by 500ms or more: 1 span of 'shop' ended after its parent, "
          "and is moved by 500ms\n");
    CHECK(makespan(imported) == 8s);
  }

  TEST_CASE("each two services have their own") {
    const Imported imported = traced(service("desk", {{"call", "", 1000, 9000}}) + ",\n" +
                                     service("shop", {{"a", "call", 900, 1900}, {"a1", "b", 1000, 1100}}) + ",\n" +
                                     service("", {{"b", "call", 980, 2000}}));
    CHECK(
        moved(imported) ==
        "the clock of a service without a name is behind that of 'desk' by 20ms or more: 1 span of a service without a "
        "name began before its parent, and is moved by 20ms\n"
        "the clock of 'shop' is behind that of 'desk' by 100ms or more: 1 span of 'shop' began before its parent, and "
        "is moved by 100ms\n");
  }

  TEST_CASE("within one service there is one clock, and clocks that agree are not spoken of") {
    const Imported one = traced(service("desk", {{"call", "", 1000, 9000}, {"a", "call", 900, 1900}}));
    CHECK(moved(one) == "1 span of 'desk' began before its parent: moved by 100ms\n");
    CHECK(
        moved(traced(service("desk", {{"call", "", 1000, 9000}}) + "," + service("shop", {{"a", "call", 1000, 9000}})))
            .empty());
  }

  TEST_CASE("the largest times do not run over when they are moved, and later ones are refused where they stand") {
    const auto spans = [](const std::string& begin) {
      const auto one = [](const char* id, const char* parent, const std::string& from, const std::string& to) {
        return fmt::format(
            R"({{"traceId": "t", "spanId": "{}", "parentSpanId": "{}", "name": "{}", "startTimeUnixNano": "{}", "endTimeUnixNano": "{}"}})",
            id, parent, id, from, to);
      };
      const std::string latest = "4611686018427387903";
      return "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [\n" + one("a", "", begin, begin) + ",\n" +
             one("b", "a", "0", latest) + ",\n" + one("c", "b", latest, latest) + "]}]}]}";
    };
    CHECK(import_text("t.json", spans("4611686018427387903")).diagnostics.empty());
    const Imported late = import_text("t.json", spans("4611686018427387904"));
    REQUIRE(late.diagnostics.size() == 2);
    CHECK(late.diagnostics[0].what == "a span's 'startTimeUnixNano' is beyond the year 2116");
    CHECK(late.diagnostics[0].at.line == 2);
  }
}
