// SPDX-License-Identifier: Apache-2.0
#include "reports/exploration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/statistics.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/untimed.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

std::string_view name_of(sim::Bound bound) {
  switch (bound) {
    case sim::Bound::none: return "none";
    case sim::Bound::states: return "states";
    case sim::Bound::depth: return "depth";
    case sim::Bound::stopped: return "time";
    case sim::Bound::first_violation: return "first violation";
  }
  return {};
}

std::string_view why_incomplete(sim::Bound bound) {
  switch (bound) {
    case sim::Bound::states: return "there are more than were asked for (--states)";
    case sim::Bound::depth: return "longer runs were not looked at (--depth)";
    case sim::Bound::stopped: return "the time was over (--for), or it was interrupted";
    case sim::Bound::first_violation: return "the search ended at the first violation";
    case sim::Bound::none: break;
  }
  return {};
}

std::string_view name_of(Explored verdict) {
  constexpr std::string_view names[] = {"holds", "violated", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

/// A path in sentences, one for each thing that is seen.
std::vector<std::string> sentences_of(const ExplorationReport& report, const sim::Finding& finding,
                                      const std::vector<sim::Step>& path) {
  sim::Trace trace;
  const sim::World end = sim::retrace(report.exploration, finding.begin, path, trace);
  std::vector<std::string> lines;
  for (const sim::TraceLine& line : trace.lines()) {
    std::string said = sentence(report.scenario.model, end, line);
    if (!said.empty()) lines.push_back(std::move(said));
  }
  return lines;
}

std::vector<std::string> path_of(const ExplorationReport& report, const sim::Finding& finding) {
  return sentences_of(report, finding, finding.path);
}

std::size_t lines_before_loop(const ExplorationReport& report, const sim::Finding& finding) {
  const auto loop = finding.path.begin() + static_cast<std::ptrdiff_t>(*finding.loop);
  return sentences_of(report, finding, {finding.path.begin(), loop}).size();
}

/// Two of n states share one of 2^64 fingerprints with about this chance (the birthday bound).
double chance_of_collision(std::uint64_t states) {
  const double n = static_cast<double>(states);
  return std::min(1.0, n * n / 36893488147419103232.0);  // 2^65
}

void add_size(std::string& text, const ExplorationReport& report) {
  const sim::SearchResult& result = report.result;
  text += fmt::format("{}: {} states{}, {} steps between them, {} deep{}\n", printable(report.scenario.model.name),
                      grouped(result.distinct), result.complete ? ", all that can be reached" : "",
                      grouped(result.generated), result.depth,
                      report.faults == 0 ? std::string{} : fmt::format("; up to {} faults", report.faults));
  if (!result.complete) text += fmt::format("That is not all: {}.\n", why_incomplete(result.bound));
  text += fmt::format("Two of them were taken for one with a chance below {:.1g}; {:.1f} MiB were used.\n",
                      chance_of_collision(result.distinct), static_cast<double>(result.bytes) / (1024.0 * 1024.0));
}

std::string list_of(const std::vector<scenarios::Interchangeable::Group>& groups) {
  std::string list;
  for (const auto& group : groups)
    list += fmt::format("{}{} of {}", list.empty() ? "" : ", ", group.equals.members, printable(group.agent));
  return list;
}

bool reduces(const ExplorationReport& report) { return report.no_reduction && report.no_reduction->empty(); }

void add_symmetry(std::string& text, const scenarios::Interchangeable& symmetry) {
  if (symmetry.any()) {
    text += fmt::format("States count as one where they differ only in which is which of equals: the {}.\n",
                        list_of(symmetry.groups));
  } else if (symmetry.apart.empty()) {
    text += "No agents are equals: none has replicas (--symmetry).\n";
  }
  for (const auto& apart : symmetry.apart)
    text += fmt::format("Members of {} are not taken for equals: {}.\n", printable(apart.agent), printable(apart.why));
}

/// What was asked to be left out, and what for what reason was not.
void add_reductions(std::string& text, const ExplorationReport& report) {
  if (report.no_reduction && !report.no_reduction->empty())
    text += fmt::format("No order was left out (--reduce por): {}.\n", printable(*report.no_reduction));
  if (reduces(report))
    text +=
        fmt::format("In {} of them only one agent's events were looked at, since no order of the others' matters.\n",
                    grouped(report.result.reduced));
  if (report.symmetry) add_symmetry(text, *report.symmetry);
  if (report.endless && (reduces(report) || (report.symmetry && report.symmetry->any())))
    text += "Claims about endless runs were decided on all states and in all orders.\n";
}

std::string assumed(sim::AssumedFairness fairness) {
  return fairness == sim::AssumedFairness::weak
             ? "Of endless runs those count in which whoever can act all the time acts some time; choices are free."
             : "Of endless runs all count, also those in which somebody never acts who could (--fairness none).";
}

void add_finding(std::string& text, const ExplorationReport& report, std::size_t number) {
  const sim::Finding& finding = report.result.findings[number];
  const sim::Violation& violation = finding.violation;
  text += fmt::format("\nViolated: {}\n", violation.invariant);
  for (const std::string& reason : untimed_reasons(violation)) text += fmt::format("  {}\n", reason);
  const std::vector<std::string> path = path_of(report, finding);
  const bool is_shortest = report.order == sim::Order::breadth_first && !reduces(report);
  if (finding.loop) {
    const std::size_t before = lines_before_loop(report, finding);
    text += fmt::format("A way there, {} steps:\n", *finding.loop);
    for (std::size_t l = 0; l < before; ++l) text += fmt::format("  {}\n", path[l]);
    text += fmt::format("And then, again and again, {} steps:\n", finding.path.size() - *finding.loop);
    for (std::size_t l = before; l < path.size(); ++l) text += fmt::format("  {}\n", path[l]);
  } else {
    text += fmt::format("{} way there, {} steps:\n", is_shortest ? "The shortest" : "A", finding.path.size());
    for (const std::string& line : path) text += fmt::format("  {}\n", line);
  }
  if (report.faults != 0) {
    const sim::Schedule schedule = schedule_of(report.exploration, finding.begin, finding.path, finding.loop);
    const std::vector<std::string> struck = struck_in(scenarios::play(report.scenario, schedule));
    text += struck.empty() ? "It needs no fault: the order does it.\n" : "These faults strike:\n";
    for (const std::string& fault : struck) text += fmt::format("  - {}\n", printable(fault));
  }
  if (number < report.cases.size())
    text += fmt::format("  to play it again: squall replay {}\n", shell_word(report.cases[number]));
}

}  // namespace

std::vector<std::string> never_true(const ExplorationReport& report) {
  std::vector<std::string> never;
  if (!report.result.complete) return never;
  for (const std::string& claim : report.scenario.sometimes) {
    if (std::ranges::find(report.result.came_true, claim) == report.result.came_true.end()) never.push_back(claim);
  }
  return never;
}

std::vector<std::string> exploration_facts(const ExplorationReport& report) {
  std::string text;
  add_size(text, report);
  add_reductions(text, report);
  std::vector<std::string> facts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    facts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return facts;
}

std::string assumption_of(const ExplorationReport& report) {
  const bool loops =
      std::ranges::any_of(report.result.findings, [](const auto& each) { return each.loop.has_value(); });
  return loops || report.endless ? assumed(report.fairness) : std::string{};
}

Explored verdict_of(const ExplorationReport& report) {
  if (!report.result.findings.empty() || !never_true(report).empty()) return Explored::violated;
  return report.result.complete && report.result.undecided.empty() ? Explored::holds : Explored::unknown;
}

std::string exploration_text(const ExplorationReport& report) {
  std::string text;
  add_size(text, report);
  add_reductions(text, report);
  for (std::size_t f = 0; f < report.result.findings.size(); ++f) add_finding(text, report, f);
  for (const std::string& claim : never_true(report))
    text += fmt::format("\nViolated: {}\n  no state that can be reached makes it true\n", printable(claim));
  if (!report.result.undecided.empty()) {
    text += "\nLeft open:\n";
    for (const sim::Undecided& open : report.result.undecided)
      text += fmt::format("  {}: {}\n", printable(open.invariant), printable(open.why));
  }
  const bool loops =
      std::ranges::any_of(report.result.findings, [](const auto& each) { return each.loop.has_value(); });
  if (loops) text += "\n" + assumed(report.fairness) + "\n";
  switch (verdict_of(report)) {
    case Explored::holds: {
      text += report.exploration.timers == sim::Timers::any
                  ? "\nEvery check holds, in whatever order messages, work and timeouts come:\n"
                  : "\nEvery check holds, in whatever order messages and work come, if timeouts wait for all else:\n";
      for (const sim::PlacedMonitor& placed : report.scenario.model.monitors)
        text += fmt::format("  {}: {}\n", placed.monitor.name, placed.monitor.claim);
      if (report.endless) text += assumed(report.fairness) + "\n";
      break;
    }
    case Explored::unknown: text += "\nNothing is violated so far, and nothing is proved.\n"; break;
    case Explored::violated: break;
  }
  text += fmt::format("\nThe same search again: {}\n", report.replay);
  return text;
}

namespace {

/// How many states were looked at in part, or why none was.
nlohmann::ordered_json reduction_json(const ExplorationReport& report) {
  if (!report.no_reduction) return {};
  if (reduces(report)) return {{"reduced", report.result.reduced}};
  return {{"why_not", *report.no_reduction}};
}

nlohmann::ordered_json symmetry_json(const ExplorationReport& report) {
  using nlohmann::ordered_json;
  if (!report.symmetry) return {};
  ordered_json equals = ordered_json::object(), apart = ordered_json::object();
  for (const auto& group : report.symmetry->groups) equals[group.agent] = group.equals.members;
  for (const auto& one : report.symmetry->apart) apart[one.agent] = one.why;
  return {{"equals", equals}, {"apart", apart}};
}

}  // namespace

std::string exploration_json(const ExplorationReport& report) {
  using nlohmann::ordered_json;
  const sim::SearchResult& result = report.result;
  ordered_json findings = ordered_json::array();
  for (std::size_t f = 0; f < result.findings.size(); ++f) {
    const sim::Finding& finding = result.findings[f];
    findings.push_back({{"invariant", finding.violation.invariant},
                        {"signature", faults::signature_text(faults::signature(finding.violation))},
                        {"steps", finding.path.size()},
                        {"loop", finding.loop ? ordered_json(*finding.loop) : ordered_json()},
                        {"reasons", untimed_reasons(finding.violation)},
                        {"path", path_of(report, finding)},
                        {"case", f < report.cases.size() ? ordered_json(report.cases[f]) : ordered_json()}});
  }
  ordered_json open = ordered_json::array();
  for (const sim::Undecided& each : result.undecided)
    open.push_back({{"invariant", each.invariant}, {"why", each.why}});
  const double rate = report.seconds > 0 ? static_cast<double>(result.distinct) / report.seconds : 0;
  const ordered_json whole{{"version", version()},
                           {"workflow", report.scenario.model.name},
                           {"verdict", name_of(verdict_of(report))},
                           {"distinct", result.distinct},
                           {"generated", result.generated},
                           {"terminal", result.terminal},
                           {"depth", result.depth},
                           {"complete", result.complete},
                           {"bound", name_of(result.bound)},
                           {"faults", report.faults},
                           {"fairness", report.fairness == sim::AssumedFairness::weak ? "weak" : "none"},
                           {"symmetry", symmetry_json(report)},
                           {"reduction", reduction_json(report)},
                           {"collision", chance_of_collision(result.distinct)},
                           {"bytes", result.bytes},
                           {"findings", findings},
                           {"open", open},
                           {"never_true", never_true(report)},
                           {"states_per_second", rate},
                           {"replay", report.replay}};
  return whole.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
