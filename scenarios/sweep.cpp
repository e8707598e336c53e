// SPDX-License-Identifier: Apache-2.0
#include "scenarios/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "faults/decode.hpp"
#include "faults/signature.hpp"
#include "faults/standard_profile.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/sweep_player.hpp"

namespace squall::scenarios {
namespace {

/// What takes something away, rather than changing or delaying it.
bool is_omission(const faults::Line& line) {
  const auto& fault = line.fault;
  return std::holds_alternative<faults::MessageLoss>(fault) || std::holds_alternative<faults::HumanNever>(fault) ||
         std::holds_alternative<faults::AgentCrash>(fault) || std::holds_alternative<faults::AgentHang>(fault);
}

/// The same fault on the same things, whenever: a sweep has its own places.
faults::Line anywhere(const faults::Line& line) {
  return {.fault = line.fault, .matcher = line.matcher, .trigger = {}};
}

bool can_be_swept(const faults::Line& line) { return faults::has_matches(faults::strikes_of(line.fault)); }

class Sweeper {
 public:
  Sweeper(const Scenario& scenario, SweepKinds kinds, const SweepOptions& options) : options_(options) {
    sweep_.kinds = std::move(kinds);
    sweep_.pairs = options.pairs;
    for (unsigned j = 0; j < std::max(1U, options.jobs); ++j)
      players_.push_back(std::make_unique<SweepPlayer>(scenario, sweep_.kinds.lines));
  }

  Sweep run() {
    begin();
    play_singles();
    if (options_.pairs) play_pairs();
    return std::move(sweep_);
  }

 private:
  /// Places of one run by their lines' numbers, in their order, and which of them lead to its outcome.
  struct Places {
    std::vector<std::uint32_t> lines;
    std::vector<std::uint32_t> supports;  ///< in ascending order
    bool supported(std::uint32_t line) const { return std::ranges::binary_search(supports, line); }
  };

  static constexpr std::size_t block = 256;
  /// What is kept for pairs: beyond that many more than can be played.
  static constexpr std::uint64_t places_for_each_run = 100;

  std::uint32_t number_of(const faults::Line& line) {
    const auto [known, is_new] = numbers_.emplace(to_text(line), static_cast<std::uint32_t>(sweep_.lines.size()));
    if (is_new) sweep_.lines.push_back(line);
    return known->second;
  }

  /// Two lines of a file may find the same place.
  Places numbered(const std::vector<StrikePlace>& found) {
    Places places;
    std::vector<bool> here;
    for (const StrikePlace& place : found) {
      const std::uint32_t line = number_of(place.line);
      if (here.size() <= line) here.resize(line + std::size_t{1});
      if (here[line]) continue;
      here[line] = true;
      places.lines.push_back(line);
      if (place.supports) places.supports.push_back(line);
    }
    std::ranges::sort(places.supports);
    return places;
  }

  void begin() {
    const PlayedPlan good = players_.front()->play(options_.seed, {}, true);
    ++sweep_.runs;
    sweep_.good = good.outcome;
    sweep_.has_outcome = good.has_outcome;
    for (const sim::Violation& violation : good.outcome.violations) known_.push_back(faults::signature(violation));
    good_ = numbered(good.places);
    sweep_.places = good_.lines.size();
  }

  bool goes_on() {
    if (sweep_.bound == Sweep::Bound::none && options_.stop && options_.stop()) sweep_.bound = Sweep::Bound::stopped;
    return sweep_.bound == Sweep::Bound::none;
  }

  /// Plays as many of these sets as there are runs left, and hands each to `then` in their order.
  template <class Then>
  void play(const std::vector<std::vector<std::uint32_t>>& sets, const Then& then) {
    for (std::size_t from = 0; from < sets.size() && goes_on(); from += block) {
      const std::size_t left = sets.size() - from;
      const auto count = static_cast<std::size_t>(
          std::min<std::uint64_t>({left, block, options_.runs_max - std::min(options_.runs_max, sweep_.runs)}));
      if (count < std::min(left, block)) sweep_.bound = Sweep::Bound::runs;
      std::vector<PlayedPlan> played(count);
      side_by_side(count, [&](SweepPlayer& player, std::size_t s) {
        faults::Plan plan;
        for (const std::uint32_t line : sets[from + s]) plan.lines.push_back(sweep_.lines[line]);
        played[s] = player.play(options_.seed, plan, finds_places_);
      });
      sweep_.runs += count;
      for (std::size_t s = 0; s < count; ++s) then(sets[from + s], played[s]);
    }
  }

