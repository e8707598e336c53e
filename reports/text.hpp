// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.hpp"

/// How values read in what people are told.
namespace squall::reports {

/// `350ms`, `4.213s`, `1m02.300s`, `2h00m05s`: as short as it can be said to the millisecond; exact below a millisecond.
std::string duration_text(sim::Duration duration);

/// 16 hex digits.
std::string digest_text(std::uint64_t digest);

/// `a`, `a and b`, `a, b and c`.
std::string listed(const std::vector<std::string>& words, std::string_view last = "and");

/// Text from a user, safe to print on a terminal: what is no UTF-8, control characters, and characters that are invisible or
/// change the direction of writing become `\xNN`, byte by byte.
std::string printable(std::string_view text);

/// `text` as one word of a command for bash: as it stands where that is safe, else in quotes.
std::string shell_word(std::string_view text);

}  // namespace squall::reports
