// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/reports/command.hpp"

// `squall run` and `squall replay`: one seed of one file.
namespace squall::reports {
namespace {

using nlohmann::json;

const std::string broken = "scenarios/suites/feature-team/broken.yaml";
const std::string fixed = "scenarios/suites/feature-team/fixed.yaml";

/// One message that is lost or not; the wait for it has no bound. The answer takes 1 s and twice 1 ms.
constexpr const char* one_answer = R"(workflow: one-answer
network: {latency: 1ms}
agents:
  lead: {do: [{send: {to: worker, topic: task}}, {receive: result}]}
  worker: {do: [{receive: task}, {work: 1s}, {send: {to: lead, topic: result}}]}
check: [no-orphaned-wait]
)";

/// The arguments in the line of a story that says how to see it again.
std::string again_in(const std::string& story) {
  const std::string label = "\nThe same run again: squall ";
  const std::size_t at = story.find(label);
  REQUIRE(at != std::string::npos);
  const std::size_t from = at + label.size();
  return story.substr(from, story.find('\n', from) - from);
}

}  // namespace

TEST_SUITE("squall run") {
  TEST_CASE("ends with 0 where every check holds and with 1 for a violation, and says nothing besides the story") {
    const Ran good = squall("run " + fixed);
    CHECK(good.exit_status == 0);
    CHECK(good.output.starts_with("feature-team, seed 1: every check holds in this run\n"));
    CHECK(good.errors.empty());
    const Ran bad = squall("run " + broken);
    CHECK(bad.exit_status == 1);
    CHECK(bad.output.starts_with("feature-team, seed 1: violated\n"));
    CHECK(bad.output.find("  the cycle coder -> tester -> docs -> coder, closed at ") != std::string::npos);
    CHECK(bad.errors.empty());
  }

  TEST_CASE("the last line of a story is the command that tells it again") {
    const Ran first = squall("run " + broken + " --seed 0x10");
    CHECK(again_in(first.output) == "run " + broken + " --seed 16");
    CHECK(squall(again_in(first.output)).output == first.output);
  }

  TEST_CASE("and it is so where a path needs quotes, or could be taken for an option") {
    const Scratch scratch{"quotes"};
    for (const char* name : {"it's two words.yaml", "$(false).yaml", "a\\b\x1b[2J\xff.yaml"}) {
      CAPTURE(name);
      scratch.file(name, one_answer);
      const std::string typed = "\"$(ls -d '" + scratch.folder() + "'/*.yaml)\"";
      const Ran first = squall("run " + typed);
      CHECK(first.exit_status == 0);
      std::ofstream{scratch.path("again.sh")} << "squall() { '" SQUALL_COMMAND "' \"$@\"; }\nsquall "
                                              << again_in(first.output) << "\n";
      const Ran second = ran_by_a_shell("bash '" + scratch.path("again.sh") + "'");
      CHECK(second.exit_status == 0);
      CHECK(second.output == first.output);
      std::filesystem::remove(scratch.path(name));
    }
    scratch.file("-x.yaml", one_answer);
    const Ran dash = ran_by_a_shell("cd '" + scratch.folder() + "' && '" SQUALL_COMMAND "' run -- -x.yaml");
    CHECK(again_in(dash.output) == "run ./-x.yaml --seed 1");
  }

  TEST_CASE("the seed is that of the command, else of the file, else 1") {
    const Scratch scratch{"seeds"};
    const std::string path = scratch.file("case.yaml", std::string{one_answer} + "seed: 0x7\n");
    CHECK(squall("run " + path).output.starts_with("one-answer, seed 7:"));
    CHECK(squall("run " + path + " --seed 5").output.starts_with("one-answer, seed 5:"));
    CHECK(squall("run " + broken).output == squall("run " + broken + " --seed 1").output);
  }

  TEST_CASE("a plan says exactly what strikes") {
    const Scratch scratch{"plans"};
    const std::string path =
        scratch.file("workflow.yaml", std::string{one_answer} + "faults: [{message-loss: {chance: 100%}}]\n");
    CHECK(squall("run " + path).exit_status == 1);
    // None of the file's own faults strikes beside it.
    CHECK(squall("run " + path + " --plan " + scratch.file("none.plan", "[]")).exit_status == 0);
    const std::string plan =
        scratch.file("one.plan", "- message-loss: {from: worker, to: lead, topic: result, nth: 1}\n");
    const Ran ran = squall("run " + path + " --plan " + plan);
    CHECK(ran.exit_status == 1);
    CHECK(
        ran.output.find("\nFaults that struck:\n  - message-loss: {from: worker, to: lead, topic: result, nth: 1}\n") !=
        std::string::npos);
    CHECK(again_in(ran.output) == "run " + path + " --seed 1 --plan " + plan);
  }

  TEST_CASE("a line of the plan that does not strike is told") {
    const Scratch scratch{"unstruck"};
    const std::string path = scratch.file("workflow.yaml", one_answer);
    const std::string plan =
        scratch.file("late.plan", "- message-loss: {from: worker, to: lead, topic: result, nth: 2}\n");
    const Ran ran = squall("run " + path + " --plan " + plan);
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find("\nNo fault struck.\n\nLines of the plan that did not strike:\n"
                          "  - message-loss: {from: worker, to: lead, topic: result, nth: 2}\n") != std::string::npos);
    const json result = json::parse(squall("run --json " + path + " --plan " + plan).output);
    CHECK(result["unstruck"] == json{"message-loss: {from: worker, to: lead, topic: result, nth: 2}"});
  }

  TEST_CASE("a run that a limit ends has no verdict: 4") {
    const Scratch scratch{"limits"};
    const std::string path =
        scratch.file("endless.yaml", "workflow: endless\nagents: {a: {do: [{repeat: [{sleep: 1h}]}]}}\n");
    const Ran ran = squall("run " + path);
    CHECK(ran.exit_status == 4);
    CHECK(ran.output.starts_with("endless, seed 1: undecided\n"));
    CHECK(json::parse(squall("run --json " + path).output)["verdict"] == "unknown");
  }

  TEST_CASE("--json has the fields of the contract") {
    const Ran ran = squall("run --json " + broken + " --seed 3");
    CHECK(ran.exit_status == 1);
    const json result = json::parse(ran.output);
    CHECK(result["version"] == SQUALL_VERSION);
    CHECK(result["workflow"] == "feature-team");
    CHECK(result["seed"] == 3);
    CHECK(result["verdict"] == "violated");
    REQUIRE(result["violations"].size() == 1);
    const json& violation = result["violations"][0];
    CHECK(violation["invariant"] == "deadlock-freedom");
    CHECK(violation["signature"] == json::parse(squall("run --json " + broken).output)["violations"][0]["signature"]);
    CHECK(violation["at_ns"].is_number_integer());
    CHECK(violation["story"].size() == 5);
    CHECK(violation["story"][1] == "coder waits for report from tester (gives up after 5 min)");
    CHECK(result["faults"].is_array());
    CHECK(result["events"].is_number_unsigned());
    CHECK(result["virtual_ns"] > violation["at_ns"]);
    CHECK(result["digest"].get<std::string>().size() == 18);
    CHECK(result["replay"] == "squall run " + broken + " --seed 3");
  }

  TEST_CASE("--json tells the faults that struck as lines of a plan") {
    const Scratch scratch{"struck"};
    const std::string path = scratch.file(
        "workflow.yaml", std::string{one_answer} + "faults: [{message-loss: {topic: result, chance: 100%}}]\n");
    const json result = json::parse(squall("run --json " + path).output);
    CHECK(result["faults"] == json::parse(R"([{"kind": "message-loss",
      "plan": "message-loss: {from: worker, to: lead, topic: result, nth: 1}"}])"));
  }

  TEST_CASE("a workflow that cannot be read is refused with its diagnostics, and nothing else is written: 2") {
    const Scratch scratch{"refused"};
    const std::string path = scratch.file(
        "bad.yaml",
        "workflow: bad\nagents:\n  a:\n    do:\n      - send: {to: bb, topic: t}\n  b: {do: [{receive: t}]}\n");
    for (const std::string& arguments : {"run " + path, "run --json " + path, "replay " + path}) {
      const Ran ran = squall(arguments);
      CHECK(ran.exit_status == 2);
      CHECK(ran.output.empty());
      CHECK(ran.errors.starts_with(path + ":5:20: error: "));
      CHECK(ran.errors.find("\n  fix: ") != std::string::npos);
    }
    CHECK(squall("run " + scratch.path("missing.yaml")).exit_status == 2);
    CHECK(squall("run " + scratch.folder()).exit_status == 2);
  }

  TEST_CASE("so is a plan that cannot be read, at its own place") {
    const Scratch scratch{"bad-plans"};
    const std::string path = scratch.file("workflow.yaml", one_answer);
    const auto errors_of = [&](const std::string& plan) {
      const Ran ran = squall("run " + path + " --plan " + plan);
      CHECK(ran.exit_status == 2);
      CHECK(ran.output.empty());
      return ran.errors;
    };
    const std::string unknown = scratch.file("unknown.plan", "- message-los: {nth: 1}\n");
    CHECK(errors_of(unknown).starts_with(unknown + ":1:3: error: no fault is called 'message-los'\n"));
    const std::string chance = scratch.file("chance.plan", "- message-loss: {chance: 5%}\n");
    CHECK(errors_of(chance).starts_with(chance + ":1:3: error: "));
    const std::string map = scratch.file("map.plan", "message-loss: {nth: 1}\n");
    CHECK(errors_of(map).starts_with(map + ":1:1: error: a plan is a list of faults\n"));
    CHECK(errors_of(scratch.path("missing.plan")).find("there is no file") != std::string::npos);
  }

  TEST_CASE("answers that begin no schedule are refused, not ignored") {
    const Scratch scratch{"untimed"};
    const std::string path = scratch.file("case.yaml", std::string{one_answer} + "choose: [1]\n");
    const Ran ran = squall("run " + path);
    CHECK(ran.exit_status == 2);
    CHECK(ran.errors.find("error: there is no 'schedule' that these answers could begin") != std::string::npos);
  }

  TEST_CASE("what a file pins is played, and a pinned answer that nothing asked for is told") {
    const Scratch scratch{"pins"};
    const std::string path = scratch.file("case.yaml",
                                          "workflow: t\nagents:\n  a: {do: [{work: {time: 1s..9s, makes: code}}]}\n"
                                          "set: {\"a/work code #1\": 12s, \"a/work code #2\": 3s}\n");
    const Ran ran = squall("run " + path);
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find("          12s  a has made code\n") != std::string::npos);
    CHECK(ran.output.find("\nPinned answers that nothing has asked for:\n  - a/work code #2\n") != std::string::npos);
    const json result = json::parse(squall("run --json " + path).output);
    CHECK(result["virtual_ns"] == 12'000'000'000);
    CHECK(result["undrawn"] == json::array({"a/work code #2"}));
    const Ran judged = squall("test " + path + " --seeds 3");
    CHECK(judged.exit_status == 1);
    CHECK(judged.output.find("'a/work code #2' of `set` is drawn in none of 3 runs") != std::string::npos);
  }
}

