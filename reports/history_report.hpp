// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/history/read_history.hpp"
#include "sim/history/check.hpp"

namespace squall::reports {

/// What became of a history, with all that is needed to tell it.
struct HistoryReport {
  const scenarios::ReadHistory& read;
  const sim::history::HistoryCheck& check;
  std::string file;
  sim::history::ModelKind model = sim::history::ModelKind::plain_register;
  std::string initial;  ///< what a register holds at first, as it is told; empty: the model has no such thing
  bool null_is_a_value = false;
  double seconds = 0;
  std::string again;  ///< the command that says the same
};

/// The verdict, the smallest part that fails, and why it does.
std::string history_text(const HistoryReport& report);

/// `version file model verdict operations objects calls searched steps memory_bytes seconds objects_failing failing[{key,
/// any_start, states[], calls[{lines[], process, call, needed, blocked}], story[]}] unknown again`.
std::string history_json(const HistoryReport& report);

/// The failing part as a picture: a row for each process, a bar for each call from its invocation to its return. An inert
/// SVG: no script, no link, all names escaped. Requires: a failing part.
std::string history_svg(const HistoryReport& report);

}  // namespace squall::reports
