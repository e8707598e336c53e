// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "scenarios/import/loops.hpp"
#include "scenarios/import/names.hpp"
#include "scenarios/import/recording.hpp"
#include "scenarios/import/times.hpp"
#include "scenarios/import/write.hpp"
#include "scenarios/import/write_steps.hpp"

using namespace squall::scenarios::imports;

namespace {

DrawnGraph loop() {
  DrawnGraph graph;
  for (const char* name : {"a", "b", "c"})
    graph.nodes.push_back({.name = name, .label = name, .comment = {}, .at = {}});
  graph.edges = {{.source = "", .target = "a"},  {.source = "a", .target = "b"}, {.source = "b", .target = "a"},
                 {.source = "b", .target = "c"}, {.source = "c", .target = "c"}, {.source = "c", .target = "end"}};
  return graph;
}

}  // namespace

TEST_SUITE("import: names") {
  TEST_CASE("a foreign name becomes a native one") {
    CHECK(native_name("Get Lock", "n") == "get-lock");
    CHECK(native_name("rewrite_query", "n") == "rewrite_query");
    CHECK(native_name("(which can fail)", "n") == "which-can-fail");
    CHECK(native_name("-1", "n") == "minus-1");
    CHECK(native_name("42", "n") == "n-42");
    CHECK(native_name("Null", "n") == "n-null");
    CHECK(native_name("日本", "node") == "node");
    CHECK(native_name("", "node") == "node");
    CHECK(native_name("__a__", "n") == "a");
  }
  TEST_CASE("no two texts get one name, and no name is a word of the language") {
    Names names;
    CHECK(names.fresh("A") == "a");
    CHECK(names.fresh("a") == "a-2");
    CHECK(names.fresh("a-2") == "a-2-2");
    CHECK(names.fresh("end") == "end-2");
    CHECK(names.fresh("graph") == "graph-2");
    CHECK(names.fresh("a graph") == "a-graph-2");  // a-graph is the runtime of a subgraph of a
  }
  TEST_CASE("a key has no hyphen, were it the second of its name: one would be a minus in expressions") {
    Names names;
    CHECK(names.fresh_plain("said") == "said");
    CHECK(names.fresh_plain("said") == "said_2");
    CHECK(names.fresh_plain("notes of both") == "notes_of_both");
    CHECK(names.fresh_plain("notes_of-both") == "notes_of_both_2");
    CHECK(names.fresh("said") == "said-2");
  }
  TEST_CASE("a label is the same for the same text alone") {
    Labels labels{"case"};
    CHECK(labels.of("Yes!") == "yes");
    CHECK(labels.of("yes") == "yes-2");
    CHECK(labels.of("Yes!") == "yes");
    CHECK(labels.of("0") == "case-0");
  }
}

