// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "scenarios/diagnostic.hpp"
#include "sim/history/history.hpp"

namespace squall::scenarios {

struct HistoryLimits {
  std::size_t line_max = std::size_t{16} << 20;         ///< bytes of one line
  std::size_t operations_max = std::size_t{100} << 20;  ///< operations
  std::size_t memory_max = std::size_t{8} << 30;        ///< bytes for all of them
};

/// A history as it was recorded: one JSON object a line, in the order in which things happened.
///
///     {"process": 0, "type": "invoke", "f": "write", "value": 3, "time": 1500}
///     {"process": 0, "type": "ok", "f": "write", "value": 3, "time": 1800}
///
/// `type` is invoke, ok, fail or info; `time`, in nanoseconds, is for pictures only: what counts is the order of lines.
/// Names may begin with a colon, as keywords of Clojure do. A process whose operation ended with `info` may go on with
/// another one; the first stays open. Lines of what is no client are skipped and counted: `process` is "nemesis", or an
/// `info` comes from a process that asked for nothing.
struct ReadHistory {
  sim::history::History history;
  std::vector<Diagnostic> diagnostics;  ///< at most 20; where there are any, nothing is to be concluded
  std::size_t lines = 0, skipped = 0;

  bool ok() const { return diagnostics.empty(); }
};

/// Reads line by line: what is kept is the history, never the text. `name` is the file as diagnostics call it.
ReadHistory read_history(std::istream& input, const std::string& name, const HistoryLimits& limits = {});
/// The same from a file, which may be a pipe.
ReadHistory read_history(const std::string& path, const HistoryLimits& limits = {});

/// One line of the file again, for a diagnostic found later; empty where it cannot be read again.
std::string history_line(const std::string& path, std::size_t line);

}  // namespace squall::scenarios
