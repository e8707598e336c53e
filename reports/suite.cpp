// SPDX-License-Identifier: Apache-2.0
#include "reports/suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "reports/text.hpp"

namespace squall::reports {
namespace {

std::string runs_text(const scenarios::Judgement& judged) {
  std::string text = judged.runs == 1 ? "1 run" : fmt::format("{} runs", judged.runs);
  for (const scenarios::Finding& finding : judged.findings) {
    text += fmt::format("; {} in {} of them, first with seed {}", printable(finding.invariant), finding.runs,
                        finding.first_seed);
  }
  if (judged.findings.empty()) text += ", nothing violated";
  if (judged.unknown != 0) text += fmt::format("; {} without a verdict", judged.unknown);
  return text;
}

std::string indented(std::string_view text) {
  std::string shifted;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    if (to != from) shifted += fmt::format("    {}", text.substr(from, to - from));
    shifted += '\n';
    from = to + 1;
  }
  return shifted;
}

/// A failure with everything that explains it.
std::string explained(const FileReport& file) {
  std::string text = fmt::format("\n{} {}\n", name_of(file.result), printable(file.path));
  for (const std::string& failure : file.judgement.failures) text += fmt::format("  {}\n", printable(failure));
  if (!file.trouble.empty()) text += indented(file.trouble);
  if (!file.findings.empty()) text += "\n" + indented(file.findings) + "\n";
  if (!file.replay.empty()) text += fmt::format("  to see it: {}\n", file.replay);
  return text;
}

}  // namespace

const char* name_of(FileReport::Result result) {
  constexpr const char* names[] = {"passed", "failed", "undecided", "unreadable"};
  return names[static_cast<std::size_t>(result)];
}

Totals totals_of(std::span<const FileReport> files) {
  Totals totals;
  for (const FileReport& file : files) {
    switch (file.result) {
      case FileReport::Result::passed: ++totals.passed; break;
      case FileReport::Result::undecided: ++totals.undecided; break;
      case FileReport::Result::failed:
      case FileReport::Result::unreadable: ++totals.failed; break;
    }
  }
  return totals;
}

std::string line_of(const FileReport& file) {
  std::string text = fmt::format("{:<10}  {}", name_of(file.result), printable(file.path));
  if (file.result != FileReport::Result::unreadable) text += ": " + runs_text(file.judgement);
  text += '\n';
  for (const std::string& note : file.judgement.notes) text += fmt::format("{:<10}  {}\n", "", printable(note));
  return text;
}

std::string summary_of(std::span<const FileReport> files) {
  std::string text;
  for (const FileReport& file : files) {
    if (file.result != FileReport::Result::passed) text += explained(file);
  }
  const Totals totals = totals_of(files);
  text += '\n';
  if (totals.undecided != 0) text += fmt::format("{} undecided\n", totals.undecided);
  return text + fmt::format("{} passed, {} failed\n", totals.passed, totals.failed);
}

}  // namespace squall::reports
