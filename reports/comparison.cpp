// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::Paired;
using scenarios::PairedFinding;

/// What sums of pairs say: means of both sides, and the mean difference with its interval, by the normal approximation.
struct Difference {
  double first = 0, second = 0;
  Mean apart;
};

Difference difference_of(const Paired& paired) {
  if (paired.pairs == 0) return {};
  const auto n = static_cast<double>(paired.pairs);
  const auto sum = static_cast<double>(paired.difference), squares = static_cast<double>(paired.squares);
  const double mean = sum / n;
  // Sums are exact, so the subtraction loses nothing that was not lost in n times the square of the mean.
  const double variance = paired.pairs < 2 ? 0 : std::max(0.0, (squares - sum * mean) / (n - 1));
  const double half = 1.959963984540054 * std::sqrt(variance / n);
  return {static_cast<double>(paired.first) / n,
          static_cast<double>(paired.second) / n,
          {mean, {mean - half, mean + half}}};
}

/// Of how much more often the second side shows something than the first. Each pair differs by -1, 0 or 1.
Mean rate_difference(const PairedFinding& finding, std::uint64_t pairs) {
  Paired paired;
  paired.pairs = pairs;
  paired.difference = scenarios::WideSum{finding.only_second} - finding.only_first;
  paired.squares = scenarios::WideSum{finding.only_second} + finding.only_first;
  return difference_of(paired).apart;
}

std::string points_text(double share) {
  return fmt::format("{}{}", share < 0 ? "-" : "+", percent_text(std::abs(share)));
}

std::string seconds_text(double microseconds) {
  const double limited = std::clamp(microseconds, -9e15, 9e15);
  const auto whole = std::chrono::microseconds{std::llround(std::abs(limited))};
  return (limited < 0 ? "-" : "") + duration_text(whole);
}

int sign_of(const Interval& interval) { return interval.low > 0 ? 1 : interval.high < 0 ? -1 : 0; }

template <class Write>
Compared cost_of(const char* name, const Paired& paired, const Write& write) {
  const Difference all = difference_of(paired);
  return {.what = name,
          .first = write(all.first),
          .second = write(all.second),
          .difference = write(all.apart.mean),
          .low = write(all.apart.interval.low),
          .high = write(all.apart.interval.high),
          .sign = sign_of(all.apart.interval)};
}

std::string compared_text(const Compared& all) {
  return fmt::format("A {}, B {}: {} (95 % interval {} to {})", all.first, all.second, all.difference, all.low,
                     all.high);
}

Json interval_json(const Mean& mean) {
  return {{"difference", mean.mean}, {"low", mean.interval.low}, {"high", mean.interval.high}};
}

Json cost_json(const Paired& paired) {
  const Difference all = difference_of(paired);
  Json json = {{"a", all.first}, {"b", all.second}};
  json.update(interval_json(all.apart));
  return json;
}

Json finding_json(const PairedFinding& finding, std::uint64_t pairs) {
  Json json = {
      {"a", finding.both + finding.only_first}, {"b", finding.both + finding.only_second}, {"both", finding.both}};
  json.update(interval_json(rate_difference(finding, pairs)));
  return json;
}

