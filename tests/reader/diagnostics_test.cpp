// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/file.hpp"

using namespace squall::scenarios;
namespace fs = std::filesystem;

namespace {

const std::string folder = SQUALL_SOURCE_DIR "/tests/data/reader/bad/";

std::string content(const std::string& path) {
  std::ifstream stream{path, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// The diagnostics of a file without the path of this folder.
std::string told(const std::string& name) {
  std::string text = to_text(load(folder + name).diagnostics);
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder))
    text.erase(at, folder.size());
  return text;
}

std::string told_of(const std::string& text) { return to_text(load_text("flow.yaml", text).diagnostics); }

}  // namespace

TEST_SUITE("diagnostics") {
  // Each NAME.yaml is wrong in the way that its name says; NAME.txt is what the reader says, whole.
  TEST_CASE("every bad file is refused with the place, the trouble and the fix") {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{folder}) {
      if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
    }
    std::ranges::sort(names);
    REQUIRE(names.size() >= 30);
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(told(name + ".yaml") == content(folder + name + ".txt"));
    }
  }

  TEST_CASE("no diagnostic lacks a fix") {
    for (const auto& entry : fs::directory_iterator{folder}) {
      if (entry.path().extension() != ".yaml") continue;
      for (const Diagnostic& diagnostic : load(entry.path().string()).diagnostics) {
        CAPTURE(entry.path().string());
        CAPTURE(diagnostic.what);
        CHECK_FALSE(diagnostic.fix.empty());
      }
    }
  }

  TEST_CASE("twenty errors are told, then how many more there are") {
    std::string text = "workflow: t\nagents:\n  a:\n    do:\n";
    for (int i = 0; i < 30; ++i) text += "      - sleep: " + std::to_string(i) + "\n";
    const Loaded loaded = load_text("many.yaml", text);
    REQUIRE(loaded.diagnostics.size() == 21);
    CHECK(loaded.diagnostics[20].what == "10 more errors");
    CHECK(loaded.diagnostics[19].at.line == 24);
  }

  TEST_CASE("a directory is no workflow file") {
    CHECK(to_text(load(SQUALL_SOURCE_DIR "/tests").diagnostics) == SQUALL_SOURCE_DIR
          "/tests:1:1: error: '" SQUALL_SOURCE_DIR
          "/tests' is a directory\n"
          "  fix: name a workflow file in it\n");
  }

  TEST_CASE("a file that cannot be opened says why") {
    const fs::path here{SQUALL_BINARY_DIR "/tests/unreadable"};
    fs::remove_all(here);
    fs::create_directories(here);
    const std::string loop = (here / "loop.yaml").string();
    fs::create_symlink("loop.yaml", loop);
    CHECK(to_text(load(loop).diagnostics) ==
          loop + ":1:1: error: '" + loop +
              "' cannot be read: Too many levels of symbolic links\n  fix: look at the file's permissions\n");
    // Who may read everything reads this, too.
    const std::string closed = (here / "closed.yaml").string();
    std::ofstream{closed} << "workflow: t\nagents: {a: {do: [work: 1s]}}\n";
    fs::permissions(closed, fs::perms::none);
    const Loaded locked = load(closed);
    if (!std::ifstream{closed}.is_open()) {
      CHECK(to_text(locked.diagnostics) ==
            closed + ":1:1: error: '" + closed +
                "' cannot be read: Permission denied\n  fix: look at the file's permissions\n");
    } else {
      CHECK(locked.ok());
    }
    fs::permissions(closed, fs::perms::owner_all);
    fs::remove_all(here);
  }

  TEST_CASE("a missing file is said to be missing") {
    CHECK(to_text(load("nowhere/none.yaml").diagnostics) ==
          "nowhere/none.yaml:1:1: error: there is no file 'nowhere/none.yaml'\n  fix: look at the path's spelling\n");
  }

  TEST_CASE("a million brackets are refused at the sixty-fifth") {
    const Loaded loaded = load_text("brackets.yaml", std::string(1'000'000, '['));
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].what == "the file is nested more than 64 deep");
    CHECK(loaded.diagnostics[0].at.column == 65);
  }

  TEST_CASE("a file beyond 4 MiB is refused by its size") {
    const Loaded loaded = load_text("large.yaml", std::string((4U << 20) + 1, 'a'));
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].what == "the file has 4194305 bytes, more than 4 MiB");
  }

  TEST_CASE("what would steer a terminal is written as its number") {
    CHECK(told_of("workflow: t\nagents: {\"\\e[31m\": {do: []}}\n").find('\x1b') == std::string::npos);
    CHECK(printable("a\x1b[31m\xc2\x9b\xff") == "a\\x1b[31m\\xc2\\x9b\\xff");
  }

  TEST_CASE("a column counts characters, not bytes") {
    const Loaded loaded = load_text("umlaut.yaml", "{workflow: \"\xc3\xa4\xc3\xb6\", agents: {}, graph: {}}");
    REQUIRE_FALSE(loaded.diagnostics.empty());
    CHECK(loaded.diagnostics[0].at.column == 37);  // 36 characters in 38 bytes stand before the bracket
  }
}
