// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/import/drawing.hpp"

namespace squall::scenarios::imports {

/// The drawing as a workflow file with comments: what was assumed and not understood stands at its head, where each part comes
/// from beside it. `source`: what the foreign file is called. Time in proportion to the drawing.
std::string write(const Drawing& drawing, std::string_view source);

/// Text of a foreign file as it may stand in a comment: one line, nothing invisible, cut after `most` characters.
std::string comment_text(std::string_view text, std::size_t most = 70);

}  // namespace squall::scenarios::imports
