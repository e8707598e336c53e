// SPDX-License-Identifier: Apache-2.0
#include "reports/rates_html.hpp"

#include <fmt/format.h>

#include "reports/markup.hpp"
#include "reports/statistics.hpp"

namespace squall::reports {
namespace {

/// A rate as a bar from 0 to all, with its interval as a line across its end.
std::string rate_bar(double rate, const Interval& interval) {
  constexpr double width = 120;
  return fmt::format(
      "<svg class=\"rate\" role=\"img\" width=\"130\" height=\"18\" viewBox=\"-4 0 130 18\" fill=\"currentColor\" "
      "stroke=\"currentColor\"><title>{0}, 95 % interval {1} to {2}</title><rect x=\"0\" y=\"1\" width=\"{3}\" "
      "height=\"16\" "
      "fill=\"none\" stroke-opacity=\".3\"/><rect class=\"bar\" x=\"0\" y=\"5\" width=\"{4:.1f}\" height=\"8\" "
      "stroke=\"none\"/><path class=\"interval\" d=\"M{5:.1f} 9H{6:.1f}M{5:.1f} 5v8M{6:.1f} 5v8\" "
      "fill=\"none\"/></svg>",
      percent_text(rate), percent_text(interval.low), percent_text(interval.high), width, rate * width,
      interval.low * width, interval.high * width);
}

}  // namespace

std::string rate_cells(std::uint64_t count, std::uint64_t runs) {
  const double rate = runs == 0 ? 0 : static_cast<double>(count) / static_cast<double>(runs);
  const Interval interval = wilson(count, runs);
  return fmt::format("<td>{}</td><td class=\"number\">{} ({} to {})</td>", rate_bar(rate, interval), percent_text(rate),
                     percent_text(interval.low), percent_text(interval.high));
}

std::string table_html(const std::vector<std::string_view>& headings,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"frame\" tabindex=\"0\"><table><thead><tr>";
  const auto numeric = [&](std::size_t column) { return headings[column].starts_with('#'); };
  for (std::size_t h = 0; h < headings.size(); ++h)
    html += fmt::format("<th scope=\"col\"{}>{}</th>", numeric(h) ? " class=\"number\"" : "",
                        inert_text(headings[h].substr(numeric(h) ? 1 : 0)));
  html += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    html += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c)
      html += fmt::format("<td{}>{}</td>", c < headings.size() && numeric(c) ? " class=\"number\"" : "", row[c]);
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string figure_html(const CampaignFigure& figure, std::string_view more) {
  std::vector<std::string_view> headings;
  std::vector<std::string> names;
  for (const std::string& cell : figure.table.front()) names.push_back("#" + cell);
  headings.assign(names.begin(), names.end());
  std::vector<std::vector<std::string>> rows;
  for (std::size_t row = 1; row < figure.table.size(); ++row) {
    rows.emplace_back();
    for (const std::string& cell : figure.table[row]) rows.back().push_back(inert_text(cell));
  }
  return fmt::format(
      "<p class=\"soft\">{} {}</p>\n<div class=\"frame\" tabindex=\"0\">\n{}</div>\n<details><summary>In "
      "numbers</summary>\n{}</details>\n",
      inert_text(figure.description), inert_text(more), figure.svg, table_html(headings, rows));
}

}  // namespace squall::reports
