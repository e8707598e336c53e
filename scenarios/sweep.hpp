// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/judgement.hpp"
#include "scenarios/run.hpp"

/// Every single fault at every place where it can strike in the fault-free run, then every pair.
namespace squall::scenarios {

/// What a sweep plays.
struct SweepOptions {
  sim::Seed seed{1};
  bool pairs = false;
  std::uint64_t runs_max = 20'000;
  unsigned jobs = 1;             ///< threads; the result does not depend on them
  std::function<bool()> stop{};  ///< true: no more runs are begun; asked now and then
};

/// What strikes in a sweep, each line with its options and its matcher, without a trigger.
struct SweepKinds {
  std::vector<faults::Line> lines;
  std::vector<std::string> left_out;  ///< kinds of the file that strike no place: they begin and end by themselves
};

/// Kinds that `scenario` names with their options; where it names none, those of the standard profile. `wanted`: only these
/// kinds; those that the file does not name come without options. Nothing where a name is not one of a kind that can be
/// swept: then `trouble` and `fix` say why.
std::optional<SweepKinds> sweep_kinds(const Scenario& scenario, const std::vector<std::string>& wanted,
                                      std::string& trouble, std::string& fix);

/// One or two faults that were played.
struct FaultSet {
  std::vector<std::uint32_t> lines;  ///< of `Sweep::lines`, in the order in which they strike
  Verdict verdict;                   ///< violated: something that the run without faults does not violate
  std::vector<std::uint32_t> findings;
  bool omission;    ///< of losses, crashes and hangs alone
  bool by_lineage;  ///< an omission that lineage-driven fault injection would play: see `Sweep`
  friend bool operator==(const FaultSet&, const FaultSet&) = default;
};

/// A violation that appears with faults only.
struct SweepFinding {
  std::uint64_t signature;
  std::string invariant;
  std::string reason;  ///< the first one in the first run that showed it
  friend bool operator==(const SweepFinding&, const SweepFinding&) = default;
};

/// What a sweep came to.
///
/// Pairs are all that can strike: the second fault is any that is possible after the first one has struck, in the run with
/// it, so that what only a retry sends is struck as well; no line of a pair is fatal alone. Options are drawn once for each
/// place, as the seed's run draws them.
///
/// `by_lineage` marks what lineage-driven fault injection (Alvaro, Rosen, Hellerstein, "Lineage-driven Fault Injection", SIGMOD
/// 2015) would have played: omissions on the way to the good outcome (`Lineage`); after one that was survived, those on the way
/// to the outcome in the run with it. The paper finds sets that cut every way by a solver, all at once; here a way is found by
/// the run that needs it. Omissions that hurt something else than the outcome are not seen by it: `missed` says whether there
/// are any.
struct Sweep {
  SweepKinds kinds;
  Outcome good;              ///< of the run without faults
  bool has_outcome = false;  ///< in it somebody reported or finished; else lineage has nothing to walk back from
  std::vector<faults::Line> lines;
  std::size_t places = 0;  ///< of the run without faults: the first lines
  bool pairs = false;      ///< were wanted
  std::vector<FaultSet> sets;
  std::vector<SweepFinding> findings;
  std::uint64_t runs = 0;
  enum class Bound : std::uint8_t { none, runs, stopped } bound = Bound::none;

  /// So many sets of `size` lines with this verdict.
  std::uint64_t count(std::size_t size, Verdict verdict) const;
  /// Omissions that were fatal and that lineage would not have played; none where there is no outcome.
  std::vector<std::uint32_t> missed() const;
  /// Something is fatal, or is violated without faults; unknown where a bound was reached or a run had no verdict.
  Verdict verdict() const;
};

/// Plays the sweep. Throws std::invalid_argument where a line does not fit the workflow.
Sweep sweep(const Scenario& scenario, SweepKinds kinds, const SweepOptions& options);

}  // namespace squall::scenarios
