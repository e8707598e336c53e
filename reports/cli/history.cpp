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
#include "reports/consistency_report.hpp"
#include "reports/history_report.hpp"
#include "reports/output.hpp"
#include "reports/text.hpp"
#include "reports/transactions_report.hpp"
#include "scenarios/history/json_line.hpp"
#include "scenarios/nearest.hpp"
#include "scenarios/reader/values.hpp"

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
  if (!arguments.consistency.empty()) text += " --consistency " + arguments.consistency;
  if (!arguments.bound.empty()) text += " --bound " + arguments.bound;
  if (!arguments.isolation.empty()) text += " --isolation " + arguments.isolation;
  if (!arguments.steps.empty()) text += " --for-steps " + arguments.steps;
  if (!arguments.memory.empty()) text += " --for-memory " + arguments.memory;
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

constexpr std::uint64_t most_megabytes = 1'000'000;

/// What is searched for, and how long.
struct HistoryOrder {
  SearchLimits limits;
  std::optional<Clock::time_point> end;
  Clock::time_point start = Clock::now();
};

std::optional<int> understand(const HistoryArguments& arguments, HistoryOrder& order) {
  if (!arguments.steps.empty()) {
    const auto steps = number_of(arguments.steps);
    if (!steps || *steps == 0)
      return refuse(fmt::format("'{}' is not a number of steps", printable(arguments.steps)),
                    "write a whole number from 1 on");
    order.limits.steps_max = *steps;
  }
  if (!arguments.memory.empty()) {
    const auto megabytes = number_of(arguments.memory);
    if (!megabytes || *megabytes == 0 || *megabytes > most_megabytes)
      return refuse(fmt::format("'{}' is not a number of MB", printable(arguments.memory)),
                    fmt::format("write a whole number from 1 to {}", most_megabytes));
    order.limits.memory_max = static_cast<std::size_t>(*megabytes) << 20;
  }
  if (!arguments.time.empty()) {
    const auto time = time_of(arguments.time, "search");
    if (!time) return bad_input;
    order.end = Clock::now() + *time;
  }
  note_interrupts();
  order.limits.stop = [end = order.end] { return interrupted() || (end && Clock::now() >= *end); };
  return std::nullopt;
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Writes the picture where one was asked for and there is one to draw. What went wrong, else nothing.
std::optional<int> draw(const HistoryArguments& arguments, const std::string& svg) {
  if (arguments.svg.empty() || svg.empty()) return std::nullopt;
  const std::string wrong = write_whole(arguments.svg, svg);
  if (wrong.empty()) return std::nullopt;
  return refuse(fmt::format("'{}' cannot be written: {}", printable(arguments.svg), wrong), "choose another place");
}

/// The history, or nothing, and then what is wrong has been said.
std::optional<scenarios::ReadHistory> history_of(const HistoryArguments& arguments) {
  scenarios::ReadHistory read = scenarios::read_history(arguments.file);
  if (read.ok()) return read;
  fmt::print(stderr, "{}", to_text(read.diagnostics));
  return std::nullopt;
}

int check_objects(const HistoryArguments& arguments, ModelKind model) {
  if (!arguments.initial.empty() && !has_initial(model))
    return refuse(fmt::format("--initial says what a register holds, and the model is {}", arguments.model),
                  "leave it out");
  if (!arguments.isolation.empty())
    return refuse(fmt::format("--isolation is about transactions, and the model is {}", arguments.model),
                  "leave it out, or choose txn-list-append or txn-rw-register");
  HistoryOrder order;
  if (const auto wrong = understand(arguments, order)) return *wrong;
  auto read = history_of(arguments);
  if (!read) return bad_input;
  ModelOptions options;
  options.initial = initial_of(arguments.initial.empty() ? "0" : arguments.initial, read->history.values);
  options.null_is_a_value = has_initial(model) && options.initial == nil;
  const HistoryCheck check = check_history(read->history, model, options, order.limits);
  if (!check.troubles.empty()) {
    fmt::print(stderr, "{}", troubles_text(arguments, *read, check.troubles));
    return bad_input;
  }
  const HistoryReport report{.read = *read,
                             .check = check,
                             .file = arguments.file,
                             .model = model,
                             .initial = has_initial(model) ? read->history.values.text(options.initial, 80) : "",
                             .null_is_a_value = options.null_is_a_value,
                             .seconds = seconds_since(order.start),
                             .again = again_text(arguments)};
  if (const auto wrong = draw(arguments, check.failing.empty() ? "" : history_svg(report))) return *wrong;
  const int status = interrupted() && check.verdict == HistoryVerdict::unknown ? static_cast<int>(interrupted_exit)
                                                                               : status_of(check.verdict);
  return tell(arguments.json ? history_json(report) : history_text(report), status);
}

int check_registers(const HistoryArguments& arguments) {
  const auto consistency = consistency_named(arguments.consistency);
  if (!consistency) {
    std::vector<std::string_view> names{"linearizable"};
    for (const ConsistencyRow& row : consistencies()) names.push_back(row.name);
    return refuse(fmt::format("no consistency is called '{}'", printable(arguments.consistency)),
                  scenarios::instead_of(arguments.consistency, names));
  }
  const auto parsed = scenarios::parse_duration(arguments.bound);
  const auto* bound = std::get_if<sim::Duration>(&parsed);
  if ((*consistency == Consistency::bounded_staleness) == arguments.bound.empty() ||
      (!arguments.bound.empty() && (bound == nullptr || bound->count() < 0)))
    return refuse("--bound says how stale a read may be, and goes with bounded-staleness alone",
                  "write --consistency bounded-staleness --bound 100ms");
  HistoryOrder order;
  if (const auto wrong = understand(arguments, order)) return *wrong;
  auto read = history_of(arguments);
  if (!read) return bad_input;
  ModelOptions options;
  options.initial = initial_of(arguments.initial.empty() ? "0" : arguments.initial, read->history.values);
  options.null_is_a_value = options.initial == nil;
  const ConsistencyCheck check =
      check_consistency(read->history, *consistency, options, order.limits, bound == nullptr ? 0 : bound->count());
  if (!check.troubles.empty()) {
    fmt::print(stderr, "{}", troubles_text(arguments, *read, check.troubles));
    return bad_input;
  }
  const ConsistencyReport report{.read = *read,
                                 .check = check,
                                 .file = arguments.file,
                                 .consistency = *consistency,
                                 .initial = read->history.values.text(options.initial, 80),
                                 .seconds = seconds_since(order.start),
                                 .again = again_text(arguments)};
  if (const auto wrong = draw(arguments, consistency_svg(report))) return *wrong;
  return tell(arguments.json ? consistency_json(report) : consistency_text(report), status_of(check.verdict));
}

int check_transactions_of(const HistoryArguments& arguments, TransactionModel model) {
  if (!arguments.initial.empty() && model == TransactionModel::list_append)
    return refuse("--initial says what a register holds, and lists are empty at first", "leave it out");
  const auto isolation = isolation_named(arguments.isolation.empty() ? "serializable" : arguments.isolation);
  if (!isolation) {
    std::vector<std::string_view> names;
    for (const IsolationRow& row : isolations()) names.push_back(row.name);
    return refuse(fmt::format("no isolation is called '{}'", printable(arguments.isolation)),
                  scenarios::instead_of(arguments.isolation, names));
  }
  HistoryOrder order;
  if (const auto wrong = understand(arguments, order)) return *wrong;
  auto read = history_of(arguments);
  if (!read) return bad_input;
  const ValueId initial = initial_of(arguments.initial.empty() ? "null" : arguments.initial, read->history.values);
  const Transactions transactions{read->history, model};
  const TransactionsCheck check = check_transactions(transactions, *isolation, initial);
  if (!check.troubles.empty()) {
    fmt::print(stderr, "{}", troubles_text(arguments, *read, check.troubles));
    return bad_input;
  }
  const TransactionsReport report{.read = *read,
                                  .transactions = transactions,
                                  .check = check,
                                  .file = arguments.file,
                                  .model = arguments.model,
                                  .isolation = *isolation,
                                  .seconds = seconds_since(order.start),
                                  .again = again_text(arguments)};
  if (const auto wrong = draw(arguments, transactions_svg(report))) return *wrong;
  return tell(arguments.json ? transactions_json(report) : transactions_text(report), status_of(check.verdict));
}

}  // namespace

int history_check(const HistoryArguments& arguments) {
  const bool weaker = !arguments.consistency.empty() && arguments.consistency != "linearizable";
  if (weaker && arguments.model != "register" && arguments.model != "cas-register")
    return refuse(fmt::format("--consistency is about registers, and the model is {}", printable(arguments.model)),
                  "leave it out, or choose register or cas-register");
  if (weaker) return check_registers(arguments);
  if (!arguments.bound.empty())
    return refuse("--bound goes with --consistency bounded-staleness alone", "leave it out");
  if (arguments.model == "txn-list-append") return check_transactions_of(arguments, TransactionModel::list_append);
  if (arguments.model == "txn-rw-register") return check_transactions_of(arguments, TransactionModel::rw_register);
  if (const auto model = model_named(arguments.model)) return check_objects(arguments, *model);
  std::vector<std::string_view> names;
  for (const ModelRow& row : models()) names.push_back(row.name);
  names.insert(names.end(), {"txn-list-append", "txn-rw-register"});
  return refuse(fmt::format("no model is called '{}'", printable(arguments.model)),
                scenarios::instead_of(arguments.model, names));
}

}  // namespace squall::reports::cli
