// SPDX-License-Identifier: Apache-2.0
#include "reports/text.hpp"

#include <fmt/format.h>

#include <optional>

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

namespace {

struct Decoded {
  char32_t point;
  std::size_t bytes;
};

/// The code point that `text` begins with; nothing where it is no UTF-8 (RFC 3629: shortest form, no surrogates).
std::optional<Decoded> decoded(std::string_view text) {
  const auto byte = [&](std::size_t n) { return n < text.size() ? static_cast<unsigned char>(text[n]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return Decoded{first, 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return std::nullopt;
  char32_t point = first & (0x7fU >> bytes);
  for (std::size_t n = 1; n < bytes; ++n) {
    if ((byte(n) & 0xc0U) != 0x80U) return std::nullopt;
    point = point << 6 | (byte(n) & 0x3fU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x1'0000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < least[bytes] || surrogate || point > 0x10'ffff) return std::nullopt;
  return Decoded{point, bytes};
}

/// Moves the cursor, hides text or turns its direction around, on a terminal that believes it.
bool acts_on_a_terminal(char32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x200b && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::optional<Decoded> next = decoded(text);
    const std::size_t bytes = next ? next->bytes : 1;
    if (next && !acts_on_a_terminal(next->point)) {
      safe += text.substr(0, bytes);
    } else {
      for (const char c : text.substr(0, bytes)) safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(bytes);
  }
  return safe;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(safe) == std::string_view::npos) return std::string{text};
  const bool plain = printable(text) == text;
  std::string word = plain ? "'" : "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'') {
      word += plain ? R"('\'')" : R"(\')";
    } else if (!plain && (c == '\\' || byte < 0x20 || byte >= 0x7f)) {
      word += fmt::format("\\x{:02x}", byte);
    } else {
      word += c;
    }
  }
  return word + "'";
}

}  // namespace squall::reports
