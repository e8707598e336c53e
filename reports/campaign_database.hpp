// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/campaign.hpp"
#include "reports/campaign_directory.hpp"

/// A campaign as tables, for questions that nobody thought of.
namespace squall::reports {

/// Writes `campaign.sqlite` anew: tables `campaign`, `shards`, `findings`, `needed_faults`, `lines`, `steps`, `claims`, `reached`.
/// The same bytes for the same campaign. Throws CampaignTrouble.
void write_database(const CampaignDirectory& campaign, const CampaignReport& report);

/// A question with a name.
struct CannedQuery {
  std::string_view name, about, sql;
};
const std::vector<CannedQuery>& canned_queries();

/// An answer: texts and numbers as SQLite prints them; no value is an empty text that `is_null` marks.
struct Answer {
  struct Cell {
    std::string text;
    bool number = false, is_null = false;
  };
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

/// Asks the database at `path`, which nothing can change: it is opened read-only, and only SELECT is let through, in one
/// statement. Throws CampaignTrouble. At most 100,000 rows.
Answer ask(const std::string& path, const std::string& sql);

/// Columns under each other, numbers to the right; a line for each row.
std::string answer_text(const Answer&);
/// A list of objects.
std::string answer_json(const Answer&);

}  // namespace squall::reports
