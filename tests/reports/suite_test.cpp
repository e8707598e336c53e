// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <chrono>
#include <iterator>
#include <regex>

#include "reports/junit.hpp"
#include "tests/reports/command.hpp"

// `squall test`: many files, each judged by what it expects.
namespace squall::reports {
namespace {

using nlohmann::json;

/// A lead that waits for the worker's result. What is lost, and what is expected, is the test's.
std::string one_answer_text(const std::string& sections) {
  return R"(workflow: one-answer
network: {latency: 1ms}
agents:
  lead: {do: [{send: {to: worker, topic: task}}, {receive: result}]}
  worker: {do: [{receive: task}, {work: 1s}, {send: {to: lead, topic: result}}]}
)" + sections;
}
const std::string waits = "check: [no-orphaned-wait]\n";
const std::string lost = waits + "plan: [{message-loss: {topic: result, nth: 1}}]\n";

/// What `squall test` says of one file with these sections, and that its exit status is the expected one.
struct Judged {
  std::string line;      ///< what it says of the file, without the path
  std::string failures;  ///< the sentences below the file's name in the summary
};
Judged judged(const std::string& sections, int exit_status, const std::string& options = "") {
  const Scratch scratch{"judged"};
  const std::string path = scratch.file("one.yaml", one_answer_text(sections));
  const Ran ran = squall("test " + path + options);
  CAPTURE(sections);
  CAPTURE(ran.output);
  CHECK(ran.exit_status == exit_status);
  CHECK(ran.errors.empty());
  std::string text = ran.output;
  for (std::size_t at = 0; (at = text.find(path, at)) != std::string::npos;) text.replace(at, path.size(), "one.yaml");
  const std::size_t end = text.find('\n');
  const std::size_t again = text.find("one.yaml\n", end);
  if (again == std::string::npos) return {text.substr(0, end), ""};
  const std::size_t from = again + 9;
  const std::size_t to = std::min(text.find("\n\n", from) + 1, text.find("  to see it", from));
  return {text.substr(0, end), text.substr(from, to - from)};
}

}  // namespace

