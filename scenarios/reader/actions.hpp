// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/reader/record.hpp"

namespace squall::scenarios {

/// The action of a step: none where it cannot be read, several for a `set` of several names. `fields`: those of the step; a
/// `watch` takes its timeout out of them.
std::vector<Action> read_action(Record& step, std::string_view action, Fields& fields);

/// A range `a..b` of counts; one number is a range of itself.
std::optional<std::pair<std::uint16_t, std::uint16_t>> range_of(Reading& reading, const Node& node);

/// `{topic, from, where}`, in any of the shapes that have these fields.
Matcher matcher_of(Record& record);

}  // namespace squall::scenarios
