// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "scenarios/import/makespan.hpp"
#include "tests/import/samples.hpp"

// Over how many items a Map of a state machine runs, how many at once, and how many of them may fail.
using namespace squall;
using namespace squall::scenarios;
using namespace std::chrono_literals;

namespace {

/// A machine whose last state is a Map, over states that wait for 7 seconds; `before` are the states before it.
std::string machine(const std::string& map_fields, const std::string& before = "", const std::string& start = "Each") {
  return fmt::format(R"({{"StartAt": "{}", "States": {{{}
    "Each": {{"Type": "Map", {} "End": true, "ItemProcessor": {{"StartAt": "Hold", "States": {{
      "Hold": {{"Type": "Wait", "Seconds": 7, "End": true}}}}}}}}}}}})",
                     start, before, map_fields);
}

/// What the fan-out of an imported machine runs over; empty where it has none.
std::string over(const std::string& text) {
  const Imported imported = import_text("m.json", text);
  REQUIRE_MESSAGE(imported.ok(), told(imported));
  const std::size_t at = imported.text.find(" over: ", imported.text.find("\ngraph:"));
  return at == std::string::npos ? "" : imported.text.substr(at + 7, imported.text.find('\n', at) - at - 7);
}

bool assumes(const std::string& text, const std::string& words) {
  const Imported imported = import_text("m.json", text);
  REQUIRE_MESSAGE(imported.ok(), told(imported));
  return std::ranges::any_of(imported.drawing->assumptions,
                             [&](const imports::Note& note) { return note.text.find(words) != std::string::npos; });
}

const std::string open_list = "a Map whose list is not in the file runs over 3 items";

}  // namespace

TEST_SUITE("import: a Map's items") {
  TEST_CASE("a list that a Pass before it writes out is as long as it is there") {
    const std::string pass =
        R"("List": {"Type": "Pass", "Result": {"orders": [1, 2, 3, 4, 5]}, "Next": "Rest"},
           "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Each"},)";
    const std::string known = machine(R"("ItemsPath": "$.orders",)", pass, "List");
    CHECK(over(known) == "1..5");
    CHECK_FALSE(assumes(known, open_list));
    // Nobody knows what is under another name, nor what stands before the Pass.
    CHECK(over(machine(R"("ItemsPath": "$.others",)", pass, "List")) == "1..3");
    CHECK(over(machine(R"("ItemsPath": "$.orders",)", pass, "Rest")) == "1..3");
    CHECK(over(machine("", R"("List": {"Type": "Pass", "Result": ["a", "b"], "Next": "Each"},)", "List")) == "1..2");
  }

  TEST_CASE("it stays what it was behind a task that answers elsewhere, and is open behind one that answers there") {
    const auto behind = [](const std::string& result) {
      return machine(R"("ItemsPath": "$.orders",)",
                     R"("List": {"Type": "Pass", "Parameters": {"orders": [1, 2]}, "Next": "Ask"},
                        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", )" +
                         result + R"("Next": "Each"},)",
                     "List");
    };
    CHECK(over(behind(R"("ResultPath": "$.answer", )")) == "1..2");
    CHECK(over(behind(R"("ResultPath": null, )")) == "1..2");
    CHECK(over(behind("")) == "1..3");
    CHECK(over(behind(R"("ResultPath": "$.orders", )")) == "1..3");
    CHECK(over(behind(R"("ResultPath": "$.orders[0]", )")) == "1..3");
    CHECK(over(behind(R"("ResultPath": "$.answer", "OutputPath": "$.answer", )")) == "1..3");
  }

  TEST_CASE("on two ways two lists: the longest, which is said") {
    const std::string text = machine(
        R"("ItemsPath": "$.l",)",
        R"("Which": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "Long"}], "Default": "Short"},
           "Long": {"Type": "Pass", "Result": [1, 2, 3, 4], "ResultPath": "$.l", "Next": "Each"},
           "Short": {"Type": "Pass", "Result": [1], "ResultPath": "$.l", "Next": "Each"},)",
        "Which");
    CHECK(over(text) == "1..4");
    CHECK(assumes(text, "lists of several lengths runs over the longest"));
  }

  TEST_CASE("a list in the state itself, batches of it, and none") {
    CHECK(over(machine(R"("Items": ["a", "b", "c", "d"],)")) == "1..4");
    CHECK(over(machine(R"("Items": ["a", "b", "c", "d", "e"], "ItemBatcher": {"MaxItemsPerBatch": 2},)")) == "1..3");
    CHECK(over(machine(R"("Items": [],)")).empty());
    CHECK(over(machine(R"("Items": "{% $orders %}",)")) == "1..3");
    CHECK(over(machine(
              R"("ItemReader": {"ReaderConfig": {"MaxItems": 2}, "Resource": "arn:aws:states:::s3:getObject"},)")) ==
          "1..2");
    CHECK(assumes(machine(R"("ItemReader": {"Resource": "arn:aws:states:::s3:getObject"},)"),
                  "an ItemReader finds 3 items"));
  }

  TEST_CASE("what is only known when it runs is assumed, and an overlay says otherwise") {
    CHECK(assumes(machine(""), open_list));
    CHECK(assumes(machine(R"("MaxConcurrencyPath": "$.n",)"), "a MaxConcurrency that is only known when it runs"));
    CHECK(assumes(machine(R"("ToleratedFailureCount": "{% $n %}",)"), "a ToleratedFailureCount that is only known"));
    const Imported wide =
        import_text("m.json", machine(""), {.overlay_name = "o", .overlay = "nodes: {Each: {over: 1..9, limit: 4}}"});
    REQUIRE_MESSAGE(wide.ok(), told(wide));
    CHECK(wide.text.find("      over: 1..9\n      limit: 4\n") != std::string::npos);
  }

  TEST_CASE("MaxConcurrency lets so many run at once") {
    const auto takes = [](const std::string& fields) {
      const Imported imported = import_text("m.json", machine(R"("Items": [1, 2, 3, 4],)" + fields));
      REQUIRE_MESSAGE(imported.ok(), told(imported));
      return *makespan(imported);
    };
    // Four items of 7 s: all at once, in two rounds, or one after the other. Hand-overs take less than a second.
    CHECK(takes("") / 1s == 7);
    CHECK(takes(R"("MaxConcurrency": 0,)") / 1s == 7);
    CHECK(takes(R"("MaxConcurrency": 2,)") / 1s == 14);
    CHECK(takes(R"("MaxConcurrency": 1,)") / 1s == 28);
  }
}

