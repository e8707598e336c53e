// SPDX-License-Identifier: Apache-2.0
#include "reports/untimed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "faults/signature.hpp"
#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/version.hpp"
#include "scenarios/judgement.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

using By = sim::Followed::By;

std::string_view name_of(By by) {
  constexpr std::string_view names[] = {"decision", "detour", "draw"};
  return names[static_cast<std::size_t>(by)];
}

/// What was seen of event number `e`, in sentences. Before the first event: `e` is -1.
std::vector<std::string> seen_of(const UntimedTelling& telling, std::ptrdiff_t e) {
  const auto& events = telling.run.followed.events;
  const auto& lines = telling.run.trace.lines();
  const auto begin_of = [&](std::ptrdiff_t number) {
    if (number < 0) return std::size_t{0};
    return number < std::ssize(events) ? events[static_cast<std::size_t>(number)].seen : lines.size();
  };
  std::vector<std::string> said;
  for (std::size_t l = begin_of(e); l < begin_of(e + 1); ++l) {
    std::string sentence_of_line = sentence(telling.scenario.model, telling.run.followed.world, lines[l]);
    if (!sentence_of_line.empty()) said.push_back(std::move(sentence_of_line));
  }
  return said;
}

void add_violations(std::string& text, const UntimedTelling& telling) {
  for (const sim::Violation& violation : telling.run.outcome.violations) {
    text += fmt::format("\nViolated: {}\n", printable(violation.invariant));
    for (const std::string& reason : untimed_reasons(violation)) text += fmt::format("  {}\n", reason);
  }
  if (!telling.run.outcome.undecided.empty()) text += "\nLeft open:\n";
  for (const sim::Undecided& open : telling.run.outcome.undecided)
    text += fmt::format("  {}: {}\n", printable(open.invariant), printable(open.why));
}

/// The events, of many those at the end.
void add_events(std::string& text, const UntimedTelling& telling) {
  constexpr std::size_t told = 200;
  const auto& events = telling.run.followed.events;
  text += "\nWhat happened:\n";
  for (const std::string& said : seen_of(telling, -1)) text += fmt::format("      {}\n", said);
  const std::size_t from = events.size() - std::min(events.size(), told);
  if (from != 0) text += fmt::format("      ({} more events)\n", from);
  for (std::size_t e = from; e < events.size(); ++e) {
    if (telling.run.followed.loop == e) text += "      From here on again and again:\n";
    const std::string_view how = events[e].by == By::detour ? ", which nobody had decided on"
                                 : events[e].by == By::draw ? ", drawn"
                                                            : "";
    text += fmt::format("{:>4}  {}{}\n", e + 1, printable(events[e].name), how);
    for (const std::string& said : seen_of(telling, static_cast<std::ptrdiff_t>(e)))
      text += fmt::format("        {}\n", said);
  }
  if (telling.run.followed.ended) text += "      Then nothing can happen any more.\n";
  if (telling.run.outcome.halt != sim::Halt::idle)
    text += "      The run was stopped undecided: its limit of events was reached.\n";
}

void add_how_followed(std::string& text, const UntimedTelling& telling) {
  const std::vector<std::string> said = how_followed(telling);
  text += fmt::format("\n{}\n", said.front());
  for (std::size_t s = 1; s < said.size(); ++s) text += fmt::format("{}\n", said[s]);
}

std::string head(const UntimedTelling& telling) {
  const scenarios::Verdict verdict = scenarios::verdict_of(telling.run.outcome);
  std::string text = fmt::format("{}, untimed: {}\n", printable(telling.scenario.model.name),
                                 verdict == scenarios::Verdict::violated  ? "violated"
                                 : verdict == scenarios::Verdict::unknown ? "undecided"
                                                                          : "every check holds in this run");
  add_violations(text, telling);
  return text;
}

}  // namespace

scenarios::Recording recording_of(const scenarios::UntimedRun& run) {
  return {.outcome = run.outcome,
          .trace = run.trace,
          .injected = {},
          .instants = {},
          .struck = {},
          .world = run.followed.world};
}

std::vector<std::string> struck_in(const scenarios::UntimedRun& run) {
  std::vector<std::string> lines;
  for (std::size_t e = 0; e < run.followed.events.size(); ++e) {
    const auto& event = run.followed.events[e];
    for (const std::string& fault : event.faults)
      // Where one does not say whom it struck, what it struck in does.
      lines.push_back(fault == event.name || fault.find(" of ") != std::string::npos
                          ? fmt::format("{}, at event {}", fault, e + 1)
                          : fmt::format("{}, at event {}: {}", fault, e + 1, event.name));
  }
  return lines;
}