TEST_SUITE("squall test: what a file expects") {
  TEST_CASE("holds: all") {
    const std::string expect = "expect: {holds: all, over: 7 seeds}\n";
    CHECK(judged(waits + expect, 0).line == "passed      one.yaml: 7 runs, nothing violated");
    const Judged broken = judged(lost + expect, 1);
    CHECK(broken.line == "failed      one.yaml: 7 runs; no-orphaned-wait in 7 of them, first with seed 1");
    CHECK(broken.failures == "  no-orphaned-wait is violated in 7 of 7 runs, first with seed 1\n");
  }

  TEST_CASE("violates: each of these in some run") {
    const std::string expect = "expect: {violates: no-orphaned-wait, within: 3 seeds}\n";
    CHECK(judged(lost + expect, 0).line ==
          "passed      one.yaml: 3 runs; no-orphaned-wait in 3 of them, first with seed 1");
    CHECK(judged(waits + expect, 1).failures == "  no-orphaned-wait is violated in none of 3 runs\n");
  }

  TEST_CASE("violates: and nothing else in any, but for what may be") {
    const std::string both =
        "check: [no-orphaned-wait, termination]\nplan: [{message-loss: {topic: result, nth: 1}}]\n";
    CHECK(judged(both + "expect: {violates: no-orphaned-wait, within: 2 seeds}\n", 1).failures ==
          "  termination is violated in 2 of 2 runs, first with seed 1\n");
    CHECK(judged(both + "expect: {violates: [no-orphaned-wait, termination], within: 2 seeds}\n", 0).failures.empty());
    CHECK(judged(both + "expect: {violates: no-orphaned-wait, may-violate: termination, within: 2 seeds}\n", 0)
              .failures.empty());
  }

  TEST_CASE("may-violate: whether it is or not") {
    const std::string expect = "expect: {may-violate: no-orphaned-wait, over: 2 seeds}\n";
    CHECK(judged(lost + expect, 0).failures.empty());
    CHECK(judged(waits + expect, 0).failures.empty());
  }

  TEST_CASE("a name that the file does not check is a failure, not a silence") {
    CHECK(judged(waits + "expect: {may-violate: deadlock-freedm, over: 1 seed}\n", 1).failures ==
          "  `expect` names deadlock-freedm, which this workflow does not check\n");
    CHECK(judged(waits + "expect: {violates: termination, within: 1 seed}\n", 1).failures ==
          "  `expect` names termination, which this workflow does not check\n");
  }

  TEST_CASE("nothing said: all holds, in 100 runs") {
    CHECK(judged(waits, 0).line == "passed      one.yaml: 100 runs, nothing violated");
    CHECK(judged(lost, 1).failures == "  no-orphaned-wait is violated in 100 of 100 runs, first with seed 1\n");
  }

  TEST_CASE("--seeds is how many, but for what has to be found within so many") {
    CHECK(judged(waits + "expect: {holds: all, over: 5 seeds}\n", 0, " --seeds 2").line ==
          "passed      one.yaml: 2 runs, nothing violated");
    CHECK(judged(waits, 0, " --seeds 2").line == "passed      one.yaml: 2 runs, nothing violated");
    CHECK(judged(lost + "expect: {violates: no-orphaned-wait, within: 3 seeds}\n", 0, " --seeds 2").line ==
          "passed      one.yaml: 3 runs; no-orphaned-wait in 3 of them, first with seed 1");
  }

  TEST_CASE("a case plays its own seed alone, and its digest counts") {
    CHECK(judged(lost + "seed: 9\nexpect: {violates: no-orphaned-wait}\n", 0).line ==
          "passed      one.yaml: 1 run; no-orphaned-wait in 1 of them, first with seed 9");
    CHECK(judged(waits + "seed: 18446744073709551615\n", 0).line == "passed      one.yaml: 1 run, nothing violated");
    CHECK(judged(waits + "seed: 9\ndigest: 0x1\n", 1).failures.ends_with(", the file says 0x0000000000000001\n"));
  }

  TEST_CASE("a line of the plan that strikes in no run is a failure") {
    CHECK(judged(waits + "plan: [{message-loss: {topic: result, nth: 2}}]\nexpect: {holds: all, over: 2 seeds}\n", 1)
              .failures == "  a line of the plan strikes in none of 2 runs: message-loss: {topic: result, nth: 2}\n");
  }

  TEST_CASE("a fault that strikes in no run is told, and no failure") {
    const Scratch scratch{"notes"};
    const std::string path =
        scratch.file("one.yaml", one_answer_text(waits + "faults: [{message-loss: {topic: result, chance: 0%}}]\n"));
    const Ran ran = squall("test " + path);
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find(
              "\n            a fault strikes in none of 100 runs: message-loss: {topic: result, chance: 0%}\n") !=
          std::string::npos);
  }

  TEST_CASE("a `sometimes` that comes true in no run is a failure") {
    const std::string expect = "expect: {holds: all, over: 2 seeds}\n";
    CHECK(judged("check: [{sometimes: {received: result}}]\n" + expect, 0).failures.empty());
    CHECK(judged("check: [{sometimes: {received: result}, name: gets-it}]\nplan: [{message-loss: {topic: result, nth: "
                 "1}}]\n" +
                     expect,
                 1)
              .failures == "  gets-it comes true in none of 2 runs\n");
  }

  TEST_CASE("a run that reaches a limit leaves its file undecided: 4") {
    const Scratch scratch{"undecided"};
    const std::string path = scratch.file(
        "endless.yaml",
        "workflow: endless\nagents: {a: {do: [{repeat: [{sleep: 1h}]}]}}\nexpect: {holds: all, over: 1 seed}\n");
    const Ran ran = squall("test " + path);
    CHECK(ran.exit_status == 4);
    CHECK(ran.output.starts_with("undecided   " + path + ": 1 run, nothing violated; 1 without a verdict\n"));
    CHECK(ran.output.ends_with("\n1 undecided\n0 passed, 0 failed\n"));
  }
}

