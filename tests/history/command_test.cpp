// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/history/lines.hpp"
#include "tests/reports/command.hpp"

// `squall history check` as a shell sees it.
namespace squall::reports {
namespace {

using sim::history::json_lines;

const std::string stale =
    "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 1\n0 invoke write 2\n0 ok write 2\n1 invoke read\n1 ok "
    "read 1\n";

}  // namespace

TEST_SUITE("squall history check") {
  TEST_CASE("tells the smallest part that fails, and why") {
    const Scratch scratch{"history"};
    const std::string file = scratch.file("stale.jsonl", json_lines(stale));
    const Ran ran = squall("history check '" + file + "' --model register");
    CHECK(ran.exit_status == 1);
    CHECK(ran.output == file + ": violated\n" +
                            R"(  as a register: a read sees what was written last; it holds 0 at first
  4 operations in 8 lines

The smallest part that fails, 2 of 4 calls:
  lines 5 to 6  process 0  write 2
  lines 7 to 8  process 1  read -> 1  <-- cannot be placed

When process 1's 'read -> 1' returns (line 8), no order of these calls explains it together with all that had returned before.
By then the register holds 2, in whatever order the others took effect.
It fails from here whatever the register was like before, so nothing earlier matters.

The same again: squall history check )" +
                            file + " --model register\n");
  }

