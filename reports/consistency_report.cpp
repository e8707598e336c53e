// SPDX-License-Identifier: Apache-2.0
#include "reports/consistency_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/text.hpp"
#include "reports/timeline_svg.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

using namespace sim::history;

const Operation& operation_of(const ConsistencyReport& report, std::size_t which) {
  return report.read.history.operations[report.check.operations[which]];
}

std::string call_of(const ConsistencyReport& report, const Operation& operation) {
  return fmt::format("{} {}", function_name(operation.function),
                     report.read.history.values.text(operation.value(), 80));
}

}  // namespace

std::string consistency_text(const ConsistencyReport& report) {
  const ConsistencyCheck& check = report.check;
  std::string text = fmt::format(
      "{}: {}\n  as registers, {}: {}; they hold {} at first\n  {} operations in {} lines\n\n", printable(report.file),
      verdict_name(check.verdict), consistency_row(report.consistency).name, consistency_row(report.consistency).claim,
      printable(report.initial), report.read.history.operations.size(), report.read.lines);
  if (check.verdict == HistoryVerdict::holds) text += "Nothing that was read contradicts it.\n";
  if (check.verdict == HistoryVerdict::unknown)
    text += fmt::format("No verdict: {}. Tried: {} steps.\n", check.unknown, check.steps);
  for (std::size_t o = 0; o < check.operations.size(); ++o) {
    const Operation& operation = operation_of(report, o);
    text += fmt::format("  T{}  lines {} to {}, process {}: {}\n", o + 1, operation.invoked,
                        operation.returned == never ? std::string{"the end"} : std::to_string(operation.returned),
                        printable(report.read.history.values.text(operation.process, 40)),
                        printable(call_of(report, operation)));
  }
  for (const std::string& sentence : check.story) text += printable(sentence) + "\n";
  return text + "\nThe same again: " + report.again + "\n";
}

std::string consistency_json(const ConsistencyReport& report) {
  const ConsistencyCheck& check = report.check;
  Json json;
  json["version"] = version();
  json["file"] = report.file;
  json["consistency"] = consistency_row(report.consistency).name;
  json["initial"] = report.initial;
  json["verdict"] = verdict_name(check.verdict);
  json["operations"] = report.read.history.operations.size();
  json["accesses"] = check.accesses;
  json["steps"] = check.steps;
  json["seconds"] = report.seconds;
  json["involved"] = Json::array();
  for (std::size_t o = 0; o < check.operations.size(); ++o) {
    const Operation& operation = operation_of(report, o);
    Json lines = Json::array({operation.invoked});
    if (operation.returned != never) lines.push_back(operation.returned);
    json["involved"].push_back({{"name", fmt::format("T{}", o + 1)},
                                {"lines", lines},
                                {"process", report.read.history.values.text(operation.process)},
                                {"call", call_of(report, operation)}});
  }
  json["story"] = check.story;
  json["unknown"] = check.unknown.empty() ? Json{} : Json(check.unknown);
  json["again"] = report.again;
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string consistency_svg(const ConsistencyReport& report) {
  if (report.check.operations.empty()) return {};
  TimelinePicture picture;
  picture.title = fmt::format("{}: not {}", report.file, consistency_row(report.consistency).name);
  for (std::size_t o = 0; o < report.check.operations.size(); ++o) {
    const Operation& operation = operation_of(report, o);
    picture.bars.push_back({.process = report.read.history.values.text(operation.process, 12),
                            .label = fmt::format("T{}: {}", o + 1, call_of(report, operation)),
                            .from = operation.invoked,
                            .to = operation.deadline(),
                            .marked = o == 0,
                            .faint = operation.outcome != Outcome::ok});
  }
  return to_svg(picture);
}

}  // namespace squall::reports
