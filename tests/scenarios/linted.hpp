// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/lint/lint.hpp"

namespace squall::scenarios {

/// A workflow of these sections, linted.
inline std::vector<LintFinding> linted(const std::string& sections) {
  const Loaded file = load_text("lint.yaml", "workflow: lint\n" + sections);
  REQUIRE_MESSAGE(file.ok(), to_text(file.diagnostics));
  return lint(file);
}

/// Where one rule finds something, in the order in which it is told.
inline std::vector<std::string> hits(const std::string& rule, const std::string& sections) {
  std::vector<std::string> where;
  for (const LintFinding& finding : linted(sections)) {
    if (finding.rule == rule) where.push_back(finding.where);
  }
  return where;
}

/// The only finding of a rule.
inline LintFinding finding_of(const std::string& rule, const std::string& sections) {
  std::vector<LintFinding> all = linted(sections);
  std::erase_if(all, [&](const LintFinding& finding) { return finding.rule != rule; });
  REQUIRE(all.size() == 1);
  return all.front();
}

using Hits = std::vector<std::string>;

}  // namespace squall::scenarios
