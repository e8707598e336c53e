// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/run.hpp"

/// How a failure rate changes with the strength of a fault.
namespace squall::scenarios {

/// A chance, or a time.
using GridValue = std::variant<sim::Probability, sim::Duration>;
std::string to_text(const GridValue&);

/// One axis: a kind of fault and the values that it takes.
struct GridAxis {
  std::string kind;
  std::vector<GridValue> values;
};

/// `message-loss=0..20%/5`: chances of 0, 5, 10, 15 and 20 %; `message-delay=0s..20s/5s`: times, of the kind's first option
/// that is one; a list `agent-crash=0%,1%,10%`. At most 1,000 values. Nothing where it is none of these; then `trouble` says
/// why and `fix` what to write.
std::optional<GridAxis> grid_axis(std::string_view text, std::string& trouble, std::string& fix);

/// The scenario with this kind so strong: its lines' chances or times where it has such lines, else one more line that
/// strikes everything. Zero takes the lines away. Returns what keeps it from being so, or nothing.
std::string set_strength(Scenario& scenario, const std::string& kind, const GridValue& value);

}  // namespace squall::scenarios
