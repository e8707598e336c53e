// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "faults/recorder.hpp"
#include "tests/laws/play.hpp"

/// Law 1: what is kept step by step agrees with what can be recomputed. Law 2: no message comes from nowhere or goes nowhere.
namespace squall::laws {
namespace {

using sim::Seen;

/// What a broadcast retains is a record of its messages, not one of them; nor is what it says to nobody.
bool is_record(const sim::Model& model, const sim::MessageRow& row) {
  return row.place == sim::Place::queued && model.topic(row.topic).mode == sim::TopicInfo::Mode::broadcast;
}

/// Books of one run, by link (names of definitions) and in all.
class Ledger final : public sim::Sink {
 public:
  struct Account {
    std::int64_t sent = 0, consumed = 0, lost = 0, dead = 0, dropped = 0, discarded = 0, late = 0, left_over = 0;
    std::int64_t gone() const { return consumed + lost + dead + dropped + discarded + late + left_over; }
  };
  using Link = std::pair<std::string, std::string>;

  sim::SeenMask listens() const override {
    return sim::bits(Seen::sent, Seen::consumed, Seen::lost, Seen::dead_letter, Seen::dropped, Seen::discarded,
                     Seen::late_reply, Seen::closed);
  }
  void on(const sim::Model& model, const sim::World& world, const sim::Observation& seen) override {
    if (seen.kind == Seen::closed) {
      close(model, world, seen.instance);
      return;
    }
    const sim::MessageRow& row = world.message(seen.row);
    // A dead letter that was taken before: it was redelivered as often as its topic allows.
    if (seen.kind == Seen::dead_letter && (row.place == sim::Place::held || is_record(model, row))) return;
    Account& account = of(model, world, row);
    switch (seen.kind) {
      case Seen::sent: ++account.sent; break;
      case Seen::consumed: ++account.consumed; break;
      case Seen::lost: ++account.lost; break;
      case Seen::dead_letter: ++account.dead; break;
      case Seen::dropped: ++account.dropped; break;
      case Seen::discarded: ++account.discarded; break;
      default: ++account.late; break;
    }
  }

  std::map<Link, Account> accounts;

  /// A message of a queue belongs to its topic: its receiver changes on the way.
  static Link link_of(const sim::Model& model, const sim::World& world, const sim::MessageRow& row) {
    if (!sim::is_reply(row.topic) && model.topic(row.topic).mode == sim::TopicInfo::Mode::queue) {
      return {"queue", model.topic(row.topic).name};
    }
    const auto name = [&](sim::AgentId agent) {
      return agent == sim::nobody ? std::string("nobody") : model.definition(world.agent(agent).definition).name;
    };
    return {name(row.from), name(row.to)};
  }

 private:
  Account& of(const sim::Model& model, const sim::World& world, const sim::MessageRow& row) {
    return accounts[link_of(model, world, row)];
  }
  /// Under load, what is left of a closed instance is given back without a word.
  void close(const sim::Model& model, const sim::World& world, sim::Row instance) {
    if (model.load.instances == 1) return;
    for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
      const sim::MessageRow& row = world.message(m);
      const bool left = row.place == sim::Place::mailbox || row.place == sim::Place::queued;
      if (row.instance == instance && left && !is_record(model, row)) {
        ++of(model, world, row).left_over;
      }
    }
  }
};

using Counts = std::map<Ledger::Link, std::int64_t>;

/// Messages that are somewhere: under way, in a mailbox, in a queue.
Counts somewhere(const sim::Model& model, const sim::World& world) {
  Counts counts;
  for (sim::Row m = 0; m < world.used(sim::Pool::messages); ++m) {
    const sim::MessageRow& row = world.message(m);
    const bool here = sim::under_way(row.place) || row.place == sim::Place::mailbox || row.place == sim::Place::queued;
    if (here && !is_record(model, row)) ++counts[Ledger::link_of(model, world, row)];
  }
  return counts;
}

/// Copies that the plan so far made, by link.
Counts copies(const faults::Plan& plan) {
  Counts counts;
  for (const faults::Line& line : plan.lines) {
    const auto* duplicate = std::get_if<faults::MessageDuplicate>(&line.fault);
    if (duplicate == nullptr) continue;
    const std::string& from = line.matcher.from.all.at(0);
    const std::string& to = line.matcher.to.all.at(0);
    const bool queued = to == faults::nobody_name;
    counts[queued ? Ledger::Link{"queue", line.matcher.topic} : Ledger::Link{from, to}] += duplicate->copies;
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
  const auto count = [](const Counts& counts, const Ledger::Link& link) {
    const auto found = counts.find(link);
    return found == counts.end() ? 0 : found->second;
  };
  for (const auto& [link, account] : ledger.accounts) {
    if (link.first == "queue" || redelivers(play.model, link.second)) continue;  // copies as well: in the sum below
    const std::string name = link.first + " -> " + link.second;
    CAPTURE(name);
    REQUIRE(account.sent + count(copied, link) == account.gone() + count(here, link));
  }
  Ledger::Account all;
  std::int64_t waiting = 0;
  for (const auto& [link, account] : ledger.accounts) {
    all.sent += account.sent;
    all.lost += account.gone();
  }
  for (const auto& [link, number] : here) waiting += number;
  const sim::Clock& clock = play.world.clock();
  REQUIRE(static_cast<std::int64_t>(clock.sent) == all.sent);
  REQUIRE(all.sent + static_cast<std::int64_t>(clock.copied) == all.lost + waiting);
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
