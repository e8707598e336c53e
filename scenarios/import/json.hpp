// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "scenarios/reader/node.hpp"

namespace squall::scenarios::imports {

/// What a foreign file may not exceed. Every diagnostic about one of them says it.
struct ImportLimits {
  static constexpr std::size_t bytes = std::size_t{100} << 20;
  static constexpr std::size_t depth = 200;
  static constexpr std::size_t values = 2'000'000;
  static constexpr std::size_t scopes = 12;     ///< graphs inside of graphs: a workflow file may be 64 deep
  static constexpr std::size_t nodes = 40'000;  ///< of a drawing
};

/// The JSON values that a source holds, one after the other (a file of lines has many). Texts are nodes with quotes,
/// numbers, `true`, `false` and `null` are plain ones, as in YAML. Empty, and at least one finding, where it is no JSON: where
/// exactly it stops being JSON, with a word for templates that keep `${NAME}` outside of quotes.
///
/// Time and memory in proportion to the text, at most 104 bytes and its text for a value; nothing recursive.
std::vector<Node*> parse_json(const Sources& sources, std::uint32_t file, Tree& tree, Findings& findings);

/// The keys of the mapping that JSON text begins with, as far as it is JSON; nothing is kept and nothing refused. Stops after
/// `most` bytes. `object`: whether the value behind the key begins with `{`.
struct TopKey {
  std::string name;
  bool object = false;
};
std::vector<TopKey> top_keys(std::string_view text, std::size_t most);

}  // namespace squall::scenarios::imports
