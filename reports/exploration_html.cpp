// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/html.hpp"
#include "reports/markup.hpp"
#include "reports/page/page.hpp"
#include "reports/run_view.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/violation_html.hpp"

namespace squall::reports {
namespace {

/// Of each way what is near its end: a page holds several.
constexpr Window near_end{.before = 150, .after = 60};

void add_way(std::string& page, const ExplorationReport& report, std::size_t number) {
  const sim::Finding& finding = report.result.findings[number];
  const std::string id = fmt::format("finding-{}", number + 1);
  page += heading("Violated: " + finding.violation.invariant, id);
  page += violation_html(finding.violation, false, id);
  // Its way is played as decisions: what is seen, and how all stands after each.
  const sim::Schedule schedule = schedule_of(report.exploration, finding.begin, finding.path, finding.loop);
  const scenarios::UntimedRun run = scenarios::play(report.scenario, schedule);
  page += struck_html(struck_in(run), "It needs no fault: the order does it.", "These faults strike:");
  if (number < report.cases.size()) page += command_line("squall replay " + shell_word(report.cases[number]));
  const bool reduced = report.no_reduction && report.no_reduction->empty();
  const bool shortest = report.order == sim::Order::breadth_first && !reduced && !finding.loop;
  page += fmt::format("<h3>{} way there: {}</h3>\n", shortest ? "The shortest" : "A",
                      counted(finding.path.size(), "step", "steps"));
  const Chronicle chronicled = chronicle(report.scenario, run, near_end);
  const RunView view{chronicled, run.outcome.violations, id};
  page += story_html(view) + "<h3>Between whom</h3>\n" + diagram_html(view) +
          travel_html(view, snapshots(report.scenario, schedule, sim::Seed{1}, chronicled));
}

std::string checked(const ExplorationReport& report) {
  if (verdict_of(report) != Explored::holds) return {};
  std::vector<std::string> lines;
  for (const sim::PlacedMonitor& placed : report.scenario.model.monitors)
    lines.push_back(fmt::format("{}: {}", placed.monitor.name, placed.monitor.claim));
  return list_html(report.exploration.timers == sim::Timers::any
                       ? "Holds in whatever order messages, work and timeouts come"
                       : "Holds in whatever order messages and work come, if timeouts wait for all else",
                   "checked", lines);
}

}  // namespace

std::string exploration_html(const ExplorationReport& report) {
  const Explored verdict = verdict_of(report);
  std::string page =
      page_beginning(report.scenario.model.name,
                     verdict == Explored::violated ? "violated"
                     : verdict == Explored::holds  ? "holds"
                                                   : "unknown",
                     verdict == Explored::violated ? "✗ violated"
                     : verdict == Explored::holds  ? "✓ holds in every state"
                                                   : "? nothing is violated so far, and nothing is proved",
                     fmt::format("{} states, {} steps between them", grouped(report.result.distinct),
                                 grouped(report.result.generated)));
  if (!report.scenario.about.empty()) page += fmt::format("<p>{}</p>\n", inert_text(report.scenario.about));
  for (std::size_t f = 0; f < report.result.findings.size(); ++f) add_way(page, report, f);
  page += list_html("True in no state that can be reached", "never", never_true(report));
  page += checked(report);
  std::vector<std::string> open;
  for (const sim::Undecided& each : report.result.undecided) open.push_back(each.invariant + ": " + each.why);
  page += list_html("Left open", "open", open);
  std::vector<std::string> facts = exploration_facts(report);
  if (const std::string assumed = assumption_of(report); !assumed.empty()) facts.push_back(assumed);
  page += list_html("How it was searched", "search", facts);
  return page + heading("The same search again", "replay") + command_line(report.replay) + page_end();
}

}  // namespace squall::reports
