// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// A span as far as it says who did what when.
struct Span {
  std::string trace, id, parent;  ///< `parent` empty: none
  std::string service;
  std::string label;                ///< what was done, by GenAI and OpenInference names where there are such
  std::string kind;                 ///< for people: who did it, and where
  std::int64_t begin = 0, end = 0;  ///< nanoseconds since 1970
  bool failed = false;
  bool effect = false;  ///< a call of a tool
  Mark mark;
};

/// All spans of OTLP/JSON, one object or one a line: `resourceSpans > scopeSpans > spans`. Refuses a span without ids or times;
/// one that ends before it begins ends at once, which is said.
std::vector<Span> read_spans(Foreign& foreign, std::span<Node* const> roots);

}  // namespace squall::scenarios::imports
