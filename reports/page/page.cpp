// SPDX-License-Identifier: Apache-2.0
#include "reports/page/page.hpp"

#include <fmt/format.h>

#include "reports/markup.hpp"
#include "reports/page/parts.hpp"

namespace squall::reports {

std::string page_head(std::string_view title) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
      page_script_hash, inert_text(title), page_style);
}

std::string page_beginning(std::string_view title, std::string_view verdict, std::string_view said,
                           std::string_view more) {
  return page_head(title) +
         fmt::format(
             "<header><h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span> <span class=\"soft\">{}</span></p>\n"
             "</header>\n<main>\n",
             inert_text(title), verdict, inert_text(said), inert_text(more));
}

std::string list_html(std::string_view title, std::string_view id, const std::vector<std::string>& lines, bool code) {
  if (lines.empty()) return {};
  std::string text = heading(title, id) + "<ul>\n";
  for (const std::string& line : lines)
    text += code ? fmt::format("<li><code>{}</code></li>\n", inert_text(line))
                 : fmt::format("<li>{}</li>\n", inert_text(line));
  return text + "</ul>\n";
}

std::string page_end() { return fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", page_script); }

std::string data_element(std::string_view json) {
  std::string text = "<script type=\"application/json\">";
  for (const char c : json) {
    if (c == '<') text += "\\u003c";
    else text += c;
  }
  return text + "</script>\n";
}

std::string live_page(std::string page, std::string_view version) {
  constexpr std::string_view policy = "default-src 'none';", body = "<body>";
  if (const std::size_t at = page.find(policy); at != std::string::npos)
    page.insert(at + policy.size(), " connect-src 'self';");
  if (const std::size_t at = page.find(body); at != std::string::npos)
    page.replace(at, body.size(), fmt::format("<body data-version=\"{}\">", inert_text(version)));
  return page;
}

std::string command_line(std::string_view command) {
  return fmt::format("<p><code>{}</code> <button type=\"button\" class=\"copy\" hidden>copy</button></p>\n",
                     inert_text(command));
}

std::string heading(std::string_view text, std::string_view id) {
  return fmt::format("<h2 id=\"{}\">{}</h2>\n", id, inert_text(text));
}

}  // namespace squall::reports
