// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "faults/signature.hpp"
#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/rates_html.hpp"
#include "reports/run_view.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/views/campaign_figures.hpp"
#include "reports/violation_html.hpp"

namespace squall::reports {
namespace {

/// Of each finding's run what is near the violation: a page holds several.
constexpr Window near_finding{.before = 150, .after = 60};

std::string id_of(const CampaignFinding& found) { return "f" + digest_text(found.signature); }

const sim::Violation* violation_in(const std::vector<sim::Violation>& violations, std::uint64_t signature) {
  const auto found = std::ranges::find(violations, signature, faults::signature);
  return found == violations.end() ? nullptr : &*found;
}

/// The faults that were needed, and whether fewer would do.
void add_needed(std::string& page, const scenarios::ShrunkCase& shrunk) {
  if (shrunk.plan.lines.empty()) {
    page += shrunk.injected.empty() ? "<p>No fault struck: timing alone does it.</p>\n"
                                    : "<p>It needs none of the faults that struck: timing alone does it.</p>\n";
    return;
  }
  page += "<p>It needs these faults:</p>\n<ul>\n";
  for (const faults::Line& line : shrunk.plan.lines)
    page += fmt::format("<li><code>{}</code></li>\n", inert_text(faults::to_text(line)));
  page += shrunk.minimal
              ? "</ul>\n<p>Without any one of them it does not happen: each was left out and the run played.</p>\n"
              : "</ul>\n<p>Perhaps fewer would do: the limit of runs was reached.</p>\n";
}

void add_shrunk(std::string& page, const CampaignFinding& found) {
  const scenarios::ShrunkCase& shrunk = *found.shrunk;
  const auto& violations = shrunk.recording.outcome.violations;
  const std::string id = id_of(found);
  if (const sim::Violation* violation = violation_in(violations, found.signature))
    page += violation_html(*violation, true, id);
  add_needed(page, shrunk);
  page += command_line(found.replay);
  if (!shrunk.loaded.ok()) return;
  const scenarios::Scenario& scenario = *shrunk.loaded.scenario;
  const Chronicle run = chronicle(scenario, shrunk.recording, near_finding);
  const RunView view{run, violations, id};
  page += run_details_html(view, snapshots(scenario, sim::Seed{shrunk.seed}, run), "The shortest run that shows it");
}

void add_decided(std::string& page, const CampaignFinding& found) {
  const scenarios::DecidedCase& decided = *found.decided;
  const std::string id = id_of(found);
  if (const sim::Violation* violation = violation_in(decided.run.outcome.violations, found.signature))
    page += violation_html(*violation, false, id);
  page += struck_html(struck_in(decided.run), "No fault struck: the order does it.", "It needs these faults:");
  page += command_line(found.replay);
  const scenarios::Scenario& scenario = *decided.loaded.scenario;
  const Chronicle run = chronicle(scenario, decided.run, near_finding);
  const RunView view{run, decided.run.outcome.violations, id};
  page += run_details_html(view, snapshots(scenario, *decided.loaded.pins.schedule, sim::Seed{1}, run),
                           "The decisions that lead there");
}

void add_finding(std::string& page, const CampaignFinding& found, std::uint64_t runs) {
  page += heading("Violated: " + found.finding.invariant, id_of(found));
  page +=
      fmt::format("<p class=\"soft\">in {} of {}, first with seed {}; signature {}</p>\n", grouped(found.finding.count),
                  counted(runs, "run", "runs"), found.finding.first_seed, digest_text(found.signature));
  if (!found.trouble.empty()) page += fmt::format("<p>{}</p>\n", inert_text(found.trouble));
  if (found.shrunk) return add_shrunk(page, found);
  if (found.decided) return add_decided(page, found);
  page += command_line(found.replay);
}

std::string findings_table(const CampaignReport& report) {
  std::string page =
      heading("Findings", "findings") +
      "<div class=\"frame\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">invariant</th><th "
      "scope=\"col\">who and what</th><th scope=\"col\" class=\"number\">runs</th><th "
      "scope=\"col\">rate</th><th scope=\"col\" class=\"number\">with its 95 % interval</th></tr></thead>"
      "<tbody>\n";
  for (const CampaignFinding& found : report.findings) {
    page += fmt::format("<tr><td><a href=\"#{}\">{}</a></td><td>{}</td><td class=\"number\">{}</td>{}</tr>\n",
                        id_of(found), inert_text(found.finding.invariant),
                        inert_text(fmt::format("{}", fmt::join(found.finding.witness, ", "))),
                        grouped(found.finding.count), rate_cells(found.finding.count, report.tally.runs));
  }
  return page + "</tbody></table></div>\n";
}

/// How far unsound work came, by kind of fault.
std::string blast_of(const BlastRadius& radius) {
  if (!radius.any()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const BlastRow& row : radius.rows) {
    const auto runs = static_cast<double>(row.runs);
    rows.push_back({inert_text(row.kind), grouped(row.runs),
                    fmt::format("{:.2f}", static_cast<double>(row.agents) / runs), fmt::format("{}", row.agents_max),
                    fmt::format("{:.2f}", static_cast<double>(row.work) / runs), fmt::format("{}", row.work_max)});
  }
  return heading("How far unsound work came", "blast") +
         fmt::format(
             "<p class=\"soft\">In the first {}, by the kinds of faults that struck in them: how many agents made or "
             "took unsound work, and how many pieces there were.</p>\n",
             counted(radius.sampled, "run", "runs")) +
         table_html({"kind", "#runs", "#agents, mean", "#most", "#pieces, mean", "#most"}, rows);
}

/// What was exercised, and how often: steps, faults, claims. What never was is said in words above.
std::string coverage_of(const CampaignReport& report) {
  const faults::Tally& tally = report.tally;
  if (tally.runs == 0) return {};
  std::string rows;
  std::size_t all = 0, seen = 0;
  const auto add = [&](const char* kind, const std::vector<std::string>& names,
                       const std::vector<std::uint64_t>& counts) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::uint64_t count = i < counts.size() ? counts[i] : 0;
      ++all;
      seen += count == 0 ? 0 : 1;
      rows += fmt::format("<tr{}><td>{}</td><td>{}</td><td class=\"number\">{}</td>{}</tr>\n",
                          count == 0 ? " class=\"never\"" : "", kind, inert_text(names[i]),
                          count == 0 ? "✗ never" : grouped(count), rate_cells(count, tally.runs));
    }
  };
  add("step", report.counted.steps, tally.ran);
  add("fault", report.counted.lines, tally.struck);
  add("claim", report.counted.claims, tally.came_true);
  if (all == 0) return {};
  std::string html = heading("Coverage", "coverage");
  html += fmt::format("<p>{} of {} steps, faults and claims came about in some run.</p>\n", seen, all);
  return html +
         "<details><summary>How often each did</summary>\n<div class=\"frame\" tabindex=\"0\"><table><thead><tr><th "
         "scope=\"col\"></th><th scope=\"col\">what</th><th scope=\"col\" class=\"number\">runs</th><th "
         "scope=\"col\">rate</th><th scope=\"col\" class=\"number\">with its 95 % interval</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div></details>\n";
}