  template <class Work>
  void side_by_side(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto go = [&](SweepPlayer& player) {
      try {
        for (std::size_t s = next++; s < count; s = next++) work(player, s);
      } catch (...) {
        const std::lock_guard lock{mutex};
        if (!failure) failure = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t p = 1; p < std::min(players_.size(), count); ++p)
        others.emplace_back([&go, &player = *players_[p]] { go(player); });
      go(*players_.front());
    }
    if (failure) std::rethrow_exception(failure);
  }

  std::uint32_t finding_of(std::uint64_t signature, const sim::Violation& violation) {
    const auto known = std::ranges::find(sweep_.findings, signature, &SweepFinding::signature);
    const auto number = static_cast<std::uint32_t>(known - sweep_.findings.begin());
    if (known == sweep_.findings.end())
      sweep_.findings.push_back(
          {signature, violation.invariant, violation.reasons.empty() ? std::string{} : violation.reasons.front()});
    return number;
  }

  FaultSet& note(const std::vector<std::uint32_t>& lines, const Outcome& outcome) {
    FaultSet set{.lines = lines, .verdict = Verdict::holds, .findings = {}, .omission = true, .by_lineage = false};
    for (const sim::Violation& violation : outcome.violations) {
      const std::uint64_t signature = faults::signature(violation);
      if (std::ranges::find(known_, signature) != known_.end()) continue;
      const std::uint32_t finding = finding_of(signature, violation);
      if (std::ranges::find(set.findings, finding) == set.findings.end()) set.findings.push_back(finding);
    }
    for (const std::uint32_t line : lines) set.omission = set.omission && is_omission(sweep_.lines[line]);
    if (!set.findings.empty()) {
      set.verdict = Verdict::violated;
    } else if (outcome.halt != sim::Halt::idle || !outcome.undecided.empty()) {
      set.verdict = Verdict::unknown;
    }
    return sweep_.sets.emplace_back(std::move(set));
  }

  void play_singles() {
    std::vector<std::vector<std::uint32_t>> singles;
    for (const std::uint32_t line : good_.lines) singles.push_back({line});
    survived_.assign(good_.lines.size(), true);
    under_.resize(good_.lines.size());
    finds_places_ = options_.pairs;
    std::uint64_t places = 0;
    play(singles, [&](const std::vector<std::uint32_t>& lines, const PlayedPlan& played) {
      FaultSet& set = note(lines, played.outcome);
      set.by_lineage = set.omission && good_.supported(lines.front());
      survived_[lines.front()] = set.verdict == Verdict::holds;
      if (!options_.pairs || !survived_[lines.front()]) return;
      if (!finds_places_) {
        left_out_firsts_ = true;
        return;
      }
      under_[lines.front()] = numbered(played.places);
      places += under_[lines.front()].lines.size();
      finds_places_ = places < places_for_each_run * options_.runs_max;
    });
    finds_places_ = false;
  }

  void play_pairs() {
    if (!goes_on()) return;
    std::vector<std::vector<std::uint32_t>> pairs;
    const std::uint64_t enough = options_.runs_max - std::min(options_.runs_max, sweep_.runs) + 1;  // one more: a bound
    for (std::uint32_t first = 0; first < sweep_.places && pairs.size() < enough; ++first) {
      if (!survived_[first]) continue;
      const std::vector<std::uint32_t>& lines = under_[first].lines;
      // Up to where the first one strikes both runs are one: what comes before is the first of another pair.
      for (auto at = std::ranges::find(lines, first); at != lines.end(); ++at) {
        const bool alone = *at >= sweep_.places || survived_[*at];
        if (*at != first && alone) pairs.push_back({first, *at});
      }
    }
    if (pairs.size() > enough) pairs.resize(enough);
    play(pairs, [&](const std::vector<std::uint32_t>& lines, const PlayedPlan& played) {
      if (!played.all_struck)
        return;  // the first has taken from the second what it strikes: a lost message is not late
      FaultSet& set = note(lines, played.outcome);
      const std::uint32_t first = lines[0], second = lines[1];
      const bool one_way = good_.supported(first) && under_[first].supported(second);
      const bool other_way = second < sweep_.places && good_.supported(second) && under_[second].supported(first);
      set.by_lineage = set.omission && (one_way || other_way);
    });
    if (left_out_firsts_ && sweep_.bound == Sweep::Bound::none) sweep_.bound = Sweep::Bound::runs;
  }

