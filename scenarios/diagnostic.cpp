// SPDX-License-Identifier: Apache-2.0
#include "scenarios/diagnostic.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios {
namespace {

/// The characters of a line, each as it is printed: one column each, so that a caret below stands where it should.
std::vector<std::string> columns_of(std::string_view line) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t bytes = std::max<std::size_t>(1, utf8_length(line.substr(at)));
    const std::string_view character = line.substr(at, bytes);
    const auto byte = static_cast<unsigned char>(character[0]);
    const bool broken = utf8_length(line.substr(at)) == 0;
    columns.emplace_back(byte == '\t' ? " " : broken || byte < 0x20 || byte == 0x7f ? "?" : character);
    at += bytes;
  }
  return columns;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_length(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    // C1 controls (U+0080 to U+009F) steer a terminal as well.
    const bool c1 = bytes == 2 && byte == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0;
    if (bytes == 0 || byte < 0x20 || byte == 0x7f || c1) {
      for (std::size_t b = 0; b < std::max<std::size_t>(1, bytes); ++b) {
        safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at + b]));
      }
    } else {
      safe += text.substr(at, bytes);
    }
    at += std::max<std::size_t>(1, bytes);
  }
  return safe;
}

std::string to_text(const Diagnostic& diagnostic) { return to_text(diagnostic, "error", {}); }

std::string to_text(const Diagnostic& diagnostic, std::string_view kind, std::span<const std::string> reasons) {
  const Place& at = diagnostic.at;
  std::string text =
      fmt::format("{}:{}:{}: {}: {}\n", printable(at.file), at.line, at.column, kind, printable(diagnostic.what));
  if (!diagnostic.source.empty()) {
    constexpr std::size_t shown = 110;
    const std::vector<std::string> columns = columns_of(diagnostic.source);
    const std::size_t caret = std::min<std::size_t>(at.column - 1, columns.size());
    const std::size_t from = columns.size() <= shown || caret < shown / 2 ? 0 : caret - shown / 2;
    const std::size_t to = std::min(columns.size(), from + shown);
    std::string line = from == 0 ? "" : "…";
    for (std::size_t c = from; c < to; ++c) line += columns[c];
    if (to < columns.size()) line += "…";
    const std::size_t indent = caret - from + (from == 0 ? 0 : 1);
    const std::size_t room = std::max<std::size_t>(1, to - std::min(to, caret));
    const std::size_t width = std::clamp<std::size_t>(at.width, 1, room);
    text += fmt::format("{:>5} | {}\n", at.line, line);
    text += fmt::format("{:>5} | {}^{}\n", "", std::string(indent, ' '), std::string(width - 1, '~'));
  }
  for (const std::string& reason : reasons) text += "    " + printable(reason) + "\n";
  return text + "  fix: " + printable(diagnostic.fix) + "\n";
}

std::string to_text(std::span<const Diagnostic> diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += to_text(diagnostic);
  return text;
}

}  // namespace squall::scenarios
