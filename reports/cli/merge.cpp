// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>

#include "reports/campaign_database.hpp"
#include "reports/campaign_finish.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {

int merge(const MergeArguments& arguments) {
  try {
    const CampaignDirectory first = CampaignDirectory::open(arguments.folders.front());
    scenarios::Loaded workflow = workflow_of(first);  // refuses what is not the workflow that was played
    std::map<std::uint64_t, faults::Shard> all;
    for (const std::string& folder : arguments.folders) {
      const CampaignDirectory each = CampaignDirectory::open(folder);
      if (each.identity() != first.identity())
        return refuse(
            fmt::format("'{}' and '{}' are two campaigns", printable(arguments.folders.front()), printable(folder)),
            "merge what played one workflow, with one profile and one size of shards");
      for (auto& [number, shard] : each.shards()) {
        const auto [place, fresh] = all.emplace(number, shard);
        if (fresh) continue;
        const auto both = faults::joined(place->second, shard);
        if (!both)
          return refuse(fmt::format("shard {} of '{}' contradicts another one", number, printable(folder)),
                        "leave that folder out: one stretch of seeds of one workflow has one result");
        place->second = *both;
      }
    }
    CampaignDirectory merged = CampaignDirectory::begin(arguments.out, first.identity(), first.workflow_files());
    for (const auto& [number, shard] : all) {
      const auto there = merged.shard(number);
      const auto both = there ? faults::joined(*there, shard) : std::optional{shard};
      if (!both)
        return refuse(fmt::format("shard {} contradicts the one in '{}'", number, printable(arguments.out)),
                      "name another folder for --out");
      if (both != there) merged.write_shard(number, *both);
    }
    CampaignReport report = finish(merged, workflow);
    report.again = fmt::format("squall merge");
    for (const std::string& folder : arguments.folders) report.again += " " + path_word(folder);
    report.again += " --out " + path_word(arguments.out);
    const int status = report.tally.violated != 0                              ? violation
                       : report.tally.undecided != 0 || report.tally.runs == 0 ? no_verdict
                                                                               : as_wanted;
    return tell(arguments.json ? campaign_json(report) : campaign_text(report), status);
  } catch (const CampaignTrouble& wrong) {
    return refuse(wrong.what, wrong.fix);
  }
}

int query(const std::string& folder, const std::string& question, bool json) {
  if (question.empty()) {
    std::string text = "Questions with a name:\n";
    for (const CannedQuery& each : canned_queries()) text += fmt::format("  {:<10}{}\n", each.name, each.about);
    text +=
        "Or one SELECT over the tables campaign, shards, findings, needed_faults, lines, steps, claims and reached.\n";
    return tell(text, as_wanted);
  }
  try {
    const CampaignDirectory campaign = CampaignDirectory::open(folder);
    std::string sql = question;
    for (const CannedQuery& each : canned_queries()) {
      if (question == each.name) sql = each.sql;
    }
    const Answer answer = ask(campaign.path() + "/campaign.sqlite", sql);
    return tell(json ? answer_json(answer) : answer_text(answer), as_wanted);
  } catch (const CampaignTrouble& wrong) {
    return refuse(wrong.what, wrong.fix);
  }
}

}  // namespace squall::reports::cli
