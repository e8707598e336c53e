// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "scenarios/judgement.hpp"

/// A suite of workflow files in text: a line for each file, then what failed, then how many passed.
namespace squall::reports {

/// One file of a suite, judged.
struct FileReport {
  enum class Result : std::uint8_t {
    passed,
    failed,
    undecided,  ///< some runs have no verdict
    unreadable  ///< it is no workflow
  };
  std::string path;
  std::string workflow;  ///< its name; empty where it could not be read
  Result result = Result::passed;
  scenarios::Judgement judgement;
  std::string findings;  ///< what the run with the shown seed came to, as `findings` of a story tells it
  std::string trouble;   ///< the diagnostics of an unreadable file
  std::string replay;    ///< the command that shows the failure; empty where it passed
  std::string sarif, annotations, page;          ///< of the run with the shown seed, where they were asked for
  std::optional<std::chrono::nanoseconds> took;  ///< by the clock of whoever ran it; nothing: not measured
};

/// `passed`, `failed`, `undecided`, `unreadable`.
const char* name_of(FileReport::Result);

struct Totals {
  std::size_t passed = 0;
  std::size_t failed = 0;  ///< those that could not be read included
  std::size_t undecided = 0;
};
Totals totals_of(std::span<const FileReport>);

/// `passed      suites/pair/broken.yaml: 10 runs; deadlock-freedom in 10 of them, first with seed 1`, with a newline.
std::string line_of(const FileReport&);

/// All that comes after the lines: what failed once more with its reasons and how to see it, and as its last line
/// `N passed, N failed`.
std::string summary_of(std::span<const FileReport>);

/// The same as Markdown, for the summary of a job: a table of what failed or was left open, and the reasons of each. At most 1 MiB,
/// which is what GitHub takes.
std::string suite_markdown(std::span<const FileReport>);

/// Annotations for GitHub: those of the runs that show failures, and one for each file that failed without such a run.
std::string suite_github(std::span<const FileReport>);

/// One SARIF log of all that failed, as one run.
std::string suite_sarif(std::span<const FileReport>);

}  // namespace squall::reports
