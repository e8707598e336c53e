// SPDX-License-Identifier: Apache-2.0
#include "reports/catalogue.hpp"

#include <nlohmann/json.hpp>

#include "faults/decode.hpp"
#include "scenarios/field_table.hpp"
#include "scenarios/file.hpp"
#include "scenarios/lint/rules.hpp"
#include "scenarios/reader/words.hpp"
#include "sim/invariants/catalogue.hpp"
#include "tests/reports/command.hpp"

// What files may say: the tables, told.
namespace squall::reports {
namespace {

using nlohmann::json;

const CatalogueEntry& entry(const Catalogue& catalogue, std::string_view name) {
  const auto found = std::ranges::find(catalogue.entries, name, &CatalogueEntry::name);
  REQUIRE(found != catalogue.entries.end());
  return *found;
}

}  // namespace

TEST_SUITE("catalogues") {
  TEST_CASE("a rule says what it finds, what shows it and where it was seen") {
    const Catalogue rules = rule_catalogue();
    CHECK(rules.entries.size() == scenarios::lint_rules().size());
    CHECK(to_text(Catalogue{"rules", {entry(rules, "L25 wait-cycle")}}) ==
          "warnings\n\n  L25 wait-cycle\n    each waits for what another sends only after its own wait\n"
          "    a run shows it by deadlock-freedom\n");
    CHECK(entry(rules, "L16 lock-order").example ==
          "a run shows it by deadlock-freedom; seen in B21 apache/airflow#23361");
  }
  TEST_CASE("every row of every table is there") {
    const Catalogue faults = fault_catalogue();
    CHECK(faults.entries.size() == faults::catalogue().size());
    for (const faults::CatalogueRow& row : faults::catalogue())
      CHECK(entry(faults, row.name).fields.size() == faults::fields_of(row).size());
    const Catalogue invariants = invariant_catalogue();
    for (const sim::InvariantRow& row : sim::invariants())
      CHECK(entry(invariants, row.name).fields.size() == row.options.size());
    for (const char* claim : {"always", "never", "eventually", "leads-to", "precedes", "at-most", "sometimes"})
      CHECK(entry(invariants, claim).group == "claims of a workflow's own");
    const Catalogue steps = step_catalogue();
    for (const scenarios::FieldRow& row : scenarios::field_table) {
      if (row.shape != "step") continue;
      CHECK((entry(steps, row.name).group == "actions") != scenarios::is_step_field(row.name));
    }
  }

  TEST_CASE("an entry as people read it") {
    const std::string text = to_text(Catalogue{"faults", {entry(fault_catalogue(), "lost-write")}});
    CHECK(text.starts_with("strikes: context\n\n  lost-write\n    "));
    CHECK(to_text(Catalogue{"steps", {entry(step_catalogue(), "sleep")}}) ==
          "actions\n\n  sleep\n    Waits idly.\n    time: a duration, drawn at each use, or =expr, required. How "
          "long.\n");
    CHECK(to_text(Catalogue{"steps", {entry(step_catalogue(), "finish")}}) ==
          "actions\n\n  finish\n    Ends this activation and reports the instance's outcome. The first report counts.\n"
          "    takes success, failure\n");
  }

  TEST_CASE("the command prints them, as text and as JSON, and refuses others") {
    for (const Catalogue& catalogue : {fault_catalogue(), invariant_catalogue(), step_catalogue(), rule_catalogue()}) {
      const Ran text = squall("catalogue " + catalogue.name);
      CHECK(text.exit_status == 0);
      CHECK(text.output == to_text(catalogue));
      const Ran ran = squall("catalogue --json " + catalogue.name);
      CHECK(ran.exit_status == 0);
      CHECK(json::parse(ran.output)[catalogue.name].size() == catalogue.entries.size());
    }
    const Ran unknown = squall("catalogue fault");
    CHECK(unknown.exit_status == 2);
    CHECK(unknown.errors == "error: there is no catalogue of 'fault'\n  fix: did you mean 'faults'?\n");
  }

  TEST_CASE("the schema is JSON on standard output") {
    const Ran ran = squall("schema");
    CHECK(ran.exit_status == 0);
    CHECK(json::parse(ran.output) == json::parse(scenarios::schema()));
  }
}

}  // namespace squall::reports
