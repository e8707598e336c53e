// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/run.hpp"
#include "tests/reports/command.hpp"

// README.md shows commands with their output and a program with its own. Both are what this build says, letter by letter.
namespace squall::reports {
namespace {

using namespace std::chrono_literals;

/// A fenced block: the word after the fence, and what stands in it.
struct Block {
  std::string kind, text;
};

std::vector<Block> blocks_of(const std::string& markdown) {
  std::vector<Block> blocks;
  for (std::size_t at = 0; (at = markdown.find("\n```", at)) != std::string::npos;) {
    const std::size_t kind = at + 4;
    const std::size_t text = markdown.find('\n', kind) + 1;
    const std::size_t end = markdown.find("\n```", text - 1) + 1;
    REQUIRE(end != 0);
    blocks.push_back({markdown.substr(kind, text - 1 - kind), markdown.substr(text, end - text)});
    at = end + 3;
  }
  return blocks;
}

std::vector<Block> readme() { return blocks_of(file_text(SQUALL_SOURCE_DIR "/README.md")); }

std::string only_block(const std::string& kind) {
  std::string found;
  for (const Block& block : readme()) {
    if (block.kind != kind) continue;
    CHECK(found.empty());
    found = block.text;
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

/// The program in the README, with and without a bound on its wait.
scenarios::Workflow review(const scenarios::Fields& of_the_wait) {
  using namespace scenarios;
  Workflow review{"review"};
  review.agent("coder", program()
                            .work(uniform(1min, 2min))
                            .makes("patch")
                            .send("tester", "patch")
                            .receive("verdict", of_the_wait)
                            .finish());
  review.agent("tester", {.on = {{"patch", program().work(30s).send("coder", "verdict")}}});
  return review;
}

std::uint64_t violated_of_a_thousand(const scenarios::Workflow& workflow) {
  using namespace sim::literals;
  faults::Profile losses;
  losses.lines.push_back({.fault = faults::MessageLoss{}, .matcher = {}, .trigger = {.chance = 2_percent}});
  const scenarios::Scenario lossy = scenario(workflow, losses);
  scenarios::Runner runner{lossy};
  std::uint64_t violated = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) violated += runner.run(sim::Seed{seed}).violated() ? 1 : 0;
  return violated;
}

}  // namespace

TEST_SUITE("README.md") {
  TEST_CASE("what it shows of the command is what the command says") {
    const std::string prompt = "$ build/release/squall ";
    std::size_t shown = 0;
    for (const Block& block : readme()) {
      if (!block.text.starts_with(prompt)) continue;
      const std::size_t line = block.text.find('\n');
      CHECK(block.text.substr(line + 1) == squall(block.text.substr(prompt.size(), line - prompt.size())).output);
      ++shown;
    }
    CHECK(shown == 3);
  }

  TEST_CASE("its program is the one that is compiled here, but for the licence") {
    const std::string source = file_text(SQUALL_SOURCE_DIR "/tests/example/main.cpp");
    CHECK(only_block("cpp") == source.substr(source.find('\n') + 1));
  }

  TEST_CASE("its program prints what it says, and ends with 1") {
    const Ran ran = ran_by_a_shell("'" SQUALL_EXAMPLE "'");
    CHECK(ran.output == only_block("text"));
    CHECK(ran.errors.empty());
    CHECK(ran.exit_status == 1);
  }

  TEST_CASE("a bound on the wait is the remedy that it claims to be") {
    using namespace scenarios;
    // Each of two messages is lost once in fifty times: 1000 x (1 - 0.98 x 0.98) = 39.6, and three deviations are 19.
    const std::uint64_t unbounded = violated_of_a_thousand(review({}));
    CHECK(unbounded > 20);
    CHECK(unbounded < 60);
    const Fields bounded{.timeout = 10min, .otherwise = program().fail("no verdict")};
    CHECK(violated_of_a_thousand(review(bounded)) == 0);
  }
}

}  // namespace squall::reports
