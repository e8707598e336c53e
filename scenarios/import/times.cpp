// SPDX-License-Identifier: Apache-2.0
#include "scenarios/import/times.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace squall::scenarios::imports {
namespace {

constexpr std::int64_t second = 1'000'000'000;

bool digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::int64_t> whole(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, digit)) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A number of exactly so many digits at the front of `text`, which loses them.
std::optional<int> taken(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto number = whole(text.substr(0, digits));
  if (!number) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<int>(*number);
}

bool took(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::int64_t> seconds_of(std::string_view text) {
  // The digits without their point, and how many of them stand behind it.
  std::string digits;
  std::int64_t behind = 0;
  std::size_t at = 0;
  bool point = false;
  for (; at < text.size() && (digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    digits += text[at];
    behind += point ? 1 : 0;
  }
  if (digits.empty() || digits.size() > 400) return std::nullopt;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    std::string_view exponent = text.substr(at + 1);
    const bool minus = exponent.starts_with('-');
    if (minus || exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto power = whole(exponent);
    if (!power || *power > 400) return std::nullopt;
    behind += minus ? *power : -*power;
  }
  // Nanoseconds: nine digits more.
  std::int64_t shift = 9 - behind;
  while (shift < 0 && !digits.empty()) {
    digits.pop_back();
    ++shift;
  }
  const std::size_t zeros = digits.find_first_not_of('0');
  if (digits.empty() || zeros == std::string::npos) return 0;
  digits.erase(0, zeros);
  if (static_cast<std::int64_t>(digits.size()) + shift > 19) return std::nullopt;
  digits.append(static_cast<std::size_t>(std::max<std::int64_t>(0, shift)), '0');
  return whole(digits);
}

std::optional<std::int64_t> protobuf_duration(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  return seconds_of(text);
}

std::optional<std::int64_t> instant_of(std::string_view text) {
  const auto year = taken(text, 4);
  if (!year || !took(text, '-')) return std::nullopt;
  const auto month = taken(text, 2);
  if (!month || !took(text, '-')) return std::nullopt;
  const auto day = taken(text, 2);
  if (!day || (!took(text, 'T') && !took(text, 't') && !took(text, ' '))) return std::nullopt;
  const auto hour = taken(text, 2);
  if (!hour || !took(text, ':')) return std::nullopt;
  const auto minute = taken(text, 2);
  if (!minute || !took(text, ':')) return std::nullopt;
  const auto seconds = taken(text, 2);
  if (!seconds || *hour > 23 || *minute > 59 || *seconds > 60) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < 1970 || *year > 2200) return std::nullopt;
  std::int64_t fraction = 0;
  if (took(text, '.')) {
    const std::size_t count = static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin());
    const auto parsed = seconds_of(fmt::format("0.{}", text.substr(0, count)));
    if (count == 0 || !parsed) return std::nullopt;
    fraction = *parsed;
    text.remove_prefix(count);
  }
  std::int64_t offset = 0;
  if (!took(text, 'Z') && !took(text, 'z')) {
    const bool minus = text.starts_with('-');
    if (!took(text, '-') && !took(text, '+')) return std::nullopt;
    const auto hours = taken(text, 2);
    if (!hours || !took(text, ':')) return std::nullopt;
    const auto minutes = taken(text, 2);
    if (!minutes) return std::nullopt;
    offset = (*hours * 3600 + *minutes * 60) * (minus ? -1 : 1);
  }
  if (!text.empty()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return (days * 86'400 + *hour * 3600 + *minute * 60 + *seconds - offset) * second + fraction;
}

std::optional<std::int64_t> nanoseconds_of(std::string_view text) { return whole(text); }

std::string duration_word(std::int64_t nanoseconds) {
  if (nanoseconds % second == 0) return fmt::format("{}s", nanoseconds / second);
  if (nanoseconds % 1'000'000 == 0) return fmt::format("{}ms", nanoseconds / 1'000'000);
  if (nanoseconds % 1'000 == 0) return fmt::format("{}us", nanoseconds / 1'000);
  return fmt::format("{}ns", nanoseconds);
}

std::string fitted(std::span<const std::int64_t> sorted) {
  // Nearest rank: the smallest sample that at least so many per cent do not exceed.
  const auto at = [&](std::size_t percent) { return sorted[(sorted.size() * percent + 99) / 100 - 1]; };
  const std::int64_t middle = at(50), high = at(99);
  if (middle == high || middle == 0) return duration_word(high);
  return fmt::format("{{p50: {}, p99: {}}}", duration_word(middle), duration_word(high));
}

std::string percent(std::uint64_t number, std::uint64_t whole) {
  const std::uint64_t millionths = number * 1'000'000 / whole;
  std::string text = fmt::format("{}.{:04}", millionths / 10'000, millionths % 10'000);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

}  // namespace squall::scenarios::imports
