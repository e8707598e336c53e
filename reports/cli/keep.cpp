// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "faults/signature.hpp"
#include "reports/campaign_directory.hpp"
#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "scenarios/cases/case_file.hpp"
#include "scenarios/cases/shrinking.hpp"
#include "scenarios/untimed.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The lines of a case file that a regression keeps: all but its digest and its expectation. Both stand on lines of their
/// own where squall has written the file.
std::string as_regression(const std::string& text, bool red) {
  if (red) return text;
  std::string kept = "# A regression: this run failed once and has to go well.\n";
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("digest:") && !line.starts_with("expect:")) kept += line + "\n";
  }
  return kept + "expect: {holds: all}\n";
}

}  // namespace

int keep(const std::string& file, const std::string& suite, bool red) {
  std::string trouble;
  const auto loaded = playable(file, "", trouble);
  if (!loaded) {
    fmt::print(stderr, "{}", trouble);
    return bad_input;
  }
  const auto& schedule = loaded->pins.schedule;
  if ((!loaded->seed && !schedule) || loaded->files.size() < 2)
    return refuse(fmt::format("'{}' is no case: it extends nothing, or has neither seed nor schedule", printable(file)),
                  "make one: squall shrink FILE --seed N --out case.yaml");
  std::error_code error;
  if (!fs::is_directory(suite, error))
    return refuse(fmt::format("there is no folder '{}'", printable(suite)), "name the folder of the workflow's suite");

  const scenarios::Outcome outcome = schedule ? scenarios::play(*loaded->scenario, *schedule).outcome
                                              : scenarios::record(*loaded->scenario, sim::Seed{*loaded->seed}).outcome;
  if (!outcome.violated())
    return refuse(fmt::format("nothing is violated in the run of '{}'", printable(file)),
                  "keep a case whose run fails with the workflow as it is");
  try {
    // What the case extends is the suite's own file, if that has the name: then mending it turns the regression green.
    const WorkflowFiles files = files_of(*loaded);
    const std::string own = fs::path{file}.filename().string();
    for (const auto& [name, text] : files) {
      const fs::path target = fs::path{suite} / name;
      if (name == own || fs::exists(target, error)) continue;
      fs::create_directories(target.parent_path(), error);
      if (const std::string why = write_whole(target.string(), text); !why.empty())
        throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(target.string()), why),
                              "look for room and permissions there"};
    }
    const std::string signature = faults::signature_text(faults::signature(outcome.violations.front()));
    const std::string extended = fs::path{loaded->files[1]}.stem().string();
    const std::string name = fmt::format("{}.{}.case.yaml", extended, signature.substr(0, 8));
    const std::string target = (fs::path{suite} / name).string();
    if (fs::exists(target, error))
      return refuse(fmt::format("'{}' is there already", printable(target)), "remove it, to keep this one instead");
    if (const std::string why = write_whole(target, as_regression(text_of(file), red)); !why.empty())
      throw CampaignTrouble{fmt::format("'{}' could not be written: {}", printable(target), why),
                            "look for room and permissions there"};
    const auto kept = playable(target, "", trouble);
    if (!kept) {
      fs::remove(target, error);
      return refuse(fmt::format("the case does not fit the files of '{}':\n{}", printable(suite), trouble),
                    "keep it in the folder of the workflow that it was found in");
    }
    return tell(fmt::format("{}\n", printable(target)), as_wanted);
  } catch (const CampaignTrouble& wrong) {
    return refuse(wrong.what, wrong.fix);
  }
}

}  // namespace squall::reports::cli
