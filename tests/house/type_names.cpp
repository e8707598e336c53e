// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <sstream>

#include "tests/house/source.hpp"

// One name, one type: two headers that define the same name in one namespace break the one-definition rule as soon as two
// files see one of them each. No compiler says so; what runs then is a matter of the linker.

using namespace squall::house;

namespace {

/// `namespace::Name` of each type that the text defines at the top of a namespace, in order.
std::vector<std::string> types_of(std::string_view text) {
  static const std::regex opened{R"(^namespace ([\w:]+) \{$)"};
  static const std::regex defined{R"(^(?:class|struct|enum class) (\w+)(?: final)?(?: :.*)? \{)"};
  std::vector<std::string> names;
  std::istringstream lines{strip(text, Keep::code)};
  std::string space;
  std::smatch found;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, found, opened)) space = found[1];
    if (std::regex_search(line, found, defined)) names.push_back(space + "::" + found[1].str());
  }
  return names;
}

}  // namespace

TEST_SUITE("house: names of types") {
  TEST_CASE("what a header defines is found, what it declares is not") {
    CHECK(types_of("namespace a::b {\nclass X;\nstruct Y {\n};\nclass Z final : public Y {\n};\nenum class E : int "
                   "{\n};\n}\n") == std::vector<std::string>{"a::b::Y", "a::b::Z", "a::b::E"});
    CHECK(types_of("namespace a {\n// struct X {\ntemplate <class T>\nstruct V {\n}\n}\n") ==
          std::vector<std::string>{"a::V"});
  }

  TEST_CASE("no two headers define one name in one namespace") {
    std::map<std::string, std::string> known;
    std::vector<std::string> doubled;
    for (const std::string_view room : rooms) {
      for (const File& file : sources_of(room)) {
        if (!file.path.ends_with(".hpp")) continue;
        for (const std::string& name : types_of(file.text)) {
          const auto [first, is_new] = known.emplace(name, file.path);
          if (!is_new && first->second != file.path) doubled.push_back(name + ": " + first->second + ", " + file.path);
        }
      }
    }
    CHECK(known.size() > 300);
    CHECK_MESSAGE(doubled.empty(), listed(doubled));
  }
}