TEST_SUITE("import: times") {
  TEST_CASE("seconds are read exactly, in any of their forms") {
    CHECK(seconds_of("60") == 60'000'000'000);
    CHECK(seconds_of("53.326") == 53'326'000'000);
    CHECK(seconds_of("1e-3") == 1'000'000);
    CHECK(seconds_of("2.5E+2") == 250'000'000'000);
    CHECK(seconds_of("0.0000000019") == 1);
    CHECK(seconds_of("1e-30") == 0);
    CHECK(seconds_of("0") == 0);
    CHECK(seconds_of("000.10") == 100'000'000);
  }
  TEST_CASE("what is no time in seconds is refused") {
    for (const char* text : {"", "-1", "x", "1s", "1e", "1e400", "1e99999", "99999999999", ".", "1.2.3", "NaN"}) {
      CAPTURE(text);
      CHECK_FALSE(seconds_of(text).has_value());
    }
  }
  TEST_CASE("instants") {
    CHECK(instant_of("1970-01-01T00:00:01Z") == 1'000'000'000);
    CHECK(instant_of("2025-06-30T16:04:02.623610Z") == 1'751'299'442'623'610'000);
    CHECK(instant_of("2025-06-30T18:04:02.623610+02:00") == 1'751'299'442'623'610'000);
    CHECK(instant_of("2020-07-30T00:30:03.082421843Z") == 1'596'069'003'082'421'843);
    for (const char* text : {"", "2025-06-30", "2025-02-30T00:00:00Z", "2025-06-30T24:00:00Z", "1969-12-31T23:59:59Z",
                             "2025-06-30T16:04:02", "2025-06-30T16:04:02.Z", "2025-06-30T16:04:02Zx"}) {
      CAPTURE(text);
      CHECK_FALSE(instant_of(text).has_value());
    }
  }
  TEST_CASE("a duration is written in the largest unit that it fits") {
    CHECK(duration_word(0) == "0s");
    CHECK(duration_word(3'000'000'000) == "3s");
    CHECK(duration_word(53'326'000'000) == "53326ms");
    CHECK(duration_word(5'834'351'000) == "5834351us");
    CHECK(duration_word(1) == "1ns");
  }
  TEST_CASE("times are fitted by nearest rank") {
    const std::vector<std::int64_t> four{1'000'000'000, 2'000'000'000, 3'000'000'000, 9'000'000'000};
    CHECK(fitted(four) == "{p50: 2s, p99: 9s}");  // half of four do not exceed the second; 99 % of four is all of them
    CHECK(fitted(std::vector<std::int64_t>{5, 5}) == "5ns");
    CHECK(fitted(std::vector<std::int64_t>{0, 0, 7}) == "7ns");  // no log-normal has a median of nothing
  }
  TEST_CASE("shares") {
    CHECK(percent(1, 3) == "33.3333%");
    CHECK(percent(1, 2) == "50%");
    CHECK(percent(2, 3) == "66.6666%");
  }
}

TEST_SUITE("import: loops") {
  TEST_CASE("an edge that leads back to where it can be reached from is a back edge") {
    CHECK(back_edges(loop()) == std::set<std::pair<std::string, std::string>>{{"b", "a"}, {"c", "c"}});
    CHECK(forward_sources(loop()).at("a") == std::vector<std::string>{""});
  }
  TEST_CASE("nodes that can be gone round between are in one circle") {
    const auto circle = circles(loop());
    CHECK(circle.at("a") == circle.at("b"));
    CHECK(circle.at("a") != circle.at("c"));
  }
}

TEST_SUITE("import: what had ended") {
  using Numbers = std::vector<std::size_t>;
  TEST_CASE("whoever begins waited for what had ended, but for what others of it had waited for") {
    Ended ended;
    CHECK(ended.before(100).empty());
    CHECK_FALSE(ended.last_before(100).has_value());
    ended.add(0, 3);  // 0
    ended.add(0, 5);  // 1
    ended.add(4, 7);  // 2 waited for 0
    CHECK(ended.before(2).empty());
    CHECK(ended.before(3) == Numbers{0});
    CHECK(ended.before(6) == Numbers{0, 1});
    CHECK(ended.before(7) == Numbers{1, 2});
    CHECK(ended.last_before(6) == 1);
  }
  TEST_CASE("the order in which they ended need not be that in which they are told") {
    Ended ended;
    ended.add(0, 9);
    ended.add(1, 4);
    ended.add(5, 6);  // waited for the second
    CHECK(ended.before(4) == Numbers{1});
    CHECK(ended.before(6) == Numbers{2});
    CHECK(ended.before(9) == Numbers{0, 2});
    CHECK(ended.last_before(9) == 2);
    CHECK(ended.last_before(5) == 1);
  }
}

TEST_SUITE("import: texts") {
  TEST_CASE("a foreign text stays on its line of a comment") {
    CHECK(comment_text("a\nb\t c") == "a b c");
    CHECK(comment_text("say \"hi\" \\ there") == "say \"hi\" \\ there");
    CHECK(comment_text("abcdef", 3) == "abc…");
    CHECK(comment_text("x\xe2\x80\xae y") == "x y");
    CHECK(comment_text("\xff\xfe") == "");
  }
  TEST_CASE("a text in quotes reads back as it was") { CHECK(quoted("a \"b\" \\ # c") == "\"a \\\"b\\\" \\\\ # c\""); }
}
