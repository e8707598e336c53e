// SPDX-License-Identifier: Apache-2.0
#include "scenarios/comparison.hpp"

#include <algorithm>

#include "faults/signature.hpp"
#include "scenarios/judgement.hpp"

namespace squall::scenarios {
namespace {

/// Counts what a run spends.
class Spending final : public sim::Sink {
 public:
  sim::SeenMask listens() const override {
    return bits(sim::Seen::sent, sim::Seen::effect, sim::Seen::finished, sim::Seen::failed);
  }
  void on(const sim::Model&, const sim::World& world, const sim::Observation& seen) override {
    switch (seen.kind) {
      case sim::Seen::sent: ++messages; break;
      case sim::Seen::effect: ++effects; break;
      default: end = world.clock().now;
    }
  }
  void clear() {
    messages = effects = 0;
    end = sim::start_of_time;
  }
  std::int64_t messages = 0, effects = 0;
  sim::Instant end;  ///< of the last activation: a timeout that nobody waits for any more may strike later
};

struct Side {
  explicit Side(const Scenario& scenario) : runner(scenario) { runner.watch(&spending); }

  const Outcome& play(std::uint64_t seed, faults::Tally& tally) {
    spending.clear();
    const Outcome& outcome = runner.run(sim::Seed{seed});
    tally.add(seed, {.digest = outcome.digest,
                     .events = outcome.events,
                     .undecided = verdict_of(outcome) == Verdict::unknown,
                     .violations = outcome.violations});
    return outcome;
  }

  Spending spending;
  Runner runner;
};

void note(PairedFinding& finding, bool first, bool second) {
  finding.both += first && second ? 1 : 0;
  finding.only_first += first && !second ? 1 : 0;
  finding.only_second += second && !first ? 1 : 0;
}

/// Plays a seed with both sides and keeps what it has seen, so that the campaign's own sums are not needed.
class PairPlayer final : public faults::Player {
 public:
  PairPlayer(const Scenario& first, const Scenario& second, Comparison& into)
      : first_(first), second_(second), into_(into) {}

  faults::Played play(std::uint64_t seed) override {
    const Outcome& a = first_.play(seed, into_.first);
    const Outcome& b = second_.play(seed, into_.second);
    ++into_.pairs;
    note(into_.violated, a.violated(), b.violated());
    note_findings(a, b);
    if (verdict_of(a) == Verdict::holds && verdict_of(b) == Verdict::holds) {
      ++into_.both_well;
      const auto microseconds = [](const Side& side) { return side.spending.end.time_since_epoch().count() / 1'000; };
      into_.microseconds.add(microseconds(first_), microseconds(second_));
      into_.messages.add(first_.spending.messages, second_.spending.messages);
      into_.effects.add(first_.spending.effects, second_.spending.effects);
    }
    return {.digest = a.digest ^ b.digest, .events = a.events + b.events};
  }

 private:
  void note_findings(const Outcome& a, const Outcome& b) {
    if (!a.violated() && !b.violated()) return;
    seen_.clear();
    for (const Outcome* outcome : {&a, &b}) {
      for (const sim::Violation& violation : outcome->violations) {
        const std::uint64_t key = faults::signature(violation);
        auto& [in_first, in_second] = seen_[key];
        (outcome == &a ? in_first : in_second) = true;
        const auto [place, fresh] = into_.findings.try_emplace(key);
        if (!fresh) continue;
        place->second.invariant = violation.invariant;
        place->second.witness = faults::normalised(violation);
      }
    }
    for (const auto& [key, sides] : seen_) note(into_.findings.at(key), sides.first, sides.second);
  }

  Side first_, second_;
  Comparison& into_;
  std::map<std::uint64_t, std::pair<bool, bool>> seen_;
};

}  // namespace

void Paired::add(std::int64_t a, std::int64_t b) {
  const WideSum apart = WideSum{b} - a;
  ++pairs;
  first += a;
  second += b;
  difference += apart;
  squares += apart * apart;
}

void Paired::add(const Paired& other) {
  pairs += other.pairs;
  first += other.first;
  second += other.second;
  difference += other.difference;
  squares += other.squares;
}

void Comparison::add(const Comparison& other) {
  const auto join = [](PairedFinding& to, const PairedFinding& from) {
    to.only_first += from.only_first;
    to.only_second += from.only_second;
    to.both += from.both;
  };
  pairs += other.pairs;
  first.add(other.first);
  second.add(other.second);
  join(violated, other.violated);
  for (const auto& [key, finding] : other.findings) {
    const auto [place, fresh] = findings.try_emplace(key, finding);
    if (!fresh) join(place->second, finding);
  }
  both_well += other.both_well;
  microseconds.add(other.microseconds);
  messages.add(other.messages);
  effects.add(other.effects);
}

Comparison compare(const Scenario& first, const Scenario& second, unsigned jobs, std::uint64_t first_seed,
                   std::uint64_t seeds, const faults::Hooks& hooks) {
  std::vector<std::unique_ptr<Comparison>> parts;  // one for each thread
  faults::Campaign campaign{[&]() -> std::unique_ptr<faults::Player> {
                              parts.push_back(std::make_unique<Comparison>());
                              return std::make_unique<PairPlayer>(first, second, *parts.back());
                            },
                            jobs};
  campaign.run(first_seed, seeds, hooks);
  Comparison whole;
  for (const auto& part : parts) whole.add(*part);
  return whole;
}

}  // namespace squall::scenarios
