// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/import.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/import_report.hpp"
#include "reports/text.hpp"
#include "scenarios/import/makespan.hpp"
#include "scenarios/nearest.hpp"

namespace squall::reports::cli {
namespace {

/// Format and file, as they were written: one word is a file, of two the first is a format.
std::optional<int> understand(const ImportArguments& arguments, scenarios::ImportOptions& options) {
  if (arguments.words.size() == 2) {
    options.format = scenarios::foreign_format_named(arguments.words.front());
    if (!options.format) {
      std::vector<std::string_view> names;
      names.reserve(std::size(scenarios::foreign_formats));
      for (const scenarios::ForeignFormatRow& row : scenarios::foreign_formats) names.push_back(row.name);
      return refuse(fmt::format("no format is called '{}'", printable(arguments.words.front())),
                    scenarios::instead_of(arguments.words.front(), names));
    }
  }
  if (!arguments.join.empty() && arguments.join != "each" && arguments.join != "all" && arguments.join != "all-taken" &&
      arguments.join != "any")
    return refuse(fmt::format("'{}' is no join for a whole drawing", printable(arguments.join)),
                  "write each, all, all-taken or any; an overlay can say more for single nodes");
  options.join = arguments.join;
  options.fit = arguments.fit;
  if (arguments.overlay.empty()) return std::nullopt;
  std::ifstream file{arguments.overlay, std::ios::binary};
  if (!file.is_open())
    return refuse(
        fmt::format("the overlay '{}' cannot be read: {}", printable(arguments.overlay), std::strerror(errno)),
        "look at the path's spelling");
  options.overlay_name = arguments.overlay;
  options.overlay.assign(std::istreambuf_iterator<char>{file}, {});
  return std::nullopt;
}

}  // namespace

int import(const ImportArguments& arguments) {
  scenarios::ImportOptions options;
  if (const auto wrong = understand(arguments, options)) return *wrong;
  const std::string& path = arguments.words.back();
  const scenarios::Imported imported = scenarios::import_file(path, options);
  if (!imported.ok()) {
    fmt::print(stderr, "{}", to_text(imported.diagnostics));
    return bad_input;
  }
  std::error_code ignored;
  if (!arguments.out.empty() && std::filesystem::equivalent(arguments.out, path, ignored))
    return refuse(fmt::format("'{}' is what is imported: it would be lost", printable(path)), "name another file");
  if (!arguments.out.empty() && !write_output(arguments.out, imported.text)) return our_fault;
  std::optional<sim::Duration> simulated;
  if (imported.drawing->recorded_ns) simulated = makespan(imported);
  const ImportReport report{.imported = imported, .file = path, .out = arguments.out, .simulated = simulated};
  if (arguments.json) return tell(import_json(report), as_wanted);
  fmt::print(stderr, "{}", import_text(report));
  return arguments.out.empty() ? tell(imported.text, as_wanted) : static_cast<int>(as_wanted);
}

}  // namespace squall::reports::cli
