// SPDX-License-Identifier: Apache-2.0
#include "reports/views/campaign_figures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "reports/blast_radius.hpp"
#include "reports/html.hpp"
#include "scenarios/file.hpp"
#include "tests/reports/command.hpp"

namespace squall::reports {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

faults::Tally tally(std::uint64_t runs, std::uint64_t violated) {
  faults::Tally made;
  made.runs = runs;
  made.violated = violated;
  return made;
}

GridReport grid(std::size_t axes) {
  GridReport report{.axes = {"message-loss", "agent-crash", "tool-error"},
                    .files = {"a.yaml", "</text>.yaml"},
                    .cells = {},
                    .again = "squall compare"};
  report.axes.resize(axes);
  const std::vector<std::string> values{"0 %", "10 %"};
  for (std::size_t cell = 0; cell < (std::size_t{1} << axes); ++cell) {
    GridCell made;
    for (std::size_t a = 0; a < axes; ++a) made.values.push_back(values[cell >> a & 1]);
    made.sides = {tally(100, 10 * cell), tally(100, 0)};
    report.cells.push_back(std::move(made));
  }
  return report;
}

}  // namespace

TEST_SUITE("figures of campaigns") {
  TEST_CASE("times: a bar for each bucket that has runs, upwards and downwards, and a row of the table for each") {
    faults::Tally made = tally(110, 10);
    for (int run = 0; run < 90; ++run) made.held_times.add(1'000'000'000);
    for (int run = 0; run < 10; ++run) made.held_times.add(60'000'000'000);
    for (int run = 0; run < 10; ++run) made.violated_times.add(60'000'000'000);
    const CampaignFigure figure = completion_times(made);
    CHECK(count(figure.svg, "<rect class=\"bar\"") == 2);
    CHECK(count(figure.svg, "<rect class=\"bad\"") == 1);
    CHECK(figure.svg.find("runs that hold (100)") != std::string::npos);
    CHECK(figure.svg.find("runs that violate something (10)") != std::string::npos);
    // 1 s lies between 1.5 x 2^29 and 2^30 ns, 60 s between 1.5 x 2^35 and 2^36 ns.
    CHECK(figure.table ==
          std::vector<std::vector<std::string>>{{"from", "to", "runs that hold", "runs that violate something"},
                                                {"810ms", "1.1s", "90", "0"},
                                                {"52s", "1m09s", "10", "10"}});
    CHECK(figure.description ==
          "100 runs that hold: half of them took less than 1.1s, 99 % less than 1m09s. 10 runs that violate something: "
          "half of them took less than 1m09s, 99 % less than 1m09s.");
  }

  TEST_CASE("times: nothing is drawn where no run knows time") { CHECK(completion_times(tally(5, 1)).svg.empty()); }

  TEST_CASE("heat: a field for each design, of more axes for each further value, each rate in its cell") {
    const std::string one = heat_maps(grid(1)), two = heat_maps(grid(2)), three = heat_maps(grid(3));
    CHECK(count(one, "<svg") == 2);
    CHECK(count(one, "class=\"cell\"") == 4);
    CHECK(count(two, "<svg") == 2);
    CHECK(count(two, "class=\"cell\"") == 8);
    CHECK(count(three, "<svg") == 4);
    CHECK(count(three, "class=\"cell\"") == 16);
    CHECK(three.find("a.yaml, tool-error 10 %") != std::string::npos);
    CHECK(two.find(">30 %</text>") != std::string::npos);
    CHECK(two.find("message-loss 10 %, agent-crash 10 %: 30 of 100 runs (21.9 % to 39.6 %)") != std::string::npos);
    CHECK(two.find("</text>.yaml") == std::string::npos);  // a path is text
  }

  TEST_CASE("heat: the table stays beside the figure") {
    const std::string page = grid_html(grid(2));
    CHECK(count(page, "<svg xmlns") == 2);
    CHECK(page.find("<h2 id=\"grid\">") != std::string::npos);
    CHECK(count(page, "<tr>") == 5);
  }
}

TEST_SUITE("blast radius") {
  TEST_CASE("is told for each kind of fault that struck, from a sample that follows from the number of runs") {
    CHECK(blast_sample(10) == 10);
    CHECK(blast_sample(1'000) == 50);
    CHECK(blast_sample(4'000) == 200);
    CHECK(blast_sample(1'000'000) == 400);
    const scenarios::Loaded file =
        scenarios::load(SQUALL_SOURCE_DIR "/scenarios/suites/mast-3-3-incorrect-verification/broken.yaml");
    REQUIRE(file.ok());
    const BlastRadius radius = blast_radius(*file.scenario, 1, 4'000);
    CHECK(radius.sampled == 200);
    REQUIRE(radius.rows.size() == 2);
    const BlastRow &accept = radius.rows[0], &wrong = radius.rows[1];
    CHECK(accept.kind == "agent-false-accept");
    CHECK(wrong.kind == "agent-wrong");
    // Wrong code is the coder's and comes to the tester; where it is accepted, to the pipeline and the user as well.
    CHECK(wrong.agents_max == 4);
    CHECK(wrong.work_max == 1);
    CHECK(wrong.work == wrong.runs);
    CHECK(wrong.agents == 2 * wrong.runs + 2 * accept.runs);
    CHECK(accept.agents == 4 * accept.runs);
    CHECK(blast_radius(*file.scenario, 1, 4'000).rows == radius.rows);
  }

  TEST_CASE("is not there where nobody makes work") {
    const scenarios::Loaded file = scenarios::load(SQUALL_SOURCE_DIR "/scenarios/suites/dead-server/broken.yaml");
    REQUIRE(file.ok());
    const BlastRadius radius = blast_radius(*file.scenario, 1, 4'000);
    CHECK(radius.sampled == 0);
    CHECK_FALSE(radius.any());
    CHECK(blast_text(radius).empty());
  }

  TEST_CASE("is told by fuzz, in text and JSON, alike for shards and for one process") {
    const Scratch scratch{"blast"};
    const std::string fuzz = "fuzz scenarios/suites/mast-3-3-incorrect-verification/broken.yaml --seeds 1000 --jobs 1";
    const Ran whole = squall(fuzz);
    const std::size_t from = whole.output.find("How far unsound work came, in the first 50 runs:\n");
    REQUIRE(from != std::string::npos);
    const std::string told = whole.output.substr(from, whole.output.find("\n\n", from) - from);
    CHECK(told.find("agent-wrong, which struck in ") != std::string::npos);
    const Ran shards = squall(fuzz + " --shard-size 100 --out '" + scratch.path("campaign") + "'");
    CHECK(shards.output.find(told) != std::string::npos);
    const Ran json = squall(fuzz + " --json");
    CHECK(json.output.find("\"blast_radius\"") != std::string::npos);
    CHECK(json.output.find("\"completion_times\"") != std::string::npos);
  }
}

}  // namespace squall::reports
