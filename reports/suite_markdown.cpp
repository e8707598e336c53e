// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/suite.hpp"
#include "reports/text.hpp"

/// A suite for the servers of repositories: a job's summary, and one log of all that failed.
namespace squall::reports {
namespace {

constexpr std::size_t summary_most = 1 << 20;

/// In a table's cell nothing is markup.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : printable(std::string{text})) {
    if (c == '|' || c == '`' || c == '<' || c == '>' || c == '[' || c == ']' || c == '*' || c == '_' || c == '\\')
      safe += '\\';
    safe += c;
  }
  return safe;
}

/// A block in which nothing is markup: its fence is longer than any run of backquotes inside.
std::string fenced(const std::string& text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fmt::format("{}\n{}{}{}\n", fence, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string details(const FileReport& file) {
  std::string text;
  for (const std::string& failure : file.judgement.failures) text += printable(failure) + "\n";
  text += file.trouble;
  if (!file.findings.empty()) text += "\n" + file.findings;
  if (!file.replay.empty()) text += "\nto see it: " + file.replay + "\n";
  return text;
}

}  // namespace

std::string suite_markdown(std::span<const FileReport> files) {
  const Totals totals = totals_of(files);
  std::string text = fmt::format("## squall: {} passed, {} failed{}\n", totals.passed, totals.failed,
                                 totals.undecided == 0 ? "" : fmt::format(", {} undecided", totals.undecided));
  std::string rows, reasons;
  for (const FileReport& file : files) {
    if (file.result == FileReport::Result::passed) continue;
    const std::string what = file.judgement.failures.empty() ? "" : file.judgement.failures.front();
    rows += fmt::format("| {} | {} | {} |\n", name_of(file.result), cell(file.path), cell(what));
    reasons +=
        fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", cell(file.path), fenced(details(file)));
  }
  if (rows.empty()) return text;
  text += "\n| | file | |\n|---|---|---|\n" + rows;
  const std::string_view cut = "\nThere is more than a summary holds; see the whole output.\n";
  if (text.size() + reasons.size() > summary_most) {
    reasons.clear();
    if (text.size() > summary_most) text.resize(text.rfind('\n', summary_most - cut.size() - 1) + 1);
    reasons = cut;
  }
  return text + reasons;
}

std::string suite_sarif(std::span<const FileReport> files) {
  using Json = nlohmann::ordered_json;
  Json log;
  for (const FileReport& file : files) {
    if (file.sarif.empty()) continue;
    Json one = Json::parse(file.sarif);
    if (log.is_null()) {
      log = std::move(one);
    } else {
      for (Json& run : one["runs"]) log["runs"].push_back(std::move(run));
    }
  }
  // Whoever takes logs in wants one where all is well, too.
  if (log.is_null()) {
    log = Json{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
    log["runs"] = Json::array({Json{{"tool", {{"driver", {{"name", "squall"}}}}}, {"results", Json::array()}}});
  }
  return log.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
