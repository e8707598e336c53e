// SPDX-License-Identifier: Apache-2.0
#include "faults/decode.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace squall::decode_test {

using namespace faults;
using namespace sim::literals;
using namespace std::chrono_literals;
using sim::Distribution;

namespace {

using Fields = std::vector<std::pair<std::string, FieldValue>>;

Line decoded(std::string_view kind, const Fields& fields) {
  Line line = blank_line(*find_kind(kind));
  for (const auto& field : fields) {
    const std::string trouble = set_field(line, field.first, field.second);
    CHECK_MESSAGE(trouble.empty(), field.first << " " << trouble);
  }
  return line;
}
std::string wrong(std::string_view kind, std::string_view field, const FieldValue& value) {
  Line line = blank_line(*find_kind(kind));
  return set_field(line, field, value);
}
std::vector<std::string> names_of(std::string_view kind) {
  std::vector<std::string> names;
  for (const FieldRow& row : fields_of(*find_kind(kind))) names.emplace_back(row.field.name);
  return names;
}

}  // namespace

TEST_SUITE("a line from names and values") {
  TEST_CASE("a kind's fields are its matcher's, its trigger's and its options") {
    CHECK(names_of("message-delay") == std::vector<std::string>{"from", "to", "topic", "where", "instance", "nth",
                                                                "chance", "window", "while", "when", "at-most", "burst",
                                                                "persistent", "by", "times"});
    CHECK(names_of("agent-restart") == std::vector<std::string>{"agent", "instance", "nth", "at", "chance", "every",
                                                                "window", "while", "when", "at-most", "burst",
                                                                "persistent", "down", "memory"});
  }
  TEST_CASE("no field of one kind is listed twice, and each can be set") {
    for (const CatalogueRow& row : catalogue()) {
      std::vector<std::string_view> names;
      for (const FieldRow& field : fields_of(row)) {
        names.push_back(field.field.name);
        CHECK(!field.field.about.empty());
        Line line = blank_line(row);
        CHECK(set_field(line, field.field.name, Window{}) != "has no such field");
      }
      std::ranges::sort(names);
      CHECK(std::ranges::adjacent_find(names) == names.end());
    }
  }
  TEST_CASE("reads what a plan's line writes") {
    CHECK(to_text(decoded("message-delay", {{"from", std::string{"tester"}},
                                            {"to", Names{std::vector<std::string>{"coder", "docs"}}},
                                            {"topic", std::string{"report"}},
                                            {"nth", std::int64_t{2}},
                                            {"by", Distribution::constant(20s)}})) ==
          "message-delay: {from: tester, to: [coder, docs], topic: report, nth: 2, by: 20s}");
    CHECK(to_text(decoded("agent-crash", {{"agent", std::string{"coder"}},
                                          {"at", Moment{sim::start_of_time + 5min}},
                                          {"side", std::string{"after"}},
                                          {"restart", std::string{"never"}},
                                          {"memory", true}})) ==
          "agent-crash: {agent: coder, at: {time: 5m}, side: after, restart: never, memory: true}");
    CHECK(to_text(decoded("message-loss", {{"chance", 5_percent},
                                           {"window", Window{sim::start_of_time + 1s, sim::start_of_time + 9s}},
                                           {"at-most", std::int64_t{3}}})) ==
          "message-loss: {chance: 5%, window: 1s..9s, at-most: 3}");
  }
  TEST_CASE("a crash at a step lies on the side that the step names") {
    const Line line = decoded("agent-crash", {{"at", Moment{StepMoment{{"coder", "save", true}, 2}}}});
    CHECK(line.trigger.step == StepPlace{"coder", "save", true});
    CHECK(line.trigger.nth == 2);
    CHECK(std::get<AgentCrash>(line.fault).side == Side::after);
  }
  TEST_CASE("a value of another sort is told, one of the right sort is not") {
    CHECK(wrong("message-loss", "nth", 5_percent) == "takes a whole number from 0 to 4294967294");
    CHECK(wrong("message-loss", "nth", std::int64_t{-1}) == "takes a whole number from 0 to 4294967294");
    CHECK(wrong("message-loss", "nth", std::int64_t{0xffff'ffff}) == "takes a whole number from 0 to 4294967294");
    CHECK(wrong("message-loss", "nth", std::int64_t{0xffff'fffe}).empty());
    CHECK(wrong("message-loss", "chance", true) == "takes a chance, in percent");
    CHECK(wrong("message-loss", "topic", true) == "takes a name");
    CHECK(wrong("message-loss", "from", true) == "takes a name, or a list of names");
    CHECK(wrong("message-loss", "where", true) == "takes a condition");
    CHECK(wrong("message-loss", "window", true) == "takes two times: 1m..5m");
    CHECK(wrong("message-delay", "by", std::int64_t{3}) == "takes a duration");
    CHECK(wrong("agent-crash", "memory", std::int64_t{1}) == "takes true or false");
    CHECK(wrong("agent-crash", "side", std::string{"between"}) == "takes one of: before, after");
    CHECK(wrong("agent-crash", "restart", std::string{"soon"}) == "takes a duration");
    CHECK(wrong("agent-crash", "at", std::int64_t{3}).starts_with("takes a time, or a step"));
  }
  TEST_CASE("a field of another kind is told") {
    CHECK(wrong("message-loss", "agent", std::string{"coder"}) == "has no such field");
    CHECK(wrong("message-loss", "at", Moment{sim::start_of_time}) == "has no such field");
    CHECK(wrong("agent-crash", "topic", std::string{"report"}) == "has no such field");
    CHECK(wrong("agent-crash", "by", Distribution::constant(1s)) == "has no such field");
  }
}

}  // namespace squall::decode_test
