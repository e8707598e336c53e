// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// One HTML page that stands alone: its style and its script are in it, it asks no server for anything, and its content policy
/// forbids whatever is not in it.
namespace squall::reports {

/// Its head, up to `<body>`. `title` is escaped.
std::string page_head(std::string_view title);
/// Its end: `data` (JSON, or empty) for the script, and the script.
std::string page_end(std::string_view data);

/// A page as a server hands it out: it may ask that server, and nobody else, which version of it there is now, and loads anew
/// where that is another.
std::string live_page(std::string page, std::string_view version);

/// A command to be run again, with a button that copies it.
std::string command_line(std::string_view command);

/// `<h2>…</h2>`, an identifier of its own for links.
std::string heading(std::string_view text, std::string_view id);

}  // namespace squall::reports
