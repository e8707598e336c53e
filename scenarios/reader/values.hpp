// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/draw.hpp"
#include "sim/time.hpp"

/// Texts of workflow files as values: strict, whole strings only, no floating point.
namespace squall::scenarios {

/// Why a text is no such value: `what` goes on after the text itself ("'5' has no unit").
struct Refused {
  std::string what, fix;
};
template <class T>
using Parsed = std::variant<T, Refused>;

/// `[a-z][a-z0-9_-]*`
bool is_name(std::string_view text);
/// A name without hyphens: of a key, a variable, a message field.
bool is_plain_name(std::string_view text);
/// Digits, then a unit of time.
bool looks_like_duration(std::string_view text);
/// Digits, perhaps with a sign, dots or underscores: meant as a number.
bool looks_like_number(std::string_view text);

/// A whole number without sign, leading zeros or underscores.
Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t most);
/// An int64, with a minus sign or without.
Parsed<std::int64_t> parse_number(std::string_view text);
/// A seed: decimal, or hexadecimal behind `0x`.
Parsed<std::uint64_t> parse_seed(std::string_view text);
/// `90s`; units ns us ms s m h d.
Parsed<sim::Duration> parse_duration(std::string_view text);
/// `90s`, or `5s..30s`: uniform.
Parsed<sim::Distribution> parse_drawn(std::string_view text);
/// `5%`, `0.25%`: exact to one part per million.
Parsed<sim::Probability> parse_chance(std::string_view text);
/// `10 per 1s`
Parsed<std::pair<std::uint32_t, sim::Duration>> parse_rate(std::string_view text);
/// `10 seeds`, `1 seed`
Parsed<std::uint32_t> parse_seeds(std::string_view text);

}  // namespace squall::scenarios
