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

/// Jobs for the servers that repositories are built on. Where one is already nothing is written.
int init_ci(const std::string& folder) {
  std::vector<std::pair<std::string, std::string_view>> files;
  for (const Template& each : ci_templates()) {
    const fs::path below = each.name == "github" ? fs::path{".github/workflows/squall.yml"} : "squall.gitlab-ci.yml";
    files.emplace_back((fs::path{folder} / below).string(), each.text);
  }
  std::error_code error;
  for (const auto& file : files) {
    if (fs::exists(fs::symlink_status(file.first, error)))
      return refuse(fmt::format("'{}' is there already", printable(file.first)),
                    "move it away, or name another folder");
  }
  std::string text;
  for (const auto& [path, content] : files) {
    fs::create_directories(fs::path{path}.parent_path(), error);
    if (const std::string trouble = write_whole(path, content); !trouble.empty()) {
      fmt::print(stderr, "error: '{}' could not be written: {}\n  fix: look for room and permissions there\n",
                 printable(path), trouble);
      return our_fault;
    }
    text += printable(path) + "\n";
  }
  return tell(text + "\nBoth say at their top where the command comes from. Keep the one that you need.\n", as_wanted);
}

}  // namespace

int init(const std::string& name, const std::string& folder) {
  if (name == "ci") return init_ci(folder);
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
