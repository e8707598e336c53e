// SPDX-License-Identifier: Apache-2.0
#include "reports/emphasis.hpp"

#include <doctest/doctest.h>

using squall::reports::emphasised;

TEST_SUITE("colour on a terminal") {
  TEST_CASE("is where something is violated, and nowhere else in a story") {
    CHECK(emphasised("team, seed 1: violated\n\nViolated: deadlock-freedom (no cycle)\n  coder waits\n") ==
          "team, seed 1: \x1b[1;31mviolated\x1b[0m\n\n\x1b[1;31mViolated: deadlock-freedom (no cycle)\x1b[0m\n  coder "
          "waits\n");
    CHECK(emphasised("     42.775s  *** the cycle is closed\n") ==
          "     42.775s  \x1b[31m*** the cycle is closed\x1b[0m\n");
    const char* holds = "team, seed 1: every check holds\n\nWhat happened:\n  1s  ann sends code to bob\n";
    CHECK(emphasised(holds) == holds);
  }
  TEST_CASE("is where a file of a suite has failed, and at their number") {
    CHECK(emphasised("passed      a.yaml: 10 runs\nfailed      b.yaml: 10 runs\n\n1 passed, 1 failed\n") ==
          "passed      a.yaml: 10 runs\n\x1b[31mfailed\x1b[0m      b.yaml: 10 runs\n\n1 passed, \x1b[1;31m1 "
          "failed\x1b[0m\n");
    CHECK(emphasised("2 passed, 0 failed\n") == "2 passed, 0 failed\n");
  }
  TEST_CASE("lets each finding of a campaign begin bold") {
    CHECK(emphasised("1. no-orphaned-wait in 96 of 1,000 runs (9.6 %)\n   since 5s:\n") ==
          "\x1b[1m1. no-orphaned-wait in 96 of 1,000 runs (9.6 %)\x1b[0m\n   since 5s:\n");
  }
  TEST_CASE("leaves alone what programs read, and what is coloured already") {
    const char* json = "{\n\"verdict\": 1,\n\"a\": \"b\"}\nViolated: x\n";
    CHECK(emphasised(json) == json);
    CHECK(emphasised("\x1b[2m1s\x1b[0m  *** x\n") == "\x1b[2m1s\x1b[0m  *** x\n");
    CHECK(emphasised("").empty());
    CHECK(emphasised("no newline") == "no newline");
  }
}
