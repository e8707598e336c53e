// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "faults/names.hpp"
#include "sim/draw.hpp"
#include "sim/time.hpp"

/// Values as workflow files write them: what is printed here reads back as the same value.
namespace squall::faults {

/// In the largest unit of ns, us, ms, s, m, h that divides it: `90s`, `270us`, `2m`. Zero is `0s`.
std::string to_text(sim::Duration);
/// `5s`, `1s..20s`, `{mean: 5s}`, `{p50: 4s, p99: 20s}`.
std::string to_text(const sim::Distribution&);
/// In percent, exact to one part per million: `5%`, `0.25%`, `0.0001%`.
std::string to_text(sim::Probability);
/// `coder`, `[coder, tester]`; nothing for none.
std::string to_text(const Names&);

/// A condition inside a flow map: in double quotes where it holds what YAML would read otherwise.
std::string quoted(std::string_view text);

}  // namespace squall::faults
