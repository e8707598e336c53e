// SPDX-License-Identifier: Apache-2.0
#include "reports/dispatch_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::Workload;

struct Figures {
  Mean makespan;                     ///< seconds
  Mean apart;                        ///< seconds, from the first way's, seed by seed
  double p50 = 0, p95 = 0, p99 = 0;  ///< seconds, latency of instances
  double per_hour = 0;               ///< instances
  double utilisation = 0;
  double waiting = 0;  ///< on average
  std::uint32_t waiting_most = 0;
  std::uint64_t served = 0;
};

double seconds(sim::Duration time) { return static_cast<double>(time.count()) / 1e9; }

std::string time_text(double seconds) {
  const auto milliseconds = std::chrono::milliseconds{std::llround(std::abs(seconds) * 1000)};
  return (seconds < 0 ? "-" : "") + duration_text(milliseconds);
}

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto place = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::min(sorted.size(), std::max<std::size_t>(1, place)) - 1];
}

Figures figures_of(const Dispatched& way, const Dispatched& first, std::uint32_t workers) {
  Figures figures;
  std::vector<double> makespans, apart, latencies;
  double busy = 0, waited = 0, span = 0, capacity = 0;
  std::uint32_t servers = workers;
  for (std::size_t r = 0; r < way.runs.size(); ++r) {
    const Workload& run = way.runs[r];
    makespans.push_back(seconds(run.makespan));
    if (r < first.runs.size()) apart.push_back(seconds(run.makespan) - seconds(first.runs[r].makespan));
    for (const sim::Duration latency : run.latencies) {
      latencies.push_back(seconds(latency));
      capacity += workers * seconds(latency);  // each instance has its own workers
    }
    busy += static_cast<double>(run.busy) / 1e9;
    waited += static_cast<double>(run.waited) / 1e9;
    span += seconds(run.makespan);
    if (workers == 0) servers = std::max(servers, run.busy_most);
    figures.waiting_most = std::max(figures.waiting_most, run.waiting_most);
    figures.served += run.served;
  }
  std::ranges::sort(latencies);
  figures.makespan = mean_of(makespans);
  figures.apart = mean_of(apart);
  figures.p50 = quantile(latencies, 0.5);
  figures.p95 = quantile(latencies, 0.95);
  figures.p99 = quantile(latencies, 0.99);
  if (span > 0) {
    figures.per_hour = 3600 * static_cast<double>(latencies.size()) / span;
    if (workers == 0) capacity = servers * span;
    figures.utilisation = capacity > 0 ? busy / capacity : 0;
    figures.waiting = waited / span;
  }
  return figures;
}

}  // namespace

std::string dispatch_text(const DispatchReport& report) {
  const std::size_t runs = report.ways.empty() ? 0 : report.ways[0].runs.size();
  std::string text = fmt::format("{}: {}, seeds {} to {}{}\n\n", printable(report.workflow),
                                 counted(runs, "run of each", "runs of each"), report.first_seed,
                                 report.first_seed + (runs == 0 ? 0 : runs - 1),
                                 report.workers == 0 ? "" : fmt::format(", {} workers", report.workers));
  std::size_t width = 4;
  for (const Dispatched& way : report.ways) width = std::max(width, way.name.size());
  text += fmt::format("{:<{}}  {:>12}  {:>10} {:>10} {:>10}  {:>10}  {:>6}  {:>14}\n", "", width, "makespan", "p50",
                      "p95", "p99", "per hour", "busy", "waiting (most)");
  for (const Dispatched& way : report.ways) {
    const Figures f = figures_of(way, report.ways[0], report.workers);
    text += fmt::format("{:<{}}  {:>12}  {:>10} {:>10} {:>10}  {:>10.1f}  {:>6}  {:>7.1f} {:>6}\n", way.name, width,
                        time_text(f.makespan.mean), time_text(f.p50), time_text(f.p95), time_text(f.p99), f.per_hour,
                        percent_text(f.utilisation), f.waiting, fmt::format("({})", f.waiting_most));
  }
  text +=
      "\nMakespan: from the first arrival to the last end, mean over the runs. p50, p95, p99: of the time that an "
      "instance takes.\nBusy: part of the workers' time. Waiting: what could run and had no worker, on average.\n";
  if (report.ways.size() > 1) {
    text += fmt::format("\nAgainst {}, seed by seed:\n", report.ways[0].name);
    for (std::size_t w = 1; w < report.ways.size(); ++w) {
      const Figures f = figures_of(report.ways[w], report.ways[0], report.workers);
      const bool open = f.apart.interval.low <= 0 && f.apart.interval.high >= 0;
      text += fmt::format("  {:<{}}  {} (95 % interval {} to {}){}\n", report.ways[w].name, width,
                          (f.apart.mean < 0 ? "" : "+") + time_text(f.apart.mean), time_text(f.apart.interval.low),
                          time_text(f.apart.interval.high), open ? ": no difference to be seen" : "");
    }
  }
  for (const Dispatched& way : report.ways) {
    if (way.violated != 0)
      text +=
          fmt::format("\n{}: {} of {} violate something; see squall fuzz\n", way.name, way.violated, way.runs.size());
    if (way.undecided != 0)
      text +=
          fmt::format("\n{}: {} of {} were stopped undecided by a limit\n", way.name, way.undecided, way.runs.size());
  }
  return text + fmt::format("\nThe same again: {}\n", report.again);
}

std::string dispatch_json(const DispatchReport& report) {
  Json json{{"version", version()}, {"workflow", report.workflow}, {"first_seed", report.first_seed}};
  json["workers"] = report.workers == 0 ? Json{} : Json(report.workers);
  json["ways"] = Json::array();
  for (const Dispatched& way : report.ways) {
    const Figures f = figures_of(way, report.ways[0], report.workers);
    json["ways"].push_back({{"name", way.name},
                            {"runs", way.runs.size()},
                            {"violated", way.violated},
                            {"undecided", way.undecided},
                            {"makespan_s", f.makespan.mean},
                            {"makespan_difference_s",
                             {{"mean", f.apart.mean}, {"low", f.apart.interval.low}, {"high", f.apart.interval.high}}},
                            {"latency_s", {{"p50", f.p50}, {"p95", f.p95}, {"p99", f.p99}}},
                            {"instances_per_hour", f.per_hour},
                            {"served", f.served},
                            {"utilisation", f.utilisation},
                            {"waiting", {{"mean", f.waiting}, {"most", f.waiting_most}}}});
  }
  json["again"] = report.again;
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