TEST_SUITE("import: failures that a Map tolerates") {
  /// Whether a machine comes to the state behind its Map of four items, of which all fail or none.
  const auto goes_on = [](const std::string& tolerated, bool all_fail) {
    const Imported imported = import_text(
        "m.json",
        fmt::format(
            R"({{"StartAt": "Each", "States": {{"Each": {{"Type": "Map", "Items": [1, 2, 3, 4], {} "Next": "Done",
             "ItemProcessor": {{"StartAt": "Do", "States": {{"Do": {}}}}}}},
           "Done": {{"Type": "Succeed"}}}}}})",
            tolerated, all_fail ? R"({"Type": "Fail", "Error": "Torn"})" : R"({"Type": "Pass", "End": true})"));
    REQUIRE_MESSAGE(imported.ok(), told(imported));
    const Loaded loaded = load_text("imported.yaml", imported.text);
    REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
    const Recording run = record(*loaded.scenario, sim::Seed{1});
    return std::ranges::any_of(run.trace.lines(), [&](const sim::TraceLine& line) {
      return line.seen.kind == sim::Seen::finished &&
             sim::agent_name(loaded.scenario->model, run.world, line.seen.agent) == "done";
    });
  };

  TEST_CASE("it fails where more items fail than it tolerates, and goes on where no more do") {
    CHECK(goes_on("", false));
    CHECK_FALSE(goes_on("", true));
    CHECK_FALSE(goes_on(R"("ToleratedFailureCount": 3,)", true));
    CHECK(goes_on(R"("ToleratedFailureCount": 4,)", true));
    CHECK(goes_on(R"("ToleratedFailurePercentage": 100,)", true));
    CHECK_FALSE(goes_on(R"("ToleratedFailurePercentage": 99,)", true));
    CHECK_FALSE(goes_on(R"("ToleratedFailurePercentage": 100, "ToleratedFailureCount": 2,)", true));
    CHECK(goes_on(R"("ToleratedFailureCount": 1,)", false));
    CHECK(goes_on(R"("ToleratedFailureCount": 4, "MaxConcurrency": 1,)", true));
    CHECK_FALSE(goes_on(R"("ToleratedFailureCount": 2, "MaxConcurrency": 1,)", true));
  }
}
