// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/formats/formats.hpp"
#include "reports/json.hpp"
#include "reports/text.hpp"

namespace squall::reports::cli {

int lint(const std::string& file, bool json, const std::string& sarif) {
  std::string trouble;
  const auto loaded = playable(file, "", trouble);
  if (!loaded) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  const std::vector<scenarios::LintFinding> found = scenarios::lint(loaded->scenario->model);
  if (!sarif.empty() && !write_output(sarif, lint_sarif(*loaded, found))) return our_fault;
  const auto certain = std::ranges::count_if(found, &scenarios::LintFinding::certain);
  std::string text = json ? lint_json(*loaded, found) : std::string{};
  if (!json) {
    for (const scenarios::LintFinding& finding : found) {
      scenarios::Diagnostic told =
          loaded->place_of(finding.mark).value_or(scenarios::Diagnostic{{.file = file}, {}, {}, {}});
      told.what = fmt::format("{}: {} ({})", finding.where, finding.what, finding.rule);
      told.fix = finding.fix;
      text += to_text(told, finding.certain ? "error" : "note", finding.reasons);
    }
    text += fmt::format("{}{} certain, {} to look at\n", found.empty() ? "" : "\n", certain,
                        found.size() - static_cast<std::size_t>(certain));
  }
  return tell(text, certain == 0 ? as_wanted : violation);
}

}  // namespace squall::reports::cli
