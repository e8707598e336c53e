// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "tests/house/source.hpp"

using namespace squall::house;

namespace {

constexpr std::string_view licence = "SPDX-License-Identifier: Apache-2.0";
constexpr std::ptrdiff_t lines_max = 500;

/// Files that can hold a comment. JSON and texts for people cannot; LICENSE is the licence.
bool has_comments(std::string_view path) {
  static constexpr std::string_view endings[] = {
      ".cpp", ".hpp", ".txt",      ".cmake", ".cmake.in", ".yaml",         ".yml",        ".ts",       ".css",
      ".sh",  ".py",  ".incbin.S", "/try",   "/run",      ".clang-format", ".clang-tidy", ".gitignore"};
  const std::string from_root = "/" + std::string(path);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return from_root.ends_with(ending); });
}

/// In the first line, or in the second after one that has to be first (`#!`, an editor's schema line).
bool names_its_licence(std::string_view text) {
  const std::size_t first = std::min(text.find('\n'), text.size());
  if (text.substr(0, first).find(licence) != std::string_view::npos) return true;
  if (!text.starts_with("#!") && !text.starts_with("# yaml-language-server:")) return false;
  const std::size_t second = std::min(text.find('\n', first + 1), text.size());
  return text.substr(first, second - first).find(licence) != std::string_view::npos;
}

bool guards_itself(std::string_view text) { return strip(text, Keep::code).find("#pragma once") != std::string::npos; }

/// The folder below / in which this copy of the repository lies, with slashes; nothing where that is a usual one or the copy
/// itself.
std::optional<std::string> own_machine() {
  const std::string root = SQUALL_SOURCE_DIR;
  const std::size_t end = root.find('/', 1);
  if (end == std::string::npos) return std::nullopt;
  const std::string top = root.substr(0, end) + "/";
  for (const char* usual : {"/usr/", "/opt/", "/srv/", "/tmp/", "/var/", "/mnt/", "/src/", "/data/"})
    if (top == usual) return std::nullopt;
  return top;
}

/// The first path in `text` that exists on somebody's machine only.
std::optional<std::string> machine_path(std::string_view text, const std::optional<std::string>& own) {
  std::vector<std::string> prefixes{
      "/ho"
      "me/",
      "/Us"
      "ers/",
      "/ro"
      "ot/",
      "C:\\"
      "Users"};  // in pieces: this file is checked too
  if (own) prefixes.push_back(*own);
  for (const std::string& prefix : prefixes)
    for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
      const char before = at == 0 ? ' ' : text[at - 1];
      const bool inside_a_path = before == '.' || before == '_' || before == '-' || before == '/' || before == '}' ||
                                 (before >= '0' && before <= '9') || (before >= 'a' && before <= 'z') ||
                                 (before >= 'A' && before <= 'Z');
      if (!inside_a_path) return prefix;
    }
  return std::nullopt;
}

std::ptrdiff_t lines_of(std::string_view text) { return std::ranges::count(text, '\n'); }

}  // namespace

TEST_SUITE("every file") {
  TEST_CASE("names its licence first") {
    for (const File& file : repository())
      if (has_comments(file.path)) CHECK_MESSAGE(names_its_licence(file.text), file.path << " lacks: " << licence);
  }
  TEST_CASE("that is a header guards itself with #pragma once") {
    for (const File& file : repository())
      if (file.path.ends_with(".hpp")) CHECK_MESSAGE(guards_itself(file.text), file.path);
  }
  TEST_CASE("of a room has at most 500 lines") {
    for (const auto room : rooms)
      for (const File& file : files_below(room, {".cpp", ".hpp", ".ts", ".yaml"}))
        CHECK_MESSAGE(lines_of(file.text) <= lines_max,
                      file.path << " has " << lines_of(file.text) << " lines: split it");
  }
  TEST_CASE("is free of paths of one machine") {
    for (const File& file : repository()) {
      const auto path = machine_path(file.text, own_machine());
      CHECK_MESSAGE(!path, file.path << " mentions " << path.value_or(""));
    }
  }
}

TEST_SUITE("every file: the checks themselves") {
  TEST_CASE("the licence counts in line one, and in line two after a line that must be first") {
    CHECK(names_its_licence("// SPDX-License-Identifier: Apache-2.0\nint a;\n"));
    CHECK(names_its_licence("#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n"));
    CHECK_FALSE(names_its_licence("int a;\n// SPDX-License-Identifier: Apache-2.0\n"));
    CHECK_FALSE(names_its_licence(""));
    CHECK(has_comments("try"));
    CHECK(has_comments("sim/CMakeLists.txt"));
    CHECK_FALSE(has_comments("CMakePresets.json"));
  }
  TEST_CASE("a guard inside a comment is none") {
    CHECK(guards_itself("#pragma once\n"));
    CHECK_FALSE(guards_itself("// #pragma once\n"));
  }
  TEST_CASE("a path of a machine is told from a folder of the same name") {
    const std::string there =
        "/pl"
        "ace/";
    CHECK(machine_path("see " + there + "x", there) == there);
    CHECK(machine_path("agents" + there + "x", there) == std::nullopt);
    CHECK(machine_path("\"/ho"
                       "me/me\"",
                       std::nullopt) ==
          "/ho"
          "me/");
    CHECK(machine_path("a plain text", there) == std::nullopt);
  }
}
