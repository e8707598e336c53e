// SPDX-License-Identifier: Apache-2.0
#include "reports/history_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/timeline_svg.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

using namespace sim::history;

std::string process_text(const HistoryReport& report, const Call& call) {
  const History& history = report.read.history;
  return printable(history.values.text(history.operations[call.operation].process, 40));
}

std::string lines_text(const HistoryReport& report, const Call& call) {
  const Operation& operation = report.read.history.operations[call.operation];
  return operation.returned == never ? fmt::format("line {}", operation.invoked)
                                     : fmt::format("lines {} to {}", operation.invoked, operation.returned);
}

std::string said(const HistoryReport& report, const Call& call) {
  return printable(call_text(report.read.history.values, call));
}

/// What is told behind a call that need not have taken effect.
std::string_view openness(const HistoryReport& report, const PartCall& one) {
  if (one.needed) return "";
  return report.read.history.operations[one.call.operation].outcome == Outcome::ok
             ? "  (with or without its effect)"
             : "  (whether it took effect or not)";
}

std::string object_name(const HistoryReport& report, const FailingPart& part) {
  const bool lock = report.model == ModelKind::mutex || report.model == ModelKind::owned_mutex;
  const bool queue = report.model == ModelKind::queue || report.model == ModelKind::unordered_queue;
  const std::string kind = lock                                        ? "lock"
                           : queue                                     ? "queue"
                           : report.model == ModelKind::set            ? "set"
                           : report.model == ModelKind::list_append    ? "list"
                           : report.model == ModelKind::multi_register ? "store"
                                                                       : "register";
  if (part.key == nil) return "the " + kind;
  return fmt::format("the {} {}", kind, printable(report.read.history.values.text(part.key, 60)));
}

/// Why the part fails, in sentences.
std::vector<std::string> story_of(const HistoryReport& report, const FailingPart& part) {
  std::vector<std::string> story;
  if (part.calls.empty()) return story;
  const Call& blocked = part.calls[part.blocked].call;
  const Operation& operation = report.read.history.operations[blocked.operation];
  const std::string object = object_name(report, part);
  story.push_back(
      fmt::format("When process {}'s '{}' returns (line {}), no order of these calls explains it together with "
                  "all that had returned before.",
                  process_text(report, blocked), said(report, blocked), operation.returned));
  if (!part.states.empty()) {
    std::vector<std::string> states;
    for (const std::string& state : part.states) states.push_back(printable(state));
    story.push_back(fmt::format("By then {} {}{}, in whatever order the others took effect.", object,
                                listed(states, "or"), part.states.size() >= 16 ? ", or something else" : ""));
  }
  if (part.from_nowhere)
    story.emplace_back(part.calls.size() == 1 ? "Nobody had put there by then what it shows."
                                              : "What it shows had been put there less often by then.");
  if (part.any_start)
    story.push_back(fmt::format("It fails from here whatever {} was like before, so nothing earlier matters.", object));
  return story;
}

std::string head(const HistoryReport& report) {
  std::string text = fmt::format("{}: {}\n", printable(report.file), verdict_name(report.check.verdict));
  text += fmt::format("  as {}{}\n", model_row(report.model).claim,
                      report.initial.empty() ? "" : fmt::format("; it holds {} at first", printable(report.initial)));
  text += fmt::format("  {} in {}", counted(report.read.history.operations.size(), "operation", "operations"),
                      counted(report.read.lines, "line", "lines"));
  if (report.check.objects > 1) text += fmt::format(", {} objects", report.check.objects);
  if (report.read.skipped != 0)
    text += fmt::format("; {} of no client skipped", counted(report.read.skipped, "line", "lines"));
  return text + "\n";
}

std::size_t null_reads(const HistoryReport& report) {
  const bool registers = report.model == ModelKind::plain_register || report.model == ModelKind::cas_register;
  if (!registers || report.null_is_a_value || report.check.keyed) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(report.read.history.operations, [](const Operation& operation) {
    return operation.function == Function::read && operation.outcome == Outcome::ok && operation.value() == nil;
  }));
}

}  // namespace

