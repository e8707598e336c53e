// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "scenarios/file.hpp"
#include "tests/loaded.hpp"

// `errors` in the result of a step with branches: the names of what they ended with.
namespace squall::scenarios {
namespace {

/// Two branches fail alike at one instant, one later and otherwise; one succeeds.
std::string asking(const std::string& question) {
  return fmt::format(R"(workflow: asking
tools: {{shop: {{error: 100%, latency: 2s}}}}
agents:
  boss:
    do:
      - as: r
        failure: collect
        parallel:
          a: [{{call: shop}}]
          b: [{{fail: {{error: torn, because: it is wet}}}}]
          c: [{{fail: {{error: torn, because: it is old}}}}]
          d: [{{work: 1s}}]
      - if: "{}"
        then: [{{emit: so}}]
      - finish: success
check: [{{sometimes: {{emitted: so}}, name: so}}]
)",
                     question);
}

bool holds(const std::string& question) {
  const Loaded file = loaded_text(asking(question));
  Runner runner{*file.scenario};
  const Outcome& outcome = runner.run(sim::Seed{1});
  REQUIRE_FALSE(outcome.violated());
  return !outcome.came_true.empty();
}

}  // namespace

TEST_SUITE("errors of branches") {
  TEST_CASE("are as many as branches that failed") {
    CHECK(holds("size(r.errors) == 3 && r.failed == 3 && r.ok == 1"));
    CHECK_FALSE(holds("size(r.errors) == 2"));
  }

  TEST_CASE("are asked for by name") {
    CHECK(holds("'unavailable' in r.errors"));
    CHECK(holds("r.errors.contains('torn')"));
    CHECK_FALSE(holds("'timeout' in r.errors"));
    CHECK_FALSE(holds("r.errors.contains('nonsense')"));
  }

  TEST_CASE("are asked about one by one, as the elements of any list") {
    CHECK(holds("r.errors.exists(e, e != 'torn')"));
    CHECK_FALSE(holds("r.errors.exists(e, e == 'timeout' || e == 'failed')"));
    CHECK(holds("r.errors.all(e, e == 'torn' || e == 'unavailable')"));
    CHECK_FALSE(holds("r.errors.all(e, e == 'torn')"));
    CHECK(holds("size(r.errors.filter(e, e == 'torn')) == 2"));
    CHECK_FALSE(holds("size(r.errors.filter(e, e == 'torn')) == 1"));
    CHECK(holds("size(r.errors.filter(e, e in ['unavailable', 'timeout'])) == 1"));
    CHECK(holds("r.errors.all(e, true)"));
    CHECK_FALSE(holds("r.errors.exists(e, false)"));
  }

  TEST_CASE("are those of this time: a step that is repeated begins with none") {
    const Loaded file = loaded_text(R"(workflow: again
agents:
  boss:
    do:
      - set: {round: 0}
      - times: 2
        repeat:
          - as: r
            failure: collect
            map: {over: 1..3, item: n, do: [{if: n > round, then: [{fail: {error: late, because: no}}]}]}
          - set: {round: =round + 1}
      - if: size(r.errors) == 2 && r.errors.all(e, e == 'late')
        then: [{emit: so}]
      - finish: success
check: [{sometimes: {emitted: so}, name: so}]
)");
    Runner runner{*file.scenario};
    CHECK_FALSE(runner.run(sim::Seed{1}).came_true.empty());
  }

  TEST_CASE("nobody asks for: they take no room") {
    const auto locals = [](const std::string& question) {
      const Loaded file = loaded_text(asking(question));
      return file.scenario->model.definitions[0].behaviour->local_types.size();
    };
    CHECK(locals("r.failed == 3") + 10 < locals("size(r.errors) == 3"));
  }

  TEST_CASE("are a list, and no value") {
    const std::string told = to_text(load_text("asking.yaml", asking("r.errors == 'torn'")).diagnostics);
    CHECK_MESSAGE(told.find("'r.errors' is a list of names, not a value") != std::string::npos, told);
    const std::string number = to_text(load_text("asking.yaml", asking("r.errors.exists(e, e == 3)")).diagnostics);
    CHECK_MESSAGE(number.find("a text and a number") != std::string::npos, number);
  }
}

}  // namespace squall::scenarios
