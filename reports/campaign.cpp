// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "faults/signature.hpp"
#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"

namespace squall::reports {
namespace {

/// The violation of the shrunk run that the finding is about.
const sim::Violation& violation_of(const scenarios::ShrunkCase& shrunk) {
  const auto& all = shrunk.recording.outcome.violations;
  const auto found = std::ranges::find(all, shrunk.signature, [](const auto& each) { return faults::signature(each); });
  return found == all.end() ? all.front() : *found;
}

std::string rate_text(std::uint64_t count, std::uint64_t runs) {
  const Interval interval = wilson(count, runs);
  return fmt::format("{} of {} ({}; 95 % interval {} to {})", grouped(count), counted(runs, "run", "runs"),
                     percent_text(static_cast<double>(count) / static_cast<double>(runs)), percent_text(interval.low),
                     percent_text(interval.high));
}

/// An untimed run: what is violated, and what struck on the way.
std::string decided_text(const scenarios::DecidedCase& decided) {
  std::string text;
  for (const sim::Violation& violation : decided.run.outcome.violations) {
    if (faults::signature(violation) != decided.signature) continue;
    for (const std::string& reason : untimed_reasons(violation)) text += fmt::format("     {}\n", reason);
  }
  const auto& events = decided.run.followed.events;
  text += fmt::format("   an untimed run of {}", counted(events.size(), "event", "events"));
  std::string struck;
  for (const auto& event : events) {
    for (const std::string& fault : event.faults) struck += fmt::format("     - {}\n", printable(fault));
  }
  return text +
         (struck.empty() ? "; no fault struck: the order does it\n" : ", in which these faults struck:\n" + struck);
}

void add_finding(std::string& text, std::size_t number, const CampaignFinding& each, std::uint64_t runs) {
  text += fmt::format("\n{}. {} in {}, first with seed {}\n", number, printable(each.finding.invariant),
                      rate_text(each.finding.count, runs), each.finding.first_seed);
  if (each.shrunk) {
    text += shrunk_text(*each.shrunk);
  } else if (each.decided) {
    text += decided_text(*each.decided);
  } else {
    for (const std::string& token : each.finding.witness) text += fmt::format("     {}\n", printable(token));
  }
  if (!each.trouble.empty())
    text += fmt::format("   not shrunk, which is a fault of squall: please report it ({})\n", printable(each.trouble));
  if (!each.case_path.empty()) text += fmt::format("   the case: {}\n", printable(each.case_path));
  text += fmt::format("   to see it: {}\n", each.replay);
}

}  // namespace

std::string shrunk_text(const scenarios::ShrunkCase& shrunk) {
  std::string text;
  const std::vector<std::string> said = sentences(violation_of(shrunk));
  text += fmt::format("   {}:\n", said.front());
  for (std::size_t s = 1; s < said.size(); ++s) text += fmt::format("     {}\n", said[s]);
  if (shrunk.plan.lines.empty()) {
    text += shrunk.injected.empty() ? "   no fault struck: timing alone does it\n"
                                    : "   it needs none of the faults that struck: timing alone does it\n";
  } else {
    text += shrunk.minimal ? "   it needs these faults; remove any one of them and it is gone:\n"
                           : "   it was seen with these faults, perhaps with fewer (the limit of runs was reached):\n";
    for (const faults::Line& line : shrunk.plan.lines)
      text += fmt::format("     - {}\n", printable(faults::to_text(line)));
  }
  return text;
}

std::vector<CampaignFinding> findings_of(const faults::Tally& tally) {
  std::vector<CampaignFinding> findings;
  for (const auto& [signature, finding] : tally.findings) {
    findings.push_back(
        {.signature = signature, .finding = finding, .shrunk = std::nullopt, .case_path = {}, .replay = {}});
  }
  std::ranges::stable_sort(findings, {}, [](const CampaignFinding& each) { return each.finding.first_seed; });
  return findings;
}

std::vector<std::string> never_happened(const faults::Tally& tally, const scenarios::Counted& counted) {
  std::vector<std::string> lines;
  const auto add = [&](const std::vector<std::string>& names, const std::vector<std::uint64_t>& runs,
                       std::string_view what) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i >= runs.size() || runs[i] == 0) lines.push_back(fmt::format("{}: {}", what, printable(names[i])));
    }
  };
  add(counted.lines, tally.struck, "a fault that never struck");
  add(counted.steps, tally.ran, "a step that never ran");
  add(counted.claims, tally.came_true, "a claim that never came true");
  return lines;
}

