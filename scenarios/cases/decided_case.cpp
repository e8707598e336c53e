// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cases/decided_case.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "faults/signature.hpp"

namespace squall::scenarios {
namespace {

namespace fs = std::filesystem;

/// The violations of the run, the one that is meant first.
void expect_violations(CaseFile& file, const Outcome& outcome, const std::string& meant) {
  file.violates = {meant};
  for (const sim::Violation& violation : outcome.violations) {
    if (violation.invariant != meant &&
        std::ranges::find(file.may_violate, violation.invariant) == file.may_violate.end())
      file.may_violate.push_back(violation.invariant);
  }
}

}  // namespace

DecidedCase decided_case(const std::string& path, const Loaded& workflow, sim::Schedule schedule,
                         std::uint64_t signature) {
  UntimedRun run = play(*workflow.scenario, schedule);
  const auto& violations = run.outcome.violations;
  const auto found = std::ranges::find(violations, signature, [](const auto& each) { return faults::signature(each); });
  if (found == violations.end()) throw std::logic_error{"a recorded schedule does not show its violation"};
  DecidedCase decided{.signature = signature,
                      .invariant = found->invariant,
                      .file = {.extends = fs::path{path}.filename().string(),
                               .workflow = workflow.name,
                               .schedule = std::move(schedule)},
                      .loaded = {},
                      .run = std::move(run)};
  expect_violations(decided.file, decided.run.outcome, decided.invariant);
  const fs::path folder = fs::path{path}.parent_path();
  decided.loaded = load((folder / (fs::path{path}.stem().string() + ".case.yaml")).string(),
                        {.root = {}, .plan = {}, .text = to_text(decided.file)});
  if (!decided.loaded.ok())
    throw std::logic_error{"a case that was written does not read back:\n" + to_text(decided.loaded.diagnostics)};
  const std::uint64_t digest = decided.run.outcome.digest;
  decided.run = play(*decided.loaded.scenario, *decided.loaded.pins.schedule);
  if (decided.run.outcome.digest != digest)
    throw std::logic_error{"a case that was written is another run when it is read"};
  return decided;
}

}  // namespace squall::scenarios
