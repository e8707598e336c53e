// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/markup.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/views/campaign_figures.hpp"

namespace squall::reports {
namespace {

using faults::Times;

constexpr int plot_height = 110;  ///< of each half
constexpr int plot_left = 64, plot_top = 22, axis_height = 34;

std::string edge_text(std::size_t bucket) {
  // Two digits are what a bucket tells.
  auto rounded = static_cast<double>(Times::least(bucket));
  const double unit = std::pow(10.0, std::floor(std::log10(rounded)) - 1);
  if (rounded >= 1e6) rounded = std::round(rounded / unit) * unit;
  std::string text = duration_text(sim::Duration{static_cast<std::int64_t>(std::min(rounded, 9.2e18))});
  if (text.ends_with(".000s")) text.replace(text.size() - 5, 5, "s");
  return text;
}

/// The bucket below whose end the given share of all runs lies.
std::size_t quantile(const Times& times, double share) {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(times.count())));
  std::uint64_t sum = 0;
  for (std::size_t b = 0; b < Times::buckets; ++b) {
    sum += times.runs[b];
    if (sum >= wanted && sum != 0) return b;
  }
  return Times::buckets - 1;
}

std::string in_words(const char* what, const Times& times) {
  const std::uint64_t runs = times.count();
  if (runs == 0) return fmt::format("No run {}.", what);
  return fmt::format("{} that {}: half of them took less than {}, 99 % less than {}.", counted(runs, "run", "runs"),
                     what, edge_text(quantile(times, 0.5) + 1), edge_text(quantile(times, 0.99) + 1));
}

}  // namespace

CampaignFigure completion_times(const faults::Tally& tally, std::string_view id) {
  const Times &held = tally.held_times, &violated = tally.violated_times;
  std::size_t first = Times::buckets, last = 0;
  std::uint64_t held_most = 0, violated_most = 0;
  for (std::size_t b = 0; b < Times::buckets; ++b) {
    if (held.runs[b] + violated.runs[b] == 0) continue;
    first = std::min(first, b);
    last = b;
    held_most = std::max(held_most, held.runs[b]);
    violated_most = std::max(violated_most, violated.runs[b]);
  }
  CampaignFigure figure;
  if (first == Times::buckets) return figure;
  const auto held_all = static_cast<double>(std::max<std::uint64_t>(held.count(), 1));
  const auto violated_all = static_cast<double>(std::max<std::uint64_t>(violated.count(), 1));
  const double most =
      std::max(static_cast<double>(held_most) / held_all, static_cast<double>(violated_most) / violated_all);
  // A bucket of its own on each side, so that a single bar does not fill the picture.
  first -= first == 0 ? 0 : 1;
  last += last + 1 < Times::buckets ? 1 : 0;
  const std::size_t shown = last - first + 1;
  const int bar = std::clamp(static_cast<int>(820 / shown), 8, 44);
  const int width = plot_left + bar * static_cast<int>(shown) + 30;
  const int below = violated.count() == 0 ? 0 : plot_height;
  const int middle = plot_top + plot_height, lower = middle + axis_height;
  const int height = lower + below + 8;

  figure.description = in_words("hold", held) + " " + in_words("violate something", violated);
  figure.table.push_back({"from", "to", "runs that hold", "runs that violate something"});
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"times\" role=\"img\" width=\"{0}\" height=\"{1}\" viewBox=\"0 "
      "0 {0} "
      "{1}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\">\n<title>Virtual time until "
      "the "
      "end of a run</title>\n<defs><pattern id=\"violates-{2}\" width=\"6\" height=\"6\" "
      "patternUnits=\"userSpaceOnUse\"><path "
      "class=\"bad\" d=\"M0 6 6 0\" stroke=\"currentColor\" stroke-width=\"1.5\"/></pattern></defs>\n",
      width, height, id);
  const auto grid_line = [&](int y, const std::string& said) {
    svg += fmt::format(
        "<path d=\"M{} {}H{}\" stroke=\"currentColor\" stroke-opacity=\".25\"/><text x=\"{}\" y=\"{}\" "
        "text-anchor=\"end\" font-size=\"11\">{}</text>\n",
        plot_left, y, width - 20, plot_left - 6, y + 4, said);
  };
  grid_line(middle, "0");
  grid_line(middle - plot_height, percent_text(most));
  svg += fmt::format("<text x=\"{}\" y=\"14\">runs that hold ({})</text>\n", plot_left, grouped(held.count()));
  if (below != 0) {
    grid_line(lower, "0");
    grid_line(lower + plot_height, percent_text(most));
  }
  const auto bar_at = [&](std::size_t b, std::uint64_t runs, double share, bool down) {
    if (runs == 0) return;
    const double length = std::max(1.0, share / most * plot_height);
    const std::string said = fmt::format("{}: {} to {}", counted(runs, "run", "runs"), edge_text(b), edge_text(b + 1));
    svg += fmt::format(
        "<rect class=\"{}\" x=\"{}\" y=\"{:.1f}\" width=\"{}\" height=\"{:.1f}\" {}><title>{}</title></rect>\n",
        down ? "bad" : "bar", plot_left + bar * static_cast<int>(b - first) + 1, down ? lower : middle - length,
        bar - 2, length, down ? fmt::format("style=\"fill:url(#violates-{})\" stroke=\"currentColor\"", id) : "",
        inert_text(said));
  };
  // As many edges are named as there is room for.
  const std::size_t every =
      std::max<std::size_t>(1, (62 + static_cast<std::size_t>(bar) - 1) / static_cast<std::size_t>(bar));
  for (std::size_t b = first; b <= last; ++b) {
    bar_at(b, held.runs[b], static_cast<double>(held.runs[b]) / held_all, false);
    bar_at(b, violated.runs[b], static_cast<double>(violated.runs[b]) / violated_all, true);
    const int x = plot_left + bar * static_cast<int>(b - first);
    if ((b - first) % every == 0)
      svg += fmt::format(
          "<path d=\"M{0} {1}v5\" stroke=\"currentColor\"/><text x=\"{0}\" y=\"{2}\" text-anchor=\"middle\" "
          "font-size=\"11\">{3}</text>\n",
          x, middle, middle + 18, edge_text(b));
    if (held.runs[b] + violated.runs[b] != 0)
      figure.table.push_back({edge_text(b), edge_text(b + 1), grouped(held.runs[b]), grouped(violated.runs[b])});
  }
  if (below != 0)
    svg += fmt::format("<text x=\"{}\" y=\"{}\" class=\"halo\">runs that violate something ({})</text>\n",
                       plot_left + 4, height - 14, grouped(violated.count()));
  figure.svg = svg + "</svg>\n";
  return figure;
}

}  // namespace squall::reports
