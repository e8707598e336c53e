// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"

namespace squall::reports {

std::string suite_html(std::span<const FileReport> reports) {
  using Result = FileReport::Result;
  const auto any = [&](Result result) {
    return std::ranges::find(reports, result, &FileReport::result) != reports.end();
  };
  const bool failed = any(Result::failed) || any(Result::unreadable);
  const bool open = any(Result::undecided) || reports.empty();
  const std::string title = reports.empty() || reports.back().workflow.empty() ? "Verdict" : reports.back().workflow;
  std::string page = page_head(title);
  page += fmt::format("<header><h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span></p>\n</header>\n<main>\n",
                      inert_text(title),
                      failed ? "violated"
                      : open ? "unknown"
                             : "holds",
                      failed ? "✗ not as it demands"
                      : open ? "? undecided"
                             : "✓ as it demands");
  page += heading("Files", "files") + "<ul>\n";
  for (const FileReport& each : reports) page += fmt::format("<li><code>{}</code></li>\n", xml_text(line_of(each)));
  page += "</ul>\n";
  for (const FileReport& each : reports) {
    const std::string& why = each.trouble.empty() ? each.findings : each.trouble;
    if (why.empty()) continue;
    page += fmt::format("<h3>{}</h3>\n<pre>{}</pre>\n", inert_text(each.path), xml_text(why));
    if (!each.replay.empty()) page += command_line(each.replay);
  }
  return page + page_end();
}

}  // namespace squall::reports
