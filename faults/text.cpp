// SPDX-License-Identifier: Apache-2.0
#include "faults/text.hpp"

#include <fmt/format.h>

namespace squall::faults {

std::string to_text(sim::Duration duration) {
  struct Unit {
    std::int64_t nanoseconds;
    std::string_view name;
  };
  static constexpr Unit units[] = {{3'600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"},
                                   {1'000'000, "ms"},        {1'000, "us"},         {1, "ns"}};
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const Unit& unit : units) {
    if (count % unit.nanoseconds == 0) return fmt::format("{}{}", count / unit.nanoseconds, unit.name);
  }
  return {};  // not reached: one nanosecond divides everything
}

std::string to_text(const sim::Distribution& distribution) {
  const std::string a = to_text(sim::Duration{distribution.a});
  const std::string b = to_text(sim::Duration{distribution.b});
  switch (distribution.kind) {
    case sim::Distribution::Kind::constant: return a;
    case sim::Distribution::Kind::uniform: return fmt::format("{}..{}", a, b);
    case sim::Distribution::Kind::exponential: return fmt::format("{{mean: {}}}", a);
    case sim::Distribution::Kind::lognormal: return fmt::format("{{p50: {}, p99: {}}}", a, b);
  }
  return {};
}

std::string to_text(sim::Probability probability) {
  const std::uint32_t whole = probability.ppm / 10'000;
  std::uint32_t rest = probability.ppm % 10'000;
  if (rest == 0) return fmt::format("{}%", whole);
  int digits = 4;
  for (; rest % 10 == 0; rest /= 10) --digits;
  return fmt::format("{}.{:0{}}%", whole, rest, digits);
}

std::string to_text(const Names& names) {
  if (names.all.empty()) return {};
  if (names.all.size() == 1) return names.all.front();
  return fmt::format("[{}]", fmt::join(names.all, ", "));
}

std::string quoted(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(",:#[]{}\"\\'") == std::string_view::npos &&
                     std::string_view{"!&*|>%@` -?="}.find(text.front()) == std::string_view::npos;
  if (plain) return std::string(text);
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

}  // namespace squall::faults
