// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/effort.hpp"
#include "tests/reports/command.hpp"

// Campaigns as a shell sees them.
namespace squall::reports {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* dead_server = "scenarios/suites/dead-server/broken.yaml";
constexpr const char* green = "scenarios/suites/feature-team/fixed.yaml";

Json json_of(const Ran& ran) {
  Json json = Json::parse(ran.output, nullptr, false);
  REQUIRE_MESSAGE(!json.is_discarded(), ran.output, ran.errors);
  return json;
}

/// Every file below a folder with its bytes.
std::map<std::string, std::string> bytes_below(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(folder).string()] = file_text(entry.path().string());
  }
  return files;
}

/// Names the files that differ: their bytes are no reading matter.
std::vector<std::string> differing(const std::string& one, const std::string& other) {
  const auto a = bytes_below(one), b = bytes_below(other);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : a) {
    if (!b.contains(name) || b.at(name) != bytes) names.push_back(name);
  }
  for (const auto& [name, bytes] : b) {
    if (!a.contains(name)) names.push_back(name);
  }
  return names;
}

std::string fuzz_line(const std::string& folder, const std::string& more = "") {
  return std::string{"fuzz "} + dead_server + " --seeds 2000 --shard-size 300 --out '" + folder + "' " + more;
}

}  // namespace

