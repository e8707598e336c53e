// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/formats/formats.hpp"
#include "reports/suite.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"

/// A suite for the servers of repositories: a job's summary, and one log of all that failed.
namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

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
  std::string rows;
  std::vector<std::string> reasons;
  for (const FileReport& file : files) {
    if (file.result == FileReport::Result::passed) continue;
    const std::string what = file.judgement.failures.empty() ? "" : file.judgement.failures.front();
    rows += fmt::format("| {} | {} | {} |\n", name_of(file.result), cell(file.path), cell(what));
    reasons.push_back(
        fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", cell(file.path), fenced(details(file))));
  }
  if (rows.empty()) return text;
  text += "\n| | file | |\n|---|---|---|\n" + rows;
  constexpr std::string_view cut = "\nThere is more than a summary holds; see the whole output.\n";
  constexpr std::size_t room = summary_most - cut.size();
  if (text.size() > room) return text.substr(0, text.rfind('\n', room - 1) + 1) + std::string{cut};
  for (const std::string& reason : reasons) {
    if (text.size() + reason.size() > room) return text + std::string{cut};
    text += reason;
  }
  return text;
}

namespace {

/// Why a file is not as it demands, where no run of it shows that.
std::string why_not(const FileReport& file) {
  std::string text = file.result == FileReport::Result::unreadable ? "it cannot be read" : "it is not as it demands";
  for (const std::string& failure : file.judgement.failures) text += "; " + printable(failure);
  if (!file.trouble.empty()) text += "; " + printable(file.trouble.substr(0, file.trouble.find('\n')));
  return text;
}

bool wrong(const FileReport& file) {
  return file.result == FileReport::Result::failed || file.result == FileReport::Result::unreadable;
}

}  // namespace

std::string suite_github(std::span<const FileReport> files) {
  std::string text;
  for (const FileReport& file : files) {
    if (!file.annotations.empty()) text += file.annotations;
    else if (wrong(file)) text += annotation({.file = file.path}, "squall: " + file.path, why_not(file));
  }
  return first_annotations(text);
}

std::string suite_sarif(std::span<const FileReport> files) {
  Json rules = Json::array(), results = Json::array(), driver{{"name", "squall"}, {"version", version()}};
  std::set<std::string> known;
  for (const FileReport& file : files) {
    if (file.sarif.empty()) {
      if (!wrong(file)) continue;
      if (known.insert("expect").second)
        rules.push_back({{"id", "expect"}, {"shortDescription", {{"text", "a workflow file is as it demands"}}}});
      results.push_back(
          {{"ruleId", "expect"},
           {"level", "error"},
           {"message", {{"text", why_not(file)}}},
           {"locations",
            Json::array({{{"physicalLocation",
                           {{"artifactLocation", {{"uri", uri_of(file.path)}}}, {"region", {{"startLine", 1}}}}}}})}});
      continue;
    }
    Json one = Json::parse(file.sarif);
    Json& run = one["runs"][0];
    for (Json& rule : run["tool"]["driver"]["rules"]) {
      if (known.insert(rule["id"].get<std::string>()).second) rules.push_back(std::move(rule));
    }
    for (Json& result : run["results"]) results.push_back(std::move(result));
  }
  driver["rules"] = std::move(rules);
  // One run for all: code scanning takes no log with several of one tool, and none with more than 20.
  Json run{{"tool", {{"driver", std::move(driver)}}}, {"columnKind", "unicodeCodePoints"}};
  run["results"] = std::move(results);
  Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}};
  log["runs"] = Json::array({std::move(run)});
  return log.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
