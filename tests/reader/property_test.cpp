// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "faults/text.hpp"
#include "scenarios/file.hpp"
#include "scenarios/reader/values.hpp"
#include "sim/draw.hpp"

using namespace squall;
using namespace squall::scenarios;

namespace {

std::string team() {
  std::ifstream stream{SQUALL_SOURCE_DIR "/scenarios/suites/feature-team/broken.yaml", std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A scenario or diagnostics, never both and never neither.
bool answers(const std::string& text) {
  const Loaded loaded = load_text("any.yaml", text);
  return loaded.ok() == loaded.diagnostics.empty();
}

}  // namespace

TEST_SUITE("any text gives an answer") {
  TEST_CASE("every beginning of a file") {
    const std::string whole = team();
    for (std::size_t length = 0; length <= whole.size(); length += 7) CHECK(answers(whole.substr(0, length)));
  }

  TEST_CASE("a file with bytes replaced, doubled and left out") {
    const std::string whole = team();
    const std::string letters = "{}[]:,-'\"&*!|>#%@ \n\tax0=.\x80";
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
      std::string text = whole;
      const sim::Draw draw{sim::draw_base(sim::run_key(sim::Seed{seed}), sim::site_key("mutation"), 0, 0)};
      const std::uint32_t edits = 1 + draw.below(sim::purpose("edits"), 4);
      for (std::uint32_t edit = 0; edit < edits; ++edit) {
        const sim::Draw one{sim::draw_base(draw.base(), sim::site_key("edit"), 0, edit)};
        const std::size_t at = one.below(sim::purpose("at"), static_cast<std::uint32_t>(text.size()));
        const std::uint32_t how = one.below(sim::purpose("how"), 3);
        const char letter = letters[one.below(sim::purpose("letter"), static_cast<std::uint32_t>(letters.size()))];
        if (how == 0) text[at] = letter;
        if (how == 1) text.insert(at, 1, letter);
        if (how == 2) text.erase(at, 1 + one.below(sim::purpose("length"), 20));
      }
      CAPTURE(seed);
      CHECK(answers(text));
    }
  }

  TEST_CASE("the same text gives the same answer") {
    const std::string whole = team();
    CHECK(to_text(load_text("a", whole + "x: 1\n").diagnostics) ==
          to_text(load_text("a", whole + "x: 1\n").diagnostics));
  }
}

TEST_SUITE("values are read as they are written") {
  TEST_CASE("durations, distributions and chances that faults print read back as the same") {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
      const sim::Draw draw{sim::draw_base(sim::run_key(sim::Seed{seed}), sim::site_key("value"), 0, 0)};
      const std::uint64_t drawn = draw.value(sim::purpose("duration"));
      const sim::Duration duration{static_cast<std::int64_t>(drawn >> (1 + draw.below(sim::purpose("size"), 60)))};
      CHECK(std::get<sim::Duration>(parse_duration(faults::to_text(duration))) == duration);
      const sim::Probability chance{draw.below(sim::purpose("chance"), 1'000'001)};
      CHECK(std::get<sim::Probability>(parse_chance(faults::to_text(chance))) == chance);
    }
  }

  TEST_CASE("numbers without their units, with zeros before them or beyond their range are refused") {
    CHECK(std::get<Refused>(parse_duration("5")).what == "has no unit");
    CHECK(std::get<Refused>(parse_duration("05s")).what == "begins with a zero, which some take for octal");
    CHECK(std::get<Refused>(parse_duration("106752d")).what == "is too long");
    CHECK(std::get<Refused>(parse_duration("1.5s")).what == "is not a whole number");
    CHECK(std::get<Refused>(parse_chance("100.0001%")).what == "is more than 100%");
    CHECK(std::get<Refused>(parse_chance("1.00001%")).what == "is finer than one in a million");
    CHECK(std::get<Refused>(parse_seed("0x")).what == "is not a seed");
    CHECK(std::get<std::uint64_t>(parse_seed("0xffffffffffffffff")) == ~std::uint64_t{0});
    CHECK(std::get<std::int64_t>(parse_number("-9223372036854775808")) == std::numeric_limits<std::int64_t>::min());
    CHECK(std::get<Refused>(parse_number("9223372036854775808")).what == "is too large");
  }
}

TEST_SUITE("plans") {
  TEST_CASE("a recorded plan, put into a file that extends the workflow, replays to the same digest") {
    const Loaded file = load_text("team.yaml", team());
    REQUIRE(file.ok());
    int struck = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Recording recording = record(*file.scenario, sim::Seed{seed});
      if (recording.injected.lines.empty()) continue;
      ++struck;
      std::string text = team() + "plan:\n";
      for (const faults::Line& line : recording.injected.lines) text += "  - {" + to_text(line) + "}\n";
      const Loaded with_plan = load_text("case.yaml", text);
      REQUIRE_MESSAGE(with_plan.ok(), to_text(with_plan.diagnostics));
      CHECK(with_plan.scenario->plan == recording.injected);
      CHECK(with_plan.scenario->faults.lines.empty());
      CHECK(record(*with_plan.scenario, sim::Seed{seed}).outcome.digest == recording.outcome.digest);
    }
    CHECK(struck > 0);
  }
}
