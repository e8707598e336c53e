// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/campaign.hpp"
#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::uint64_t number) { return "0x" + digest_text(number); }

Json finding_json(const CampaignFinding& each, std::uint64_t runs) {
  const Interval interval = wilson(each.finding.count, runs);
  Json json = {{"invariant", each.finding.invariant},
               {"signature", hex(each.signature)},
               {"count", each.finding.count},
               {"rate", static_cast<double>(each.finding.count) / static_cast<double>(runs)},
               {"low", interval.low},
               {"high", interval.high},
               {"first_seed", each.finding.first_seed},
               {"case", each.case_path.empty() ? Json() : Json(each.case_path)},
               {"witness", each.finding.witness},
               {"replay", each.replay}};
  if (!each.trouble.empty()) json["trouble"] = each.trouble;
  if (each.decided) {
    json["decisions"] = each.decided->file.schedule->decisions.size();
    json["case_text"] = scenarios::to_text(each.decided->file);
  }
  if (!each.shrunk) return json;
  json["plan"] = Json::array();
  for (const faults::Line& line : each.shrunk->plan.lines) json["plan"].push_back(faults::to_text(line));
  json["minimal"] = each.shrunk->minimal;
  json["left_out"] = each.shrunk->left_out;
  json["shrink_runs"] = each.shrunk->runs;
  json["case_text"] = scenarios::to_text(each.shrunk->file);
  return json;
}

Json never(const std::vector<std::string>& names, const std::vector<std::uint64_t>& runs) {
  Json list = Json::array();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i >= runs.size() || runs[i] == 0) list.push_back(names[i]);
  }
  return list;
}

/// Runs by how long they took: buckets with their bounds.
Json times_json(const faults::Times& times) {
  Json list = Json::array();
  for (std::size_t b = 0; b < faults::Times::buckets; ++b) {
    if (times.runs[b] != 0)
      list.push_back(
          {{"from_ns", faults::Times::least(b)}, {"to_ns", faults::Times::least(b + 1)}, {"runs", times.runs[b]}});
  }
  return list;
}

}  // namespace

std::string campaign_json(const CampaignReport& report) {
  const faults::Tally& tally = report.tally;
  const auto rate = [&](std::uint64_t number) {
    return report.seconds > 0 ? Json(static_cast<double>(number) / report.seconds) : Json();
  };
  Json json = {{"version", version()},         {"workflow", report.workflow},
               {"file", report.file},          {"first_seed", report.first_seed},
               {"runs", tally.runs},           {"violated", tally.violated},
               {"undecided", tally.undecided}, {"events", tally.events}};
  json["findings"] = Json::array();
  for (const CampaignFinding& each : report.findings) json["findings"].push_back(finding_json(each, tally.runs));
  json["never_struck"] = never(report.counted.lines, tally.struck);
  json["never_ran"] = never(report.counted.steps, tally.ran);
  json["never_true"] = never(report.counted.claims, tally.came_true);
  json["new_finding_chance"] =
      tally.runs == 0 ? Json() : Json(static_cast<double>(tally.seen_once()) / static_cast<double>(tally.runs));
  json["blast_radius"] = {{"sampled_runs", report.blast.sampled}, {"kinds", Json::array()}};
  for (const BlastRow& row : report.blast.rows) {
    const auto runs = static_cast<double>(row.runs);
    json["blast_radius"]["kinds"].push_back({{"kind", row.kind},
                                             {"runs", row.runs},
                                             {"agents_mean", static_cast<double>(row.agents) / runs},
                                             {"agents_max", row.agents_max},
                                             {"work_mean", static_cast<double>(row.work) / runs},
                                             {"work_max", row.work_max}});
  }
  json["completion_times"] = {{"held", times_json(tally.held_times)}, {"violated", times_json(tally.violated_times)}};
  if (report.reached) {
    Json rows = Json::array();
    for (const ReachedReport::Row& row : report.reached->rows)
      rows.push_back({{"kind", row.name},
                      {"features", row.reached.features},
                      {"once", row.reached.once},
                      {"new_chance", report.reached->runs == 0 ? Json()
                                                               : Json(static_cast<double>(row.reached.once) /
                                                                      static_cast<double>(report.reached->runs))}});
    json["coverage"] = {{"runs", report.reached->runs}, {"reached", rows}};
    if (const auto& guided = report.reached->guided) {
      json["coverage"]["mutants"] = guided->mutants;
      json["coverage"]["kept"] = guided->kept;
      json["coverage"]["new_in_last_half"] = guided->new_in_last_half;
    }
  }
  json["interrupted"] = report.interrupted;
  json["seconds"] = report.seconds;
  json["jobs"] = report.jobs;
  json["runs_per_second"] = rate(tally.runs);
  json["events_per_second"] = rate(tally.events);
  json["digest"] = hex(tally.digest);
  json["again"] = report.again;
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
