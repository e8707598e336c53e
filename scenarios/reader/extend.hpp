// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/reader/node.hpp"

namespace squall::scenarios {

/// Lays an extending file upon the one it extends: its sections replace whole sections, `change` edits single places,
/// `expect` is never inherited. Both trees are used up; the result is a complete file.
Node* extended(Tree& tree, Node& parent, Node& child, Findings& findings);

/// The `change` map of a file, applied to `root` in the order of the file. A path that names nothing, and a value that
/// changes nothing, are findings.
void apply_changes(Tree& tree, Node& root, const Node& changes, Findings& findings);

}  // namespace squall::scenarios
