// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "tests/import/samples.hpp"

using namespace squall::scenarios;

namespace {

const std::string folder = import_data + "bad/";

bool is_bad(const std::filesystem::path& path) { return path.extension() != ".txt"; }

/// What is wrong with a text, without its source line.
std::string wrong(const std::string& text, ForeignFormat format) {
  std::string all;
  for (const Diagnostic& one : import_text("f", text, {.format = format}).diagnostics)
    all += std::to_string(one.at.line) + ":" + std::to_string(one.at.column) + ": " + one.what + "\n";
  return all;
}

}  // namespace

TEST_SUITE("bad imports") {
  // Each NAME.ext is wrong in the way that its name says; NAME.ext.txt is what is said, whole.
  TEST_CASE("every bad file is refused with the place, the trouble and the fix") {
    const std::vector<std::string> names = files_in(folder, is_bad);
    REQUIRE(names.size() >= 20);
    for (const std::string& name : names) {
      CAPTURE(name);
      const Imported imported = import_text(name, content_of(folder + name));
      CHECK_FALSE(imported.ok());
      CHECK(imported.text.empty());
      CHECK(told(imported) == content_of(folder + name + ".txt"));
    }
  }

  TEST_CASE("no diagnostic lacks a fix") {
    for (const std::string& name : files_in(folder, is_bad)) {
      for (const Diagnostic& one : import_text(name, content_of(folder + name)).diagnostics)
        CHECK_FALSE(one.fix.empty());
    }
  }

  TEST_CASE("a sample that is cut off anywhere is an import or has diagnostics") {
    for (const char* name :
         {"order.asl.json", "review.langgraph.json", "desk.mermaid.mmd", "studio.chatdev.yaml", "report.temporal.json",
          "agents.otlp.json", "diamond.wfformat.json", "swarm.autogen.json"}) {
      CAPTURE(name);
      const std::string text = content_of(import_data + name);
      for (std::size_t size = 0; size < text.size(); size += 37) {
        CAPTURE(size);
        const Imported imported = import_text(name, text.substr(0, size));
        CHECK(imported.ok() == imported.diagnostics.empty());
      }
    }
  }

  TEST_CASE("bytes that are no text are refused at the first of them") {
    CHECK(
        wrong(std::string{"{\"a\": \"\xff\"}"}, ForeignFormat::asl).starts_with("1:8: here the file stops being JSON"));
    CHECK(wrong(std::string{"{}\0", 3}, ForeignFormat::asl) == "1:3: the file has a NUL byte\n");
    CHECK(wrong("", ForeignFormat::langgraph) == "1:1: the file is empty\n");
  }

  TEST_CASE("limits are said when they are passed") {
    using imports::ImportLimits;
    const std::string deep(ImportLimits::depth + 1, '[');
    CHECK(wrong(deep, ForeignFormat::temporal) == "1:201: the file is nested more than 200 deep\n");
    std::string many = "[0";
    for (std::size_t n = 0; n < ImportLimits::values; ++n) many += ",0";
    CHECK(wrong(many + "]", ForeignFormat::temporal).find("the file has more than 2000000 values") !=
          std::string::npos);
    const Imported large = import_text("large.json", std::string(ImportLimits::bytes + 1, ' '));
    REQUIRE(large.diagnostics.size() == 1);
    CHECK(large.diagnostics[0].what == "the file has 104857601 bytes, more than 100 MiB");
  }

  TEST_CASE("what would be no workflow, or one that could not be read again, is refused") {
    const std::string history = R"({"events": [
{"eventId": "1", "eventTime": "2026-01-01T00:00:00Z", "eventType": "WorkflowExecutionStarted",
 "workflowExecutionStartedEventAttributes": {"workflowType": {"name": "w"}}},
{"eventId": "2", "eventTime": "2026-01-01T00:00:00Z", "eventType": "WorkflowExecutionCompleted",
 "workflowExecutionCompletedEventAttributes": {}}]})";
    CHECK(wrong(history, ForeignFormat::temporal) == "1:1: nothing in it runs: it has no node, task or activity\n");
    std::string drawing = "graph TD\n";
    for (int n = 0; n < 30'000; ++n) drawing += fmt::format("n{} --> n{}\n", n, n + 1);
    CHECK(wrong(drawing, ForeignFormat::mermaid)
              .starts_with("1:1: as a workflow it would be too large: the file has more than 200000 nodes"));
  }

  TEST_CASE("a second value is for traces alone") {
    CHECK(wrong("{\"nodes\": [], \"edges\": []}\n{}", ForeignFormat::langgraph) ==
          "2:1: a second JSON value begins here\n");
  }

  TEST_CASE("a file that is not there, and a folder, are refused") {
    CHECK(told(import_file(import_data + "nothing.json")).find("there is no file") != std::string::npos);
    CHECK(told(import_file(import_data)).find("is a directory") != std::string::npos);
  }

  TEST_CASE("what is in no format is told which there are") {
    const Imported imported = import_text("notes.txt", "just words");
    REQUIRE(imported.diagnostics.size() == 1);
    CHECK(imported.diagnostics[0].fix ==
          "say which it is: squall import FORMAT FILE, with one of langgraph, mermaid, asl, autogen, chatdev, "
          "temporal, otlp, wfformat");
  }
}
