// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "faults/recorder.hpp"
#include "tests/laws/ledger.hpp"
#include "tests/laws/play.hpp"

/// Law 1: what is kept step by step agrees with what can be recomputed. Law 2: no message comes from nowhere or goes nowhere.
namespace squall::laws {
namespace {

/// Copies that the plan so far made, by link.
Counts copies(const faults::Plan& plan) {
  Counts counts;
  for (const faults::Line& line : plan.lines) {
    const auto* duplicate = std::get_if<faults::MessageDuplicate>(&line.fault);
    if (duplicate == nullptr) continue;
    const std::string& from = line.matcher.from.all.at(0);
    const std::string& to = line.matcher.to.all.at(0);
    const bool queued = to == faults::nobody_name;
    counts[queued ? Link{"queue", line.matcher.topic} : Link{from, to}] += duplicate->copies;
  }
  return counts;
}

/// Messages in the mailbox of `agent` come again where it did not acknowledge them.
bool redelivers(const sim::Model& model, const std::string& agent) {
  return std::ranges::any_of(model.definitions, [&](const sim::Definition& definition) {
    return definition.name == agent && definition.ack == sim::Ack::end;
  });
}

void check_books(const Play& play, const Ledger& ledger, const faults::Plan& plan) {
  const Counts here = somewhere(play.model, play.world);
  const Counts copied = copies(plan);
  const auto count = [](const Counts& counts, const Link& link) {
    const auto found = counts.find(link);
    return found == counts.end() ? 0 : found->second;
  };
  for (const auto& [link, account] : ledger.accounts) {
    if (link.first == "queue" || redelivers(play.model, link.second)) continue;  // copies as well: in the sum below
    const std::string name = link.first + " -> " + link.second;
    CAPTURE(name);
    REQUIRE(account.sent + count(copied, link) == account.gone() + count(here, link));
  }
  REQUIRE(unaccounted(play, ledger) == "");
}

}  // namespace

TEST_SUITE("law 1: a sound world after every event") {
  TEST_CASE("the audit finds nothing, with and without faults") {
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        Play play(subject.model, seed, seed % 2 == 0 ? &armed : nullptr);
        REQUIRE(audited(play.world, subject.model) == "");
        for (std::uint64_t event = 1; play.step(); ++event) {
          CAPTURE(event);
          REQUIRE(audited(play.world, subject.model) == "");
        }
      }
    }
  }
}

TEST_SUITE("law 2: conservation") {
  TEST_CASE("on every link: sent + copies = taken + lost + refused + under way + waiting, after every event") {
    std::uint64_t sent = 0, copied = 0, lost = 0;
    for (const Subject& subject : zoo()) {
      const faults::Armed armed(subject.model, subject.faults);
      for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(subject.name);
        CAPTURE(seed);
        const faults::Recorder recorder(subject.model, armed);
        Ledger ledger;
        Play play(subject.model, seed, &recorder, &ledger);
        check_books(play, ledger, recorder.plan());
        for (std::uint64_t event = 1; play.step(); ++event) {
          CAPTURE(event);
          check_books(play, ledger, recorder.plan());
        }
        sent += play.world.clock().sent;
        copied += play.world.clock().copied;
        lost += play.world.clock().lost;
      }
    }
    CHECK(sent > 1'000);
    CHECK(copied > 50);
    CHECK(lost > 50);
  }
}

}  // namespace squall::laws
