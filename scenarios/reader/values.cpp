// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace squall::scenarios {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, digit); }

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 7> units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"d", 86'400'000'000'000}}};
constexpr std::string_view unit_list = "ns, us, ms, s, m, h or d";

}  // namespace

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= 128 && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || digit(c) || c == '_' || c == '-'; });
}

bool is_plain_name(std::string_view text) { return is_name(text) && text.find('-') == std::string_view::npos; }

bool looks_like_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && digit(text[0]) &&
         std::ranges::all_of(text, [](char c) { return digit(c) || c == '.' || c == '_' || c == ','; });
}

bool looks_like_duration(std::string_view text) {
  const std::size_t number = static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin());
  return number != 0 && std::ranges::any_of(units, [&](const Unit& u) { return u.name == text.substr(number); });
}

Parsed<std::uint64_t> parse_count(std::string_view text, std::uint64_t most) {
  if (text.starts_with('-')) return Refused{"is negative", "write a count from 0"};
  if (text.find_first_of("._") != std::string_view::npos && looks_like_number(text))
    return Refused{"is not a whole number", "write digits only"};
  if (!all_digits(text)) return Refused{"is not a count", "write a whole number, such as 3"};
  if (text.size() > 1 && text[0] == '0')
    return Refused{"begins with a zero, which some take for octal", "write the number without it"};
  std::uint64_t number = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (trouble != std::errc{} || number > most) return Refused{"is too large", fmt::format("write at most {}", most)};
  return number;
}

Parsed<std::int64_t> parse_number(std::string_view text) {
  const bool minus = text.starts_with('-');
  const std::string_view digits = minus ? text.substr(1) : text;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  const auto parsed = parse_count(digits, most + (minus ? 1 : 0));
  if (const auto* refused = std::get_if<Refused>(&parsed)) return *refused;
  const std::uint64_t number = std::get<std::uint64_t>(parsed);
  return static_cast<std::int64_t>(minus ? 0 - number : number);
}

Parsed<std::uint64_t> parse_seed(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X"))
    return parse_count(text, std::numeric_limits<std::uint64_t>::max());
  const std::string_view digits = text.substr(2);
  std::uint64_t seed = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), seed, 16);
  if (digits.empty() || trouble != std::errc{} || end != digits.data() + digits.size())
    return Refused{"is not a seed", "write a decimal number, or up to 16 hexadecimal digits behind 0x"};
  return seed;
}

Parsed<sim::Duration> parse_duration(std::string_view text) {
  if (text.starts_with('-')) return Refused{"is negative", "write a duration from 0s"};
  const std::size_t length = static_cast<std::size_t>(std::ranges::find_if_not(text, digit) - text.begin());
  const std::string_view number = text.substr(0, length), name = text.substr(length);
  if (number.empty()) return Refused{"is not a duration", "write a number and a unit, such as 30s"};
  if (name.empty()) return Refused{"has no unit", fmt::format("write '{}s', or another of {}", text, unit_list)};
  if (name.starts_with('.')) return Refused{"is not a whole number", "write whole numbers in a smaller unit: 1500ms"};
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) return Refused{"has no unit that is known", fmt::format("use {}", unit_list)};
  const auto count = parse_count(number, std::numeric_limits<std::int64_t>::max());
  if (const auto* refused = std::get_if<Refused>(&count)) return *refused;
  const auto product =
      sim::checked_multiply(static_cast<std::int64_t>(std::get<std::uint64_t>(count)), unit->nanoseconds);
  if (!product) return Refused{"is too long", "write at most 106751d"};
  return sim::Duration{*product};
}

Parsed<sim::Distribution> parse_drawn(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const auto one = parse_duration(text);
    if (const auto* refused = std::get_if<Refused>(&one)) return *refused;
    return sim::Distribution::constant(std::get<sim::Duration>(one));
  }
  const auto low = parse_duration(text.substr(0, dots)), high = parse_duration(text.substr(dots + 2));
  for (const auto* end : {&low, &high}) {
    if (const auto* refused = std::get_if<Refused>(end))
      return Refused{"has an end that " + refused->what, "write both ends with their units, such as 5s..30s"};
  }
  if (std::get<sim::Duration>(high) < std::get<sim::Duration>(low))
    return Refused{"ends before it begins",
                   fmt::format("write the shorter time first: {}..{}", text.substr(dots + 2), text.substr(0, dots))};
  return sim::Distribution::uniform(std::get<sim::Duration>(low), std::get<sim::Duration>(high));
}

Parsed<sim::Probability> parse_chance(std::string_view text) {
  const Refused form{"is not a percentage", "write it with its sign, such as 5% or 0.25%"};
  if (text.starts_with('-')) return Refused{"is negative", "write 0% to 100%"};
  if (!text.ends_with('%')) return looks_like_number(text) ? Refused{"has no unit", "write it with a % sign"} : form;
  text.remove_suffix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  if (!all_digits(whole) || (dot != std::string_view::npos && !all_digits(part))) return form;
  if (part.size() > 4) return Refused{"is finer than one in a million", "write at most four decimals"};
  const auto percent = parse_count(whole, 1'000'000);
  if (const auto* refused = std::get_if<Refused>(&percent); refused != nullptr && refused->what != "is too large")
    return *refused;
  std::uint64_t ppm = std::holds_alternative<Refused>(percent) ? 2'000'000 : std::get<std::uint64_t>(percent) * 10'000;
  std::uint64_t place = 1'000;
  for (const char c : part) {
    ppm += static_cast<std::uint64_t>(c - '0') * place;
    place /= 10;
  }
  if (ppm > 1'000'000) return Refused{"is more than 100%", "write 0% to 100%"};
  return sim::Probability{static_cast<std::uint32_t>(ppm)};
}

Parsed<std::pair<std::uint32_t, sim::Duration>> parse_rate(std::string_view text) {
  const std::size_t per = text.find(" per ");
  if (per == std::string_view::npos) return Refused{"is not a rate", "write so many in a time, such as '10 per 1s'"};
  const auto limit = parse_count(text.substr(0, per), 0xffff'ffffU);
  if (const auto* refused = std::get_if<Refused>(&limit))
    return Refused{"has a count that " + refused->what, refused->fix};
  const auto time = parse_duration(text.substr(per + 5));
  if (const auto* refused = std::get_if<Refused>(&time))
    return Refused{"has a time that " + refused->what, refused->fix};
  const auto count = static_cast<std::uint32_t>(std::get<std::uint64_t>(limit));
  if (count == 0 || std::get<sim::Duration>(time) == sim::Duration::zero())
    return Refused{"lets nothing pass", "write at least '1 per' a time above 0s"};
  return std::pair{count, std::get<sim::Duration>(time)};
}

Parsed<std::uint32_t> parse_seeds(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const std::string_view unit = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
  if (unit != "seeds" && unit != "seed") return Refused{"is not a number of seeds", "write it such as '10 seeds'"};
  const auto count = parse_count(text.substr(0, blank), 1'000'000'000);
  if (const auto* refused = std::get_if<Refused>(&count)) return *refused;
  if (std::get<std::uint64_t>(count) == 0) return Refused{"is no seed at all", "write at least '1 seed'"};
  return static_cast<std::uint32_t>(std::get<std::uint64_t>(count));
}

}  // namespace squall::scenarios