namespace {

std::vector<ReachedReport::Row> reached_rows(const faults::FeatureRuns& features) {
  using faults::Feature;
  constexpr std::pair<Feature, std::string_view> kinds[] = {{Feature::agent_event, "events of agents in a state"},
                                                            {Feature::happens_before, "orders of a whole run"},
                                                            {Feature::wait_shape, "shapes of who waits for what"},
                                                            {Feature::fault_site, "faults at a place in a state"}};
  std::vector<ReachedReport::Row> rows;
  for (const auto& [kind, name] : kinds) rows.push_back({name, faults::reached_in(features, kind)});
  return rows;
}

std::string reached_text(const ReachedReport& reached, std::uint64_t runs) {
  std::string text =
      reached.runs == runs
          ? "\nReached:\n"
          : fmt::format("\nReached by the first {} (so what the next run adds to all is at most this):\n",
                        counted(reached.runs, "run", "runs"));
  for (const ReachedReport::Row& row : reached.rows) {
    text += fmt::format("  {:>9} {:<30}{:>9} by a single run; the next one is new with a chance {}\n",
                        grouped(row.reached.features), row.name, grouped(row.reached.once),
                        chance_of_new(row.reached.once, reached.runs));
  }
  if (!reached.guided) return text;
  return text + fmt::format(
                    "  {} of the runs played plans that were mutated from {} kept ones; {} of the last half reached "
                    "something new\n",
                    grouped(reached.guided->mutants), grouped(reached.guided->kept),
                    grouped(reached.guided->new_in_last_half));
}

}  // namespace

ReachedReport reached_of(const faults::GuidedResult& result) {
  return {.rows = reached_rows(result.features),
          .runs = result.tally.runs,
          .guided = ReachedReport::Guided{result.mutants, result.kept, result.new_in_last_half}};
}

ReachedReport reached_of(const scenarios::CoverageSample& sample) {
  return {.rows = reached_rows(sample.features), .runs = sample.runs};
}

std::string campaign_text(const CampaignReport& report) {
  const faults::Tally& tally = report.tally;
  const std::uint64_t last = report.first_seed + tally.runs - (tally.runs == 0 ? 0 : 1);
  const bool gaps = report.last_seed > last;
  std::string text =
      fmt::format("{}: {}, {} {} to {}: ", printable(report.workflow), counted(tally.runs, "run", "runs"),
                  gaps ? "some of the seeds" : "seeds", report.first_seed, gaps ? report.last_seed : last);
  if (tally.runs == 0) text = fmt::format("{}: no run was finished: ", printable(report.workflow));
  text += report.findings.empty() ? "nothing is violated" : counted(report.findings.size(), "finding", "findings");
  if (tally.violated != 0) text += fmt::format(" in {}", counted(tally.violated, "run", "runs"));
  if (tally.undecided != 0) text += fmt::format("; {} without a verdict", counted(tally.undecided, "run", "runs"));
  text += '\n';
  for (std::size_t f = 0; f < report.findings.size(); ++f) add_finding(text, f + 1, report.findings[f], tally.runs);

  if (const std::vector<std::string> never = never_happened(tally, report.counted); !never.empty() && tally.runs != 0) {
    text += "\nNot in any of these runs:\n";
    for (const std::string& line : never) text += fmt::format("  {}\n", line);
  }
  text += blast_text(report.blast);
  if (tally.runs != 0) {
    const std::uint64_t once = tally.seen_once();
    text += fmt::format("\nThe next run shows a new finding with a chance {}", chance_of_new(once, tally.runs));
    if (once != 0) text += once == 1 ? ": 1 finding was seen once" : fmt::format(": {} findings were seen once", once);
    text += ".\n";
  }
  if (report.reached && tally.runs != 0) text += reached_text(*report.reached, tally.runs);
  if (report.interrupted) text += "Stopped before its end; what is told here is finished.\n";
  text += fmt::format("Digest of all runs: 0x{}\n", digest_text(tally.digest));
  text += fmt::format("The same again: {}\n", report.again);
  return text;
}

std::string speed_text(const CampaignReport& report) {
  if (report.seconds <= 0) return {};
  return fmt::format("{} in {:.2f} s on {}: {} runs/s, {} events/s\n", counted(report.tally.runs, "run", "runs"),
                     report.seconds, counted(report.jobs, "thread", "threads"),
                     grouped(static_cast<std::uint64_t>(static_cast<double>(report.tally.runs) / report.seconds)),
                     grouped(static_cast<std::uint64_t>(static_cast<double>(report.tally.events) / report.seconds)));
}

}  // namespace squall::reports
