// SPDX-License-Identifier: Apache-2.0
#include "reports/transactions_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/statistics.hpp"
#include "reports/text.hpp"
#include "reports/timeline_svg.hpp"
#include "reports/version.hpp"

namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

using namespace sim::history;
using sim::history::Isolation;  // the kernel has words like these
using sim::history::Operation;

std::string_view isolation_name(Isolation level) { return isolations()[static_cast<std::size_t>(level)].name; }

std::string lines_text(const Operation& operation) {
  return operation.returned == never ? fmt::format("line {}", operation.invoked)
                                     : fmt::format("lines {} to {}", operation.invoked, operation.returned);
}

std::string ending(const Operation& operation) {
  return operation.outcome == Outcome::ok ? "" : operation.outcome == Outcome::fail ? "  (failed)" : "  (unknown end)";
}

}  // namespace

std::string transactions_text(const TransactionsReport& report) {
  const TransactionsCheck& check = report.check;
  std::string text = fmt::format(
      "{}: {}\n  as {} transactions on {}\n  {} in {}, {}\n", printable(report.file), verdict_name(check.verdict),
      isolation_name(report.isolation),
      report.transactions.model() == TransactionModel::list_append ? "lists that grow at their end" : "registers",
      counted(check.transactions, "transaction", "transactions"), counted(report.read.lines, "line", "lines"),
      counted(check.edges, "dependency", "dependencies"));
  if (report.read.skipped != 0) text += fmt::format("  {} lines of no client skipped\n", report.read.skipped);
  if (check.anomalies.empty()) {
    text += "\nNothing that was read contradicts it.\n";
    if (report.transactions.model() == TransactionModel::rw_register)
      text +=
          "That is no proof: which of two writes came first is known only where somebody read the one and wrote the "
          "other.\n";
  }
  for (const Anomaly& anomaly : check.anomalies) {
    const AnomalyRow& row = anomaly_row(anomaly.kind);
    const bool forbidden = forbids(report.isolation, anomaly.kind);
    text += fmt::format("\n{}: {}{}{}\n", row.name, row.claim,
                        forbidden ? "" : fmt::format("; {} allows it", isolation_name(report.isolation)),
                        anomaly.count == 1 ? "" : fmt::format(" ({} times)", anomaly.count));
    for (std::size_t t = 0; t < anomaly.transactions.size(); ++t) {
      const Operation& operation = report.transactions.operation(anomaly.transactions[t]);
      text += fmt::format("  T{}  {}, process {}: {}{}\n", t + 1, lines_text(operation),
                          printable(report.read.history.values.text(operation.process, 40)),
                          printable(report.transactions.text(anomaly.transactions[t])), ending(operation));
    }
    for (const std::string& sentence : anomaly.story) text += "  " + printable(sentence) + "\n";
  }
  return text + "\nThe same again: " + report.again + "\n";
}

std::string transactions_json(const TransactionsReport& report) {
  const TransactionsCheck& check = report.check;
  Json json;
  json["version"] = version();
  json["file"] = report.file;
  json["model"] = report.model;
  json["isolation"] = isolation_name(report.isolation);
  json["verdict"] = verdict_name(check.verdict);
  json["operations"] = check.transactions;
  json["lines"] = report.read.lines;
  json["skipped"] = report.read.skipped;
  json["dependencies"] = check.edges;
  json["seconds"] = report.seconds;
  json["anomalies"] = Json::array();
  for (const Anomaly& anomaly : check.anomalies) {
    Json one;
    one["name"] = anomaly_row(anomaly.kind).name;
    one["claim"] = anomaly_row(anomaly.kind).claim;
    one["forbidden"] = forbids(report.isolation, anomaly.kind);
    one["count"] = anomaly.count;
    one["transactions"] = Json::array();
    for (const std::uint32_t t : anomaly.transactions) {
      const Operation& operation = report.transactions.operation(t);
      Json lines = Json::array({operation.invoked});
      if (operation.returned != never) lines.push_back(operation.returned);
      one["transactions"].push_back({{"lines", lines},
                                     {"process", report.read.history.values.text(operation.process)},
                                     {"does", report.transactions.text(t)}});
    }
    one["story"] = anomaly.story;
    json["anomalies"].push_back(std::move(one));
  }
  json["again"] = report.again;
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string transactions_svg(const TransactionsReport& report) {
  const auto shown = std::ranges::find_if(
      report.check.anomalies, [&](const Anomaly& anomaly) { return forbids(report.isolation, anomaly.kind); });
  if (shown == report.check.anomalies.end()) return {};
  TimelinePicture picture;
  picture.title = report.file + ": " + std::string{anomaly_row(shown->kind).name};
  for (std::size_t t = 0; t < shown->transactions.size(); ++t) {
    const Operation& operation = report.transactions.operation(shown->transactions[t]);
    picture.bars.push_back({.process = report.read.history.values.text(operation.process, 12),
                            .label = fmt::format("T{}: {}", t + 1, report.transactions.text(shown->transactions[t])),
                            .from = operation.invoked,
                            .to = operation.outcome == Outcome::ok ? operation.returned : never,
                            .marked = t == 0,
                            .faint = operation.outcome != Outcome::ok});
  }
  return to_svg(picture);
}

}  // namespace squall::reports
