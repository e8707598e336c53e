// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "scenarios/import/import.hpp"
#include "sim/time.hpp"

namespace squall::reports {

/// An import, for people and for programs.
struct ImportReport {
  const scenarios::Imported& imported;
  std::string file;                          ///< as it was named
  std::string out;                           ///< where the workflow was written; empty: nowhere
  std::optional<sim::Duration> simulated{};  ///< of a recorded run: how long the imported one takes with seed 1
};

/// Nodes, edges, scopes, joins by kind, waits, effects, every assumption, what was not understood (how much, and the first three),
/// the recorded makespan beside the simulated one. Ends with a newline.
std::string import_text(const ImportReport& report);

/// `version file format workflow nodes edges{control, data} scopes fan_outs joins{kind: count} waits{bounded, unbounded}
/// effects{with_key, without_key} retries assumptions[{line, text, times}] not_understood{count, first[{line, text, times}]} recorded_ns
/// simulated_ns out text`; `text`, the workflow file, where it was written nowhere.
std::string import_json(const ImportReport& report);

}  // namespace squall::reports