std::string history_text(const HistoryReport& report) {
  const HistoryCheck& check = report.check;
  std::string text = head(report);
  if (const std::size_t reads = null_reads(report); reads != 0)
    text += fmt::format("  {} null, which is taken to say nothing (--initial null: that nothing was there)\n",
                        reads == 1 ? "1 read saw" : fmt::format("{} reads saw", reads));
  if (check.verdict == HistoryVerdict::holds) {
    text += check.searched == 0
                ? "\nThere is an order that explains it; each value being written once, no search was needed.\n"
                : fmt::format("\nThere is an order that explains it: found in {}.\n",
                              counted(check.steps, "step", "steps"));
  } else if (check.verdict == HistoryVerdict::unknown) {
    text += fmt::format("\nNo verdict: {}. Tried: {}, {} MB.\n", check.unknown, counted(check.steps, "step", "steps"),
                        check.memory >> 20);
    if (check.reached < report.read.history.operations.size())
      text += fmt::format("All is explained up to line {}.\n", report.read.history.operations[check.reached].returned);
  }
  for (const FailingPart& part : check.failing) {
    text += fmt::format("\nThe smallest part that fails{}, {} of {}:\n",
                        part.key == nil ? "" : ", of " + object_name(report, part), part.calls.size(),
                        counted(part.out_of, "call", "calls"));
    std::size_t lines_width = 0, process_width = 0;
    for (const PartCall& one : part.calls) {
      lines_width = std::max(lines_width, lines_text(report, one.call).size());
      process_width = std::max(process_width, process_text(report, one.call).size());
    }
    for (std::size_t c = 0; c < part.calls.size(); ++c) {
      const PartCall& one = part.calls[c];
      text += fmt::format("  {:<{}}  process {:<{}}  {}{}{}\n", lines_text(report, one.call), lines_width,
                          process_text(report, one.call), process_width, said(report, one.call), openness(report, one),
                          c == part.blocked ? "  <-- cannot be placed" : "");
    }
    text += '\n';
    for (const std::string& sentence : story_of(report, part)) text += sentence + "\n";
  }
  if (check.objects_failing > 1)
    text += fmt::format("\n{} of {} objects fail; this is the first one.\n", check.objects_failing, check.objects);
  return text + "\nThe same again: " + report.again + "\n";
}

std::string history_json(const HistoryReport& report) {
  const HistoryCheck& check = report.check;
  const History& history = report.read.history;
  Json json;
  json["version"] = version();
  json["file"] = report.file;
  json["model"] = model_row(report.model).name;
  json["initial"] = report.initial.empty() ? Json{} : Json{report.initial};
  json["verdict"] = verdict_name(check.verdict);
  json["operations"] = history.operations.size();
  json["lines"] = report.read.lines;
  json["skipped"] = report.read.skipped;
  json["objects"] = check.objects;
  json["objects_failing"] = check.objects_failing;
  json["calls"] = check.calls;
  json["searched"] = check.searched;
  json["steps"] = check.steps;
  json["memory_bytes"] = check.memory;
  json["seconds"] = report.seconds;
  json["failing"] = Json::array();
  for (const FailingPart& part : check.failing) {
    Json one;
    one["key"] = part.key == nil ? Json{} : Json(history.values.text(part.key));
    one["any_start"] = part.any_start;
    one["from_nowhere"] = part.from_nowhere;
    one["out_of"] = part.out_of;
    one["states"] = part.states;
    one["calls"] = Json::array();
    for (std::size_t c = 0; c < part.calls.size(); ++c) {
      const Call& call = part.calls[c].call;
      const Operation& operation = history.operations[call.operation];
      Json lines = Json::array({operation.invoked});
      if (operation.returned != never) lines.push_back(operation.returned);
      one["calls"].push_back({{"lines", lines},
                              {"process", history.values.text(operation.process)},
                              {"call", call_text(history.values, call)},
                              {"needed", part.calls[c].needed},
                              {"blocked", c == part.blocked}});
    }
    one["story"] = story_of(report, part);
    json["failing"].push_back(std::move(one));
  }
  json["unknown"] = check.unknown.empty() ? Json{} : Json(check.unknown);
  json["again"] = report.again;
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string history_svg(const HistoryReport& report) {
  const FailingPart& part = report.check.failing.at(0);
  const History& history = report.read.history;
  TimelinePicture picture;
  picture.title = report.file + ": no order explains this part";
  for (std::size_t c = 0; c < part.calls.size(); ++c) {
    const PartCall& one = part.calls[c];
    const Operation& operation = history.operations[one.call.operation];
    picture.bars.push_back({.process = history.values.text(operation.process, 12),
                            .label = call_text(history.values, one.call),
                            .from = operation.invoked,
                            .to = operation.deadline(),
                            .marked = c == part.blocked,
                            .faint = !one.needed});
  }
  return to_svg(picture);
}

}  // namespace squall::reports
