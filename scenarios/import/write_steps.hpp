// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scenarios/import/drawing.hpp"

namespace squall::scenarios::imports {

/// Lines of a workflow file, indented by two for each level.
class Lines {
 public:
  void line(std::size_t level, std::string_view text, std::string_view comment = {});
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Steps as a YAML list at `level`.
void write_steps(Lines& lines, std::size_t level, std::span<const DrawnStep> steps);

/// `{times: 3, backoff: 1s}`.
std::string retry_text(const DrawnRetry& retry);

/// `text` in double quotes, as YAML and JSON read it.
std::string quoted(std::string_view text);

}  // namespace squall::scenarios::imports
