// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "reports/untimed.hpp"
#include "scenarios/file.hpp"
#include "scenarios/run.hpp"

namespace CLI {
class App;
}

/// Files that a recorded run is written into besides what is printed.
namespace squall::reports::cli {

/// A path for each format; empty: not wanted.
struct Outputs {
  std::string report, sarif, otlp, trace_event, trace, shiviz, dot, mermaid, history;
  bool github = false;  ///< annotations on standard output

  bool none() const;
};

/// The options that fill it.
void add_outputs(CLI::App& command, Outputs& into);

/// Writes all that are wanted, each whole or not at all. False where one could not be written, which is said.
bool write_outputs(const Outputs& wanted, const scenarios::Loaded& file, const scenarios::Recording& recording,
                   sim::Seed seed, const std::string& again);
/// The same of an untimed run.
bool write_outputs(const Outputs& wanted, const scenarios::Loaded& file, const UntimedTelling& telling);

/// Writes `text`, unless `path` is empty. False where it could not be written, which is said.
bool write_output(const std::string& path, const std::string& text);

}  // namespace squall::reports::cli
