// SPDX-License-Identifier: Apache-2.0
#include "reports/lint_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/lint/rules.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;
using scenarios::LintFinding;
using scenarios::LintRule;
using scenarios::Witness;

const LintRule& rule_of(const LintFinding& finding) { return *scenarios::find_lint_rule(finding.rule); }

const Witness* witness_of(const LintTelling& telling, std::size_t n) {
  return n < telling.rehearsed.size() && telling.rehearsed[n].witness ? &*telling.rehearsed[n].witness : nullptr;
}

/// What the run of a witness says, each a sentence without its full stop.
std::vector<std::string> said(const Witness& witness) {
  std::vector<std::string> all;
  for (const std::string& sentence : sentences(witness.violation)) all.push_back(printable(sentence));
  return all;
}

std::string witness_text(const LintTelling& telling, std::size_t n) {
  if (telling.rehearsed.empty()) return {};
  const scenarios::Rehearsed& rehearsed = telling.rehearsed[n];
  if (rule_of(telling.found[n]).shown_by.empty()) return "  a suspicion: no run shows what never happens\n";
  if (rehearsed.runs == 0) return "  a suspicion: no run can be asked about it\n";
  const Witness* witness = witness_of(telling, n);
  if (witness == nullptr) return fmt::format("  a suspicion: none of {} runs shows it\n", rehearsed.runs);
  std::string text = fmt::format("  shown by seed {}: {} is violated\n", witness->seed, witness->violation.invariant);
  for (const std::string& sentence : said(*witness)) text += "    " + sentence + "\n";
  if (!witness->own_faults && !witness->plan.lines.empty()) {
    text += "  with these faults:\n";
    for (const faults::Line& line : witness->plan.lines) text += "    - " + printable(faults::to_text(line)) + "\n";
  }
  if (!witness->added.empty()) text += fmt::format("  judged besides by: {}\n", fmt::join(witness->added, ", "));
  const std::string replay = replay_of(telling, n);
  return text + (replay.empty() ? "  to play it: add --out DIR, which writes it as a case\n"
                                : fmt::format("  to see it: {}\n", replay));
}

Json place_of(const LintTelling& telling, std::size_t n) {
  const auto place = telling.file.place_of(telling.found[n].mark);
  if (!place) return {};
  return {{"file", place->at.file}, {"line", place->at.line}, {"column", place->at.column}};
}

Json witness_json(const LintTelling& telling, std::size_t n) {
  Json json{{"shown", false}, {"runs", telling.rehearsed[n].runs}};
  const Witness* witness = witness_of(telling, n);
  if (witness == nullptr) return json;
  json["shown"] = true;
  json["seed"] = witness->seed;
  json["invariant"] = witness->violation.invariant;
  json["said"] = said(*witness);
  json["plan"] = Json::array();
  for (const faults::Line& line : witness->plan.lines) json["plan"].push_back(faults::to_text(line));
  json["checks"] = witness->added;
  json["replay"] = replay_of(telling, n);
  return json;
}

}  // namespace

const char* level_of(const LintTelling& telling, std::size_t n) {
  if (telling.found[n].certain || witness_of(telling, n) != nullptr) return "error";
  return rule_of(telling.found[n]).severity == scenarios::Severity::warning ? "warning" : "note";
}

std::string replay_of(const LintTelling& telling, std::size_t n) {
  const Witness* witness = witness_of(telling, n);
  if (witness == nullptr) return {};
  if (n < telling.cases.size() && !telling.cases[n].empty())
    return fmt::format("squall run {}", shell_word(telling.cases[n]));
  if (!witness->added.empty() || (!witness->own_faults && !witness->plan.lines.empty())) return {};
  return fmt::format("squall run {} --seed {}", shell_word(telling.file.files.front()), witness->seed);
}

std::string lint_text(const LintTelling& telling) {
  std::string text;
  std::size_t certain = 0, shown = 0;
  std::vector<std::string> seen;
  for (std::size_t n = 0; n < telling.found.size(); ++n) {
    const LintFinding& finding = telling.found[n];
    const LintRule& rule = rule_of(finding);
    certain += finding.certain ? 1 : 0;
    shown += witness_of(telling, n) != nullptr ? 1 : 0;
    const std::string file = telling.file.files.empty() ? std::string{} : telling.file.files.front();
    scenarios::Diagnostic told =
        telling.file.place_of(finding.mark).value_or(scenarios::Diagnostic{{.file = file}, {}, {}, {}});
    told.what = fmt::format("{}: {} ({} {})", finding.where, finding.what, rule.id, rule.name);
    told.fix = finding.fix;
    text += to_text(told, level_of(telling, n), finding.reasons) + witness_text(telling, n);
    for (const scenarios::Evidence& evidence : scenarios::evidence_of(rule)) {
      if (evidence.thread.empty()) continue;
      const std::string line = fmt::format("  {} {}: {}\n", rule.id, evidence.id, evidence.thread);
      if (std::ranges::find(seen, line) == seen.end()) seen.push_back(line);
    }
  }
  std::ranges::sort(seen);
  if (!seen.empty()) text += fmt::format("\nseen before in\n{}", fmt::join(seen, ""));
  if (!telling.found.empty()) text += "\n";
  if (!telling.rehearsed.empty())
    return text + fmt::format("{} certain, {} shown by a run, {}\n", certain, shown,
                              counted(telling.found.size() - shown, "suspicion", "suspicions"));
  return text + fmt::format("{} certain, {} to look at\n", certain, telling.found.size() - certain);
}

std::string lint_json(const LintTelling& telling) {
  Json json = {{"version", version()}, {"workflow", telling.file.name}, {"findings", Json::array()}};
  for (std::size_t n = 0; n < telling.found.size(); ++n) {
    const LintFinding& finding = telling.found[n];
    const LintRule& rule = rule_of(finding);
    Json one{{"id", rule.id},
             {"rule", finding.rule},
             {"where", finding.where},
             {"level", level_of(telling, n)},
             {"certain", finding.certain},
             {"what", finding.what},
             {"reasons", Json::array()},
             {"fix", finding.fix},
             {"evidence", Json::array()}};
    for (const std::string& reason : finding.reasons) one["reasons"].push_back(reason);
    for (const scenarios::Evidence& evidence : scenarios::evidence_of(rule)) {
      one["evidence"].push_back({{"id", evidence.id}});
      if (!evidence.thread.empty()) one["evidence"].back()["thread"] = evidence.thread;
    }
    one.update(place_of(telling, n));
    if (!telling.rehearsed.empty()) one["witness"] = witness_json(telling, n);
    json["findings"].push_back(std::move(one));
  }
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
