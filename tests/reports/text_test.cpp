// SPDX-License-Identifier: Apache-2.0
#include "reports/text.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string_view>

using namespace squall::reports;
using namespace std::chrono_literals;

TEST_SUITE("durations as people read them") {
  TEST_CASE("the unit fits the size, and zeros at the end are left out") {
    CHECK(duration_text(0ns) == "0s");
    CHECK(duration_text(7ns) == "7ns");
    CHECK(duration_text(1'500ns) == "1.5us");
    CHECK(duration_text(350ms) == "350ms");
    CHECK(duration_text(4'213ms) == "4.213s");
    CHECK(duration_text(62'300ms) == "1m02.300s");
    CHECK(duration_text(2h + 5s) == "2h00m05s");
  }
  TEST_CASE("what is below the last digit is cut off, never rounded up") {
    CHECK(duration_text(999'999'999ns) == "999.999ms");
    CHECK(duration_text(59'999'999'999ns) == "59.999s");
    CHECK(duration_text(1h - 1ns) == "59m59.999s");
  }
  TEST_CASE("the longest and the most negative are words like others") {
    CHECK(duration_text(squall::sim::Duration{INT64_MAX}) == "2562047h47m16s");
    CHECK(duration_text(squall::sim::Duration{INT64_MIN}) == "-2562047h47m16s");
    CHECK(duration_text(-90s) == "-1m30.000s");
  }
}

TEST_SUITE("lists and digests") {
  TEST_CASE("a list is joined by commas, and by a word before the last") {
    CHECK(listed({}) == "");
    CHECK(listed({"code"}) == "code");
    CHECK(listed({"code", "docs"}, "or") == "code or docs");
    CHECK(listed({"code", "docs", "report"}) == "code, docs and report");
  }
  TEST_CASE("a digest has 16 digits") {
    CHECK(digest_text(0) == "0000000000000000");
    CHECK(digest_text(0xfedc'ba98'7654'3210U) == "fedcba9876543210");
  }
}

TEST_SUITE("names from users") {
  TEST_CASE("letters of every script stay as they are") {
    CHECK(printable("") == "");
    CHECK(printable("plan, ça va, 計画, \xf0\x9f\x98\x80") == "plan, ça va, 計画, \xf0\x9f\x98\x80");
  }
  TEST_CASE("what moves the cursor or rings the bell becomes digits") {
    CHECK(printable("a\x1b[2Jb\r\n\t\x07") == "a\\x1b[2Jb\\x0d\\x0a\\x09\\x07");
    CHECK(printable("\x7f") == "\\x7f");
    CHECK(printable("\xc2\x9b"
                    "2J") == "\\xc2\\x9b2J");  // the same escape as one character of C1
    CHECK(printable(std::string_view{"a\0b", 3}) == "a\\x00b");
  }
  TEST_CASE("what hides text or turns its direction around becomes digits") {
    CHECK(printable("a\xe2\x80\xae"
                    "b") == "a\\xe2\\x80\\xaeb");  // right-to-left override
    CHECK(printable("a\xe2\x80\x8b"
                    "b") == "a\\xe2\\x80\\x8bb");  // zero width space
    CHECK(printable("\xef\xbb\xbfx") == "\\xef\\xbb\\xbfx");
  }
  TEST_CASE("what is no UTF-8 becomes digits, and what follows is read again") {
    CHECK(printable("\xff") == "\\xff");
    CHECK(printable("\xc3(") == "\\xc3(");                  // cut short
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");           // a slash, written too long
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a pair of UTF-16
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(printable("\xe8\xa8") == "\\xe8\\xa8");
  }
}