TEST_SUITE("squall fuzz") {
  TEST_CASE("prints the same for any number of threads, and ends with 1 where something is violated") {
    const std::string line = std::string{"fuzz "} + dead_server + " --seeds 1000 --jobs ";
    const Ran one = squall(line + "1");
    CHECK(one.exit_status == 1);
    for (const char* jobs : {"2", "8"}) CHECK(squall(line + jobs).output == one.output);
    CHECK(one.output.starts_with("dead-server: 1,000 runs, seeds 1 to 1000: 2 findings in "));
    CHECK(one.output.find("it needs these faults; remove any one of them and it is gone:\n     - agent-crash: {agent: "
                          "server") != std::string::npos);
    CHECK(one.output.find("a step that never ran: client/finish failure") != std::string::npos);
    CHECK(one.errors.find(" runs/s, ") != std::string::npos);
  }

  TEST_CASE("ends with 0 where every check holds, with 2 for input that is none") {
    CHECK(squall(std::string{"fuzz "} + green + " --seeds 500").exit_status == 0);
    for (const char* wrong :
         {"", " --seeds 0", " --seeds -1", " --seeds 1x", " --for 5", " --for 0s", " --seeds 9 --for 1s",
          " --seeds 9 --jobs 0", " --seeds 9 --profile loud", " --seeds 9 --shard 1/2",
          " --seeds 9 --shard 3/2 --out x", " --seeds 9 --shard auto --out x", " --seeds 9 --shard-size 5",
          " --seeds 2 --first 18446744073709551614"}) {
      const Ran ran = squall(std::string{"fuzz "} + green + wrong);
      CHECK_MESSAGE(ran.exit_status == 2, wrong);
      CHECK_MESSAGE(ran.errors.find("fix: ") != std::string::npos, wrong);
      CHECK(ran.output.empty());
    }
    CHECK(squall("fuzz no-such-file.yaml --seeds 9").exit_status == 2);
  }

  TEST_CASE("--json says all that the contract asks for") {
    const Json json = json_of(squall(std::string{"fuzz "} + dead_server + " --seeds 500 --json"));
    for (const char* field : {"runs", "violated", "findings", "runs_per_second", "events_per_second", "digest"})
      CHECK_MESSAGE(json.contains(field), field);
    CHECK(json["runs"] == 500);
    REQUIRE(json["findings"].size() == 2);
    for (const char* field : {"invariant", "signature", "count", "rate", "low", "high", "first_seed", "case"})
      CHECK_MESSAGE(json["findings"][0].contains(field), field);
    const double low = json["findings"][0]["low"], rate = json["findings"][0]["rate"],
                 high = json["findings"][0]["high"];
    CHECK(low < rate);
    CHECK(rate < high);
    CHECK(rate == doctest::Approx(json["findings"][0]["count"].get<double>() / 500));
  }

  TEST_CASE("says how likely the next run is to show something new: a finding, and each kind of coverage") {
    const std::string line = std::string{"fuzz "} + dead_server + " --seeds 1000";
    const std::string text = squall(line).output;
    CHECK(text.find("The next run shows a new finding with a chance ") != std::string::npos);
    // One in 500 runs, but 100 at least.
    CHECK(text.find("Reached by the first 100 runs (so what the next run adds to all is at most this):\n") !=
          std::string::npos);
    const Json coverage = json_of(squall(line + " --json"))["coverage"];
    CHECK(coverage["runs"] == 100);
    REQUIRE(coverage["reached"].size() == 4);
    for (const Json& row : coverage["reached"]) {
      CHECK(row["features"] > 0);
      CHECK(row["new_chance"].get<double>() == doctest::Approx(row["once"].get<double>() / 100));
    }
    CHECK_FALSE(coverage.contains("mutants"));
    // All runs of a guided campaign are looked at.
    const Json guided = json_of(squall(line + " --guided --json"))["coverage"];
    CHECK(guided["runs"] == 1'000);
    CHECK(guided.contains("mutants"));
  }

  TEST_CASE("--guided says the same whether time or the number of its runs has ended it") {
    const Ran timed = squall(std::string{"fuzz "} + dead_server + " --for 200ms --guided");
    const std::string again = timed.output.substr(timed.output.rfind("squall fuzz ") + 7);
    CHECK(squall(again.substr(0, again.find('\n'))).output == timed.output);
  }

  TEST_CASE("--for plays seeds without a gap and says how many: the same with --seeds has the same digest") {
    const Json timed = json_of(squall(std::string{"fuzz "} + dead_server + " --for 200ms --json"));
    const auto runs = timed["runs"].get<std::uint64_t>();
    CHECK(runs > 0);
    const std::string seeds = " --seeds " + std::to_string(runs);
    CHECK(timed["again"].get<std::string>().ends_with(seeds));
    const Scratch scratch{"campaign-for"};
    const std::string out = " --shard-size 5000 --out '" + scratch.path("out") + "'";
    const Json kept = json_of(squall(std::string{"fuzz "} + dead_server + " --for 100ms --json" + out));
    const std::string again = kept["again"];
    CHECK(again.find(" --shard-size 5000 --out ") != std::string::npos);
    CHECK(json_of(squall(again.substr(7) + " --json"))["digest"] == kept["digest"]);
    CHECK(json_of(squall(std::string{"fuzz "} + dead_server + seeds + " --json"))["digest"] == timed["digest"]);
  }

  TEST_CASE("--profile none finds what timing alone does, standard what a bit of everything does") {
    CHECK(squall(std::string{"fuzz "} + dead_server + " --seeds 500 --profile none").exit_status == 0);
    const Json standard = json_of(squall(std::string{"fuzz "} + green + " --seeds 500 --profile standard --json"));
    CHECK(standard["violated"] > 0);
    const std::string replay = standard["findings"][0]["replay"];
    CHECK(replay.ends_with(" --profile standard"));
    CHECK(squall(replay.substr(7)).exit_status == 0);
  }

  TEST_CASE("an interrupt writes what is there and ends with 130") {
    const Ran ran =
        ran_by_a_shell(std::string{"(cd '" SQUALL_SOURCE_DIR "' && timeout -s INT 0.5 '" SQUALL_COMMAND "' fuzz "} +
                       dead_server + " --for 60s --jobs 2)");
    // `timeout` says 124 for a program that it had to tell.
    CHECK(ran.exit_status == 124);
    CHECK(ran.output.find("Stopped before its end; what is told here is finished.\n") != std::string::npos);
    const Ran own = ran_by_a_shell(std::string{"(cd '" SQUALL_SOURCE_DIR "' && '" SQUALL_COMMAND "' fuzz "} +
                                   dead_server + " --for 60s & pid=$!; sleep 0.4; kill -TERM $pid; wait $pid)");
    CHECK(own.exit_status == 130);
  }
}

TEST_SUITE("a campaign's folder") {
  TEST_CASE("holds shards, a case for each finding and tables; the case replays to its digest") {
    const Scratch scratch{"campaign-folder"};
    const std::string folder = scratch.path("all");
    const Ran ran = squall(fuzz_line(folder));
    CHECK(ran.exit_status == 1);
    const auto files = bytes_below(folder);
    CHECK(files.contains("campaign.json"));
    CHECK(files.contains("campaign.sqlite"));
    CHECK(files.contains("workflow/broken.yaml"));
    CHECK(files.contains("shards/00000.json"));
    CHECK(files.contains("shards/00006.json"));
    std::size_t cases = 0;
    for (const auto& [name, bytes] : files) {
      if (!name.ends_with("/case.yaml")) continue;
      ++cases;
      const std::string quoted = fmt::format("'{}/{}'", folder, name);
      const Ran replayed = squall("replay " + quoted);
      CHECK(replayed.exit_status == 1);
      CHECK(replayed.output.find(", which is that of the file.") != std::string::npos);
      const Ran judged = squall("test " + quoted);
      CHECK_MESSAGE(judged.exit_status == 0, judged.output);
    }
    CHECK(cases == 2);
  }

  TEST_CASE("is gone on with: what is played is not played again, and the bytes are those of one go") {
    const Scratch scratch{"campaign-again"};
    const std::string once = scratch.path("once"), twice = scratch.path("twice");
    squall(fuzz_line(once));
    // The first half, then the whole; then what a killed process would have left is lost, and played again.
    squall(std::string{"fuzz "} + dead_server + " --seeds 1000 --shard-size 300 --out '" + twice + "'");
    squall(fuzz_line(twice));
    CHECK(differing(once, twice) == std::vector<std::string>{});
    fs::remove(twice + "/shards/00002.json");
    fs::remove_all(twice + "/findings");
    // (No process has these numbers: they lie beyond what a kernel gives.)
    std::ofstream{twice + "/shards/00002.json.99999999.tmp"} << "half a sha";
    std::ofstream{twice + "/campaign.sqlite.99999999.tmp"} << "half a data";
    squall(fuzz_line(twice));
    CHECK(differing(once, twice) == std::vector<std::string>{});
  }

  TEST_CASE("loses at most the shard in work to kill -9, and comes out alike") {
    const Scratch scratch{"campaign-killed"};
    const std::string once = scratch.path("once"), killed = scratch.path("killed");
    const std::string line = std::string{"fuzz "} + dead_server + " --seeds " + std::to_string(effort(400'000)) +
                             " --shard-size 5000 --jobs 2 --out '";
    ran_by_a_shell(std::string{"(cd '" SQUALL_SOURCE_DIR "' && '" SQUALL_COMMAND "' "} + line + killed +
                   "' & pid=$!; sleep 0.3; kill -9 $pid; wait $pid)");
    squall(line + killed + "'");
    squall(line + once + "'");
    CHECK(differing(once, killed) == std::vector<std::string>{});
  }

  TEST_CASE("is merged from tasks in any order, with any grouping and any repetition, to the same bytes") {
    const Scratch scratch{"campaign-merge"};
    const auto path = [&](const std::string& name) { return scratch.path(name); };
    const auto merge = [&](const std::string& folders, const std::string& out) {
      const Ran ran = squall("merge " + folders + " --out '" + path(out) + "'");
      CHECK_MESSAGE(ran.exit_status == 1, ran.errors);
    };
    squall(fuzz_line(path("one")));
    for (const char* task : {"1", "2", "3"}) squall(fuzz_line(path(task), std::string{"--shard "} + task + "/3"));
    const std::string a = "'" + path("1") + "'", b = "'" + path("2") + "'", c = "'" + path("3") + "'";
    merge(a + " " + b + " " + c, "abc");
    merge(c + " " + a + " " + b + " " + a, "caba");
    merge(a + " " + b, "ab");
    merge("'" + path("ab") + "' " + c, "ab-c");
    merge(b + " " + c, "bc");
    merge(a + " '" + path("bc") + "'", "a-bc");
    merge("'" + path("abc") + "'", "abc");
    for (const char* other : {"abc", "caba", "ab-c", "a-bc"})
      CHECK_MESSAGE(differing(path("one"), path(other)) == std::vector<std::string>{}, other);
  }

  TEST_CASE("takes its place in an array from the environment: Slurm's counts from its least, Kubernetes' from 0") {
    const Scratch scratch{"campaign-array"};
    const auto in = [&](const std::string& environment, const std::string& shard, const std::string& out) {
      return ran_by_a_shell("cd '" SQUALL_SOURCE_DIR "' && " + environment + " '" SQUALL_COMMAND "' " +
                            fuzz_line(scratch.path(out), "--shard " + shard));
    };
    squall(fuzz_line(scratch.path("plain"), "--shard 2/3"));
    in("SLURM_ARRAY_TASK_ID=11 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=3", "auto", "slurm");
    in("JOB_COMPLETION_INDEX=1", "auto/3", "kubernetes");
    CHECK(differing(scratch.path("plain"), scratch.path("slurm")) == std::vector<std::string>{});
    CHECK(differing(scratch.path("plain"), scratch.path("kubernetes")) == std::vector<std::string>{});
    CHECK(in("JOB_COMPLETION_INDEX=3", "auto/3", "beyond").exit_status == 2);
  }

  TEST_CASE("takes no other workflow, no other profile, and no folder of somebody else's") {
    const Scratch scratch{"campaign-other"};
    const std::string folder = scratch.path("mine");
    squall(fuzz_line(folder));
    CHECK(squall(fuzz_line(folder, "--profile swarm")).exit_status == 2);
    CHECK(squall(std::string{"fuzz "} + green + " --seeds 10 --out '" + folder + "'").exit_status == 2);
    scratch.file("theirs/letter.txt", "dear");
    CHECK(squall(fuzz_line(scratch.path("theirs"))).exit_status == 2);
    CHECK(scratch.names() == std::vector<std::string>{"mine", "theirs"});
    CHECK(squall("merge '" + scratch.path("theirs") + "' --out '" + scratch.path("x") + "'").exit_status == 2);
    scratch.file("mine/shards/00001.json", "{\"first\": 3");
    const Ran broken = squall(fuzz_line(folder));
    CHECK(broken.exit_status == 2);
    CHECK(broken.errors.find("remove it, and the campaign plays it again") != std::string::npos);
  }
}

TEST_SUITE("squall query") {
  TEST_CASE("answers SQL and questions with a name, and changes nothing") {
    const Scratch scratch{"campaign-query"};
    const std::string folder = scratch.path("all"), quoted = "'" + folder + "'";
    squall(fuzz_line(folder));
    const auto before = bytes_below(folder);
    CHECK(squall("query " + quoted + " 'SELECT sum(runs) AS runs FROM shards'").output == "runs\n2000\n");
    const Json findings = json_of(squall("query " + quoted + " findings --json"));
    REQUIRE(findings.size() == 2);
    CHECK(findings[0]["count"].is_number_integer());
    CHECK(findings[0]["rate"].is_number_float());
    for (const char* name : {"rare", "needed", "timing", "never", "reached", "shards", "totals"})
      CHECK_MESSAGE(squall("query " + quoted + " " + name).exit_status == 0, name);
    for (const char* wrong :
         {"DELETE FROM shards", "DROP TABLE shards", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "PRAGMA user_version = 3",
          "SELECT load_extension(1)", "SELECT nothing FROM nowhere", ""}) {
      const Ran ran = squall("query " + quoted + " \"" + wrong + " \"");
      CHECK_MESSAGE(ran.exit_status == 2, wrong);
    }
    CHECK(squall("query " + quoted).output.starts_with("Questions with a name:\n"));
    CHECK(bytes_below(folder) == before);
  }
}

TEST_SUITE("squall shrink, keep and submit") {
  TEST_CASE("shrink writes a case that stands alone, and says nothing where nothing is violated") {
    const Scratch scratch{"campaign-shrink"};
    const std::string path = scratch.path("deep/case.yaml");
    fs::create_directories(scratch.path("deep"));
    const Ran ran = squall(std::string{"shrink "} + dead_server + " --seed 10 --out '" + path + "'");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output.find("without agent-crash: {agent: server") != std::string::npos);
    CHECK(ran.output.find(": it is gone") != std::string::npos);
    CHECK(squall("replay '" + path + "'").exit_status == 1);
    const Json json = json_of(squall(std::string{"shrink "} + dead_server + " --seed 10 --json"));
    CHECK(json["case"] == file_text(path));
    CHECK(json["counterfactuals"][0]["gone"] == true);
    CHECK(squall("shrink '" + path + "'").exit_status == 0);  // a case can be shrunk again
    CHECK(squall(std::string{"shrink "} + green).exit_status == 4);
    CHECK(squall(std::string{"shrink "} + dead_server + " --seed 10 --signature zz").exit_status == 2);
    CHECK(squall(std::string{"explain "} + dead_server + " --seed 10").exit_status == 0);
  }

  TEST_CASE("keep makes a regression that 'test' plays first: red until the workflow is mended") {
    const Scratch scratch{"campaign-keep"};
    const std::string broken = file_text(std::string{SQUALL_SOURCE_DIR "/"} + dead_server);
    scratch.file("suite/broken.yaml", broken);
    fs::create_directories(scratch.path("found"));
    squall(std::string{"shrink "} + dead_server + " --seed 10 --out '" + scratch.path("found/case.yaml") + "'");
    const std::string suite = "'" + scratch.path("suite") + "'";
    const Ran kept = squall("keep '" + scratch.path("found/case.yaml") + "' " + suite);
    REQUIRE_MESSAGE(kept.exit_status == 0, kept.errors);
    const std::string name = kept.output.substr(0, kept.output.size() - 1);
    CHECK(name.starts_with(scratch.path("suite/broken.")));
    CHECK(name.ends_with(".case.yaml"));

    const Ran red = squall("test " + suite);
    CHECK(red.exit_status == 1);
    CHECK(red.output.starts_with("failed      " + name));
    // The remedy of the suite's green half, written into the file that the case extends.
    const std::string fixed = file_text(SQUALL_SOURCE_DIR "/scenarios/suites/dead-server/fixed.yaml");
    CHECK(fixed.find("change:") != std::string::npos);
    scratch.file("suite/base.yaml", broken);
    std::string green_half = fixed;
    green_half.replace(green_half.find("broken.yaml"), 11, "base.yaml");
    scratch.file("suite/broken.yaml", green_half);
    const Ran after = squall("test '" + name + "'");
    CHECK_MESSAGE(after.exit_status == 0, after.output, after.errors);

    CHECK(squall("keep '" + scratch.path("found/case.yaml") + "' " + suite).exit_status == 2);  // there already
    CHECK(squall(std::string{"keep "} + dead_server + " " + suite).exit_status == 2);           // no case
  }

  TEST_CASE("submit prints a script for each engine, with the line that plays a shard") {
    const std::string more = std::string{" "} + dead_server + " --seeds 1000 --out 'my campaign' --shards 8";
    for (const char* engine : {"slurm", "parallel", "kubernetes"}) {
      const Ran ran = squall(std::string{"submit "} + engine + more);
      CHECK_MESSAGE(ran.exit_status == 0, engine);
      CHECK_MESSAGE(ran.output.find("squall fuzz scenarios/suites/dead-server/broken.yaml --seeds 1000 --out ") !=
                        std::string::npos,
                    engine);
      CHECK_MESSAGE(ran.output.find("/8") != std::string::npos, engine);
    }
    CHECK(squall("submit slurm" + more).output.find("#SBATCH --array=1-8\n") != std::string::npos);
    CHECK(squall("submit pigeons" + more).exit_status == 2);
    CHECK(squall(std::string{"submit slurm "} + dead_server + " --seeds x --out y --shards 2").exit_status == 2);
  }
}

}  // namespace squall::reports
