// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "tests/house/source.hpp"

using namespace squall::house;

namespace {

std::vector<std::string> words(std::string_view code) {
  std::vector<std::string> found;
  for (const Token& token : tokens_of(code)) found.emplace_back(token.text);
  return found;
}

}  // namespace

TEST_SUITE("reading sources") {
  TEST_CASE("comments become blanks, line breaks stay") {
    CHECK(strip("a // b\nc /* d\ne */ f", Keep::code) == "a     \nc     \n     f");
    CHECK(strip("a // b \\\n c\nd", Keep::code) == "a       \n  \nd");
  }
  TEST_CASE("literals are emptied, and what looks like a comment inside them is none") {
    CHECK(strip(R"(f("// \" x", '"', 'a') // c)", Keep::code) == R"(f("       ", ' ', ' ')     )");
    CHECK(strip(R"(f("// x") // c)", Keep::strings) == R"(f("// x")     )");
  }
  TEST_CASE("a raw string ends at its own delimiter") {
    CHECK(strip("R\"x(a)\" // b)x\" + c", Keep::code) == "R\"            \" + c");
    CHECK(strip("u8R\"(a \" b)\" c", Keep::code) == "u8R\"       \" c");
  }
  TEST_CASE("a digit separator opens no character literal") {
    CHECK(strip("0x3c79'ac49 + 1'000 // '", Keep::code) == "0x3c79'ac49 + 1'000     ");
  }
  TEST_CASE("tokens are words, numbers and marks") {
    CHECK(words("a::b->c(1.5e-3,0x1'fp+2)") ==
          std::vector<std::string>{"a", "::", "b", "->", "c", "(", "1.5e-3", ",", "0x1'fp+2", ")"});
  }
  TEST_CASE("lines count from one") {
    CHECK(line_of("a\nb\nc", 0) == 1);
    CHECK(line_of("a\nb\nc", 4) == 3);
  }
}
