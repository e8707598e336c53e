// SPDX-License-Identifier: Apache-2.0
#include "reports/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "reports/cli/console.hpp"

namespace squall::reports::cli {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

constexpr std::size_t least = 30, most = 400;

/// The first of these that says something decides (POSIX, 8.2).
bool utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (value.empty()) continue;
    return value.ends_with("UTF-8") || value.ends_with("utf8") || value.ends_with("UTF8") || value.ends_with("utf-8");
  }
  return false;
}

}  // namespace

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    return std::clamp<std::size_t>(size.ws_col, least, most);
  const auto columns = number_of(variable("COLUMNS"));
  return columns ? std::clamp<std::size_t>(*columns, least, most) : 100;
}

bool has_colours() { return isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb"; }

TimelineStyle terminal_style() {
  return {.width = columns_of(STDOUT_FILENO), .colour = has_colours(), .ascii = !utf8()};
}

}  // namespace squall::reports::cli
