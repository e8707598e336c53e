// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>
#include <string>

#include "scenarios/history/read_history.hpp"
#include "sim/history/check.hpp"

namespace squall::sim::history {

/// A history from lines as `0 invoke write 3`, `0 ok write 3`: process, type, what, value as JSON (or nothing).
inline std::string json_lines(const std::string& lines) {
  std::istringstream input{lines};
  std::string json;
  for (std::string line; std::getline(input, line);) {
    std::istringstream words{line};
    std::string process, type, what, value;
    if (!(words >> process >> type >> what)) continue;
    std::getline(words, value);
    json += fmt::format("{{\"process\": {}, \"type\": \"{}\", \"f\": \"{}\"{}{}}}\n", process, type, what,
                        value.empty() ? "" : ", \"value\":", value);
  }
  return json;
}

inline scenarios::ReadHistory read_lines(const std::string& lines) {
  std::istringstream input{json_lines(lines)};
  scenarios::ReadHistory read = scenarios::read_history(input, "test.jsonl");
  REQUIRE_MESSAGE(read.ok(), to_text(read.diagnostics));
  return read;
}

inline HistoryCheck check_lines(ModelKind kind, const std::string& lines, const std::string& initial = "0") {
  scenarios::ReadHistory read = read_lines(lines);
  ModelOptions options;
  options.initial = initial == "null" ? nil : read.history.values.word(initial);
  options.null_is_a_value = options.initial == nil;
  HistoryCheck check = check_history(read.history, kind, options, {});
  REQUIRE_MESSAGE(check.troubles.empty(), check.troubles.size());
  return check;
}

inline bool holds(ModelKind kind, const std::string& lines, const std::string& initial = "0") {
  return check_lines(kind, lines, initial).verdict == HistoryVerdict::holds;
}

}  // namespace squall::sim::history
