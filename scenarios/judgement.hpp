// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/file.hpp"
#include "scenarios/run.hpp"

/// Runs judged by what a suite demands of them.
namespace squall::scenarios {

enum class Verdict : std::uint8_t {
  holds,
  violated,
  unknown  ///< a limit was reached first, or a check could not tell
};

/// Of one run. A run with a violation is violated, however it ended.
Verdict verdict_of(const Outcome&);
/// `holds`, `violated`, `unknown`.
const char* name_of(Verdict);

/// All runs in which one check was violated.
struct Finding {
  std::string invariant;
  std::uint64_t signature = 0;  ///< of the first of them
  std::uint64_t first_seed = 0;
  std::uint32_t runs = 0;
};

/// What many runs of one workflow came to.
struct Judgement {
  enum class Result : std::uint8_t { passed, failed, undecided };
  Result result = Result::passed;
  std::uint32_t runs = 0;              ///< that were played
  std::uint32_t violated = 0;          ///< so many of them
  std::uint32_t unknown = 0;           ///< so many had no verdict
  std::vector<Finding> findings;       ///< by their first seed
  std::vector<std::string> failures;   ///< what was demanded and is not so, a sentence each without its full stop
  std::vector<std::string> notes;      ///< what proves less than it seems: faults that never struck
  std::optional<std::uint64_t> shown;  ///< the seed that shows the first failure, where one run does
};

/// So many seeds where a file does not say.
inline constexpr std::uint32_t seeds_by_default = 100;

/// Plays seeds 1 to n and judges them by the file's `expect`:
///  - `violates`: each of these is violated in some run, and nothing else in any but what `may_violate` lists;
///  - `holds`, or nothing said: nothing is violated in any run, but what `may_violate` lists;
///  - a line of the plan that strikes in no run, a pinned draw that is drawn in none, and a `sometimes` claim that comes true
///    in none, is a failure; so is a step that runs in none, where `no-dead-step` is checked and not expected;
///  - the run with the file's seed has the file's digest, where it has one;
///  - without a failure, a run without a violation and without a verdict leaves the whole undecided.
/// n is `within` or `over`, else `seeds_by_default`; `seeds` stands for `over`, and where nothing is said. A file with a
/// `seed` that says neither `within` nor `over` is a case: its seed is the only one. A file with a `schedule` is one untimed
/// run, whatever the seeds. Requires: file.ok().
Judgement judge(const Loaded& file, std::optional<std::uint32_t> seeds = {});

}  // namespace squall::scenarios