std::string written(const Json& json) {
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace

const char* fate_of(const scenarios::PairedFinding& finding) {
  if (finding.both + finding.only_second == 0) return "gone";
  return finding.both + finding.only_first == 0 ? "new" : "both";
}

Compared compared_rate(const scenarios::PairedFinding& finding, std::uint64_t pairs) {
  const Mean apart = rate_difference(finding, pairs);
  const auto share = [&](std::uint64_t count) {
    return percent_text(pairs == 0 ? 0 : static_cast<double>(count) / static_cast<double>(pairs));
  };
  return {.what = finding.invariant,
          .first = share(finding.both + finding.only_first),
          .second = share(finding.both + finding.only_second),
          .difference = points_text(apart.mean),
          .low = points_text(apart.interval.low),
          .high = points_text(apart.interval.high),
          .sign = sign_of(apart.interval)};
}

std::vector<Compared> compared_costs(const scenarios::Comparison& comparison) {
  if (comparison.both_well == 0) return {};
  const auto number = [](double value) { return fmt::format("{:.2f}", value); };
  return {cost_of("virtual time", comparison.microseconds, seconds_text),
          cost_of("messages", comparison.messages, number), cost_of("effects of tools", comparison.effects, number)};
}

std::string comparison_text(const ComparisonReport& report) {
  const scenarios::Comparison& all = report.comparison;
  std::string text = fmt::format("A: {}\nB: {}\n{}, seeds {} to {}\n", printable(report.first),
                                 printable(report.second), counted(all.pairs, "pair of runs", "pairs of runs"),
                                 report.first_seed, report.first_seed + std::max<std::uint64_t>(all.pairs, 1) - 1);
  if (all.pairs == 0) return text;
  text += fmt::format("\nviolated: {}\n", compared_text(compared_rate(all.violated, all.pairs)));
  const std::pair<const char*, const char*> fates[] = {
      {"gone", "Only in A:"}, {"new", "Only in B:"}, {"both", "In both:"}};
  for (const auto& [fate, heading] : fates) {
    bool first = true;
    for (const auto& [signature, finding] : all.findings) {
      if (std::string_view{fate} != fate_of(finding)) continue;
      if (first) text += fmt::format("\n{}\n", heading);
      first = false;
      text += fmt::format("  {}: {}\n    {}\n", printable(finding.invariant),
                          printable(fmt::format("{}", fmt::join(finding.witness, "; "))),
                          compared_text(compared_rate(finding, all.pairs)));
    }
  }
  text += fmt::format("\nWhere both go well ({}):\n", counted(all.both_well, "pair", "pairs"));
  const std::vector<Compared> costs = compared_costs(all);
  if (costs.empty()) text += "  nothing to compare\n";
  for (const Compared& cost : costs) text += fmt::format("  {:<18}{}\n", cost.what, compared_text(cost));
  return text + fmt::format("\nThe same again: {}\n", report.again);
}

std::string comparison_json(const ComparisonReport& report) {
  const scenarios::Comparison& all = report.comparison;
  Json json = {{"version", version()},
               {"a", report.first},
               {"b", report.second},
               {"first_seed", report.first_seed},
               {"pairs", all.pairs}};
  json["violated"] = finding_json(all.violated, std::max<std::uint64_t>(all.pairs, 1));
  json["findings"] = Json::array();
  for (const auto& [signature, finding] : all.findings) {
    Json each = {{"invariant", finding.invariant},
                 {"signature", "0x" + faults::signature_text(signature)},
                 {"witness", finding.witness},
                 {"fate", fate_of(finding)}};
    each.update(finding_json(finding, all.pairs));
    json["findings"].push_back(std::move(each));
  }
  json["both_well"] = all.both_well;
  json["virtual_us"] = cost_json(all.microseconds);
  json["messages"] = cost_json(all.messages);
  json["effects"] = cost_json(all.effects);
  json["digests"] = {"0x" + digest_text(all.first.digest), "0x" + digest_text(all.second.digest)};
  json["again"] = report.again;
  return written(json);
}

std::string grid_text(const GridReport& report) {
  std::vector<std::vector<std::string>> rows{report.axes};
  const std::uint64_t runs = report.cells.empty() ? 0 : report.cells.front().sides.front().runs;
  std::string text;
  for (std::size_t f = 0; f < report.files.size(); ++f) {
    text += fmt::format("{}: {}\n", f == 0 ? "A" : "B", printable(report.files[f]));
    rows[0].push_back(fmt::format("{} violated", f == 0 ? "A" : "B"));
    rows[0].push_back("95 % interval");
  }
  text += fmt::format("{} at each point, seeds from {} on\n\n", counted(runs, "run", "runs"), report.first_seed);
  for (const GridCell& cell : report.cells) {
    rows.push_back(cell.values);
    for (const faults::Tally& side : cell.sides) {
      const Interval interval = wilson(side.violated, side.runs);
      rows.back().push_back(
          side.runs == 0 ? "?" : percent_text(static_cast<double>(side.violated) / static_cast<double>(side.runs)));
      rows.back().push_back(fmt::format("{} to {}", percent_text(interval.low), percent_text(interval.high)));
    }
  }
  std::vector<std::size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c)
      text += c + 1 == row.size() ? row[c] : fmt::format("{:<{}}", row[c], widths[c] + 2);
    text += '\n';
  }
  return text + fmt::format("\nThe same again: {}\n", report.again);
}

std::string grid_json(const GridReport& report) {
  Json json = {{"version", version()},
               {"files", report.files},
               {"axes", report.axes},
               {"first_seed", report.first_seed},
               {"cells", Json::array()}};
  for (const GridCell& cell : report.cells) {
    Json values = Json::object();
    for (std::size_t a = 0; a < report.axes.size(); ++a) values[report.axes[a]] = cell.values[a];
    Json sides = Json::array();
    for (const faults::Tally& side : cell.sides) {
      const Interval interval = wilson(side.violated, side.runs);
      sides.push_back(
          {{"runs", side.runs},
           {"violated", side.violated},
           {"undecided", side.undecided},
           {"rate",
            side.runs == 0 ? Json() : Json(static_cast<double>(side.violated) / static_cast<double>(side.runs))},
           {"low", interval.low},
           {"high", interval.high},
           {"digest", "0x" + digest_text(side.digest)}});
    }
    json["cells"].push_back({{"values", values}, {"sides", sides}});
  }
  json["again"] = report.again;
  return written(json);
}

}  // namespace squall::reports
