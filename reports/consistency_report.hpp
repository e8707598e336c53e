// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/history/read_history.hpp"
#include "sim/history/consistency/consistency.hpp"

namespace squall::reports {

/// What became of a history that was asked for a consistency weaker than linearizability.
struct ConsistencyReport {
  const scenarios::ReadHistory& read;
  const sim::history::ConsistencyCheck& check;
  std::string file;
  sim::history::Consistency consistency = sim::history::Consistency::causal;
  std::string initial;
  double seconds = 0;
  std::string again;  ///< the command that says the same
};

std::string consistency_text(const ConsistencyReport& report);
/// `version file consistency initial verdict operations accesses steps seconds involved[{name, lines[], process, call}]
/// story[] unknown again`.
std::string consistency_json(const ConsistencyReport& report);
/// What contradicts itself as a timeline; empty where nothing does.
std::string consistency_svg(const ConsistencyReport& report);

}  // namespace squall::reports
