// SPDX-License-Identifier: Apache-2.0
#include "reports/text.hpp"

#include <fmt/format.h>

namespace squall::reports {

std::string duration_text(sim::Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns < 0) return "-" + duration_text(sim::Duration{ns == INT64_MIN ? INT64_MAX : -ns});
  if (ns == 0) return "0s";
  const auto with_unit = [](std::int64_t whole, std::int64_t part, const char* unit) {
    if (part == 0) return fmt::format("{}{}", whole, unit);
    std::string digits = fmt::format("{:03}", part);
    while (digits.back() == '0') digits.pop_back();
    return fmt::format("{}.{}{}", whole, digits, unit);
  };
  if (ns < 1'000) return fmt::format("{}ns", ns);
  if (ns < 1'000'000) return with_unit(ns / 1'000, ns % 1'000, "us");
  if (ns < 1'000'000'000) return with_unit(ns / 1'000'000, ns / 1'000 % 1'000, "ms");
  const std::int64_t ms = ns / 1'000'000;
  const std::int64_t minutes = ms / 60'000;
  if (minutes == 0) return with_unit(ms / 1'000, ms % 1'000, "s");
  if (minutes < 60) return fmt::format("{}m{:02}.{:03}s", minutes, ms / 1'000 % 60, ms % 1'000);
  return fmt::format("{}h{:02}m{:02}s", minutes / 60, minutes % 60, ms / 1'000 % 60);
}

std::string digest_text(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t w = 0; w < words.size(); ++w) {
    if (w != 0) text += w + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
    text += words[w];
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      safe += fmt::format("\\x{:02x}", byte);
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace squall::reports
