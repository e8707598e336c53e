// SPDX-License-Identifier: Apache-2.0
#include "sim/history/transactions/transactions.hpp"

#include <fmt/format.h>

namespace squall::sim::history {

Transactions::Transactions(const History& history, TransactionModel model) : history_{history}, model_{model} {
  for (std::uint32_t o = 0; o < history.operations.size(); ++o) {
    const Operation& operation = history.operations[o];
    const ValueId value = operation.value();
    if (operation.function != Function::txn) {
      trouble(o, fmt::format("'{}' is no transaction", function_name(operation.function)), "write \"f\": \"txn\"");
    } else if (!history.values.is_list(value)) {
      trouble(o, "a txn needs the list of what it does",
              model == TransactionModel::list_append ? "write \"value\": [[\"r\", \"x\", null], [\"append\", \"y\", 2]]"
                                                     : "write \"value\": [[\"r\", \"x\", null], [\"w\", \"y\", 2]]");
    } else {
      for (const ValueId row : history.values.items(value)) {
        if (!read_part(row, operation.outcome == Outcome::ok, o)) break;
      }
    }
    ends_.push_back(static_cast<std::uint32_t>(parts_.size()));
  }
}

bool Transactions::read_part(ValueId row, bool answered, std::uint32_t operation) {
  const Values& values = history_.values;
  const bool lists = model_ == TransactionModel::list_append;
  std::string_view word;
  if (values.is_list(row) && values.items(row).size() == 3) word = values.word_of(values.items(row)[0]);
  if (word.starts_with('"')) word.remove_prefix(1);
  if (word.starts_with(':')) word.remove_prefix(1);
  const bool read = word == "r" || word == "read";
  const bool write = lists ? word == "append" : word == "w" || word == "write";
  if (!read && !write) {
    trouble(operation, fmt::format("{} is no part of such a transaction", values.text(row, 60)),
            lists ? "a part is [\"r\", key, list] or [\"append\", key, value]"
                  : "a part is [\"r\", key, value] or [\"w\", key, value]");
    return false;
  }
  const auto items = values.items(row);
  if (read && !answered) return true;
  if (read && lists && items[2] != nil && !values.is_list(items[2])) {
    trouble(operation, fmt::format("a read of a list sees a list, not {}", values.text(items[2], 40)),
            "write [\"r\", \"x\", [1, 2]]");
    return false;
  }
  parts_.push_back({read ? Access::read : Access::write, items[1], items[2]});
  return true;
}

void Transactions::trouble(std::uint32_t operation, std::string what, std::string fix) {
  if (troubles_.size() < 20) troubles_.push_back({operation, std::move(what), std::move(fix)});
}

std::string Transactions::text(std::uint32_t transaction) const {
  const Values& values = history_.values;
  std::string text;
  for (const MicroOperation& part : parts(transaction)) {
    if (!text.empty()) text += ", ";
    const bool lists = model_ == TransactionModel::list_append;
    text += part.access == Access::read ? fmt::format("read {} -> {}", values.text(part.key, 40),
                                                      lists && part.value == nil ? "[]" : values.text(part.value, 80))
                                        : fmt::format("{} {} {}", lists ? "append" : "write", values.text(part.key, 40),
                                                      values.text(part.value, 40));
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace squall::sim::history