std::vector<std::string> how_followed(const UntimedTelling& telling) {
  const sim::Followed& followed = telling.run.followed;
  const std::size_t all = telling.schedule.decisions.size();
  std::vector<std::string> said;
  if (followed.divergence) {
    said.push_back(fmt::format("This is not the run that was decided on: {}.",
                               printable(scenarios::divergence_text(telling.schedule, followed))));
    said.emplace_back("From there on it goes freely.");
  } else if (followed.followed == all) {
    said.push_back(fmt::format("All {} decisions were followed.", all));
  } else {
    said.push_back(fmt::format("{} of {} decisions were followed.", followed.followed, all));
  }
  for (const std::size_t decision : followed.fell_away) {
    said.push_back(fmt::format("  decision {}, '{}', fell away: there is no such step any more", decision + 1,
                               printable(telling.schedule.decisions[decision].event)));
  }
  return said;
}

std::vector<std::string> untimed_reasons(const sim::Violation& violation) {
  std::vector<std::string> said = sentences(violation);
  std::string& first = said.front();
  if (const auto instant = first.rfind(", closed at "); instant != std::string::npos) {
    first.resize(instant);
  } else {
    said.erase(said.begin());
  }
  return said;
}

std::string untimed_findings(const UntimedTelling& telling) { return head(telling); }

std::string untimed_story(const UntimedTelling& telling, const std::string& happened) {
  std::string text = head(telling);
  if (happened.empty()) add_events(text, telling);
  else text += "\nWhat happened:\n" + happened;
  const std::vector<std::string> struck = struck_in(telling.run);
  text += struck.empty() ? "\nNo fault struck.\n" : "\nFaults that struck:\n";
  for (const std::string& fault : struck) text += fmt::format("  - {}\n", printable(fault));
  add_how_followed(text, telling);
  return text + fmt::format("\nThe same run again: {}\n", telling.replay);
}

std::string untimed_explanation(const UntimedTelling& telling) {
  std::string text = head(telling);
  add_events(text, telling);
  add_how_followed(text, telling);
  const auto& events = telling.run.followed.events;
  text += "\nWhat it needed:\n";
  if (std::ranges::all_of(events, [](const auto& event) { return event.faults.empty(); }))
    text += "  no fault: the order does it\n";
  for (std::size_t e = 0; e < events.size(); ++e) {
    for (const std::string& fault : events[e].faults) text += fmt::format("  - {}, at {}\n", printable(fault), e + 1);
  }
  const auto open = std::ranges::count_if(events, [](const auto& event) { return event.could > 1; });
  text += fmt::format("\nAt {} of {} events something else could have come instead:\n", open, events.size());
  for (std::size_t e = 0; e < events.size(); ++e) {
    if (events[e].could > 1)
      text += fmt::format("  {:>2}  {}: one of {}\n", e + 1, printable(events[e].name), events[e].could);
  }
  return text + fmt::format("\nThe same run again: {}\n", telling.replay);
}

std::string untimed_json(const UntimedTelling& telling) {
  const scenarios::Outcome& outcome = telling.run.outcome;
  const sim::Followed& followed = telling.run.followed;
  Json json = {{"version", version()},
               {"workflow", telling.scenario.model.name},
               {"untimed", true},
               {"verdict", scenarios::name_of(scenarios::verdict_of(outcome))},
               {"violations", Json::array()},
               {"faults", Json::array()}};
  for (const sim::Violation& violation : outcome.violations) {
    json["violations"].push_back({{"invariant", violation.invariant},
                                  {"signature", "0x" + faults::signature_text(faults::signature(violation))},
                                  {"at_ns", 0},
                                  {"witness", violation.witness},
                                  {"story", untimed_reasons(violation)}});
  }
  for (const auto& event : followed.events) {
    for (const std::string& fault : event.faults)
      json["faults"].push_back({{"kind", fault.substr(0, fault.find(' '))}, {"plan", fault}});
  }
  json["events"] = outcome.events;
  json["virtual_ns"] = 0;
  json["digest"] = "0x" + digest_text(outcome.digest);
  json["decisions"] = telling.schedule.decisions.size();
  json["followed"] = followed.followed;
  json["loop"] = followed.loop ? Json(*followed.loop + 1) : Json();
  json["divergence"] = followed.divergence ? Json(scenarios::divergence_text(telling.schedule, followed)) : Json();
  json["open"] = Json::array();
  for (const sim::Undecided& open : outcome.undecided)
    json["open"].push_back({{"invariant", open.invariant}, {"why", open.why}});
  json["path"] = Json::array();
  for (std::size_t e = 0; e < followed.events.size(); ++e) {
    json["path"].push_back({{"event", followed.events[e].name},
                            {"by", name_of(followed.events[e].by)},
                            {"could", followed.events[e].could},
                            {"seen", seen_of(telling, static_cast<std::ptrdiff_t>(e))}});
  }
  json["came_true"] = outcome.came_true;
  json["replay"] = telling.replay;
  return json.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
