// SPDX-License-Identifier: Apache-2.0
#include "faults/tally.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>

#include "faults/shard.hpp"
#include "faults/signature.hpp"

namespace squall::faults {
namespace {

sim::Violation violation(const std::string& invariant, const std::string& witness) {
  return {.invariant = invariant, .witness = {witness}, .reasons = {}, .members = {}};
}

/// One made-up run for each seed: every third violates something, every tenth something else besides.
Tally tally_of(std::uint64_t first, std::uint64_t runs) {
  Tally tally;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    std::vector<sim::Violation> violations;
    if (seed % 3 == 0) violations.push_back(violation("some-check", "coder"));
    if (seed % 10 == 0) violations.push_back(violation("other-check", "docs \xc3\xa9 \"quoted\""));
    if (seed % 3 == 0) violations.push_back(violation("some-check", "coder"));  // the same once more
    const std::array<std::uint32_t, 2> struck{seed % 4 == 0 ? 7U : 0U, 0U};
    const std::array<std::uint8_t, 1> came_true{seed == 50 ? std::uint8_t{1} : std::uint8_t{0}};
    const std::array<std::uint8_t, 3> ran{1, seed % 2 == 0 ? std::uint8_t{1} : std::uint8_t{0}, 0};
    tally.add(seed, {.digest = seed * 31,
                     .events = seed % 7,
                     .undecided = seed % 11 == 0 && violations.empty(),
                     .violations = violations,
                     .struck = struck,
                     .came_true = came_true,
                     .ran = ran,
                     .virtual_ns = static_cast<std::int64_t>(seed * 1'000)});
  }
  return tally;
}

Tally sum(Tally one, const Tally& other) {
  one.add(other);
  return one;
}

}  // namespace

TEST_SUITE("a tally") {
  TEST_CASE("counts runs, findings once a run, and what never happened") {
    const Tally tally = tally_of(1, 60);
    CHECK(tally.runs == 60);
    CHECK(tally.violated == 24);  // 20 multiples of 3, 6 of 10, 2 of both
    REQUIRE(tally.findings.size() == 2);
    const Finding& some = tally.findings.at(faults::signature(violation("some-check", "coder")));
    CHECK(some.count == 20);
    CHECK(some.first_seed == 3);
    CHECK(tally.struck == std::vector<std::uint64_t>{15, 0});
    CHECK(tally.came_true == std::vector<std::uint64_t>{1});
    CHECK(tally.ran == std::vector<std::uint64_t>{60, 30, 0});
    CHECK(tally.seen_once() == 0);
    CHECK(tally_of(1, 10).seen_once() == 1);  // seed 10 alone
  }

  TEST_CASE("adds up alike in any order and in any parts") {
    const Tally a = tally_of(1, 17), b = tally_of(18, 30), c = tally_of(48, 53), whole = tally_of(1, 100);
    CHECK(sum(sum(a, b), c) == whole);
    CHECK(sum(a, sum(b, c)) == whole);
    CHECK(sum(sum(c, a), b) == whole);
    CHECK(sum(Tally{}, whole) == whole);
    CHECK(sum(whole, Tally{}) == whole);
  }

  TEST_CASE("has a digest of which run each digest belongs to") {
    Tally one, other;
    one.add(1, {.digest = 5});
    one.add(2, {.digest = 6});
    other.add(1, {.digest = 6});
    other.add(2, {.digest = 5});
    CHECK(one.digest != other.digest);
  }

  TEST_CASE("notes how long runs took by whether they hold, of runs that know time and have a verdict") {
    const std::vector<sim::Violation> broken{violation("some-check", "coder")};
    Tally tally;
    tally.add(1, {.virtual_ns = 1'000});
    tally.add(2, {.virtual_ns = 1'001});
    tally.add(3, {.violations = broken, .virtual_ns = 3'000'000'000});
    tally.add(4, {.undecided = true, .virtual_ns = 5});
    tally.add(5, {});
    CHECK(tally.held_times.count() == 2);
    CHECK(tally.held_times.runs[Times::bucket_of(1'000)] == 2);
    CHECK(tally.violated_times.count() == 1);
    CHECK(tally.violated_times.runs[Times::bucket_of(3'000'000'000)] == 1);
  }

  TEST_CASE("begins anew when it is cleared") {
    Tally tally = tally_of(1, 30);
    tally.clear();
    tally.add(tally_of(1, 5));
    CHECK(tally == tally_of(1, 5));
  }
}

TEST_SUITE("times by magnitude") {
  TEST_CASE("every time lies in its bucket, and buckets follow one another without a gap") {
    for (std::size_t b = 2; b < Times::buckets; ++b) {
      const auto least = static_cast<std::int64_t>(Times::least(b));
      CHECK(Times::bucket_of(least) == b);
      CHECK(Times::bucket_of(least - 1) == (b == 2 ? 0 : b - 1));  // bucket 1 would begin between 1 and 2
    }
    CHECK(Times::bucket_of(std::numeric_limits<std::int64_t>::max()) == Times::buckets - 1);
    CHECK(Times::bucket_of(0) == 0);
    CHECK(Times::bucket_of(-5) == 0);
  }

  TEST_CASE("a bucket is at most half as wide again as its least time") {
    for (std::size_t b = 2; b + 1 < Times::buckets; ++b) CHECK(Times::least(b + 1) * 2 <= Times::least(b) * 3);
  }
}

TEST_SUITE("a shard") {
  TEST_CASE("reads back as what was written") {
    for (const std::uint64_t runs : {1ULL, 100ULL}) {
      Shard shard{.first = 7, .tally = tally_of(7, runs)};
      shard.tally.digest = 0xfedc'ba98'7654'3210ULL;
      std::string trouble;
      const auto read = shard_of(to_json(shard), trouble);
      REQUIRE_MESSAGE(read.has_value(), trouble);
      CHECK(*read == shard);
      CHECK(to_json(*read) == to_json(shard));
    }
  }

  TEST_CASE("of an older squall, which did not note times, is refused with the reason") {
    std::string text = to_json({.first = 1, .tally = tally_of(1, 20)}), trouble;
    const std::size_t from = text.find(" \"held_times\"");
    text.erase(from, text.find(" \"findings\"") - from);
    CHECK_FALSE(shard_of(text, trouble).has_value());
    CHECK(trouble == "an older squall wrote it, which did not note how long runs took");
  }

  TEST_CASE("that was cut off or forged is refused") {
    const std::string good = to_json({.first = 1, .tally = tally_of(1, 20)});
    std::string trouble;
    CHECK_FALSE(shard_of(good.substr(0, good.size() / 2), trouble).has_value());
    CHECK_FALSE(trouble.empty());
    CHECK_FALSE(shard_of("{}", trouble).has_value());
    CHECK_FALSE(shard_of(R"({"first": "xyz"})", trouble).has_value());
    CHECK_FALSE(shard_of("[]", trouble).has_value());
  }

  TEST_CASE("joins with a longer one that begins with the same seed, and with itself, in either order") {
    const Shard short_one{1, tally_of(1, 20)}, long_one{1, tally_of(1, 50)};
    CHECK(joined(short_one, long_one) == long_one);
    CHECK(joined(long_one, short_one) == long_one);
    CHECK(joined(long_one, long_one) == long_one);
  }

  TEST_CASE("does not join with one that begins elsewhere, or that says something else of the same seeds") {
    CHECK_FALSE(joined({1, tally_of(1, 20)}, {2, tally_of(2, 20)}).has_value());
    Shard other{1, tally_of(1, 20)};
    ++other.tally.digest;
    CHECK_FALSE(joined({1, tally_of(1, 20)}, other).has_value());
  }
}

}  // namespace squall::faults
