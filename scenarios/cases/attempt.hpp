// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cases/case_file.hpp"
#include "scenarios/file.hpp"

namespace squall::scenarios {

/// A run of a workflow as shrinking tries it: what a case file over it would say.
struct Attempt {
  Changes change;
  faults::Plan plan;
  std::vector<Pins::Answer> set{};
};

/// Plays attempts over one workflow with one seed. Of most of them one thing is asked, whether they still show a violation: so
/// nothing is traced, no reasons are made, and a run ends where the answer is known. A run without an end costs no more
/// than the way to its violation. For one thread; refers to what it was made with.
class Attempts {
 public:
  /// Requires: `workflow` is what `path` holds, and can be played.
  Attempts(const std::string& path, const Loaded& workflow, std::uint64_t seed)
      : path_(path), workflow_(workflow), seed_(seed) {}

  /// The run that is to be shrunk, with the workflow's own faults.
  struct First {
    std::vector<sim::Violation> violations;  ///< with their reasons
    faults::Plan injected;
    std::vector<sim::Instant> instants;  ///< when each of these lines struck
  };
  First first() const;

  /// The scenario as the attempt has it, without its plan; null where that is no workflow. Valid until the next call.
  const Scenario* scenario_of(const Attempt&);
  /// Whether its run has a violation with this signature, and whether each line of its plan has struck by then. False where it is
  /// no workflow, or its plan does not fit.
  bool shows(const Attempt&, std::uint64_t signature, bool all_strike = false);
  /// Of its whole run. Requires: `scenario_of` is not null, and the plan fits.
  Outcome outcome_of(const Attempt&);

  /// Where a case file is taken to lie, so that what it extends is found.
  std::string case_path() const;

 private:
  const std::string& path_;
  const Loaded& workflow_;
  const std::uint64_t seed_;
  std::optional<Attempt> built_from_;
  Loaded built_;
};

}  // namespace squall::scenarios
