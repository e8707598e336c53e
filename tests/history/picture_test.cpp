// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "reports/timeline_svg.hpp"

namespace squall::reports {
namespace {

std::size_t number_after(const std::string& text, const std::string& before, std::size_t from = 0) {
  const std::size_t at = text.find(before, from);
  REQUIRE(at != std::string::npos);
  return std::stoul(text.substr(at + before.size()));
}

}  // namespace

TEST_SUITE("pictures of histories") {
  TEST_CASE("a bar is as long as its label, and the picture as wide as its title") {
    const std::string label = "T1: read x [1, 2, 3], append y 4, append z 5";
    const std::string svg = to_svg({.title = std::string(200, 't'),
                                    .bars = {{.process = "0", .label = label, .from = 1, .to = 2},
                                             {.process = "1", .label = "read -> 7", .from = 2, .to = 3}}});
    const std::size_t bar = svg.find("<rect x=");
    CHECK(number_after(svg, "width=\"", bar) > 7 * label.size());
    CHECK(svg.find(">" + label + "</text>") != std::string::npos);
    CHECK(number_after(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"") > 8 * 200);
  }

  TEST_CASE("a label of any length ends somewhere, and is whole in the tooltip") {
    const std::string label(500, 'x');
    const std::string svg = to_svg({.title = "t", .bars = {{.process = "0", .label = label, .from = 1, .to = 2}}});
    CHECK(number_after(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"") < 1'000);
    CHECK(svg.find("<title>" + label + "</title>") != std::string::npos);
  }

  TEST_CASE("processes stand in the order of their numbers") {
    TimelinePicture picture{.title = "t", .bars = {}};
    sim::history::Moment moment = 0;
    for (const char* process : {"10", "2", "client", "9"})
      picture.bars.push_back({.process = process, .label = "read", .from = ++moment});
    const std::string svg = to_svg(picture);
    std::size_t at = 0;
    for (const char* process : {"2", "9", "10", "client"}) {
      const std::size_t next = svg.find(std::string{">process "} + process + "<");
      REQUIRE(next != std::string::npos);
      CHECK(next > at);
      at = next;
    }
  }

  TEST_CASE(
      "what cannot be explained has a sign, and what need not have happened another border, besides their colours") {
    const std::string svg = to_svg({.title = "t",
                                    .bars = {{.process = "0", .label = "read -> 1", .from = 1, .to = 2, .marked = true},
                                             {.process = "1", .label = "write 2", .from = 1, .to = 3, .faint = true}}});
    CHECK(svg.find("stroke-width=\"2.5\"") != std::string::npos);
    CHECK(svg.find(">\u2717 read -&gt; 1</text>") != std::string::npos);
    CHECK(svg.find("stroke-dasharray") != std::string::npos);
  }
}

}  // namespace squall::reports
