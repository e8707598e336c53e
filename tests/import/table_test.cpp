// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <numeric>
#include <set>

#include "scenarios/lint/lint.hpp"
#include "scenarios/lint/rules.hpp"
#include "tests/import/samples.hpp"

// The table of public files in scenarios/import/README.md, which tests/import/figures.py prints, is true.
using namespace squall;
using namespace squall::scenarios;
namespace fs = std::filesystem;

namespace {

const std::string public_files = std::string{SQUALL_SHARED} + "/real-inputs/";
const bool no_public_files = std::string_view{SQUALL_SHARED}.empty() || !fs::exists(public_files);

/// `4 each, 1 end of a scope`, and `-` for nothing.
template <class Map, class Tell>
std::string told_counts(const Map& counts, const Tell& tell) {
  std::string text;
  for (const auto& [name, count] : counts) text += (text.empty() ? "" : ", ") + tell(name, count);
  return text.empty() ? "-" : text;
}

std::string row_of_table(const fs::path& path) {
  const std::string name = path.filename().string();
  const Imported imported = import_file(path.string());
  REQUIRE_MESSAGE(imported.ok(), told(imported));
  const Loaded loaded = load(path.string());
  REQUIRE_MESSAGE(loaded.ok(), to_text(loaded.diagnostics));
  std::map<std::string, std::size_t> rules;
  for (const LintFinding& finding : lint(loaded)) ++rules[std::string{find_lint_rule(finding.rule)->id}];
  std::set<std::string> violated;
  for (const sim::Violation& violation : record(*loaded.scenario, sim::Seed{1}).outcome.violations)
    violated.insert(violation.invariant);
  const auto times = [](std::uint32_t sum, const imports::Note& note) { return sum + note.times; };
  const auto& notes = imported.drawing->not_understood;
  return fmt::format(
      "| {} | {} | {} | {} + {} | {} | {} | {} | {} | {} |", name.substr(0, name.find("__")), imported.drawing->format,
      imported.tally.nodes, imported.tally.control_edges, imported.tally.data_edges,
      told_counts(imported.tally.joins, [](const auto& kind, auto count) { return fmt::format("{} {}", count, kind); }),
      imported.drawing->assumptions.size(), std::accumulate(notes.begin(), notes.end(), 0U, times),
      told_counts(rules,
                  [](const auto& rule, auto count) { return count == 1 ? rule : fmt::format("{} {}", count, rule); }),
      violated.empty() ? "well" : fmt::format("{}", fmt::join(violated, ", ")));
}

}  // namespace

TEST_SUITE("table of imports" * doctest::skip(no_public_files)) {
  TEST_CASE("each public file has its row in the README, and what stands there is so") {
    const std::string readme = content_of(SQUALL_SOURCE_DIR "/scenarios/import/README.md");
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator{public_files}) {
      if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
      ++files;
      const std::string row = row_of_table(entry.path());
      CAPTURE(row);
      CHECK(readme.find("\n" + row) != std::string::npos);
    }
    CHECK(files == 43);
  }
}
