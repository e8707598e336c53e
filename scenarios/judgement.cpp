// SPDX-License-Identifier: Apache-2.0
#include "scenarios/judgement.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "faults/signature.hpp"
#include "scenarios/player.hpp"
#include "scenarios/untimed.hpp"
#include "sim/invariants/no_dead_step.hpp"

namespace squall::scenarios {
namespace {

using Names = std::vector<std::string>;

bool holds_name(const Names& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

/// Gathers what runs tell, and compares it with the demand at the end.
class Judge {
 public:
  Judge(const Loaded& file, const Expect& expect) : file_(file), scenario_(*file.scenario), expect_(expect) {
    struck_.resize(scenario_.plan.lines.size() + scenario_.faults.lines.size());
    undrawn_ = scenario_.pinned;
  }

  void add(std::uint64_t seed, const Outcome& outcome) {
    ++judged_.runs;
    const Verdict verdict = verdict_of(outcome);
    judged_.violated += verdict == Verdict::violated ? 1 : 0;
    judged_.unknown += verdict == Verdict::unknown ? 1 : 0;
    if (verdict == Verdict::unknown && !undecided_) undecided_ = seed;
    if (file_.digest && seed == file_.seed.value_or(1) && outcome.digest != *file_.digest) {
      fail(fmt::format("the digest with seed {} is 0x{:016x}, the file says 0x{:016x}", seed, outcome.digest,
                       *file_.digest),
           seed);
    }
    Names seen;  // a run counts once for each check
    for (const sim::Violation& violation : outcome.violations) {
      if (holds_name(seen, violation.invariant)) continue;
      seen.push_back(violation.invariant);
      finding(violation, seed).runs += 1;
    }
    for (const std::string& claim : outcome.came_true) {
      if (!holds_name(came_true_, claim)) came_true_.push_back(claim);
    }
  }

  void add_untimed(const UntimedRun& run, const std::string& divergence) {
    struck_.assign(struck_.size(), true);  // what strikes is decided, not counted by lines
    undrawn_.clear();
    add(file_.seed.value_or(1), run.outcome);
    if (!divergence.empty()) judged_.notes.push_back("the run is not the one that was decided on: " + divergence);
    untimed_ = true;
  }

  bool wants_strikes() const { return std::ranges::find(struck_, false) != struck_.end(); }
  void add_strikes(const std::vector<std::uint32_t>& struck) {
    for (std::size_t line = 0; line < struck.size(); ++line) struck_[line] = struck_[line] || struck[line] != 0;
  }

  bool wants_draws() const { return !undrawn_.empty(); }
  void add_draws(const Names& undrawn) {
    std::erase_if(undrawn_, [&](const std::string& name) { return !holds_name(undrawn, name); });
  }

  bool counts_steps() const { return is_checked(sim::NoDeadStep::name); }
  /// Steps that ran in none of the runs; `first` is the seed of the first run.
  void add_dead(std::uint64_t first, std::span<const std::uint8_t> ran) {
    const Names names = StepNumbers{scenario_.model}.names();
    for (std::size_t step = 0; step < names.size(); ++step) {
      if (ran[step] == 0) dead_.push_back(names[step]);
    }
    if (!dead_.empty()) finding({.invariant = sim::NoDeadStep::name, .witness = dead_}, first).runs = judged_.runs;
  }

  Judgement result() {
    unknown_names(expect_.violates);
    unknown_names(expect_.may_violate);
    for (const std::string& name : expect_.violates) {
      if (find(name) == nullptr && is_checked(name)) fail(fmt::format("{} is violated in none of {}", name, runs()));
    }
    for (const Finding& finding : judged_.findings) {
      if (holds_name(expect_.violates, finding.invariant) || holds_name(expect_.may_violate, finding.invariant))
        continue;
      if (finding.invariant == sim::NoDeadStep::name) {
        for (const std::string& step : dead_)
          fail(fmt::format("{}: {} runs in none of {}", finding.invariant, step, runs()));
        continue;
      }
      fail(fmt::format("{} is violated in {} of {}, first with seed {}", finding.invariant, finding.runs, runs(),
                       finding.first_seed),
           finding.first_seed);
    }
    strikes();
    for (const std::string& name : undrawn_) fail(fmt::format("'{}' of `set` is drawn in none of {}", name, runs()));
    for (const std::string& claim : scenario_.sometimes) {
      if (!holds_name(came_true_, claim)) fail(fmt::format("{} comes true in none of {}", claim, runs()));
    }
    if (untimed_) judged_.shown.reset();  // no seed shows it
    if (!judged_.failures.empty()) {
      judged_.result = Judgement::Result::failed;
    } else if (judged_.unknown != 0) {
      judged_.result = Judgement::Result::undecided;
      judged_.failures.push_back(
          fmt::format("{} of {} have no verdict, first with seed {}", judged_.unknown, runs(), *undecided_));
      if (!untimed_) judged_.shown = undecided_;
    }
    return std::move(judged_);
  }

 private:
  Finding* find(const std::string& invariant) {
    const auto found = std::ranges::find(judged_.findings, invariant, &Finding::invariant);
    return found == judged_.findings.end() ? nullptr : &*found;
  }

  Finding& finding(const sim::Violation& violation, std::uint64_t seed) {
    if (Finding* known = find(violation.invariant)) return *known;
    return judged_.findings.emplace_back(
        Finding{.invariant = violation.invariant, .signature = faults::signature(violation), .first_seed = seed});
  }

  std::string runs() const { return judged_.runs == 1 ? "1 run" : fmt::format("{} runs", judged_.runs); }

  void fail(std::string what, std::optional<std::uint64_t> seed = {}) {
    if (judged_.failures.empty()) judged_.shown = seed;
    judged_.failures.push_back(std::move(what));
  }

  bool is_checked(const std::string& name) const {
    return std::ranges::any_of(scenario_.model.monitors,
                               [&](const sim::PlacedMonitor& placed) { return name == placed.monitor.name; });
  }
  void unknown_names(const Names& names) {
    for (const std::string& name : names) {
      if (!is_checked(name)) fail(fmt::format("`expect` names {}, which this workflow does not check", name));
    }
  }

  /// A plan says exactly what strikes, so it has to. Chances may stay away; whoever counts on them is told.
  void strikes() {
    const auto& plan = scenario_.plan.lines;
    const auto& faults = scenario_.faults.lines;
    for (std::size_t line = 0; line < struck_.size(); ++line) {
      if (struck_[line]) continue;
      if (line < plan.size()) {
        fail(fmt::format("a line of the plan strikes in none of {}: {}", runs(), faults::to_text(plan[line])));
      } else {
        judged_.notes.push_back(
            fmt::format("a fault strikes in none of {}: {}", runs(), faults::to_text(faults[line - plan.size()])));
      }
    }
  }

  const Loaded& file_;
  const Scenario& scenario_;
  const Expect& expect_;
  Judgement judged_;
  Names came_true_;
  Names dead_;
  std::vector<bool> struck_;
  Names undrawn_;
  std::optional<std::uint64_t> undecided_;
  bool untimed_ = false;
};

}  // namespace

namespace {

/// The one untimed run that the file decides on.
Judgement judge_decided(const Loaded& file, const Expect& expect) {
  const UntimedRun run = play(*file.scenario, *file.pins.schedule);
  Judge judge{file, expect};
  judge.add_untimed(run, divergence_text(*file.pins.schedule, run.followed));
  return judge.result();
}

}  // namespace

Verdict verdict_of(const Outcome& outcome) {
  if (outcome.violated()) return Verdict::violated;
  return outcome.halt == sim::Halt::idle && outcome.undecided.empty() ? Verdict::holds : Verdict::unknown;
}

const char* name_of(Verdict verdict) {
  constexpr const char* names[] = {"holds", "violated", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

Judgement judge(const Loaded& file, std::optional<std::uint32_t> seeds) {
  const Expect expect = file.expect.value_or(Expect{});
  if (file.pins.schedule) return judge_decided(file, expect);
  std::uint64_t first = 1, last = expect.within;
  if (last == 0) last = seeds.value_or(expect.over != 0 ? expect.over : seeds_by_default);
  if (file.seed && expect.within == 0 && expect.over == 0) first = last = *file.seed;
  Runner runner{*file.scenario};
  Judge judge{file, expect};
  StepsRan steps{file.scenario->model};
  if (judge.counts_steps()) runner.watch(&steps);
  for (std::uint64_t seed = first;; ++seed) {
    judge.add(seed, runner.run(sim::Seed{seed}));
    if (judge.wants_strikes()) judge.add_strikes(runner.struck());
    if (judge.wants_draws()) judge.add_draws(undrawn(*file.scenario, runner.world()));
    if (seed == last) break;  // the largest seed has no next one
  }
  if (judge.counts_steps()) judge.add_dead(first, steps.ran());
  return judge.result();
}

}  // namespace squall::scenarios
