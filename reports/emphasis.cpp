// SPDX-License-Identifier: Apache-2.0
#include "reports/emphasis.hpp"

#include <algorithm>
#include <cstddef>

namespace squall::reports {
namespace {

constexpr std::string_view red = "\x1b[31m", bold_red = "\x1b[1;31m", bold = "\x1b[1m", plain = "\x1b[0m";

struct Stretch {
  std::size_t from = 0, size = 0;
  std::string_view look;
};

/// `1. deadlock-freedom in 10 of 100 runs`
bool is_finding(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && line.substr(digits).starts_with(". ") &&
         line.find(" of ") != std::string_view::npos && line.find(" run") != std::string_view::npos;
}

/// The part of a line that stands out; none where its size is 0.
Stretch standing_out(std::string_view line) {
  constexpr std::string_view violated = ": violated", failed = "failed", mark = "  *** ", count = " passed, ";
  if (line.find('\x1b') != std::string_view::npos) return {};
  if (line.starts_with("Violated: ")) return {0, line.size(), bold_red};
  if (line.ends_with(violated)) return {line.size() - violated.size() + 2, violated.size() - 2, bold_red};
  if (line.starts_with("failed  ")) return {0, failed.size(), red};
  if (const std::size_t at = line.find(mark); at != std::string_view::npos) return {at + 2, line.size() - at - 2, red};
  if (const std::size_t at = line.find(count); at != std::string_view::npos && line.ends_with(failed)) {
    const std::size_t number = at + count.size();
    if (line.substr(number) != "0 failed") return {number, line.size() - number, bold_red};
  }
  if (is_finding(line)) return {0, line.size(), bold};
  return {};
}

}  // namespace

std::string emphasised(std::string_view text) {
  if (text.starts_with('{') || text.starts_with('[')) return std::string(text);
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const Stretch part = standing_out(line);
    result += line.substr(0, part.from);
    if (part.size != 0) result += part.look;
    result += line.substr(part.from, part.size);
    if (part.size != 0) result += plain;
    result += line.substr(part.from + part.size);
    if (end != text.size()) result += '\n';
    begin = end + 1;
  }
  return result;
}

}  // namespace squall::reports