std::string reached_html(const CampaignReport& report) {
  if (!report.reached || report.reached->runs == 0) return {};
  const ReachedReport& reached = *report.reached;
  std::vector<std::vector<std::string>> rows;
  for (const ReachedReport::Row& row : reached.rows)
    rows.push_back({inert_text(row.name), grouped(row.reached.features), grouped(row.reached.once),
                    chance_of_new(row.reached.once, reached.runs)});
  const std::string which = reached.runs == report.tally.runs
                                ? "By all runs."
                                : fmt::format("By the first {}; what the next run adds to all is at most this.",
                                              counted(reached.runs, "run", "runs"));
  return heading("What was reached", "reached") + fmt::format("<p class=\"soft\">{}</p>\n", which) +
         table_html({"", "#reached", "#by a single run", "the next one is new with a chance"}, rows);
}

std::string outlook(const faults::Tally& tally) {
  if (tally.runs == 0) return {};
  return fmt::format("<p>The next run shows a new finding with a chance {}.</p>\n",
                     chance_of_new(tally.seen_once(), tally.runs));
}

}  // namespace

std::string campaign_html(const CampaignReport& report) {
  const faults::Tally& tally = report.tally;
  const bool violated = tally.violated != 0;
  const bool open = tally.undecided != 0 || tally.runs == 0;
  std::string page = page_beginning(
      report.workflow,
      violated ? "violated"
      : open   ? "unknown"
               : "holds",
      violated
          ? fmt::format("✗ {} of {} violated something", grouped(tally.violated), counted(tally.runs, "run", "runs"))
      : open ? "? undecided"
             : fmt::format("✓ nothing violated in {}", counted(tally.runs, "run", "runs")),
      fmt::format("{}, seeds from {}, {} events, digest 0x{}", report.file, report.first_seed, grouped(tally.events),
                  digest_text(tally.digest)));
  if (report.interrupted) page += "<p>Stopped before its end; what is told here is finished.</p>\n";
  page += outlook(tally);
  if (!report.findings.empty()) page += findings_table(report);
  for (const CampaignFinding& found : report.findings) add_finding(page, found, tally.runs);
  if (const CampaignFigure times = completion_times(tally); !times.svg.empty())
    page += heading("How long runs take", "times") +
            figure_html(times, "Virtual time, each half as shares of its own runs.");
  page += blast_of(report.blast);
  if (tally.runs != 0) page += list_html("What never happened", "never", never_happened(tally, report.counted));
  page += coverage_of(report) + reached_html(report);
  page += heading("The same again", "replay") + command_line(report.again);
  return page + page_end();
}

}  // namespace squall::reports
