// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/history/consistency/accesses.hpp"
#include "sim/history/random_history.hpp"
#include "tests/effort.hpp"
#include "tests/history/lines.hpp"

namespace squall::sim::history {
namespace {

using enum Consistency;

ConsistencyCheck judged(const std::string& lines, Consistency consistency) {
  scenarios::ReadHistory read = read_lines(lines);
  const ModelOptions options{.initial = read.history.values.word("0")};
  ConsistencyCheck check = check_consistency(read.history, consistency, options, {});
  REQUIRE(check.troubles.empty());
  return check;
}
bool consistent(const std::string& lines, Consistency consistency) {
  return judged(lines, consistency).verdict == HistoryVerdict::holds;
}

/// `0 w x 1` and `1 r x 0`, each invoked and returned in its line.
std::string steps(const std::string& text) {
  std::istringstream input{text};
  std::string lines;
  for (std::string line; std::getline(input, line);) {
    std::istringstream words{line};
    std::string process, what, key, value;
    if (!(words >> process >> what >> key >> value)) continue;
    const std::string f = what == "w" ? "write" : "read";
    const std::string asked = what == "w" ? value : "null";
    lines += fmt::format("{} invoke {} [\"{}\", {}]\n", process, f, key, asked);
    lines += fmt::format("{} ok {} [\"{}\", {}]\n", process, f, key, value);
  }
  return lines;
}

constexpr std::array all_of_them{sequential,      causal,           read_your_writes,
                                 monotonic_reads, monotonic_writes, writes_follow_reads};

/// Those that `lines` breaks.
std::vector<Consistency> broken(const std::string& text) {
  std::vector<Consistency> found;
  for (const Consistency one : all_of_them) {
    if (!consistent(steps(text), one)) found.push_back(one);
  }
  return found;
}
using Broken = std::vector<Consistency>;

}  // namespace

TEST_SUITE("histories: consistency") {
  TEST_CASE("read your writes") {
    CHECK(broken("0 w x 1\n0 r x 0\n") == Broken{sequential, causal, read_your_writes});
    CHECK(broken("0 w x 1\n0 r x 1\n").empty());
    CHECK(broken("0 w x 1\n1 r x 0\n").empty());
  }
  TEST_CASE("monotonic reads") {
    CHECK(broken("0 w x 1\n1 r x 1\n1 r x 0\n") == Broken{sequential, causal, monotonic_reads});
    CHECK(broken("0 w x 1\n1 r x 0\n1 r x 1\n").empty());
    // Nobody knows which of the two is older, but both ways is one too many.
    CHECK(broken("0 w x 1\n1 w x 2\n2 r x 1\n2 r x 2\n2 r x 1\n") == Broken{sequential, monotonic_reads});
    CHECK(broken("0 w x 1\n1 w x 2\n2 r x 1\n2 r x 2\n").empty());
  }
  TEST_CASE("monotonic writes") {
    CHECK(broken("0 w x 1\n0 w y 2\n1 r y 2\n1 r x 0\n") == Broken{sequential, causal, monotonic_writes});
    CHECK(broken("0 w x 1\n0 w y 2\n1 r y 2\n1 r x 1\n").empty());
  }
  TEST_CASE("writes follow reads") {
    CHECK(broken("0 w x 1\n1 r x 1\n1 w y 2\n2 r y 2\n2 r x 0\n") == Broken{sequential, causal, writes_follow_reads});
    CHECK(broken("0 w x 1\n1 r x 1\n1 w y 2\n2 r y 2\n2 r x 1\n").empty());
  }
  TEST_CASE("causality goes through any number of processes") {
    const std::string chain = "0 w x 1\n1 r x 1\n1 w y 2\n2 r y 2\n2 w z 3\n3 r z 3\n";
    CHECK(broken(chain + "3 r x 0\n") == Broken{sequential, causal});
    CHECK(broken(chain + "3 r x 1\n").empty());
  }
  TEST_CASE("causal, but not sequential: two see two writes the other way round") {
    const std::string text = "0 w x 1\n1 w y 2\n2 r x 1\n2 r y 0\n3 r y 2\n3 r x 0\n";
    CHECK(broken(text) == Broken{sequential});
    CHECK(broken("0 w x 1\n1 w y 2\n2 r x 1\n2 r y 0\n3 r y 2\n3 r x 1\n").empty());
  }
  TEST_CASE("sequential, but not linearizable: a read may be late") {
    CHECK(consistent("0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 0\n", sequential));
    CHECK_FALSE(holds(ModelKind::cas_register, "0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 0\n"));
  }
  TEST_CASE("a circle of causes and a read of what nobody wrote are told as such") {
    const ConsistencyCheck circle = judged(steps("0 r x 2\n0 w y 1\n1 r y 1\n1 w x 2\n"), causal);
    CHECK(circle.verdict == HistoryVerdict::violated);
    CHECK(circle.story.back() == "So T1 came after itself, which no order allows.");
    CHECK(judged(steps("0 r x 7\n"), monotonic_reads).story ==
          std::vector<std::string>{"T1 saw 7, which nobody wrote."});
    CHECK(judged(steps("0 r x 2\n0 w y 1\n1 r y 1\n1 w x 2\n"), monotonic_reads).verdict == HistoryVerdict::unknown);
  }
  TEST_CASE("what never returned counts where somebody saw it, and its process may go on before it") {
    CHECK(consistent("0 invoke write 1\n0 info write 1\n0 invoke read\n0 ok read 0\n1 invoke read\n1 ok read 1\n",
                     read_your_writes));
    CHECK(consistent("0 invoke write 1\n0 info write 1\n0 invoke read\n0 ok read 0\n1 invoke read\n1 ok read 1\n",
                     sequential));
    CHECK_FALSE(consistent("0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read 0\n",
                           sequential));
  }
  TEST_CASE("bounded staleness is measured from the return of what replaced it") {
    const std::string lines =
        "{\"process\": 0, \"type\": \"invoke\", \"f\": \"write\", \"value\": 1, \"time\": 100}\n"
        "{\"process\": 0, \"type\": \"ok\", \"f\": \"write\", \"value\": 1, \"time\": 200}\n"
        "{\"process\": 1, \"type\": \"invoke\", \"f\": \"read\", \"value\": null, \"time\": 700}\n"
        "{\"process\": 1, \"type\": \"ok\", \"f\": \"read\", \"value\": 0, \"time\": 800}\n";
    const auto within = [&](std::int64_t bound) {
      std::istringstream input{lines};
      scenarios::ReadHistory read = scenarios::read_history(input, "t");
      const ModelOptions options{.initial = read.history.values.word("0")};
      return check_consistency(read.history, bounded_staleness, options, {}, bound).verdict;
    };
    CHECK(within(500) == HistoryVerdict::holds);
    CHECK(within(499) == HistoryVerdict::violated);
    scenarios::ReadHistory timeless = read_lines("0 invoke write 1\n0 ok write 1\n");
    CHECK(check_consistency(timeless.history, bounded_staleness, {}, {}, 1).troubles.size() == 1);
  }
  TEST_CASE("a value that is written twice is trouble") {
    scenarios::ReadHistory read = read_lines(steps("0 w x 1\n1 w x 1\n"));
    const ConsistencyCheck check = check_consistency(read.history, causal, {}, {});
    REQUIRE(check.troubles.size() == 1);
    CHECK(check.troubles[0].what == "1 is written a second time; the first time in line 1");
  }
}

namespace {

/// Few processes on two registers; reads see the present, what their process saw last or any past.
History random_reads(std::uint64_t seed) {
  Random random{seed};
  History history;
  const std::uint32_t freedom = 1 + random.below(6);
  std::array<std::vector<ValueId>, 2> written;
  for (auto& versions : written) versions.push_back(history.values.number(0));
  Moment moment = 0;
  for (std::uint32_t o = 0; o < 8; ++o) {
    const std::uint32_t key = random.below(2);
    std::vector<ValueId>& versions = written[key];
    const bool write = random.below(5) < 2;
    ValueId value = history.values.number(o + 1);
    if (write) versions.push_back(value);
    else if (random.one_in(freedom)) value = versions[random.below(static_cast<std::uint32_t>(versions.size()))];
    else value = versions.back();
    const ValueId pair = history.values.list(std::vector{history.values.number(key), value});
    history.operations.push_back({.function = write ? Function::write : Function::read,
                                  .outcome = Outcome::ok,
                                  .process = history.values.number(random.below(3)),
                                  .asked = pair,
                                  .answered = pair,
                                  .invoked = ++moment,
                                  .returned = moment + 1});
    ++moment;
  }
  return history;
}

/// By all orders.
class AllInterleavings {
 public:
  explicit AllInterleavings(const RegisterAccesses& accesses)
      : accesses_{accesses}, done_(accesses.sessions(), 0), current_(accesses.objects(), RegisterAccesses::initially) {}

