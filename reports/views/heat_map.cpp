// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/markup.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/views/campaign_figures.hpp"

namespace squall::reports {
namespace {

constexpr int cell_width = 62, cell_height = 36;
constexpr int map_left = 92, map_top = 34, map_bottom = 44;

double rate_of(const faults::Tally& side) {
  return side.runs == 0 ? 0 : static_cast<double>(side.violated) / static_cast<double>(side.runs);
}

std::string name_of(const std::string& text) { return xml_text(beginning(printable(text), 60)); }

/// The values of one axis in the order in which the grid goes through them.
std::vector<std::string> values_of(const GridReport& report, std::size_t axis) {
  std::vector<std::string> values;
  for (const GridCell& cell : report.cells) {
    if (std::ranges::find(values, cell.values[axis]) == values.end()) values.push_back(cell.values[axis]);
  }
  return values;
}

std::size_t place(const std::vector<std::string>& values, const std::string& value) {
  return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
}

/// One field: the cells of one design that agree in all axes from the third on.
std::string field(const GridReport& report, std::size_t side, const std::vector<const GridCell*>& cells,
                  const std::string& title) {
  const bool flat = report.axes.size() < 2;
  const std::vector<std::string> across = values_of(report, 0);
  const std::vector<std::string> up = flat ? std::vector<std::string>{""} : values_of(report, 1);
  const int width = std::max(map_left + cell_width * static_cast<int>(across.size()) + 12, 300);
  const int height = map_top + cell_height * static_cast<int>(up.size()) + map_bottom;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"heat\" role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 "
      "0 {0} "
      "{1}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\">\n<title>{2}</title>\n"
      "<text x=\"4\" y=\"16\" font-weight=\"600\">{3}</text>\n",
      width, height, inert_text("Failure rates: " + title), name_of(title));
  for (const GridCell* cell : cells) {
    const faults::Tally& tally = cell->sides[side];
    const double rate = rate_of(tally);
    const auto column = static_cast<int>(place(across, cell->values[0]));
    const auto row = flat ? 0 : static_cast<int>(up.size() - 1 - place(up, cell->values[1]));
    const int x = map_left + cell_width * column, y = map_top + cell_height * row;
    const Interval interval = wilson(tally.violated, tally.runs);
    std::string said = fmt::format("{} {}", report.axes[0], cell->values[0]);
    for (std::size_t a = 1; a < report.axes.size(); ++a)
      said += fmt::format(", {} {}", report.axes[a], cell->values[a]);
    said += fmt::format(": {} of {} ({} to {})", grouped(tally.violated), counted(tally.runs, "run", "runs"),
                        percent_text(interval.low), percent_text(interval.high));
    // What nothing fails in has no border: a field can be read without its colours, too.
    svg += fmt::format(
        "<g class=\"cell\"><title>{}</title><rect class=\"bad\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
        "fill-opacity=\"{:.2f}\" stroke=\"currentColor\" stroke-opacity=\"{}\"/><text x=\"{}\" y=\"{}\" "
        "text-anchor=\"middle\"{}>{}</text></g>\n",
        inert_text(said), x + 1, y + 1, cell_width - 2, cell_height - 2, rate * 0.6, rate > 0 ? "1" : ".25",
        x + cell_width / 2, y + cell_height / 2 + 4, rate >= 0.5 ? " font-weight=\"700\"" : "",
        tally.runs == 0 ? "?" : percent_text(rate));
  }
  for (std::size_t c = 0; c < across.size(); ++c)
    svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\">{}</text>\n",
                       map_left + cell_width * static_cast<int>(c) + cell_width / 2, height - map_bottom + 16,
                       name_of(across[c]));
  svg +=
      fmt::format("<text x=\"{}\" y=\"{}\">{} →</text>\n", map_left, height - map_bottom + 36, name_of(report.axes[0]));
  if (flat) return svg + "</svg>\n";
  for (std::size_t r = 0; r < up.size(); ++r)
    svg +=
        fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" font-size=\"11\">{}</text>\n", map_left - 8,
                    map_top + cell_height * static_cast<int>(up.size() - 1 - r) + cell_height / 2 + 4, name_of(up[r]));
  return svg + fmt::format("<text x=\"4\" y=\"{}\">↑ {}</text>\n</svg>\n", map_top - 4, name_of(report.axes[1]));
}

}  // namespace

std::string heat_maps(const GridReport& report) {
  if (report.axes.empty()) return {};
  std::map<std::vector<std::string>, std::vector<const GridCell*>> fields;  // by the values of further axes
  for (const GridCell& cell : report.cells) {
    const std::size_t further = std::min<std::size_t>(2, cell.values.size());
    fields[{cell.values.begin() + static_cast<std::ptrdiff_t>(further), cell.values.end()}].push_back(&cell);
  }
  std::string figures;
  for (const auto& [values, cells] : fields) {
    for (std::size_t side = 0; side < report.files.size(); ++side) {
      std::string title = report.files[side];
      for (std::size_t v = 0; v < values.size(); ++v) title += fmt::format(", {} {}", report.axes[v + 2], values[v]);
      figures += "<figure>\n" + field(report, side, cells, title) + "</figure>\n";
    }
  }
  return figures;
}

}  // namespace squall::reports
