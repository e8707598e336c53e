// SPDX-License-Identifier: Apache-2.0
#include "reports/markup.hpp"

#include <utility>

#include "reports/text.hpp"

namespace squall::reports {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&apos;"; break;
      default: safe += c;
    }
  }
  // U+FFFE and U+FFFF are no characters, which XML takes more seriously than a terminal does.
  for (const auto& [bytes, shown] :
       {std::pair{"\xef\xbf\xbe", "\\xef\\xbf\\xbe"}, {"\xef\xbf\xbf", "\\xef\\xbf\\xbf"}}) {
    for (std::size_t at = 0; (at = safe.find(bytes, at)) != std::string::npos;) safe.replace(at, 3, shown);
  }
  return safe;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string safe;
  for (std::size_t from = 0;;) {
    const std::size_t end = text.find('\n', from);
    safe += escaped(text.substr(from, end == std::string_view::npos ? end : end - from));
    if (end == std::string_view::npos) return safe;
    safe += '\n';
    from = end + 1;
  }
}

std::string inert_text(std::string_view text) { return xml_text(printable(text)); }

std::string beginning(std::string_view text, std::size_t most, std::string_view more) {
  if (text.size() <= most) return std::string{text};
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string{text.substr(0, end)}.append(more);
}

}  // namespace squall::reports
