// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "faults/fault.hpp"
#include "faults/matcher.hpp"
#include "faults/trigger.hpp"

namespace squall::faults {

/// One line of a plan or of a profile: which fault, what it may strike, and when.
struct Line {
  Fault fault;
  Matcher matcher;
  Trigger trigger;

  friend bool operator==(const Line&, const Line&) = default;
};

/// As a workflow file writes it: `message-loss: {from: tester, to: coder, topic: report, nth: 1}`. What the line leaves
/// open is left out, options are written out.
std::string to_text(const Line&);

/// Something in a line that cannot be armed.
struct Trouble {
  std::size_t line;  ///< position among the lines that were checked
  std::string what;  ///< the trouble, in the words of the line
  std::string fix;   ///< what to write instead
};

/// What no line of a plan or a profile may say for `model`: names that are not declared, fields of the other kinds' matchers,
/// options out of range. Empty where all is well.
std::vector<Trouble> check_lines(const sim::Model& model, std::span<const Line> lines);

/// Names of the lines' draws: the kind and how many of that kind come before. A line of another kind moves none of them.
std::vector<sim::SiteKey> keys_of(std::span<const Line> lines);

}  // namespace squall::faults
