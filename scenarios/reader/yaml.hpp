// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/reader/node.hpp"

namespace squall::scenarios {

/// What a workflow file may not exceed. Every diagnostic about one of them says it.
struct FileLimits {
  static constexpr std::size_t bytes = std::size_t{4} << 20;
  static constexpr std::size_t depth = 64;
  static constexpr std::size_t nodes = 200'000;                     ///< aliases written out, extended files included
  static constexpr std::size_t text_bytes = std::size_t{16} << 20;  ///< of all scalars, aliases written out
  static constexpr std::size_t expression_bytes = std::size_t{1} << 20;  ///< of all expressions
  static constexpr std::size_t extends = 8;
  static constexpr std::size_t agents = 100'000;   ///< members of groups included
  static constexpr std::size_t declared = 50'000;  ///< names of one section
};

/// The one YAML document that a source holds, by libfyaml. nullptr, and at least one finding, where it is not one: not
/// UTF-8, a NUL, no or a second document, duplicate keys, keys that are no names, tags, a limit exceeded.
///
/// Never hangs and never takes more than memory in proportion to the limits: bytes are checked first (libfyaml may hang on
/// broken UTF-8), aliases are counted before they are written out.
Node* parse_yaml(Sources& sources, std::uint32_t file, Tree& tree, Findings& findings);

}  // namespace squall::scenarios
