// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/explore/search.hpp"

namespace squall::sim {

/// The same search on several threads, level by level: they expand the states of a level, in pieces, against the set of all
/// states met; what they found is added in the order of the pieces, by one thread while the others go on. So a complete search
/// has the counts and the counterexamples of `Search`, whatever the number of threads. A search that a bound ends has the same
/// states, but may have generated more successors.
///
/// Breadth first only. States of the next level that several threads found wait twice until they are added.
/// Requires: jobs > 0, options without `exact`; `options.judge`, `options.faults` and `options.stop` may be asked by all
/// threads at once.
SearchResult search_in_parallel(const Model& model, const SearchOptions& options, unsigned jobs);

}  // namespace squall::sim
