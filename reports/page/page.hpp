// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// One HTML page that stands alone: its style and its script are in it, it asks no server for anything, and its content policy
/// forbids whatever is not in it.
namespace squall::reports {

/// Its head, up to `<body>`. `title` is escaped.
std::string page_head(std::string_view title);
/// The same with what a page begins with: title, verdict (`violated`, `holds`, `unknown`, or empty) in the words of `said`, and
/// `more`, all escaped; then `<main>` is open.
std::string page_beginning(std::string_view title, std::string_view verdict, std::string_view said,
                           std::string_view more);
/// A list under a heading, as text or as code; nothing where there are no lines.
std::string list_html(std::string_view title, std::string_view id, const std::vector<std::string>& lines,
                      bool code = false);
/// Closes `<main>`; its end, with the script.
std::string page_end();
/// JSON for the script, as an element that is not shown. Nothing in it can end the element.
std::string data_element(std::string_view json);

/// A page as a server hands it out: it may ask that server, and nobody else, which version of it there is now, and loads anew
/// where that is another.
std::string live_page(std::string page, std::string_view version);

/// A command to be run again, with a button that copies it.
std::string command_line(std::string_view command);

/// `<h2>…</h2>`, an identifier of its own for links.
std::string heading(std::string_view text, std::string_view id);

}  // namespace squall::reports
