// SPDX-License-Identifier: Apache-2.0
#include "reports/campaign_database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "faults/signature.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

namespace squall::reports {
namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

[[noreturn]] void give_up(sqlite3* database, const std::string& path) {
  throw CampaignTrouble{fmt::format("'{}': {}", printable(path), printable(sqlite3_errmsg(database))),
                        "look for room and permissions there"};
}

/// Rows into one table.
class Table {
 public:
  Table(sqlite3* database, const std::string& path, const char* create, const char* insert)
      : database_(database), path_(path) {
    if (sqlite3_exec(database_, create, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(database_, path_);
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database_, insert, -1, &made, nullptr) != SQLITE_OK) give_up(database_, path_);
    insert_.reset(made);
  }

  template <class... Values>
  void row(const Values&... values) {
    int column = 0;
    (bind(++column, values), ...);
    if (sqlite3_step(insert_.get()) != SQLITE_DONE) give_up(database_, path_);
    sqlite3_reset(insert_.get());
  }

 private:
  void bind(int column, const std::string& value) {
    sqlite3_bind_text64(insert_.get(), column, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void bind(int column, std::uint64_t value) {
    sqlite3_bind_int64(insert_.get(), column, static_cast<std::int64_t>(value));
  }
  void bind(int column, double value) { sqlite3_bind_double(insert_.get(), column, value); }

  sqlite3* database_;
  const std::string& path_;
  Statement insert_;
};

void fill(sqlite3* database, const std::string& path, const CampaignDirectory& campaign, const CampaignReport& report) {
  const CampaignIdentity& identity = campaign.identity();
  Table about{database, path, "CREATE TABLE campaign (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
              "INSERT INTO campaign VALUES (?, ?)"};
  about.row(std::string{"content"}, identity.content);
  about.row(std::string{"digest"}, "0x" + digest_text(report.tally.digest));
  about.row(std::string{"profile"}, identity.profile);
  about.row(std::string{"version"}, identity.version);
  about.row(std::string{"workflow"}, identity.workflow);

  Table shards{database, path,
               "CREATE TABLE shards (number INTEGER PRIMARY KEY, first_seed INTEGER, runs INTEGER, violated INTEGER, "
               "undecided INTEGER, events INTEGER, digest TEXT)",
               "INSERT INTO shards VALUES (?, ?, ?, ?, ?, ?, ?)"};
  for (const auto& [number, shard] : campaign.shards()) {
    shards.row(number, shard.first, shard.tally.runs, shard.tally.violated, shard.tally.undecided, shard.tally.events,
               "0x" + digest_text(shard.tally.digest));
  }
  Table findings{database, path,
                 "CREATE TABLE findings (signature TEXT PRIMARY KEY, invariant TEXT, witness TEXT, count INTEGER, "
                 "rate REAL, low REAL, high REAL, first_seed INTEGER, shrink_runs INTEGER, minimal INTEGER)",
                 "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
  Table needed{database, path, "CREATE TABLE needed_faults (signature TEXT, line TEXT)",
               "INSERT INTO needed_faults VALUES (?, ?)"};
  for (const CampaignFinding& each : report.findings) {
    const Interval interval = wilson(each.finding.count, report.tally.runs);
    const std::string signature = faults::signature_text(each.signature);
    std::string witness;
    for (const std::string& token : each.finding.witness) witness += (witness.empty() ? "" : "; ") + token;
    findings.row(signature, each.finding.invariant, witness, each.finding.count,
                 static_cast<double>(each.finding.count) / static_cast<double>(report.tally.runs), interval.low,
                 interval.high, each.finding.first_seed, each.shrunk ? each.shrunk->runs : 0,
                 std::uint64_t{each.shrunk && each.shrunk->minimal ? 1U : 0U});
    if (!each.shrunk) continue;
    for (const faults::Line& line : each.shrunk->plan.lines) needed.row(signature, faults::to_text(line));
  }
  const auto counts = [&](const char* create, const char* insert, const std::vector<std::string>& names,
                          const std::vector<std::uint64_t>& runs) {
    Table table{database, path, create, insert};
    for (std::size_t i = 0; i < names.size(); ++i)
      table.row(std::uint64_t{i + 1}, names[i], i < runs.size() ? runs[i] : std::uint64_t{0});
  };
  counts("CREATE TABLE lines (number INTEGER PRIMARY KEY, line TEXT, runs INTEGER)",
         "INSERT INTO lines VALUES (?, ?, ?)", report.counted.lines, report.tally.struck);
  counts("CREATE TABLE steps (number INTEGER PRIMARY KEY, step TEXT, runs INTEGER)",
         "INSERT INTO steps VALUES (?, ?, ?)", report.counted.steps, report.tally.ran);
  counts("CREATE TABLE claims (number INTEGER PRIMARY KEY, claim TEXT, runs INTEGER)",
         "INSERT INTO claims VALUES (?, ?, ?)", report.counted.claims, report.tally.came_true);
  Table reached{database, path,
                "CREATE TABLE reached (kind TEXT PRIMARY KEY, features INTEGER, once INTEGER, runs INTEGER)",
                "INSERT INTO reached VALUES (?, ?, ?, ?)"};
  if (!report.reached) return;
  for (const ReachedReport::Row& row : report.reached->rows)
    reached.row(std::string{row.name}, row.reached.features, row.reached.once, report.reached->runs);
}

/// What a question may do: look.
int only_looking(void*, int action, const char*, const char* what, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION:
      return what != nullptr && std::string_view{what} == "load_extension" ? SQLITE_DENY : SQLITE_OK;
    default: return SQLITE_DENY;
  }
}

}  // namespace

void write_database(const CampaignDirectory& campaign, const CampaignReport& report) {
  const std::string path = campaign.path() + "/campaign.sqlite";
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  std::error_code error;
  fs::remove(temporary, error);
  try {
    sqlite3* made = nullptr;
    const int status = sqlite3_open_v2(temporary.c_str(), &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const Database database{made};
    if (status != SQLITE_OK) give_up(made, path);
    // One transaction into a new file: its bytes follow from the rows.
    const auto run = [&](const char* sql) {
      if (sqlite3_exec(made, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(made, path);
    };
    run("PRAGMA page_size = 4096; PRAGMA journal_mode = MEMORY; BEGIN");
    fill(made, path, campaign, report);
    run("COMMIT");
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
  fs::rename(temporary, path, error);
  if (error)
    throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(path), error.message()),
                          "look for room and permissions there"};
}

const std::vector<CannedQuery>& canned_queries() {
  static const std::vector<CannedQuery> queries{
      {"findings", "what was found, the most frequent first",
       "SELECT signature, invariant, witness, count, rate, low, high, first_seed FROM findings ORDER BY count DESC, "
       "first_seed"},
      {"rare", "findings of a single run: what the next runs may show more of",
       "SELECT signature, invariant, witness, first_seed FROM findings WHERE count = 1 ORDER BY first_seed"},
      {"needed", "which faults each finding needs",
       "SELECT f.invariant, n.signature, n.line FROM needed_faults n JOIN "
       "findings f ON f.signature = n.signature ORDER BY f.first_seed, n.rowid"},
      {"timing", "findings that need no fault",
       "SELECT signature, invariant, witness, first_seed FROM findings WHERE signature NOT IN (SELECT signature FROM "
       "needed_faults) ORDER BY first_seed"},
      {"never", "faults, steps and claims that no run has seen",
       "SELECT 'fault' AS what, line AS name FROM lines WHERE runs = 0 UNION ALL SELECT 'step', step FROM steps WHERE "
       "runs = 0 UNION ALL SELECT 'claim', claim FROM claims WHERE runs = 0"},
      {"reached", "what a sample of the runs has reached, and how likely the next run is to reach something new",
       "SELECT kind, features, once, runs, 1.0 * once / runs AS new_chance FROM reached"},
      {"shards", "the stretches of seeds that were played",
       "SELECT number, first_seed, runs, violated, undecided, events, digest FROM shards ORDER BY number"},
      {"totals", "all runs together",
       "SELECT sum(runs) AS runs, sum(violated) AS violated, sum(undecided) AS undecided, sum(events) AS events FROM "
       "shards"}};
  return queries;
}

Answer ask(const std::string& path, const std::string& sql) {
  constexpr std::size_t rows_max = 100'000;
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const Database database{opened};
  if (status != SQLITE_OK)
    throw CampaignTrouble{fmt::format("'{}' cannot be opened: {}", printable(path), printable(sqlite3_errmsg(opened))),
                          "name the folder of a campaign, finished or merged"};
  sqlite3_set_authorizer(opened, only_looking, nullptr);
  const auto refuse = [&](std::string what) {
    throw CampaignTrouble{std::move(what),
                          "ask one SELECT over the tables campaign, shards, findings, needed_faults, "
                          "lines, steps, claims and reached"};
  };
  sqlite3_stmt* prepared = nullptr;
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(opened, sql.c_str(), static_cast<int>(sql.size()) + 1, &prepared, &rest) != SQLITE_OK)
    refuse(printable(sqlite3_errmsg(opened)));
  const Statement statement{prepared};
  if (prepared == nullptr) refuse("nothing is asked");
  if (std::string_view{rest}.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    refuse("more than one statement is asked at once");

  Answer answer;
  const int columns = sqlite3_column_count(prepared);
  for (int c = 0; c < columns; ++c) answer.columns.emplace_back(sqlite3_column_name(prepared, c));
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    if (answer.rows.size() == rows_max) refuse(fmt::format("there are more than {} rows", rows_max));
    auto& row = answer.rows.emplace_back();
    for (int c = 0; c < columns; ++c) {
      const int type = sqlite3_column_type(prepared, c);
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, c));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, c));
      row.push_back({.text = text == nullptr ? std::string{} : std::string(text, size),
                     .number = type == SQLITE_INTEGER || type == SQLITE_FLOAT,
                     .is_null = type == SQLITE_NULL});
    }
  }
  if (step != SQLITE_DONE)
    throw CampaignTrouble{fmt::format("'{}': {}", printable(path), printable(sqlite3_errmsg(opened))),
                          "make the tables again: squall merge DIR --out DIR"};
  return answer;
}

}  // namespace squall::reports
