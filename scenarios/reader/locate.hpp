// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/reader/sections.hpp"

namespace squall::scenarios {

/// Says what the builder found, in the places of the file: the first thing in the step that the error names, else the
/// step's action, else where the agent, topic or tool is declared. Errors in steps that could not be read in the first place
/// are left out; where steps are missing, so is everything that may come of that.
void say_build_errors(Reading& reading, const Node& root, const Sections& sections, std::span<const BuildError> errors);

}  // namespace squall::scenarios
