// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/file.hpp"

/// What the commands share: exit status, numbers, words on the terminal, workflow files.
namespace squall::reports::cli {

enum Exit : int { as_wanted = 0, violation = 1, bad_input = 2, our_fault = 3, no_verdict = 4, interrupted_exit = 130 };

/// Decimal or 0x hex, the whole text, without a sign. CLI11 would take -1 for 18446744073709551615.
std::optional<std::uint64_t> number_of(std::string_view text);

/// Says on standard error what is wrong and what to do instead. Returns `bad_input`.
int refuse(std::string_view what, std::string_view fix);
/// The same for what is no seed.
int refuse_seed(std::string_view text);

/// How many threads `--jobs` asks for, one for each core where it says nothing; nothing where it was refused.
std::optional<unsigned> jobs_of(const std::string& text);
/// How long an option of this meaning ("fuzz", "search") asks to go on; nothing where it was refused.
std::optional<std::chrono::steady_clock::duration> time_of(const std::string& text, std::string_view meaning);

/// Writes to standard output, with colours where that has some. False where it did not take all: a full disk must not look like a short story.
bool told(std::string_view text);
/// `status`, or `our_fault` where the text could not be written.
int tell(std::string_view text, int status);

/// The path as it stands in a line that is to be run again.
std::string path_word(const std::string& path);

/// A workflow that can be played, `plan` (unless empty) in place of its own. Nothing where it cannot: `trouble` says why.
std::optional<scenarios::Loaded> playable(const std::string& file, const std::string& plan, std::string& trouble);

/// For commands that play seeds or search: refuses a file that holds the decisions of one untimed run.
std::optional<int> refuse_decisions(const scenarios::Loaded& file, std::string_view command);

}  // namespace squall::reports::cli