  TEST_CASE("--json says the same to programs, --svg draws it with names that do nothing") {
    const Scratch scratch{"history-json"};
    const std::string file =
        scratch.file("stale.jsonl", json_lines("\"<b>&\\u001b\" invoke write \"<script>\"\n\"<b>&\\u001b\" ok write "
                                               "\"<script>\"\n1 invoke read\n1 ok read 3\n"));
    const Ran ran =
        squall("history check '" + file + "' --model register --json --svg '" + scratch.path("a.svg") + "'");
    CHECK(ran.exit_status == 1);
    const nlohmann::json json = nlohmann::json::parse(ran.output);
    CHECK(json["verdict"] == "violated");
    CHECK(json["operations"] == 2);
    CHECK(json["failing"][0]["calls"][0]["call"] == "read -> 3");
    CHECK(json["failing"][0]["calls"][0]["lines"] == nlohmann::json::array({3, 4}));
    const std::string svg = file_text(scratch.path("a.svg"));
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find("<script>") == std::string::npos);
    CHECK(svg.find('\x1b') == std::string::npos);
  }

  TEST_CASE("tells what goes wrong between transactions, and what a weaker promise would allow") {
    const Scratch scratch{"history-txn"};
    const std::string file = scratch.file("skew.jsonl", json_lines(R"(
      0 invoke txn [["r", "x", null], ["append", "y", 1]]
      1 invoke txn [["r", "y", null], ["append", "x", 2]]
      0 ok txn [["r", "x", []], ["append", "y", 1]]
      1 ok txn [["r", "y", []], ["append", "x", 2]]
      0 invoke txn [["r", "x", null], ["r", "y", null]]
      0 ok txn [["r", "x", [2]], ["r", "y", [1]]])"));
    const Ran ran = squall("history check '" + file + "' --model txn-list-append");
    CHECK(ran.exit_status == 1);
    CHECK(ran.output == file + ": violated\n" + R"(  as serializable transactions on lists that grow at their end
  3 transactions in 6 lines, 4 dependencies

write skew: two transactions each missed what the other one wrote
  T1  lines 1 to 3, process 0: read x -> [], append y 1
  T2  lines 2 to 4, process 1: read y -> [], append x 2
  T1 came before T2: T1 read x -> [], and did not see 2, which T2 appended.
  T2 came before T1: T2 read y -> [], and did not see 1, which T1 appended.
  So T1 came before itself, which no order allows.

The same again: squall history check )" +
                            file + " --model txn-list-append\n");
    const Ran weaker = squall("history check '" + file + "' --model txn-list-append --isolation snapshot-isolation");
    CHECK(weaker.exit_status == 0);
    CHECK(weaker.output.find("; snapshot-isolation allows it\n") != std::string::npos);
    const std::string blind = scratch.file("blind.jsonl", json_lines(R"(
      0 invoke txn [["w", "x", 1]]
      0 ok txn [["w", "x", 1]])"));
    const Ran unread = squall("history check '" + blind + "' --model txn-rw-register");
    CHECK(unread.exit_status == 0);
    CHECK(unread.output.find("\n  1 transaction in 2 lines, 0 dependencies\n\nNothing that was read contradicts it.\n"
                             "That is no proof: ") != std::string::npos);
    const Ran drawn =
        squall("history check '" + file + "' --model txn-list-append --json --svg '" + scratch.path("t.svg") + "'");
    CHECK(nlohmann::json::parse(drawn.output)["anomalies"][0]["name"] == "write skew");
    CHECK(file_text(scratch.path("t.svg")).find("T1: read x -&gt; []") != std::string::npos);
  }

  TEST_CASE("tells who breaks a weaker promise") {
    const Scratch scratch{"history-weaker"};
    const std::string file =
        scratch.file("late.jsonl", json_lines("0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 0\n"));
    CHECK(squall("history check '" + file + "' --model register").exit_status == 1);
    CHECK(squall("history check '" + file + "' --model register --consistency sequential").exit_status == 0);
    const std::string own =
        scratch.file("own.jsonl", json_lines("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read 0\n"));
    const Ran ran = squall("history check '" + own + "' --model register --consistency read-your-writes");
    CHECK(ran.exit_status == 1);
    CHECK(ran.output ==
          own + ": violated\n" +
              R"(  as registers, read-your-writes: each process sees its own writes, or newer ones; they hold 0 at first
  2 operations in 4 lines

  T1  lines 3 to 4, process 0: read 0
  T2  lines 1 to 2, process 0: write 1
T2 is a write of the same process as T1, and came before it.
T1 saw 0, which was there at first.

The same again: squall history check )" +
              own + " --model register --consistency read-your-writes\n");
    for (const char* wrong :
         {"--consistency no", "--consistency bounded-staleness", "--consistency causal --bound 1s", "--bound 1s"})
      CHECK_MESSAGE(squall("history check '" + own + "' --model register " + wrong).exit_status == 2, wrong);
    CHECK(squall("history check '" + own + "' --model mutex --consistency causal").exit_status == 2);
  }

  TEST_CASE("ends with 0 where it holds, with 2 for input that is none, with 4 where a limit left it open") {
    const Scratch scratch{"history-exit"};
    const std::string good = scratch.file("good.jsonl", json_lines("0 invoke write 1\n0 ok write 1\n"));
    CHECK(squall("history check '" + good + "' --model register").exit_status == 0);
    const std::string quoted = "'" + good + "'";
    const std::vector<std::string> refused{quoted,
                                           quoted + " --model no",
                                           "no-such-file --model register",
                                           quoted + " --model mutex",
                                           quoted + " --model register --for-steps 0",
                                           quoted + " --model register --for 5",
                                           quoted + " --model register --for-memory 0",
                                           quoted + " --model register --for-memory 1GB",
                                           quoted + " --model mutex --initial 3",
                                           "/ --model register"};
    for (const std::string& wrong : refused) {
      const Ran ran = squall("history check " + wrong);
      CHECK_MESSAGE(ran.exit_status == 2, wrong);
      CHECK_MESSAGE(ran.errors.find("fix: ") != std::string::npos, wrong);
      CHECK(ran.output.empty());
    }
    std::string lines;
    for (const char* type : {"invoke", "ok"}) {
      for (int p = 0; p < 9; ++p) lines += std::to_string(p) + " " + type + " append " + std::to_string(p % 3) + "\n";
    }
    const std::string hard =
        scratch.file("hard.jsonl", json_lines(lines + "0 invoke read\n0 ok read [0, 0, 0, 1, 1, 1, 2, 2]\n"));
    const Ran ran = squall("history check '" + hard + "' --model list-append --for-steps 5");
    CHECK(ran.exit_status == 4);
    CHECK(ran.output.find(
              "No verdict: the limit of steps was reached. Tried: 5 steps, 0 MB.\nAll is explained up to line ") !=
          std::string::npos);
  }
}

}  // namespace squall::reports
