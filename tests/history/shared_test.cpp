// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "scenarios/history/read_history.hpp"
#include "sim/history/check.hpp"

// Histories of real stores with known verdicts. They are not ours, so they lie elsewhere: without them these cases are
// skipped, and counted as such.
namespace squall::sim::history {
namespace {

const std::string folder = std::string{SQUALL_SHARED} + "/histories/";
const bool absent = std::string_view{SQUALL_SHARED}.empty() || !std::filesystem::exists(folder);

HistoryCheck check_file(const std::string& name, ModelKind kind) {
  scenarios::ReadHistory read = scenarios::read_history(folder + name + ".jsonl");
  REQUIRE_MESSAGE(read.ok(), to_text(read.diagnostics));
  HistoryCheck check =
      check_history(read.history, kind, {.initial = read.history.values.word("0")}, {.steps_max = 100'000});
  REQUIRE(check.troubles.empty());
  return check;
}

}  // namespace

TEST_SUITE("histories of real stores" * doctest::skip(absent)) {
  TEST_CASE("compare-and-set registers that hold") {
    for (const char* name : {"cas-register-bug", "memstress3-0", "memstress3-12", "memstress3-77",
                             "mongodb-v0-ack-rollback-1", "mongodb-v0-ack-rollback-8"})
      CHECK_MESSAGE(
          check_file(std::string{"cas-register-"} + name, ModelKind::cas_register).verdict == HistoryVerdict::holds,
          name);
  }
  TEST_CASE("compare-and-set registers that do not, and the size of what fails") {
    struct Failing {
      const char* name;
      std::size_t size;
    };
    const Failing failing[] = {{"bad-analysis", 1},         {"cas-failure", 2},
                               {"immediate-failure", 1},    {"mongodb-v0-ack-rollback-6", 2},
                               {"rethink-fail-minimal", 1}, {"rethink-fail-smaller", 2},
                               {"rethink-fail", 2}};
    for (const Failing& one : failing) {
      const HistoryCheck check = check_file(std::string{"cas-register-"} + one.name, ModelKind::cas_register);
      CHECK_MESSAGE(check.verdict == HistoryVerdict::violated, one.name);
      REQUIRE(check.failing.size() == 1);
      CHECK_MESSAGE(check.failing[0].calls.size() == one.size, one.name);
    }
  }
  TEST_CASE("registers that are read and written several at once hold") {
    CHECK(check_file("multi-register", ModelKind::multi_register).verdict == HistoryVerdict::holds);
  }
  TEST_CASE("a lock does not") {
    CHECK(check_file("mutex-etcd", ModelKind::mutex).verdict == HistoryVerdict::violated);
  }
}

}  // namespace squall::sim::history
