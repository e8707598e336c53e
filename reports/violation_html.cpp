// SPDX-License-Identifier: Apache-2.0
#include "reports/violation_html.hpp"

#include <fmt/format.h>

#include <vector>

#include "reports/markup.hpp"
#include "reports/story.hpp"
#include "reports/views/space_time.hpp"

namespace squall::reports {

std::string violation_html(const sim::Violation& violation) {
  const std::string figure = wait_for_figure(violation);
  const std::vector<std::string> said = sentences(violation);
  std::string page = "<div class=\"columns\">\n";
  if (!figure.empty()) page += "<figure>\n" + figure + "</figure>\n";
  page += fmt::format("<div><h3>{}</h3>\n<ol class=\"reasons\">\n", inert_text(said.front()));
  for (std::size_t s = 1; s < said.size(); ++s) page += fmt::format("<li>{}</li>\n", inert_text(said[s]));
  return page + "</ol></div></div>\n";
}

}  // namespace squall::reports
