// SPDX-License-Identifier: Apache-2.0
#include "reports/violation_html.hpp"

#include <fmt/format.h>

#include <vector>

#include "reports/markup.hpp"
#include "reports/story.hpp"
#include "reports/untimed.hpp"
#include "reports/views/space_time.hpp"

namespace squall::reports {

std::string violation_html(const sim::Violation& violation, bool timed, std::string_view id) {
  const std::string figure = wait_for_figure(violation, id);
  const std::vector<std::string> said = timed ? sentences(violation) : untimed_reasons(violation);
  // Without time, what is no cycle has nothing above its reasons.
  const std::size_t headline = timed || violation.cycle ? 1 : 0;
  std::string page = "<div class=\"columns\">\n";
  if (!figure.empty()) page += "<figure>\n" + figure + "</figure>\n";
  page += "<div>";
  if (headline != 0) page += fmt::format("<h3>{}</h3>\n", inert_text(said.front()));
  page += "<ol class=\"reasons\">\n";
  for (std::size_t s = headline; s < said.size(); ++s) page += fmt::format("<li>{}</li>\n", inert_text(said[s]));
  return page + "</ol></div></div>\n";
}

}  // namespace squall::reports