TEST_SUITE("squall replay") {
  TEST_CASE("tells the story, and that the plan of what struck gives the same digest") {
    const Ran run = squall("run scenarios/suites/w6/w6.yaml --seed 7");
    const Ran again = squall("replay scenarios/suites/w6/w6.yaml --seed 7");
    CHECK(again.exit_status == run.exit_status);
    CHECK(run.output.find("Faults that struck:") != std::string::npos);
    const json result = json::parse(squall("run --json scenarios/suites/w6/w6.yaml --seed 7").output);
    CHECK(again.output.ends_with("\nPlayed again from the plan of what struck: the same digest, " +
                                 result["digest"].get<std::string>() + ".\n"));
    CHECK(squall(again_in(again.output)).output == again.output);
  }

  TEST_CASE("a case holds its digest: the same, 0 or 1 by its verdict; another, 3") {
    const Scratch scratch{"digests"};
    const std::string path = scratch.file("plain.yaml", std::string{one_answer} + "seed: 4\n");
    const std::string digest = json::parse(squall("run --json " + path).output)["digest"];
    const std::string good = scratch.file("good.yaml", std::string{one_answer} + "seed: 4\ndigest: " + digest + "\n");
    const Ran same = squall("replay " + good);
    CHECK(same.exit_status == 0);
    CHECK(same.output.find(digest + ", which is that of the file.\n") != std::string::npos);
    // One digit of it is another.
    std::string other = digest;
    other.back() = other.back() == '0' ? '1' : '0';
    const std::string bad = scratch.file("bad.yaml", std::string{one_answer} + "seed: 4\ndigest: " + other + "\n");
    const Ran differs = squall("replay " + bad);
    CHECK(differs.exit_status == 3);
    CHECK(differs.errors.starts_with("error: the run has the digest " + digest + ", the file says " + other + "\n"));
    // It speaks of the file's seed, not of any other.
    CHECK(squall("replay " + bad + " --seed 5").exit_status == 0);
  }
}

}  // namespace squall::reports
