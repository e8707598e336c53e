// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "faults/guided.hpp"
#include "faults/tally.hpp"
#include "reports/blast_radius.hpp"
#include "scenarios/cases/decided_case.hpp"
#include "scenarios/cases/shrinking.hpp"
#include "scenarios/coverage_sample.hpp"
#include "scenarios/player.hpp"

/// What a campaign came to, for people and for programs.
namespace squall::reports {

/// One finding with the case that it was shrunk to.
struct CampaignFinding {
  std::uint64_t signature = 0;
  faults::Finding finding;
  std::optional<scenarios::ShrunkCase> shrunk;      ///< nothing where only so many findings are shrunk
  std::optional<scenarios::DecidedCase> decided{};  ///< of an untimed run: its decisions
  std::string trouble{};                            ///< what kept it from being shrunk: a fault of squall's own
  std::string case_path;                            ///< where the case was written; empty: nowhere
  std::string replay;                               ///< the command that shows it
};

/// What a campaign has reached, by kind of feature: all of a guided one's runs, a sample of another's.
struct ReachedReport {
  struct Row {
    std::string_view name;
    faults::Reached reached;
  };
  std::vector<Row> rows;
  std::uint64_t runs = 0;  ///< that were looked at
  struct Guided {
    std::uint64_t mutants = 0, kept = 0, new_in_last_half = 0;
  };
  std::optional<Guided> guided{};
};
ReachedReport reached_of(const faults::GuidedResult&);
ReachedReport reached_of(const scenarios::CoverageSample&);

struct CampaignReport {
  std::string workflow;
  std::string file;  ///< the path of the workflow, for messages
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 0;  ///< 0: so many as there are runs; else some between may be missing
  faults::Tally tally;
  scenarios::Counted counted;
  std::vector<CampaignFinding> findings;   ///< by their first seed
  std::optional<ReachedReport> reached{};  ///< of timed runs: see `measure_coverage`
  BlastRadius blast{};                     ///< of timed runs: see `measure_blast`
  std::string again;                       ///< the command that gives the same result
  double seconds = 0;                      ///< of playing, on the wall; 0: unknown
  unsigned jobs = 1;
  bool interrupted = false;
};

/// All that the runs came to, in sentences; the same for any number of threads. Ends with a newline.
std::string campaign_text(const CampaignReport&);

/// How fast it was: a line, with a newline; empty where it is not known.
std::string speed_text(const CampaignReport&);

/// `version workflow runs violated undecided findings[{invariant, signature, count, rate, low, high, first_seed, case}]
/// runs_per_second events_per_second digest` and what the text tells besides. One JSON object in ASCII, with a newline.
std::string campaign_json(const CampaignReport&);

/// The violation in sentences, the faults that it needs, and what turned out not to matter; indented by two.
std::string shrunk_text(const scenarios::ShrunkCase&);

/// The findings of a tally, by their first seed, then by signature: not yet shrunk.
std::vector<CampaignFinding> findings_of(const faults::Tally&);

/// What never happened, a line each: faults that struck in no run, steps that never ran, claims that never came true.
std::vector<std::string> never_happened(const faults::Tally&, const scenarios::Counted&);

}  // namespace squall::reports
