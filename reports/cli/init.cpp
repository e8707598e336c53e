// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/templates.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "scenarios/nearest.hpp"

namespace squall::reports::cli {
namespace {

namespace fs = std::filesystem;

/// What the file is about, for a line on a terminal.
std::string_view about(std::string_view text) {
  constexpr std::string_view field = "\nabout: ";
  const std::size_t from = text.find(field) + field.size();
  return text.substr(from, text.find('\n', from) - from);
}

}  // namespace

int init(const std::string& name, const std::string& folder) {
  std::vector<const Template*> wanted;
  std::vector<std::string_view> known;
  for (const Template& each : templates()) {
    known.push_back(each.name);
    if (name.empty() || name == each.name) wanted.push_back(&each);
  }
  if (wanted.empty())
    return refuse(fmt::format("no template is called '{}'", printable(name)), scenarios::instead_of(name, known));

  const auto path_of = [&](const Template& each) {
    return (fs::path{folder} / fmt::format("{}.yaml", each.name)).string();
  };
  std::error_code error;
  for (const Template* each : wanted) {
    if (fs::exists(fs::symlink_status(path_of(*each), error)))
      return refuse(fmt::format("'{}' is there already", printable(path_of(*each))), "name another folder");
  }
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder, error))
    return refuse(fmt::format("'{}' cannot be a folder", printable(folder)), "name another one");

  std::string text;
  for (const Template* each : wanted) {
    const std::string path = path_of(*each);
    if (const std::string trouble = write_whole(path, each->text); !trouble.empty()) {
      fmt::print(stderr, "error: '{}' could not be written: {}\n  fix: look for room and permissions there\n",
                 printable(path), trouble);
      return our_fault;
    }
    text += fmt::format("{}: {}\n", printable(path), about(each->text));
  }
  text += fmt::format("\nEach of them fails, and says in a comment what mends it. Begin with: squall run {}\n",
                      path_word(path_of(*wanted.front())));
  return tell(text, as_wanted);
}

}  // namespace squall::reports::cli