  const SweepOptions& options_;
  std::vector<std::unique_ptr<SweepPlayer>> players_;
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::uint64_t> known_;  ///< signatures of the run without faults
  Places good_;
  std::vector<bool> survived_;  ///< each place's fault alone
  std::vector<Places> under_;   ///< of the run with that fault
  bool finds_places_ = false;
  bool left_out_firsts_ = false;  ///< pairs that begin with some faults were not looked for
  Sweep sweep_;
};

}  // namespace

std::optional<SweepKinds> sweep_kinds(const Scenario& scenario, const std::vector<std::string>& wanted,
                                      std::string& trouble, std::string& fix) {
  SweepKinds kinds;
  const auto take = [&](const faults::Line& line) {
    const faults::Line stripped = anywhere(line);
    if (std::ranges::find(kinds.lines, stripped) == kinds.lines.end()) kinds.lines.push_back(stripped);
  };
  const std::vector<faults::Line>& written = scenario.faults.lines;
  const std::vector<faults::Line> standard = faults::standard_profile(scenario.model).lines;
  if (wanted.empty()) {
    for (const faults::Line& line : written.empty() ? standard : written) {
      if (can_be_swept(line)) {
        take(line);
        continue;
      }
      const std::string name{faults::name_of(line.fault)};
      if (std::ranges::find(kinds.left_out, name) == kinds.left_out.end()) kinds.left_out.push_back(name);
    }
    return kinds;
  }
  std::vector<std::string_view> names;
  for (const faults::CatalogueRow& row : faults::catalogue()) {
    if (faults::has_matches(row.strikes)) names.push_back(row.name);
  }
  for (const std::string& name : wanted) {
    const faults::CatalogueRow* row = faults::find_kind(name);
    if (row == nullptr) {
      trouble = fmt::format("no kind of fault is called '{}'", name);
      fix = instead_of(name, names);
      return std::nullopt;
    }
    if (!faults::has_matches(row->strikes)) {
      trouble = fmt::format("{} strikes no place of a run: it begins and ends by itself", name);
      fix = "play it with squall fuzz; " + instead_of(name, names);
      return std::nullopt;
    }
    const std::size_t before = kinds.lines.size();
    const auto take_named = [&](const std::vector<faults::Line>& lines) {
      for (const faults::Line& line : lines) {
        if (faults::name_of(line.fault) == name) take(line);
      }
    };
    take_named(written);
    if (kinds.lines.size() == before) take_named(standard);
    if (kinds.lines.size() != before) continue;
    const faults::Line blank = faults::blank_line(*row);
    if (const auto wrong = faults::check_lines(scenario.model, {&blank, 1}); !wrong.empty()) {
      trouble = fmt::format("{} says nothing without its options: {}", name, wrong.front().what);
      fix = "write it with them into 'faults' of the file";
      return std::nullopt;
    }
    take(blank);
  }
  return kinds;
}

std::uint64_t Sweep::count(std::size_t size, Verdict verdict) const {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      sets, [&](const FaultSet& set) { return set.lines.size() == size && set.verdict == verdict; }));
}

std::vector<std::uint32_t> Sweep::missed() const {
  std::vector<std::uint32_t> missed;
  if (!has_outcome) return missed;
  for (std::uint32_t s = 0; s < sets.size(); ++s) {
    if (sets[s].omission && sets[s].verdict == Verdict::violated && !sets[s].by_lineage) missed.push_back(s);
  }
  return missed;
}

Verdict Sweep::verdict() const {
  if (good.violated() || !findings.empty()) return Verdict::violated;
  const bool open = std::ranges::any_of(sets, [](const FaultSet& set) { return set.verdict == Verdict::unknown; });
  return open || bound != Bound::none || verdict_of(good) == Verdict::unknown ? Verdict::unknown : Verdict::holds;
}

Sweep sweep(const Scenario& scenario, SweepKinds kinds, const SweepOptions& options) {
  return Sweeper{scenario, std::move(kinds), options}.run();
}

}  // namespace squall::scenarios