  bool any(std::size_t left) {
    if (left == 0) return true;
    for (std::uint32_t s = 0; s < accesses_.sessions(); ++s) {
      if (done_[s] == accesses_.session(s).size()) continue;
      const std::uint32_t access = accesses_.session(s)[done_[s]];
      const std::uint32_t object = accesses_[access].object, held = current_[object];
      if (accesses_[access].reads() && accesses_.source(access) != held) continue;
      ++done_[s];
      if (accesses_[access].writes()) current_[object] = access;
      if (any(left - 1)) return true;
      --done_[s];
      current_[object] = held;
    }
    return false;
  }

 private:
  const RegisterAccesses& accesses_;
  std::vector<std::size_t> done_;
  std::vector<std::uint32_t> current_;
};

/// By closing the relation, and its three bad patterns.
bool causal_by_closure(const RegisterAccesses& accesses) {
  const std::size_t n = accesses.all().size();
  std::vector<std::vector<bool>> before(n, std::vector<bool>(n, false));
  for (std::uint32_t a = 0; a < n; ++a) {
    for (std::uint32_t b = 0; b < n; ++b) {
      if (accesses[a].session == accesses[b].session && accesses[a].index < accesses[b].index) before[a][b] = true;
    }
    if (accesses[a].reads() && accesses.source(a) < n) before[accesses.source(a)][a] = true;
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (before[i][k] && before[k][j]) before[i][j] = true;
      }
    }
  }
  for (std::uint32_t r = 0; r < n; ++r) {
    if (before[r][r]) return false;
    if (!accesses[r].reads()) continue;
    for (std::uint32_t w = 0; w < n; ++w) {
      if (!accesses[w].writes() || accesses[w].object != accesses[r].object || !before[w][r]) continue;
      const std::uint32_t source = accesses.source(r);
      if (source == RegisterAccesses::initially || (source != w && before[source][w])) return false;
    }
  }
  return true;
}

}  // namespace

