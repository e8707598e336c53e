// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text from users in XML, SVG and HTML.
namespace squall::reports {

/// `text` between tags or in quotes: markup is escaped, what XML 1.0 may not hold becomes `\xNN`; line ends stay.
std::string xml_text(std::string_view text);

/// The same on one line: a line end becomes `\x0a` too. What would turn the direction of writing is spelt out.
std::string inert_text(std::string_view text);

/// The first `most` bytes of a text, never half a character, with `more` behind what was cut. Not escaped.
std::string beginning(std::string_view text, std::size_t most, std::string_view more = "…");

}  // namespace squall::reports
