// SPDX-License-Identifier: Apache-2.0
#include "tests/reports/command.hpp"

// The built command as a shell sees it: arguments, what goes to standard output, and what is said on standard error.
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
const std::string w6 = "scenarios/suites/w6/w6.yaml";

}  // namespace

TEST_SUITE("the command: arguments that it refuses, with 2") {
  TEST_CASE("what is no seed") {
    for (const char* seed :
         {"-1", "+1", "1.5", "1e3", "0x", "0xZZ", "x", "18446744073709551616", "0x10000000000000000"}) {
      for (const char* command : {"run ", "replay "})
        check_refused(command + w6 + " --seed " + seed,
                      "error: '" + std::string{seed} + "' is not a seed\n" + seed_fix);
    }
    check_refused("run " + w6 + " --seed ' 1'", std::string{"error: ' 1' is not a seed\n"} + seed_fix);
  }
  TEST_CASE("but the largest seed is one, in both ways to write it") {
    CHECK(squall("run " + w6 + " --seed 18446744073709551615").output ==
          squall("run " + w6 + " --seed 0xffffffffffffffff").output);
  }
  TEST_CASE("what is no number of seeds") {
    for (const char* seeds : {"0", "-1", "1.5", "4294967296"}) {
      check_refused("test " + w6 + " --seeds " + seeds,
                    "error: '" + std::string{seeds} +
                        "' is not a number of seeds\n  fix: write a whole number from 1 to 2^32 - 1\n");
    }
  }
  TEST_CASE("missing, unknown and doubled arguments") {
    check_refused("", "error: A subcommand is required\n  fix: see squall --help\n");
    check_refused("runn", "error: no command is called 'runn'\n  fix: did you mean 'run'?\n");
    check_refused("\"$(printf 'a\\033[2J')\"",
                  "error: no command is called 'a\\x1b[2J'\n"
                  "  fix: use one of: run, replay, test, explore, sweep, fuzz, shrink, explain, compare, dispatch, "
                  "keep, merge, …\n");
    check_refused("run", "error: FILE is required\n  fix: see squall run --help\n");
    check_refused("test", "error: PATH is required\n  fix: see squall test --help\n");
    check_refused("run " + w6 + " --seed", "error: --seed: 1 required TEXT missing\n  fix: see squall run --help\n");
    check_refused("run " + w6 + " --sed 1",
                  "error: The following arguments were not expected: 1 --sed\n  fix: see squall run --help\n");
    check_refused("run " + w6 + " --seed 1 --seed 2",
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
    for (const char* command : {"  run ", "  replay ", "  test ", "  lint ", "  schema ", "  catalogue ", "  init "})
      CHECK(all.output.find(command) != std::string::npos);
    const Ran run = squall("run --help");
    CHECK(run.exit_status == 0);
    for (const char* option : {"FILE", "--seed", "--plan", "--json", "--help"})
      CHECK(run.output.find(option) != std::string::npos);
    const Ran test = squall("test --help");
    for (const char* option : {"PATH", "--seeds", "--junit", "--json"})
      CHECK(test.output.find(option) != std::string::npos);
  }
  TEST_CASE("3 where the output cannot be written, however short it is") {
    for (const char* arguments :
         {"run scenarios/suites/feature-team/broken.yaml", "run scenarios/suites/feature-team/fixed.yaml --json",
          "replay scenarios/suites/feature-team/fixed.yaml", "test scenarios/suites/feature-team", "schema",
          "catalogue steps", "--version", "--help"}) {
      CAPTURE(arguments);
      const Ran ran = squall(arguments, "/dev/full");
      CHECK(ran.exit_status == 3);
      CHECK(ran.errors == "error: the output could not be written\n  fix: look for room where it goes\n");
    }
  }
}

}  // namespace squall::reports
