// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/history/read_history.hpp"
#include "sim/history/transactions/anomalies.hpp"

namespace squall::reports {

/// What became of a history of transactions, with all that is needed to tell it.
struct TransactionsReport {
  const scenarios::ReadHistory& read;
  const sim::history::Transactions& transactions;
  const sim::history::TransactionsCheck& check;
  std::string file;
  std::string model;
  sim::history::Isolation isolation = sim::history::Isolation::serializable;
  double seconds = 0;
  std::string again;  ///< the command that says the same
};

/// The verdict, and each anomaly with its transactions and a sentence for each reason.
std::string transactions_text(const TransactionsReport& report);

/// `version file model isolation verdict operations dependencies seconds anomalies[{name, claim, forbidden, count,
/// transactions[{lines[], process, does}], story[]}] again`.
std::string transactions_json(const TransactionsReport& report);

/// The transactions of the first anomaly that is forbidden, as a timeline; empty where there is none.
std::string transactions_svg(const TransactionsReport& report);

}  // namespace squall::reports
