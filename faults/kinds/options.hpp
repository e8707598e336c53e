// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace squall::faults {

/// On which side of the step that it strikes a fault lies. Before: what the turn did so far has happened, the step has not.
enum class Side : std::uint8_t { before, after };

/// How the values of an option that is a choice are written, by number.
template <class Choice>
inline constexpr std::array<std::string_view, 0> words_of{};
template <>
inline constexpr std::array<std::string_view, 2> words_of<Side>{"before", "after"};

enum class Phase : std::uint8_t;
template <>
inline constexpr std::array<std::string_view, 3> words_of<Phase>{"early", "mid", "late"};

}  // namespace squall::faults
