// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/import/foreign.hpp"
#include "scenarios/reader/node.hpp"

namespace squall::scenarios::imports {

/// Adds to the drawing what a drawing cannot hold. The overlay is YAML:
///
///     defaults: {time: {p50: 3s, p99: 30s}, join: all}     # of nodes that do not say
///     nodes:
///       writer:                                            # as the foreign file or the workflow file calls it
///         join: all
///         time: {p50: 4s, p99: 20s}
///         timeout: 30s
///         retry: {times: 3, backoff: 1s}
///         effect: {tool: mail, key: =instance}
///         reads: [plan]
///         writes: [draft]
///         routes: {ok: 70%, again: 30%}
///         over: 1..5
///         visits: 3
///
/// A name that no node has, and what is none of these, is a finding in the overlay.
void apply_overlay(Sources& sources, std::uint32_t file, Tree& tree, Findings& findings, Foreign& foreign);

}  // namespace squall::scenarios::imports
