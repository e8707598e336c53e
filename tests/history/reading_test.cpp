// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <sstream>

#include "scenarios/history/read_history.hpp"
#include "sim/history/random_history.hpp"
#include "tests/effort.hpp"

namespace squall::scenarios {
namespace {

ReadHistory read(const std::string& text, const HistoryLimits& limits = {}) {
  std::istringstream input{text};
  return read_history(input, "h.jsonl", limits);
}

std::string complaint(const std::string& text, const HistoryLimits& limits = {}) {
  const ReadHistory result = read(text, limits);
  return result.ok() ? "" : to_text(result.diagnostics.front());
}

const std::string invoke = "{\"process\": 0, \"type\": \"invoke\", \"f\": \"read\"}\n";

}  // namespace

TEST_SUITE("histories: reading") {
  TEST_CASE("fields come in any order, more of them are skipped, and colons are left out") {
    const ReadHistory result = read(
        "\n{\"index\": 0, \"f\": \":write\", \":type\": \":invoke\", \"value\": 3, \"process\": 7, \"time\": 5, \"x\": "
        "{\"a\": [1]}}\r\n"
        "{\"process\": 7, \"type\": \"ok\", \"f\": \"write\", \"value\": 3, \"time\": 9, \"error\": null}");
    REQUIRE(result.ok());
    REQUIRE(result.history.operations.size() == 1);
    const sim::history::Operation& operation = result.history.operations[0];
    CHECK(operation.function == sim::history::Function::write);
    CHECK(operation.outcome == sim::history::Outcome::ok);
    CHECK(operation.invoked == 2);
    CHECK(operation.returned == 3);
    CHECK(operation.invoked_ns == 5);
    CHECK(operation.returned_ns == 9);
    CHECK(result.history.values.text(operation.value()) == "3");
  }
  TEST_CASE("lines of what is no client are skipped and counted") {
    const ReadHistory result = read(invoke +
                                    "{\"process\": \"nemesis\", \"type\": \"info\", \"f\": \"start\"}\n"
                                    "{\"process\": \":nemesis\", \"type\": \"info\", \"f\": \"start\"}\n"
                                    "{\"process\": 9, \"type\": \"info\", \"f\": \"log\"}\n");
    REQUIRE(result.ok());
    CHECK(result.skipped == 3);
  }
  TEST_CASE("trouble has a place, and a fix") {
    CHECK(complaint("{\"process\": 0, \"type\": \"invoke\", \"f\": \"raed\"}\n") ==
          "h.jsonl:1:34: error: nobody knows what 'raed' does\n"
          "    1 | {\"process\": 0, \"type\": \"invoke\", \"f\": \"raed\"}\n"
          "      |                                  ^~~\n"
          "  fix: did you mean 'read'?\n");
    CHECK(complaint(invoke + invoke)
              .starts_with("h.jsonl:2:1: error: process 0 asks again, but what it asked for in line 1 "
                           "has not returned\n"));
    CHECK(complaint("{\"process\": 0, \"type\": \"ok\", \"f\": \"read\"}\n")
              .starts_with("h.jsonl:1:1: error: process 0 returns, but asked for nothing before\n"));
    CHECK(complaint(invoke + "{\"process\": 0, \"type\": \"ok\", \"f\": \"write\"}\n")
              .starts_with("h.jsonl:2:1: error: process 0 returns from 'write', but asked for 'read' in line 1\n"));
    CHECK(complaint("{\"type\": \"invoke\", \"f\": \"read\"}\n")
              .starts_with("h.jsonl:1:1: error: 'process' is missing\n"));
    CHECK(complaint("{\"process\": 0, \"f\": \"read\"}\n").starts_with("h.jsonl:1:1: error: 'type' is missing\n"));
    CHECK(complaint("{\"process\": 0, \"process\": 1}\n")
              .starts_with("h.jsonl:1:16: error: 'process' stands here twice\n"));
    CHECK(complaint("").find("there is no operation in the history") != std::string::npos);
    CHECK(complaint("\n \n").find("there is no operation in the history") != std::string::npos);
  }
  TEST_CASE("what is no JSON is refused where it begins to be none") {
    const auto refused = [](const std::string& value, const std::string& place) {
      const std::string text = complaint("{\"value\": " + value + "}\n");
      CHECK_MESSAGE(text.starts_with("h.jsonl:1:" + place + ": error: "), value, text);
      CHECK(text.find("fix: ") != std::string::npos);
    };
    refused("[1,]", "14");
    refused("017", "11");
    refused("1.", "11");
    refused("+1", "11");
    refused("nul", "11");
    refused("'a'", "11");
    refused("\"a", "11");
    refused("\"\\q\"", "12");
    refused("\"\\ud800\"", "12");
    refused("\"\x01\"", "12");
    refused("\"\xff\"", "12");
    refused("{\"a\": 1, \"a\": 2}", "19");
    refused(std::string(80, '[') + std::string(80, ']'), "76");
    refused(std::string("\0", 1), "11");
  }
  TEST_CASE("a line that is too long, and more operations than fit, end the reading") {
    CHECK(complaint(invoke, {.line_max = 10}).starts_with("h.jsonl:1:1: error: the line is longer than 10 bytes\n"));
    const std::string other = "{\"process\": 1, \"type\": \"invoke\", \"f\": \"read\"}\n";
    CHECK(complaint(invoke + other, {.operations_max = 1})
              .starts_with("h.jsonl:2:1: error: there are more than 1 operations\n"));
  }
  TEST_CASE("at most twenty troubles are told") {
    std::string text;
    for (int line = 0; line < 100; ++line) text += "x\n";
    CHECK(read(text).diagnostics.size() == 20);
  }
  TEST_CASE("any bytes give a history or a diagnostic") {
    const std::string good =
        "{\"process\": 0, \"type\": \"invoke\", \"f\": \"cas\", \"value\": [\"\\u00e9\", {\"a\": -1.5e3}], \"time\": "
        "17}\n"
        "{\"process\": 0, \"type\": \"ok\", \"f\": \"cas\", \"value\": [null, true]}\n";
    sim::history::Random random{7};
    std::size_t read_well = 0;
    for (int n = 0; n < effort(20'000); ++n) {
      std::string text = good;
      for (std::uint32_t change = 0, changes = 1 + random.below(3); change < changes; ++change) {
        const std::uint32_t at = random.below(static_cast<std::uint32_t>(text.size()));
        if (random.one_in(3)) text.erase(at, 1 + random.below(4));
        else text[at] = static_cast<char>(random.one_in(2) ? random.below(256) : "{}[]\",:0-e\\n"[random.below(12)]);
      }
      const ReadHistory result = read(text);
      if (result.ok()) ++read_well;
      else CHECK_FALSE(result.diagnostics.front().fix.empty());
    }
    CHECK(read_well > effort(100U));
  }
}

}  // namespace squall::scenarios
