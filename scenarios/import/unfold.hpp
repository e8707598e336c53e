// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/import/foreign.hpp"

namespace squall::scenarios::imports {

/// A subgraph that runs once for each of several items, as the workflow language can say it: of one plain node, the node fans
/// out; of any other, one subgraph for each item, at most so many of them side by side as the drawing allows. Copies get names
/// of their own. Refuses what would have more nodes than a drawing may.
void unfold(Foreign& foreign);

}  // namespace squall::scenarios::imports
