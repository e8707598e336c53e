// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// What `lint` looks for: one table.
namespace squall::scenarios {

/// How loud a finding is that is not certain; a certain one is an error.
enum class Severity : std::uint8_t { warning, note };

/// A public thread that tells of the trouble.
struct Evidence {
  std::string_view id;      ///< as the table of rules cites it: `B52`
  std::string_view thread;  ///< `celery/celery#5935`; empty where none is known by name
};

struct LintRule {
  std::string_view id;        ///< `L11`; rules of one family share it
  std::string_view name;      ///< `lease-shorter-than-work`; no two are equal
  std::string_view means;     ///< what is found, as a sentence without its full stop
  std::string_view evidence;  ///< ids of what it was seen in, with blanks between
  Severity severity;          ///< of a finding that is not certain
  std::string_view shown_by;  ///< what a run violates that shows it, in words for the catalogue; empty: no run can
};

/// All rules, by their ids.
std::span<const LintRule> lint_rules();
/// The rule of that name; nullptr where there is none.
const LintRule* find_lint_rule(std::string_view name);
/// What a rule was seen in, in the order in which it cites them.
std::vector<Evidence> evidence_of(const LintRule& rule);

}  // namespace squall::scenarios
