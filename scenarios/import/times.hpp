// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace squall::scenarios::imports {

/// Times of foreign files, in nanoseconds. No floating point: what is written is what is read, on every machine.

/// `12.5`, `1e-3`, `60`: a decimal number of seconds; what is finer than a nanosecond is cut off. Nothing where it is no
/// number, negative, or beyond 292 years.
std::optional<std::int64_t> seconds_of(std::string_view text);

/// `120s`, `0.5s`: a duration as Protocol Buffers write it in JSON.
std::optional<std::int64_t> protobuf_duration(std::string_view text);

/// `2025-06-30T16:04:02.623610Z`, also with `+02:00`: an RFC 3339 instant, since 1970.
std::optional<std::int64_t> instant_of(std::string_view text);

/// Digits: nanoseconds since 1970, as OTLP/JSON has them (a text, or a number).
std::optional<std::int64_t> nanoseconds_of(std::string_view text);

/// As the workflow language has it, exact, in the largest of s, ms, us and ns that needs no fraction.
std::string duration_word(std::int64_t nanoseconds);

/// `{p50: 2s, p99: 9s}` through the samples' median and 99th percentile (nearest rank: of less than a hundred samples the
/// longest); a single time where both are equal. Requires: at least one sample, sorted.
std::string fitted(std::span<const std::int64_t> sorted);

/// `number` per cent of `whole` in the language's form, to four decimals: `33.3333%`.
std::string percent(std::uint64_t number, std::uint64_t whole);

}  // namespace squall::scenarios::imports
