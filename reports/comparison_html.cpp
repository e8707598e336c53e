// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/rates_html.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/views/campaign_figures.hpp"

namespace squall::reports {
namespace {

/// A colour between none and all, said in numbers too.
std::string heat(double rate) {
  return fmt::format("background: color-mix(in srgb, var(--bad) {:.0f}%, var(--paper))", rate * 70);
}

std::string files_of(const std::vector<std::string>& files) {
  std::string html = "<dl class=\"facts\">\n";
  for (std::size_t f = 0; f < files.size(); ++f)
    html += fmt::format("<dt>{}</dt><dd><code>{}</code></dd>\n", f == 0 ? "A" : "B", inert_text(files[f]));
  return html + "</dl>\n";
}

std::string interval_of(const Compared& all) {
  return fmt::format("{}{} <span class=\"soft\">({} to {})</span>",
                     all.sign < 0   ? "↓ "
                     : all.sign > 0 ? "↑ "
                                    : "",
                     all.difference, all.low, all.high);
}

const char* fate_text(const scenarios::PairedFinding& finding) {
  const std::string_view fate = fate_of(finding);
  return fate == "gone" ? "− only in A" : fate == "new" ? "+ only in B" : "= in both";
}

std::string finding_row(const char* fate, const std::string& invariant, const std::string& witness,
                        const scenarios::PairedFinding& found, std::uint64_t pairs) {
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td>{}{}<td class=\"number\">{}</td></tr>\n", fate,
                     inert_text(invariant), inert_text(witness), rate_cells(found.only_first + found.both, pairs),
                     rate_cells(found.only_second + found.both, pairs), interval_of(compared_rate(found, pairs)));
}

std::string findings_table(const scenarios::Comparison& all) {
  std::string html =
      heading("Findings", "findings") +
      "<div class=\"frame\" tabindex=\"0\"><table><thead><tr><th scope=\"col\"></th><th "
      "scope=\"col\">invariant</th><th "
      "scope=\"col\">who and what</th><th scope=\"col\">A</th><th scope=\"col\" class=\"number\">with its 95 % "
      "interval</th><th scope=\"col\">B</th><th scope=\"col\" class=\"number\">with its 95 % interval</th><th "
      "scope=\"col\" class=\"number\">B less A</th></tr></thead><tbody>\n";
  html += finding_row("", "anything", "", all.violated, all.pairs);
  for (const char* fate : {"gone", "new", "both"}) {
    for (const auto& [signature, found] : all.findings) {
      if (std::string_view{fate} != fate_of(found)) continue;
      html += finding_row(fate_text(found), found.invariant, fmt::format("{}", fmt::join(found.witness, ", ")), found,
                          all.pairs);
    }
  }
  return html + "</tbody></table></div>\n";
}

std::string costs_table(const scenarios::Comparison& all) {
  std::string html = heading("What it costs", "costs") +
                     fmt::format(
                         "<p class=\"soft\">Of {} that go well on both sides; means of each, and the mean "
                         "difference with its 95 % interval.</p>\n",
                         counted(all.both_well, "pair", "pairs"));
  std::vector<std::vector<std::string>> rows;
  for (const Compared& cost : compared_costs(all))
    rows.push_back({cost.what, cost.first, cost.second, interval_of(cost)});
  return rows.empty() ? html + "<p>There is nothing to compare.</p>\n"
                      : html + table_html({"", "#A", "#B", "#B less A"}, rows);
}

}  // namespace

std::string grid_html(const GridReport& report) {
  const std::uint64_t runs = report.cells.empty() ? 0 : report.cells.front().sides.front().runs;
  std::string page = page_beginning("Failure rates", "", "",
                                    fmt::format("{} at each of {}, seeds from {} on", counted(runs, "run", "runs"),
                                                counted(report.cells.size(), "point", "points"), report.first_seed));
  page += files_of(report.files);
  page += heading("Rates over the grid", "map") +
          "<p class=\"soft\">Each cell says in how many runs something is violated, and has the more colour the more "
          "they are; where none is, it has a faint border.</p>\n<div class=\"columns\">\n" +
          heat_maps(report) + "</div>\n";
  page += heading("The same in numbers", "grid") + "<div class=\"frame\" tabindex=\"0\"><table><thead><tr>\n";
  for (const std::string& axis : report.axes)
    page += fmt::format("<th scope=\"col\" class=\"number\">{}</th>\n", inert_text(axis));
  for (std::size_t f = 0; f < report.files.size(); ++f)
    page += fmt::format(
        "<th scope=\"col\" class=\"number\">{}</th>\n<th scope=\"col\" class=\"number\">95 % interval</th>\n",
        f == 0 ? "A" : "B");
  page += "</tr></thead><tbody>\n";
  for (const GridCell& cell : report.cells) {
    page += "<tr>";
    for (const std::string& value : cell.values) page += fmt::format("<td class=\"number\">{}</td>", inert_text(value));
    for (const faults::Tally& side : cell.sides) {
      const double rate = side.runs == 0 ? 0 : static_cast<double>(side.violated) / static_cast<double>(side.runs);
      const Interval interval = wilson(side.violated, side.runs);
      page += fmt::format("<td class=\"number\" style=\"{}\">{}</td><td class=\"number\">{} to {}</td>", heat(rate),
                          side.runs == 0 ? "?" : percent_text(rate), percent_text(interval.low),
                          percent_text(interval.high));
    }
    page += "</tr>\n";
  }
  return page + "</tbody></table></div>\n" + heading("The same again", "replay") + command_line(report.again) +
         page_end();
}

std::string comparison_html(const ComparisonReport& report) {
  const scenarios::Comparison& all = report.comparison;
  const int sign = compared_rate(all.violated, all.pairs).sign;
  std::string page = page_beginning(
      "Two designs under the same luck",
      sign > 0   ? "violated"
      : sign < 0 ? "holds"
                 : "unknown",
      sign > 0   ? "✗ B fails more often"
      : sign < 0 ? "✓ B fails less often"
                 : "? neither is shown to fail more often",
      fmt::format("{}, seeds from {} on", counted(all.pairs, "pair of runs", "pairs of runs"), report.first_seed));
  page += files_of({report.first, report.second});
  if (all.pairs != 0) page += findings_table(all) + costs_table(all);
  const std::pair<const char*, const faults::Tally*> sides[] = {{"A", &all.first}, {"B", &all.second}};
  for (const auto& [name, tally] : sides) {
    const CampaignFigure times = completion_times(*tally, name);
    if (times.svg.empty()) continue;
    page += heading(fmt::format("How long runs of {} take", name), fmt::format("times-{}", name)) +
            figure_html(times, "Virtual time, each half as shares of its own runs.");
  }
  return page + heading("The same again", "replay") + command_line(report.again) + page_end();
}

}  // namespace squall::reports
