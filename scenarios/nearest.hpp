// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// "Did you mean": what a reader says about a name that nobody knows.
namespace squall::scenarios {

/// How many letters must change to turn one into the other (Levenshtein). O(a·b); names longer than 64 letters are as far
/// apart as they are long.
std::size_t distance(std::string_view a, std::string_view b);

/// The known name that is closest to `name`; empty where none is close: more than half of it would have to change.
std::string nearest(std::string_view name, std::span<const std::string_view> known);

/// What to write instead of `name`: `did you mean 'tester'?`, else `use one of: a, b, c` (the first twelve), else nothing.
std::string instead_of(std::string_view name, std::span<const std::string_view> known);

}  // namespace squall::scenarios
