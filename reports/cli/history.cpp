// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

#include "reports/cli/commands.hpp"
#include "reports/cli/console.hpp"
#include "reports/cli/signals.hpp"
#include "reports/history_report.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "scenarios/history/json_line.hpp"
#include "scenarios/nearest.hpp"

namespace squall::reports::cli {
namespace {

using namespace sim::history;
using Clock = std::chrono::steady_clock;

int status_of(HistoryVerdict verdict) {
  switch (verdict) {
    case HistoryVerdict::holds: return as_wanted;
    case HistoryVerdict::violated: return violation;
    case HistoryVerdict::unknown: break;
  }
  return no_verdict;
}

bool has_initial(ModelKind model) {
  return model == ModelKind::plain_register || model == ModelKind::cas_register || model == ModelKind::multi_register;
}

/// What `--initial` means: a value of JSON, else the text as it stands.
ValueId initial_of(const std::string& text, Values& values) {
  scenarios::JsonLine json{text, values};
  const ValueId value = json.value();
  if (!json.failed() && json.at_end()) return value;
  return values.word("\"" + text);
}

std::string again_text(const HistoryArguments& arguments) {
  std::string text = fmt::format("squall history check {} --model {}", path_word(arguments.file), arguments.model);
  if (!arguments.initial.empty()) text += " --initial " + shell_word(arguments.initial);
  if (!arguments.steps.empty()) text += " --for-steps " + arguments.steps;
  return text;
}

/// Trouble with operations, each at its line.
std::string troubles_text(const HistoryArguments& arguments, const scenarios::ReadHistory& read,
                          const std::vector<HistoryTrouble>& troubles) {
  std::vector<scenarios::Diagnostic> diagnostics;
  for (const HistoryTrouble& trouble : troubles) {
    const Operation& operation = read.history.operations[trouble.operation];
    scenarios::Diagnostic diagnostic;
    diagnostic.at = {.file = arguments.file, .line = operation.invoked, .width = 400};
    diagnostic.what = trouble.what;
    diagnostic.fix = trouble.fix;
    // One look into the file is enough: the others are of the same kind.
    if (diagnostics.empty()) diagnostic.source = scenarios::history_line(arguments.file, operation.invoked);
    diagnostics.push_back(std::move(diagnostic));
  }
  return to_text(diagnostics);
}

}  // namespace

int history_check(const HistoryArguments& arguments) {
  const auto model = model_named(arguments.model);
  if (!model) {
    std::vector<std::string_view> names;
    for (const ModelRow& row : models()) names.push_back(row.name);
    return refuse(fmt::format("no model is called '{}'", printable(arguments.model)),
                  scenarios::instead_of(arguments.model, names));
  }
  if (!arguments.initial.empty() && !has_initial(*model))
    return refuse(fmt::format("--initial says what a register holds, and the model is {}", arguments.model),
                  "leave it out");
  SearchLimits limits;
  if (!arguments.steps.empty()) {
    const auto steps = number_of(arguments.steps);
    if (!steps || *steps == 0)
      return refuse(fmt::format("'{}' is not a number of steps", printable(arguments.steps)),
                    "write a whole number from 1 on");
    limits.steps_max = *steps;
  }
  std::optional<Clock::time_point> end;
  if (!arguments.time.empty()) {
    const auto time = time_of(arguments.time, "search");
    if (!time) return bad_input;
    end = Clock::now() + *time;
  }
  note_interrupts();
  limits.stop = [&] { return interrupted() || (end && Clock::now() >= *end); };
  const Clock::time_point start = Clock::now();
  scenarios::ReadHistory read = scenarios::read_history(arguments.file);
  if (!read.ok()) {
    fmt::print(stderr, "{}", to_text(read.diagnostics));
    return bad_input;
  }
  ModelOptions options;
  options.initial = initial_of(arguments.initial.empty() ? "0" : arguments.initial, read.history.values);
  options.null_is_a_value = has_initial(*model) && options.initial == nil;
  const HistoryCheck check = check_history(read.history, *model, options, limits);
  if (!check.troubles.empty()) {
    fmt::print(stderr, "{}", troubles_text(arguments, read, check.troubles));
    return bad_input;
  }
  const HistoryReport report{.read = read,
                             .check = check,
                             .file = arguments.file,
                             .model = *model,
                             .initial = has_initial(*model) ? read.history.values.text(options.initial, 80) : "",
                             .null_is_a_value = options.null_is_a_value,
                             .seconds = std::chrono::duration<double>(Clock::now() - start).count(),
                             .again = again_text(arguments)};
  if (!arguments.svg.empty() && !check.failing.empty()) {
    const std::string wrong = write_whole(arguments.svg, history_svg(report));
    if (!wrong.empty())
      return refuse(fmt::format("'{}' cannot be written: {}", printable(arguments.svg), wrong), "choose another place");
  }
  const int status = interrupted() && check.verdict == HistoryVerdict::unknown ? static_cast<int>(interrupted_exit)
                                                                               : status_of(check.verdict);
  return tell(arguments.json ? history_json(report) : history_text(report), status);
}

}  // namespace squall::reports::cli