TEST_SUITE("squall test: many files") {
  TEST_CASE("all workflow files below a folder, in the order of their paths, hidden ones left out") {
    const Scratch scratch{"folders"};
    const std::string text = one_answer_text(waits + "expect: {holds: all, over: 1 seed}\n");
    for (const char* name : {"b/two.yml", "b/one.yaml", "a.yaml", ".hidden.yaml", ".git/c.yaml", "notes.txt"})
      scratch.file(name, text);
    std::filesystem::create_directory_symlink(scratch.folder(), scratch.path("round"));
    const Ran ran = squall("test " + scratch.folder());
    CHECK(ran.exit_status == 0);
    std::string expected;
    for (const char* name : {"a.yaml", "b/one.yaml", "b/two.yml"})
      expected += "passed      " + scratch.path(name) + ": 1 run, nothing violated\n";
    CHECK(ran.output == expected + "\n3 passed, 0 failed\n");
  }

  TEST_CASE("what failed is told once more with its story's beginning and how to see it, which works") {
    const Scratch scratch{"failures"};
    const std::string good = scratch.file("good.yaml", one_answer_text(waits + "expect: {holds: all, over: 1 seed}\n"));
    const std::string bad = scratch.file("bad.yaml", one_answer_text(lost + "expect: {holds: all, over: 1 seed}\n"));
    const Ran ran = squall("test " + good + " " + bad);
    CHECK(ran.exit_status == 1);
    CHECK(ran.output == "passed      " + good + ": 1 run, nothing violated\n" +  //
                            "failed      " + bad + ": 1 run; no-orphaned-wait in 1 of them, first with seed 1\n" + R"(
failed )" + bad + R"(
  no-orphaned-wait is violated in 1 of 1 run, first with seed 1

    one-answer, seed 1: violated

    Violated: no-orphaned-wait (nobody waits for ever for what no agent can hand out any more)
      since 0s:
        lead waits for result, and nobody can hand it out any more
        worker could have sent it, but has ended

  to see it: squall run )" + bad +
                            R"( --seed 1

1 passed, 1 failed
)");
    CHECK(squall("run " + bad + " --seed 1").exit_status == 1);
  }

  TEST_CASE("a file that cannot be read fails with its diagnostics, the others are judged all the same: 2") {
    const Scratch scratch{"unreadable"};
    const std::string bad = scratch.file("bad.yaml", "workflow: bad\nagnets: {}\n");
    const std::string good = scratch.file("good.yaml", one_answer_text(waits));
    const Ran ran = squall("test " + scratch.folder());
    CHECK(ran.exit_status == 2);
    CHECK(ran.output.starts_with("unreadable  " + bad + "\npassed      " + good + ": 100 runs"));
    CHECK(ran.output.find("    " + bad + ":2:1: error: ") != std::string::npos);
    CHECK(ran.output.ends_with("\n1 passed, 1 failed\n"));
  }

  TEST_CASE("nothing to judge is no success: 4; a path that is not there is a mistake: 2") {
    const Scratch scratch{"nothing"};
    const Ran none = squall("test " + scratch.folder());
    CHECK(none.exit_status == 4);
    CHECK(none.output == "\n0 passed, 0 failed\n");
    CHECK(none.errors == "error: there is no workflow file\n  fix: name files, or folders that hold .yaml files\n");
    const Ran missing = squall("test " + scratch.path("missing"));
    CHECK(missing.exit_status == 2);
    CHECK(missing.output.empty());
  }

  TEST_CASE("--json") {
    const Scratch scratch{"json"};
    const std::string bad = scratch.file("bad.yaml", one_answer_text(lost + "expect: {holds: all, over: 4 seeds}\n"));
    const Ran ran = squall("test --json " + bad + " scenarios/suites/feature-team/fixed.yaml");
    CHECK(ran.exit_status == 1);
    const json result = json::parse(ran.output);
    CHECK(result["passed"] == 1);
    CHECK(result["failed"] == 1);
    CHECK(result["undecided"] == 0);
    REQUIRE(result["files"].size() == 2);
    const json& file = result["files"][0];
    CHECK(file["file"] == bad);
    CHECK(file["workflow"] == "one-answer");
    CHECK(file["result"] == "failed");
    CHECK(file["runs"] == 4);
    CHECK(file["findings"][0]["invariant"] == "no-orphaned-wait");
    CHECK(file["findings"][0]["count"] == 4);
    CHECK(file["findings"][0]["first_seed"] == 1);
    CHECK(file["replay"] == "squall run " + bad + " --seed 1");
    CHECK(result["files"][1]["result"] == "passed");
  }
}

