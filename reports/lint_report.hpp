// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "scenarios/file.hpp"
#include "scenarios/lint/lint.hpp"
#include "scenarios/lint/witness.hpp"

/// What `lint` has found, in the forms in which it is told.
namespace squall::reports {

struct LintTelling {
  const scenarios::Loaded& file;
  std::span<const scenarios::LintFinding> found;
  std::span<const scenarios::Rehearsed> rehearsed{};  ///< of each finding; empty: nobody asked for runs
  std::span<const std::string> cases{};               ///< where the case of each was written; empty: nowhere
};

/// How a finding is told: `error` of a certain one and of one that a run has shown, else what its rule says.
const char* level_of(const LintTelling& telling, std::size_t n);

/// As a compiler prints it, a block for each finding; then where such things were seen, and the counts.
std::string lint_text(const LintTelling& telling);
/// `version workflow findings[{id, rule, where, level, certain, what, reasons[], fix, evidence[{id, thread}], file, line,
/// column, witness{shown, runs, seed, invariant, said[], plan[], replay}}]`. Ends with a newline.
std::string lint_json(const LintTelling& telling);
/// SARIF 2.1.0: a rule for each that was broken, with what it means and where it was seen; a result for each finding.
std::string lint_sarif(const LintTelling& telling);

/// The command that plays a witness again; empty where only a case could.
std::string replay_of(const LintTelling& telling, std::size_t n);

}  // namespace squall::reports
