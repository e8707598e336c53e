// SPDX-License-Identifier: Apache-2.0
#include "reports/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/markup.hpp"
#include "reports/views/space_time.hpp"
#include "reports/views/travel.hpp"

namespace squall::reports {
namespace {

using namespace sim;

std::string frame_id(const RunView& view) { return fmt::format("diagram-{}", view.id); }

/// The stop at which the first violation begins; without one: the last.
std::size_t start_of(const Chronicle& run, std::span<const Violation> violations, std::size_t stops) {
  if (!run.timed || violations.empty()) return stops - 1;
  const auto after = std::ranges::upper_bound(run.moments, violations.front().at, {}, &Moment::at);
  return after == run.moments.begin() ? 0 : static_cast<std::size_t>(after - run.moments.begin()) - 1;
}

void add_event(std::string& html, const Decided& event, const Chronicle& run) {
  html += fmt::format("<tr><td class=\"number\">{}</td><td>{}{}{}</td><td>",
                      event.number == 0 ? std::string{} : fmt::format("{}", event.number), inert_text(event.name),
                      event.how.empty() ? "" : ", " + inert_text(event.how),
                      event.could > 1 ? fmt::format(" <span class=\"soft\">one of {}</span>", event.could) : "");
  for (std::uint32_t m = 0; m < event.count; ++m)
    html += (m == 0 ? "" : "<br>") + inert_text(run.moments[event.first + m].text);
  html += "</td></tr>\n";
}

}  // namespace

std::string left_out_html(const Chronicle& run) {
  if (run.moments.size() == run.moments_all) return {};
  return fmt::format("<p class=\"soft\">{} moments before and {} after what is shown are left out.</p>\n", run.first,
                     run.moments_all - run.first - run.moments.size());
}

std::string struck_html(const std::vector<std::string>& struck, std::string_view none, std::string_view lead) {
  if (struck.empty()) return fmt::format("<p>{}</p>\n", none);
  std::string html = fmt::format("<p>{}</p>\n<ul>\n", lead);
  for (const std::string& fault : struck) html += fmt::format("<li><code>{}</code></li>\n", inert_text(fault));
  return html + "</ul>\n";
}

std::string diagram_html(const RunView& view) {
  const SpaceTime drawn = space_time(view.run, view.violations, view.id);
  return fmt::format(
      "{}<p class=\"soft\">{} {}</p>\n{}<div class=\"frame\" id=\"{}\" tabindex=\"0\" role=\"group\" "
      "aria-label=\"space-time diagram\">\n{}{}</div>\n",
      left_out_html(view.run), inert_text(drawn.description),
      view.run.timed ? "Time runs downwards: a row for each moment, however long it took."
                     : "Events follow each other downwards; there is no time.",
      drawn.legend, frame_id(view), drawn.head, drawn.svg);
}

std::string travel_html(const RunView& view, const std::vector<Snapshot>& states) {
  const std::vector<Stop> stops = stops_of(view.run);
  if (stops.empty()) return {};
  return travel_html(stops, states, start_of(view.run, view.violations, stops.size()), frame_id(view));
}

std::string story_html(const RunView& view) {
  const Chronicle& run = view.run;
  std::string html = left_out_html(run) +
                     "<div class=\"frame story\" tabindex=\"0\" role=\"group\" aria-label=\"story\"><table><thead><tr>";
  html += run.timed ? "<th scope=\"col\" class=\"number\">no.</th><th scope=\"col\" class=\"number\">at</th>"
                    : "<th scope=\"col\" class=\"number\">no.</th><th scope=\"col\">event</th>";
  html += "<th scope=\"col\">what happened</th></tr></thead><tbody>\n";
  std::vector<const Violation*> marks;
  for (const Violation& violation : view.violations) marks.push_back(&violation);
  std::ranges::stable_sort(marks, {}, [&](const Violation* violation) { return run.when(*violation); });
  std::size_t marked = 0;
  const auto mark_before = [&](Instant now) {
    for (; marked < marks.size() && run.when(*marks[marked]) < now; ++marked)
      html += fmt::format("<tr class=\"violation\"><td></td><td class=\"number\">{}</td><td>✗ {}</td></tr>\n",
                          run.timed ? run.when_text(marks[marked]->at) : "", inert_text(marks[marked]->invariant));
  };
  for (const Moment& moment : run.moments) {
    if (!run.timed) break;
    mark_before(moment.at);
    html += fmt::format("<tr><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>\n", moment.number,
                        run.when_text(moment.at), inert_text(moment.text));
  }
  for (const Decided& event : run.decided) {
    if (run.loop && *run.loop == event.number)
      html += "<tr><td></td><td colspan=\"2\"><strong>↻ From here on again and again:</strong></td></tr>\n";
    if (event.number != 0 || event.count != 0) add_event(html, event, run);
  }
  mark_before(end_of_time);
  return html + "</tbody></table></div>\n";
}

std::string run_details_html(const RunView& view, const std::vector<Snapshot>& states, std::string_view summary) {
  return fmt::format("<details><summary>{}</summary>\n{}{}{}</details>\n", inert_text(summary), story_html(view),
                     diagram_html(view), travel_html(view, states));
}

}  // namespace squall::reports