TEST_SUITE("squall test: --junit") {
  TEST_CASE("a file that a CI server reads, whole, with all markup escaped") {
    const Scratch scratch{"junit"};
    const std::string good =
        scratch.file("a<&>\"'b.yaml", one_answer_text(waits + "expect: {holds: all, over: 1 seed}\n"));
    const std::string red =
        scratch.file("bad.yaml", one_answer_text(lost + "expect: {violates: termination, within: 1 seed}\n"));
    const std::string none = scratch.file("none.yaml", "workflow: [\n");
    const std::string out = scratch.path("junit.xml");
    CHECK(squall("test " + scratch.folder() + " --junit " + out).exit_status == 2);
    // Times are the machine's: in seconds, to the millisecond.
    const std::regex time{" time=\"[0-9]+\\.[0-9]{3}\""};
    const std::string timed = file_text(out);
    CHECK(std::distance(std::sregex_iterator{timed.begin(), timed.end(), time}, {}) == 4);
    const std::string text = std::regex_replace(timed, time, "");
    CHECK(
        text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                         "  <testsuite name=\"squall\" tests=\"3\" failures=\"1\" errors=\"1\">\n"
                         "    <testcase name=\"" +
                         scratch.folder() + "/a&lt;&amp;&gt;&quot;&apos;b.yaml\" classname=\"one-answer\">\n"));
    CHECK(text.find(
              "<failure type=\"failed\" message=\"`expect` names termination, which this workflow does not check\">") !=
          std::string::npos);
    CHECK(text.find("<error type=\"unreadable\" message=\"" + none + ":") != std::string::npos);
    CHECK(text.ends_with("  </testsuite>\n</testsuites>\n"));
    CHECK(scratch.names() == std::vector<std::string>{"a<&>\"'b.yaml", "bad.yaml", "junit.xml", "none.yaml"});
  }

  TEST_CASE("without a clock there are no times, and with one they add up") {
    std::vector<FileReport> files(2);
    files[0].path = "a.yaml";
    files[1].path = "b.yaml";
    CHECK(junit(files).find("time=") == std::string::npos);
    files[0].took = std::chrono::milliseconds{1'205};
    files[1].took = std::chrono::microseconds{795'999};
    const std::string text = junit(files);
    CHECK(text.find("errors=\"0\" time=\"2.000\">") != std::string::npos);
    CHECK(text.find("<testcase name=\"a.yaml\" classname=\"squall\" time=\"1.205\">") != std::string::npos);
    CHECK(text.find("<testcase name=\"b.yaml\" classname=\"squall\" time=\"0.795\">") != std::string::npos);
  }

  TEST_CASE("one that cannot be written is an error, and nothing is left of it") {
    const Scratch scratch{"junit-nowhere"};
    const std::string good = scratch.file("good.yaml", one_answer_text(waits));
    const Ran folder = squall("test " + good + " --junit " + scratch.folder());
    CHECK(folder.exit_status == 2);
    CHECK(folder.output.empty());
    CHECK(squall("test " + good + " --junit " + scratch.path("missing/junit.xml")).exit_status == 2);
    CHECK(squall("test " + good + " --junit /dev/full").exit_status == 3);
    CHECK(scratch.names() == std::vector<std::string>{"good.yaml"});
  }
}

}  // namespace squall::reports
