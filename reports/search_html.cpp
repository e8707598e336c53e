// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "faults/signature.hpp"
#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/views/campaign_figures.hpp"
#include "reports/views/chronicle.hpp"
#include "reports/views/space_time.hpp"
#include "reports/violation_html.hpp"

namespace squall::reports {
namespace {

std::string header(const std::string& title, const char* word, const std::string& verdict, const std::string& more) {
  return page_head(title) + fmt::format(
                                "<header><h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span> <span "
                                "class=\"soft\">{}</span></p>\n</header>\n<main>\n",
                                inert_text(title), word, inert_text(verdict), inert_text(more));
}

std::string again(const std::string& command) { return heading("The same again", "replay") + command_line(command); }

std::string listed_lines(const char* title, const char* id, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = heading(title, id) + "<ul>\n";
  for (const std::string& line : lines) text += fmt::format("<li>{}</li>\n", inert_text(line));
  return text + "</ul>\n";
}

/// A rate as a bar from 0 to all, with its interval as a line across its end.
std::string rate_bar(double rate, const Interval& interval) {
  constexpr double width = 200;
  return fmt::format(
      "<svg class=\"rate\" role=\"img\" width=\"210\" height=\"18\" viewBox=\"-4 0 210 18\" fill=\"currentColor\" "
      "stroke=\"currentColor\"><title>{0}, 95 % interval {1} to {2}</title><rect x=\"0\" y=\"1\" width=\"{3}\" "
      "height=\"16\" "
      "fill=\"none\" stroke-opacity=\".3\"/><rect class=\"bar\" x=\"0\" y=\"5\" width=\"{4:.1f}\" height=\"8\" "
      "stroke=\"none\"/><path class=\"interval\" d=\"M{5:.1f} 9H{6:.1f}M{5:.1f} 5v8M{6:.1f} 5v8\" "
      "fill=\"none\"/></svg>",
      percent_text(rate), percent_text(interval.low), percent_text(interval.high), width, rate * width,
      interval.low * width, interval.high * width);
}

std::string rate_of(std::uint64_t count, std::uint64_t runs) {
  const double rate = runs == 0 ? 0 : static_cast<double>(count) / static_cast<double>(runs);
  const Interval interval = wilson(count, runs);
  return fmt::format("<td>{}</td><td class=\"number\">{} ({} to {})</td>", rate_bar(rate, interval), percent_text(rate),
                     percent_text(interval.low), percent_text(interval.high));
}

void add_finding(std::string& page, const CampaignFinding& found) {
  page += heading("Violated: " + found.finding.invariant, "f" + digest_text(found.signature));
  page += fmt::format("<p class=\"soft\">signature {}, first with seed {}</p>\n", digest_text(found.signature),
                      found.finding.first_seed);
  if (found.shrunk) {
    const scenarios::ShrunkCase& shrunk = *found.shrunk;
    const auto same = [&](const sim::Violation& violation) { return faults::signature(violation) == found.signature; };
    const auto& violations = shrunk.recording.outcome.violations;
    const auto violation = std::ranges::find_if(violations, same);
    if (violation != violations.end()) page += violation_html(*violation);
    page += shrunk.plan.lines.empty() ? "<p>It needs no fault.</p>\n" : "<p>It needs these faults:</p>\n<ul>\n";
    for (const faults::Line& line : shrunk.plan.lines)
      page += fmt::format("<li><code>{}</code></li>\n", inert_text(faults::to_text(line)));
    if (!shrunk.plan.lines.empty()) {
      page += "</ul>\n";
      if (shrunk.minimal)
        page += "<p>Without any one of them it does not happen: each was left out and the run played.</p>\n";
    }
    if (shrunk.loaded.ok()) {
      page += fmt::format("<details><summary>The shortest run</summary>\n<div class=\"frame\">\n{}</div></details>\n",
                          space_time(chronicle(*shrunk.loaded.scenario, shrunk.recording), violations).svg);
    }
  }
  if (!found.trouble.empty()) page += fmt::format("<p>{}</p>\n", inert_text(found.trouble));
  page += command_line(found.replay);
}

/// How long runs took, as a picture and as a table.
std::string times_of(const faults::Tally& tally) {
  const CampaignFigure figure = completion_times(tally);
  if (figure.svg.empty()) return {};
  std::string text = heading("How long runs take", "times") +
                     fmt::format(
                         "<p class=\"soft\">{} Virtual time, each half as shares of its own runs.</p>\n<div "
                         "class=\"frame\" tabindex=\"0\">\n{}</div>\n<details><summary>In numbers</summary>\n"
                         "<table><thead><tr>",
                         inert_text(figure.description), figure.svg);
  for (const std::string& cell : figure.table.front())
    text += fmt::format("<th scope=\"col\">{}</th>", inert_text(cell));
  text += "</tr></thead><tbody>\n";
  for (std::size_t row = 1; row < figure.table.size(); ++row) {
    text += "<tr>";
    for (const std::string& cell : figure.table[row])
      text += fmt::format("<td class=\"number\">{}</td>", inert_text(cell));
    text += "</tr>\n";
  }
  return text + "</tbody></table></details>\n";
}

/// How far unsound work came, by kind of fault.
std::string blast_of(const BlastRadius& radius) {
  if (!radius.any()) return {};
  std::string text = heading("How far unsound work came", "blast") +
                     fmt::format(
                         "<p class=\"soft\">In the first {}, by the kinds of faults that struck in them: how many "
                         "agents made or took unsound work, and how many pieces there were.</p>\n"
                         "<div class=\"frame\"><table><thead><tr><th scope=\"col\">kind</th><th scope=\"col\">runs"
                         "</th><th scope=\"col\">agents, mean</th><th scope=\"col\">most</th><th "
                         "scope=\"col\">pieces, mean</th><th scope=\"col\">most</th></tr></thead><tbody>\n",
                         counted(radius.sampled, "run", "runs"));
  for (const BlastRow& row : radius.rows) {
    const auto runs = static_cast<double>(row.runs);
    text += fmt::format(
        "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{:.2f}</td><td class=\"number\">{}</td><td "
        "class=\"number\">{:.2f}</td><td class=\"number\">{}</td></tr>\n",
        inert_text(row.kind), grouped(row.runs), static_cast<double>(row.agents) / runs, row.agents_max,
        static_cast<double>(row.work) / runs, row.work_max);
  }
  return text + "</tbody></table></div>\n";
}

/// A colour between none and all, said in numbers too.
std::string heat(double rate) {
  return fmt::format("background: color-mix(in srgb, var(--bad) {:.0f}%, var(--paper))", rate * 70);
}

}  // namespace

std::string campaign_html(const CampaignReport& report) {
  const faults::Tally& tally = report.tally;
  const bool violated = tally.violated != 0;
  const bool open = tally.undecided != 0 || tally.runs == 0;
  std::string page = header(report.workflow,
                            violated ? "violated"
                            : open   ? "unknown"
                                     : "holds",
                            violated ? fmt::format("✗ {} of {} violated something", grouped(tally.violated),
                                                   counted(tally.runs, "run", "runs"))
                            : open   ? "? undecided"
                                     : fmt::format("✓ nothing violated in {}", counted(tally.runs, "run", "runs")),
                            fmt::format("{}, seeds from {}, {} events, digest 0x{}", report.file, report.first_seed,
                                        grouped(tally.events), digest_text(tally.digest)));
  if (!report.findings.empty()) {
    page +=
        heading("Findings", "findings") +
        "<div class=\"frame\"><table><thead><tr><th scope=\"col\">invariant</th><th scope=\"col\">who and what</th><th "
        "scope=\"col\">runs</th><th scope=\"col\">rate</th><th scope=\"col\">with its 95 % "
        "interval</th></tr></thead><tbody>\n";
    for (const CampaignFinding& found : report.findings) {
      page += fmt::format("<tr><td><a href=\"#f{}\">{}</a></td><td>{}</td><td class=\"number\">{}</td>{}</tr>\n",
                          digest_text(found.signature), inert_text(found.finding.invariant),
                          inert_text(fmt::format("{}", fmt::join(found.finding.witness, ", "))),
                          grouped(found.finding.count), rate_of(found.finding.count, tally.runs));
    }
    page += "</tbody></table></div>\n";
  }
  for (const CampaignFinding& found : report.findings) add_finding(page, found);
  page += times_of(tally) + blast_of(report.blast);
  page += listed_lines("What never happened", "never", never_happened(tally, report.counted));
  page += again(report.again) + "</main>\n";
  return page + page_end({});
}

std::string grid_html(const GridReport& report) {
  std::string page = header("Failure rates", "unknown", "", fmt::format("{}", fmt::join(report.files, " and ")));
  page += heading("Rates over the grid", "map") + "<div class=\"columns\">\n" + heat_maps(report) + "</div>\n";
  page += heading("The same in numbers", "grid") + "<div class=\"frame\"><table><thead><tr>\n";
  for (const std::string& axis : report.axes) page += fmt::format("<th scope=\"col\">{}</th>\n", inert_text(axis));
  for (const std::string& file : report.files)
    page += fmt::format("<th scope=\"col\">{}</th><th scope=\"col\">95 % interval</th>\n", inert_text(file));
  page += "</tr></thead><tbody>\n";
  for (const GridCell& cell : report.cells) {
    page += "<tr>";
    for (const std::string& value : cell.values) page += fmt::format("<td class=\"number\">{}</td>", inert_text(value));
    for (const faults::Tally& side : cell.sides) {
      const double rate = side.runs == 0 ? 0 : static_cast<double>(side.violated) / static_cast<double>(side.runs);
      const Interval interval = wilson(side.violated, side.runs);
      page += fmt::format("<td class=\"number\" style=\"{}\">{}</td><td class=\"number\">{} to {}</td>", heat(rate),
                          percent_text(rate), percent_text(interval.low), percent_text(interval.high));
    }
    page += "</tr>\n";
  }
  page += "</tbody></table></div>\n" + again(report.again) + "</main>\n";
  return page + page_end({});
}

std::string comparison_html(const ComparisonReport& report) {
  const scenarios::Comparison& pairs = report.comparison;
  std::string page = header(
      fmt::format("A: {}, B: {}", report.first, report.second), pairs.second.violated != 0 ? "violated" : "holds", "",
      fmt::format("{} with the same seeds", counted(pairs.pairs, "pair of runs", "pairs of runs")));
  page +=
      heading("Findings", "findings") +
      "<div class=\"frame\"><table><thead><tr><th scope=\"col\">invariant</th><th scope=\"col\">who and what</th><th "
      "scope=\"col\">A</th><th scope=\"col\"></th><th scope=\"col\">B</th><th "
      "scope=\"col\"></th></tr></thead><tbody>\n";
  const auto row = [&](const std::string& invariant, const std::string& witness,
                       const scenarios::PairedFinding& found) {
    page += fmt::format("<tr><td>{}</td><td>{}</td>{}{}</tr>\n", inert_text(invariant), inert_text(witness),
                        rate_of(found.only_first + found.both, pairs.pairs),
                        rate_of(found.only_second + found.both, pairs.pairs));
  };
  row("anything", "", pairs.violated);
  for (const auto& [signature, found] : pairs.findings)
    row(found.invariant, fmt::format("{}", fmt::join(found.witness, ", ")), found);
  page += "</tbody></table></div>\n" + heading("In words", "words") +
          fmt::format("<pre>{}</pre>\n", inert_text(comparison_text(report))) + again(report.again) + "</main>\n";
  return page + page_end({});
}

std::string exploration_html(const ExplorationReport& report) {
  const Explored verdict = verdict_of(report);
  std::string page =
      header(report.scenario.model.name,
             verdict == Explored::violated ? "violated"
             : verdict == Explored::holds  ? "holds"
                                           : "unknown",
             verdict == Explored::violated ? "✗ violated"
             : verdict == Explored::holds  ? "✓ holds in every state"
                                           : "? undecided",
             fmt::format("{} states, {} generated", grouped(report.result.distinct), grouped(report.result.generated)));
  for (const sim::Finding& finding : report.result.findings) {
    page += heading("Violated: " + finding.violation.invariant, "violated");
    const std::string figure = wait_for_figure(finding.violation);
    if (!figure.empty()) page += "<figure>\n" + figure + "</figure>\n";
  }
  page += heading("In words", "words") + fmt::format("<pre>{}</pre>\n", inert_text(exploration_text(report))) +
          again(report.replay) + "</main>\n";
  return page + page_end({});
}

}  // namespace squall::reports
