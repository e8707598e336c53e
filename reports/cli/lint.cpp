// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/json.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {

int lint(const std::string& file, bool json) {
  std::string trouble;
  const auto loaded = playable(file, "", trouble);
  if (!loaded) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  const std::vector<scenarios::LintFinding> found = scenarios::lint(loaded->scenario->model);
  const auto certain = std::ranges::count_if(found, &scenarios::LintFinding::certain);
  std::string text = json ? lint_json(loaded->name, found) : std::string{};
  if (!json) {
    for (const scenarios::LintFinding& finding : found) {
      text += fmt::format("{}: {}: {}: {} ({})\n", printable(file), finding.certain ? "error" : "note",
                          printable(finding.where), printable(finding.what), finding.rule);
      for (const std::string& reason : finding.reasons) text += fmt::format("    {}\n", printable(reason));
      text += fmt::format("  fix: {}\n", printable(finding.fix));
    }
    text += fmt::format("{}{} certain, {} to look at\n", found.empty() ? "" : "\n", certain,
                        found.size() - static_cast<std::size_t>(certain));
  }
  return tell(text, certain == 0 ? as_wanted : violation);
}

}  // namespace squall::reports::cli