TEST_SUITE("histories: consistency against every order") {
  TEST_CASE("sequential and causal are what they are by definition, and each level implies the weaker ones") {
    const std::uint64_t many = asked("SQUALL_HISTORIES", effort(3'000U));
    std::array<std::uint64_t, all_of_them.size()> held{};
    std::uint64_t linear = 0;
    for (std::uint64_t seed = 1; seed <= many; ++seed) {
      History history = random_reads(seed);
      const ModelOptions options{.initial = history.values.number(0)};
      const RegisterAccesses accesses{history, options};
      REQUIRE(accesses.troubles().empty());
      std::array<bool, all_of_them.size()> is{};
      for (std::size_t c = 0; c < all_of_them.size(); ++c) {
        const ConsistencyCheck check = check_consistency(history, all_of_them[c], options, {});
        REQUIRE((check.verdict != HistoryVerdict::unknown || all_of_them[c] >= read_your_writes));
        is[c] = check.verdict != HistoryVerdict::violated;
        held[c] += is[c];
      }
      REQUIRE_MESSAGE(is[0] == AllInterleavings{accesses}.any(accesses.all().size()), "sequential, seed " << seed);
      REQUIRE_MESSAGE(is[1] == causal_by_closure(accesses), "causal, seed " << seed);
      const bool linearizable =
          check_history(history, ModelKind::cas_register, options, {}).verdict == HistoryVerdict::holds;
      linear += linearizable;
      REQUIRE((!linearizable || is[0]));
      REQUIRE((!is[0] || is[1]));
      REQUIRE_MESSAGE((!is[1] || (is[2] && is[4] && is[5])), "seed " << seed);
      REQUIRE_MESSAGE((!is[0] || is[3]), "seed " << seed);
    }
    MESSAGE("of " << many << ": linearizable " << linear << ", sequential " << held[0] << ", causal " << held[1]
                  << ", read-your-writes " << held[2] << ", monotonic-reads " << held[3] << ", monotonic-writes "
                  << held[4] << ", writes-follow-reads " << held[5]);
    CHECK(linear < held[0]);
    CHECK(held[0] < held[1]);
    for (std::size_t c = 2; c < held.size(); ++c) CHECK(held[c] < many);
    for (const std::size_t c : {2U, 4U, 5U}) CHECK(held[1] < held[c]);
  }
}

}  // namespace squall::sim::history
