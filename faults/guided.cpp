// SPDX-License-Identifier: Apache-2.0
#include "faults/guided.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "faults/signature.hpp"

namespace squall::faults {
namespace {

constexpr sim::SiteKey site = sim::site_key("guided fuzzing");
constexpr sim::Purpose whether = sim::purpose("mutant or fresh"), which = sim::purpose("which plan"),
                       whose = sim::purpose("whose line"), how = sim::purpose("how"),
                       which_line = sim::purpose("where"), by = sim::purpose("by how much");

/// A candidate that was played, with its own copy of what the player's next run would overwrite.
struct Result {
  bool fits = false;
  Covered covered;
  Tally tally;
  std::vector<std::uint64_t> signatures;
};

/// Plays all candidates of a generation, whoever takes them.
class Generation {
 public:
  Generation(std::span<const Candidate> candidates, std::uint64_t first_number)
      : results(candidates.size()), candidates_(candidates), first_number_(first_number) {}

  void work(GuidedPlayer& player) {
    try {
      for (std::size_t c = next_++; c < candidates_.size(); c = next_++) {
        Result& result = results[c];
        result.fits = player.play(candidates_[c], result.covered);
        if (!result.fits) continue;
        result.tally.add(first_number_ + c, result.covered.played);
        for (const sim::Violation& violation : result.covered.played.violations)
          result.signatures.push_back(faults::signature(violation));
        result.covered.played = {};
      }
    } catch (...) {
      const std::lock_guard lock{mutex_};
      if (!failure_) failure_ = std::current_exception();
      next_ = candidates_.size();
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  std::vector<Result> results;

 private:
  std::span<const Candidate> candidates_;
  const std::uint64_t first_number_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

Plan mutated(const Plan& plan, const Plan& other, sim::Draw draw, bool& reseeded) {
  Plan result = plan;
  reseeded = false;
  const auto size = static_cast<std::uint32_t>(plan.lines.size());
  const std::uint32_t choice = draw.below(how, 5);
  if (choice == 0 || size == 0) {
    reseeded = true;
  } else if (choice == 1) {
    result.lines.erase(result.lines.begin() + draw.below(which_line, size));
  } else if (choice == 2 && !other.lines.empty()) {
    const auto line = other.lines[draw.below(whose, static_cast<std::uint32_t>(other.lines.size()))];
    if (std::ranges::find(result.lines, line) == result.lines.end()) result.lines.push_back(line);
  } else {
    Trigger& trigger = result.lines[draw.below(which_line, size)].trigger;
    if (trigger.nth) {
      const std::uint32_t step = 1 + draw.below(by, 3);
      const bool earlier = choice == 3 && *trigger.nth > step;
      trigger.nth = earlier ? *trigger.nth - step : *trigger.nth + step;
    } else if (trigger.at) {
      // Half of it to one and a half times it.
      const std::int64_t at = trigger.at->time_since_epoch().count();
      const auto half = static_cast<std::uint32_t>(std::min<std::int64_t>(at / 2 / 1'000'000, 1 << 30));
      const std::int64_t apart = std::int64_t{draw.below(by, half + 1)} * 1'000'000;
      trigger.at = sim::start_of_time + sim::Duration{choice == 3 ? at - apart : at + apart};
    } else {
      reseeded = true;
    }
  }
  return result;
}

GuidedResult guided(const MakeGuidedPlayer& make, unsigned jobs, const GuidedOptions& options, const Hooks& hooks) {
  std::vector<std::unique_ptr<GuidedPlayer>> players;
  for (unsigned j = 0; j < jobs; ++j) players.push_back(make());
  GuidedResult all;
  std::vector<Candidate> corpus;
  std::vector<std::uint64_t> new_at;  // of each kept plan: how many candidates there had been then
  std::uint64_t played = 0;
  while (played < options.runs && !(hooks.stop && hooks.stop())) {
    const std::uint64_t size = std::min<std::uint64_t>(options.generation, options.runs - played);
    std::vector<Candidate> candidates;
    for (std::uint64_t c = 0; c < size; ++c) {
      const std::uint64_t number = options.first + played + c;
      const sim::Draw draw{sim::draw_base(options.first, site, 0, played + c)};
      Candidate candidate{.seed = number, .mutant = false, .plan = {}};
      if (!corpus.empty() && draw.below(whether, 10) < options.mutants_in_ten) {
        const auto choices = static_cast<std::uint32_t>(corpus.size());
        // The later half is drawn twice as often: what is new has been mutated less.
        const std::uint32_t drawn = draw.below(which, choices + choices / 2);
        const Candidate& parent = corpus[drawn < choices ? drawn : drawn - choices / 2];
        bool reseeded = false;
        candidate.plan = mutated(parent.plan, corpus[draw.below(whose, choices)].plan, draw, reseeded);
        candidate.mutant = true;
        if (!reseeded) candidate.seed = parent.seed;
      }
      candidates.push_back(std::move(candidate));
    }

    Generation generation{candidates, options.first + played};
    {
      std::vector<std::jthread> others;
      for (std::size_t p = 1; p < players.size(); ++p)
        others.emplace_back([&generation, &player = *players[p]] { generation.work(player); });
      generation.work(*players.front());
    }
    generation.rethrow();
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      Result& result = generation.results[c];
      ++played;
      if (!result.fits) continue;
      all.tally.add(result.tally);
      all.mutants += candidates[c].mutant ? 1 : 0;
      for (const std::uint64_t signature : result.signatures) all.first_shown.try_emplace(signature, candidates[c]);
      bool fresh = false;
      for (const std::uint64_t feature : result.covered.features) fresh = ++all.features[feature] == 1 || fresh;
      if (!fresh) continue;
      new_at.push_back(played);
      candidates[c].plan = std::move(result.covered.injected);
      candidates[c].mutant = true;
      corpus.push_back(std::move(candidates[c]));
    }
    if (hooks.tick) hooks.tick({all.tally.runs, all.tally.violated, all.tally.events, all.tally.findings.size()});
  }
  all.candidates = played;
  all.kept = corpus.size();
  // Of those that were played, which a stop may have made fewer than were asked for.
  for (const std::uint64_t at : new_at) all.new_in_last_half += at * 2 > played ? 1 : 0;
  return all;
}

}  // namespace squall::faults
