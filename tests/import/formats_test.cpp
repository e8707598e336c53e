// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "reports/import_report.hpp"
#include "scenarios/import/makespan.hpp"
#include "tests/import/samples.hpp"

using namespace squall;
using namespace squall::scenarios;

namespace {

bool is_sample(const std::filesystem::path& path) {
  return !path.string().ends_with(".native.yaml") && path.extension() != ".txt" && path.filename() != "README.md";
}

}  // namespace

TEST_SUITE("import formats") {
  // NAME.FORMAT.ext is a file of that format, NAME.FORMAT.native.yaml what becomes of it, whole, and NAME.FORMAT.txt what is said.
  TEST_CASE("each sample becomes the workflow file beside it, and the import says what it assumed") {
    const std::vector<std::string> names = files_in(import_data, is_sample);
    REQUIRE(names.size() >= 15);
    for (const std::string& name : names) {
      CAPTURE(name);
      const std::string stem = name.substr(0, name.rfind('.'));
      const Imported imported = sample(name);
      REQUIRE_MESSAGE(imported.ok(), told(imported));
      CHECK(imported.text == content_of(import_data + stem + ".native.yaml"));
      CHECK(reports::import_text({.imported = imported, .file = name, .out = {}}) ==
            content_of(import_data + stem + ".txt"));
    }
  }

  TEST_CASE("each sample is recognised by what it holds") {
    for (const std::string& name : files_in(import_data, is_sample)) {
      CAPTURE(name);
      const std::string stem = std::filesystem::path{name}.stem().string();
      const std::string format = stem.substr(stem.rfind('.') + 1);
      const auto guessed = guess_format(content_of(import_data + name));
      REQUIRE(guessed.has_value());
      CHECK(row_of(*guessed).name == format);
    }
  }

  TEST_CASE("what an import makes can be read and played") {
    for (const std::string& name : files_in(import_data, is_sample)) {
      CAPTURE(name);
      const Recording run = played(sample(name));
      CHECK(run.outcome.halt == sim::Halt::idle);
      CHECK(run.outcome.events > 0);
    }
  }

  TEST_CASE("every kind of sample is there") {
    std::vector<std::string> seen;
    for (const std::string& name : files_in(import_data, is_sample)) seen.push_back(name);
    for (const ForeignFormatRow& row : foreign_formats) {
      CAPTURE(row.name);
      const std::string part = "." + std::string{row.name} + ".";
      CHECK(std::ranges::any_of(seen, [&](const std::string& name) { return name.find(part) != std::string::npos; }));
    }
  }

  TEST_CASE("workflow files of our own are no foreign format") {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{SQUALL_SOURCE_DIR "/scenarios/suites"}) {
      if (entry.path().extension() != ".yaml") continue;
      CAPTURE(entry.path().string());
      CHECK_FALSE(guess_format(content_of(entry.path().string())).has_value());
    }
    CHECK_FALSE(guess_format("{\"workflow\": \"t\", \"nodes\": [], \"edges\": []}").has_value());
    CHECK_FALSE(guess_format("graph:\n  nodes:\n    a: {do: []}\n").has_value());
    CHECK_FALSE(guess_format("").has_value());
    CHECK_FALSE(guess_format("graphs are nice").has_value());
  }

  TEST_CASE("a template is recognised up to where it stops being JSON") {
    CHECK(guess_format("{\"StartAt\": \"A\", \"States\": ${States}}") == ForeignFormat::asl);
  }

  TEST_CASE("what tells the format may stand behind any number of bytes") {
    const std::string filler = "\"filler\": \"" + std::string(std::size_t{3} << 20, 'x') + "\", ";
    const std::string late = "{" + filler + R"("StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}})";
    CHECK(guess_format(late) == ForeignFormat::asl);
    CHECK(import_text("late.json", late).ok());
    CHECK(guess_format("{\"workflow\": {" + filler + "\"tasks\": []}, \"schemaVersion\": \"1.5\"}") ==
          ForeignFormat::wfformat);
    CHECK(guess_format("[{" + filler + "\"eventId\": \"1\"}]") == ForeignFormat::temporal);
    CHECK(guess_format("# " + std::string(std::size_t{3} << 20, '-') + "\nStartAt: A\nStates: {}\n") ==
          ForeignFormat::asl);
    CHECK_FALSE(guess_format("{" + filler + "\"workflow\": \"ours\", \"nodes\": [], \"edges\": []}").has_value());
    // What stands deeper tells nothing.
    CHECK_FALSE(guess_format("{" + filler + "\"x\": {\"StartAt\": \"A\", \"States\": {}}}").has_value());
  }

  TEST_CASE("the same bytes give the same workflow file") {
    CHECK(sample("order.asl.json").text == sample("order.asl.json").text);
  }

  TEST_CASE("--join all makes barriers of joins, and leaves loops alone") {
    const std::string text =
        "graph TD;\n__start__ --> a;\na --> b;\na --> c;\nb --> d;\nc --> d;\nd -.-> a;\nd -.-> __end__;\n";
    const Imported barrier = import_text("loop.mmd", text, {.join = "all"});
    REQUIRE_MESSAGE(barrier.ok(), told(barrier));
    CHECK(barrier.tally.joins == std::map<std::string, std::uint32_t>{{"all", 1}});
    CHECK(barrier.text.find("    d:  # line 5\n      do:\n        - work: {time: {p50: 2s, p99: 20s}}\n") !=
          std::string::npos);
    const Imported each = import_text("loop.mmd", text);
    CHECK(each.tally.joins == std::map<std::string, std::uint32_t>{{"each", 1}});
    // Whoever waits for a node that comes behind it waits for ever: `a` must not.
    CHECK(played(barrier).outcome.halt == sim::Halt::idle);
    CHECK(barrier.text.find("join: all") == barrier.text.rfind("join: all"));
  }

  TEST_CASE("a Parallel that ends well does not go where its Catch leads, and one that fails goes there alone") {
    const auto machine = [](const char* second) {
      return std::string{R"({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Next": "Done",
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Mend"}],
        "Branches": [{"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}},
                     {"StartAt": "Two", "States": {"Two": )"} +
             second + R"(}}]},
        "Done": {"Type": "Succeed"}, "Mend": {"Type": "Wait", "Seconds": 7, "End": true}}})";
    };
    const Imported well = import_text("m.json", machine(R"({"Type": "Pass", "End": true})"));
    const Imported badly = import_text("m.json", machine(R"({"Type": "Fail", "Error": "Torn"})"));
    REQUIRE_MESSAGE(well.ok(), told(well));
    REQUIRE_MESSAGE(badly.ok(), told(badly));
    // `mend` sleeps for seven seconds, and nothing else takes one.
    CHECK(*makespan(well) < std::chrono::seconds{1});
    CHECK(*makespan(badly) > std::chrono::seconds{7});
    CHECK(*makespan(badly) < std::chrono::seconds{8});
  }
}
