// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/command.hpp"

// The built command as a shell sees it: exit status, what goes to standard output, and what is said on standard error.
namespace squall::reports {
namespace {

/// Refused: nothing on standard output, these words on the other.
void check_refused(const std::string& arguments, const std::string& words) {
  CAPTURE(arguments);
  const Ran ran = squall(arguments);
  CHECK(ran.exit_status == 2);
  CHECK(ran.output.empty());
  CHECK(ran.errors == words);
}

constexpr const char* seed_fix = "  fix: write a whole number from 0 to 2^64 - 1, decimal or with 0x\n";

}  // namespace

TEST_SUITE("the command: exit status") {
  TEST_CASE("0 where every check holds, 1 for a violation, and nothing is said besides the story") {
    const Ran fixed = squall("run --builtin feature-team-fixed --seed 1");
    CHECK(fixed.exit_status == 0);
    CHECK(fixed.output.starts_with("feature-team-fixed, seed 1: every check holds in this run\n"));
    CHECK(fixed.errors.empty());
    const Ran broken = squall("run --builtin feature-team --seed 1");
    CHECK(broken.exit_status == 1);
    CHECK(broken.output.starts_with("feature-team, seed 1: violated\n"));
    CHECK(broken.errors.empty());
  }

  TEST_CASE("the last line of a story is the command that tells it again") {
    const Ran first = squall("run --builtin w6 --seed 0x10");
    const std::string again = "\nThe same run again: squall ";
    const std::size_t at = first.output.find(again);
    REQUIRE(at != std::string::npos);
    std::string arguments = first.output.substr(at + again.size());
    arguments.pop_back();  // its newline
    CHECK(arguments == "run --builtin w6 --seed 16");
    CHECK(squall(arguments).output == first.output);
  }

  TEST_CASE("the seed is 1 where none is given") {
    CHECK(squall("run --builtin w6").output == squall("run --builtin w6 --seed 1").output);
  }

  TEST_CASE("3 where the output cannot be written, however short it is") {
    for (const char* arguments :
         {"run --builtin feature-team", "run --builtin feature-team-fixed", "--version", "--help"}) {
      CAPTURE(arguments);
      const Ran ran = squall(arguments, "/dev/full");
      CHECK(ran.exit_status == 3);
      CHECK(ran.errors == "error: the output could not be written\n  fix: look for room where it goes\n");
    }
  }
}

TEST_SUITE("the command: what it refuses, with 2") {
  TEST_CASE("what is no seed") {
    for (const char* seed :
         {"-1", "+1", "1.5", "1e3", "0x", "0xZZ", "x", "18446744073709551616", "0x10000000000000000"}) {
      check_refused(std::string{"run --builtin w6 --seed "} + seed,
                    "error: '" + std::string{seed} + "' is not a seed\n" + seed_fix);
    }
    check_refused("run --builtin w6 --seed ''", std::string{"error: '' is not a seed\n"} + seed_fix);
    check_refused("run --builtin w6 --seed ' 1'", std::string{"error: ' 1' is not a seed\n"} + seed_fix);
  }
  TEST_CASE("but the largest seed is one, in both ways to write it") {
    CHECK(squall("run --builtin w6 --seed 18446744073709551615").output ==
          squall("run --builtin w6 --seed 0xffffffffffffffff").output);
  }
  TEST_CASE("a workflow that does not exist") {
    check_refused(
        "run --builtin feature-tema",
        "error: no workflow is called 'feature-tema'\n  fix: use one of: feature-team, feature-team-fixed, w6\n");
    check_refused(
        "run --builtin \"$(printf 'a\\033[2J')\"",
        "error: no workflow is called 'a\\x1b[2J'\n  fix: use one of: feature-team, feature-team-fixed, w6\n");
  }
  TEST_CASE("missing, unknown and doubled arguments") {
    check_refused("", "error: A subcommand is required\n  fix: see squall --help\n");
    check_refused("runn", "error: no command is called 'runn'\n  fix: use: run\n");
    check_refused("run", "error: --builtin is required\n  fix: see squall run --help\n");
    check_refused("run --builtin", "error: --builtin: 1 required TEXT missing\n  fix: see squall run --help\n");
    check_refused("run --builtin w6 --sed 1",
                  "error: The following arguments were not expected: 1 --sed\n  fix: see squall run --help\n");
    check_refused("run --builtin w6 --seed 1 --seed 2",
                  "error: --seed: At Most 1 required but received 2\n  fix: see squall run --help\n");
  }
}

TEST_SUITE("the command: about itself") {
  TEST_CASE("its version is that of the project") {
    const Ran ran = squall("--version");
    CHECK(ran.exit_status == 0);
    CHECK(ran.output == "squall " SQUALL_VERSION "\n");
    CHECK(ran.errors.empty());
  }
  TEST_CASE("help names every command and every option, on standard output") {
    const Ran all = squall("--help");
    CHECK(all.exit_status == 0);
    CHECK(all.output.find("  run ") != std::string::npos);
    const Ran run = squall("run --help");
    CHECK(run.exit_status == 0);
    for (const char* option : {"--builtin", "--seed", "--help"}) CHECK(run.output.find(option) != std::string::npos);
  }
}

}  // namespace squall::reports
