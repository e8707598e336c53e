// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/house/source.hpp"

using namespace squall::house;

namespace {

using Complaints = std::vector<std::string>;

/// Position along the line; 4 for what is no room.
std::ptrdiff_t rank(std::string_view folder) { return std::ranges::find(rooms, folder) - rooms.begin(); }

std::string place(const File& file, const Include& include) {
  return file.path + ":" + std::to_string(include.line) + ": includes " + include.path;
}

/// What is wrong with the includes of `file`, which lies in a room.
Complaints against_the_line(const File& file) {
  const std::string_view own = first_folder(file.path);
  Complaints found;
  for (const Include& include : includes_of(file.text)) {
    if (!include.quoted) continue;
    const std::string_view folder = first_folder(include.path);
    if (rank(folder) == std::ssize(rooms))
      found.push_back(place(file, include) + ", which is in no room: write the path from the repository root");
    else if (rank(folder) > rank(own))
      found.push_back(place(file, include) + ", which lies to the right of " + std::string(own));
    else if (folder != own && include.path.find("/detail/") != std::string::npos)
      found.push_back(place(file, include) + ", which is private to " + std::string(folder));
  }
  return found;
}

/// What is wrong with the includes of `file`, which lies in tests/ or bench/.
Complaints against_tests(const File& file) {
  const std::string_view own = first_folder(file.path);
  Complaints found;
  for (const Include& include : includes_of(file.text)) {
    if (!include.quoted) continue;
    const std::string_view folder = first_folder(include.path);
    if (folder != own && rank(folder) == std::ssize(rooms))
      found.push_back(place(file, include) + ", which is in no room and not in " + std::string(own));
  }
  return found;
}

/// Libraries that read or write a format. The kernel has none.
Complaints formats_in(const File& file) {
  Complaints found;
  for (const Include& include : includes_of(file.text))
    for (const char* header : {"nlohmann/", "sqlite3", "libfyaml", "CLI/"})
      if (!include.quoted && include.path.starts_with(header)) found.push_back(place(file, include));
  return found;
}

Complaints links_to_formats(std::string_view cmake) {
  Complaints found;
  for (std::size_t start = 0, end = 0; start < cmake.size(); start = end + 1) {
    end = std::min(cmake.find('\n', start), cmake.size());
    const std::string_view line = cmake.substr(start, end - start);
    const std::string_view code = line.substr(0, line.find('#'));
    for (const char* library : {"nlohmann", "SQLite", "sqlite", "fyaml", "CLI11"})
      if (code.find(library) != std::string_view::npos) found.push_back("links " + std::string(library));
  }
  return found;
}

File sample(std::string path, std::string text) { return {std::move(path), std::move(text)}; }

}  // namespace

TEST_SUITE("the line of rooms") {
  TEST_CASE("every room is there") {
    for (const auto room : rooms) CHECK_FALSE(files_below(room, {"CMakeLists.txt"}).empty());
    CHECK(sources_of("sim").size() > 10);  // a tree that was not found would have nothing to complain of
  }

  TEST_CASE("a room includes only itself and the rooms to its left, and nobody's detail") {
    for (const auto room : rooms)
      for (const File& file : sources_of(room)) {
        const Complaints found = against_the_line(file);
        CHECK_MESSAGE(found.empty(), listed(found));
      }
  }

  TEST_CASE("tests and benchmarks include rooms and themselves") {
    for (const char* folder : {"tests", "bench"})
      for (const File& file : sources_of(folder)) {
        if (file.path.starts_with("tests/consumer/")) continue;  // a project of its own
        const Complaints found = against_tests(file);
        CHECK_MESSAGE(found.empty(), listed(found));
      }
  }

  TEST_CASE("sim neither includes nor links a library for JSON, YAML, SQL or a command line") {
    for (const File& file : sources_of("sim")) {
      const Complaints found = formats_in(file);
      CHECK_MESSAGE(found.empty(), listed(found));
    }
    for (const File& file : files_below("sim", {"CMakeLists.txt"})) {
      const Complaints found = links_to_formats(file.text);
      CHECK_MESSAGE(found.empty(), listed(found));
    }
  }
}

TEST_SUITE("the line of rooms: the check itself") {
  TEST_CASE("accepts the own room and the left, refuses the right") {
    CHECK(against_the_line(sample("faults/plan.hpp", "#include \"faults/kind.hpp\"\n#include \"sim/time.hpp\"\n"))
              .empty());
    CHECK(against_the_line(sample("faults/plan.hpp", "#include \"scenarios/run.hpp\"\n")) ==
          Complaints{"faults/plan.hpp:1: includes scenarios/run.hpp, which lies to the right of faults"});
  }
  TEST_CASE("accepts a library in angle brackets, refuses a path that does not start at the root") {
    CHECK(against_the_line(sample("sim/a.cpp", "#include <fmt/format.h>\n")).empty());
    CHECK(against_the_line(sample("sim/a.cpp", "#include \"time.hpp\"\n")).size() == 1);
    CHECK(against_the_line(sample("sim/a.cpp", "#include \"../faults/plan.hpp\"\n")).size() == 1);
  }
  TEST_CASE("refuses tests and benchmarks in a room") {
    CHECK(against_the_line(sample("reports/a.cpp", "#include \"tests/house/source.hpp\"\n")).size() == 1);
    CHECK(against_the_line(sample("reports/a.cpp", "#include \"bench/main.hpp\"\n")).size() == 1);
  }
  TEST_CASE("accepts the own detail, refuses another room's") {
    CHECK(against_the_line(sample("sim/a.cpp", "#include \"sim/detail/kernel.hpp\"\n")).empty());
    CHECK(against_the_line(sample("faults/a.cpp", "#include \"sim/detail/kernel.hpp\"\n")).size() == 1);
  }
  TEST_CASE("sees no include in a comment or a string") {
    CHECK(includes_of("// #include \"a.hpp\"\n/*\n#include \"b.hpp\"\n*/\n").empty());
    CHECK(includes_of("const char* text = R\"(\n#include \"c.hpp\"\n)\";\n").empty());
    CHECK(includes_of("  #  include \"d/e.hpp\"  // why\n").at(0).path == "d/e.hpp");
  }
  TEST_CASE("refuses a format library in sim, whether included or linked") {
    CHECK(formats_in(sample("sim/a.cpp", "#include <nlohmann/json.hpp>\n")).size() == 1);
    CHECK(formats_in(sample("sim/a.cpp", "#include <boost/graph/strong_components.hpp>\n")).empty());
    CHECK(links_to_formats("squall_room(sim LINKS fmt::fmt SQLite::SQLite3)\n").size() == 1);
    CHECK(links_to_formats("squall_room(sim LINKS fmt::fmt)  # no SQLite\n").empty());
  }
}
