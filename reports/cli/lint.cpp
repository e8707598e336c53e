// SPDX-License-Identifier: Apache-2.0
#include "scenarios/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "reports/case_output.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/lint_report.hpp"
#include "reports/text.hpp"
#include "scenarios/lint/rules.hpp"
#include "scenarios/lint/witness.hpp"

namespace squall::reports::cli {
namespace {

/// Writes the case of each witness: `DIR/L09-retried-effect-without-key-1.yaml`. Their paths; empty of a finding without one.
std::vector<std::string> write_cases(const std::string& folder, const LintTelling& telling) {
  std::vector<std::string> paths(telling.found.size());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw CampaignTrouble{fmt::format("the folder '{}' could not be made: {}", printable(folder), error.message()),
                          "name another folder"};
  for (std::size_t n = 0; n < telling.found.size(); ++n) {
    if (!telling.rehearsed[n].witness) continue;
    const scenarios::LintRule& rule = *scenarios::find_lint_rule(telling.found[n].rule);
    const auto earlier = std::count_if(telling.found.begin(), telling.found.begin() + static_cast<std::ptrdiff_t>(n),
                                       [&](const auto& finding) { return finding.rule == rule.name; });
    const std::string name = fmt::format("{}-{}-{}.yaml", rule.id, rule.name, earlier + 1);
    paths[n] = (std::filesystem::path{folder} / name).string();
    write_case(paths[n], telling.file, to_text(telling.rehearsed[n].witness->file));
  }
  return paths;
}

}  // namespace

int lint(const LintArguments& arguments) {
  if (!arguments.witness && !(arguments.out.empty() && arguments.seeds.empty()))
    return refuse("--seeds and --out are about runs that show what was found", "add --witness");
  scenarios::WitnessOptions options;
  if (!arguments.seeds.empty()) {
    const auto seeds = number_of(arguments.seeds);
    if (!seeds || *seeds == 0 || *seeds > 1'000'000)
      return refuse(fmt::format("'{}' is not a number of seeds", printable(arguments.seeds)),
                    "write a whole number from 1 to 1000000");
    options.seeds = static_cast<std::uint32_t>(*seeds);
  }
  std::string trouble;
  const auto loaded = playable(arguments.file, "", trouble);
  if (!loaded) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  std::size_t steps = 0;
  for (const auto& agent : loaded->workflow->agents()) {
    for_each_step(agent.second.program, [&](const scenarios::Step&) { ++steps; });
    for (const auto& handler : agent.second.on) for_each_step(handler.second, [&](const scenarios::Step&) { ++steps; });
  }
  if (steps > scenarios::lint_steps_most)
    fmt::print(stderr, "note: with more than {} steps only L05, L08, L16, L17, L25 and L26 are asked\n",
               scenarios::lint_steps_most);
  const std::vector<scenarios::LintFinding> found = scenarios::lint(*loaded);
  std::vector<scenarios::Rehearsed> rehearsed;
  for (std::size_t n = 0; arguments.witness && n < found.size(); ++n)
    rehearsed.push_back(rehearse(*loaded, found[n], options));
  std::vector<std::string> cases;
  LintTelling telling{*loaded, found, rehearsed};
  if (!arguments.out.empty()) {
    try {
      cases = write_cases(arguments.out, telling);
    } catch (const CampaignTrouble& wrong) {
      return refuse(wrong.what, wrong.fix);
    }
    telling.cases = cases;
  }
  if (!arguments.sarif.empty() && !write_output(arguments.sarif, lint_sarif(telling))) return our_fault;
  bool bad = false;
  for (std::size_t n = 0; n < found.size(); ++n) bad = bad || level_of(telling, n) == std::string_view{"error"};
  return tell(arguments.json ? lint_json(telling) : lint_text(telling), bad ? violation : as_wanted);
}

}  // namespace squall::reports::cli
