// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
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
  static constexpr std::size_t edges = 500'000;
};

/// The JSON values that a source holds, one after the other (a file of lines has many). Texts are nodes with quotes,
/// numbers, `true`, `false` and `null` are plain ones, as in YAML. Empty, and at least one finding, where it is no JSON: where
/// exactly it stops being JSON, with a word for templates that keep `${NAME}` outside of quotes.
///
/// Time and memory in proportion to the text, at most 104 bytes and its text for a value; nothing recursive.
std::vector<Node*> parse_json(const Sources& sources, std::uint32_t file, Tree& tree, Findings& findings);

/// Which of some keys the mapping has that JSON text begins with, as far as it is JSON; nothing is refused. `object`: whether the
/// value behind the key begins with `{`. One pass over the text, however far behind a key stands; what is kept is one row for
/// each key that is asked for.
struct TopKey {
  std::string_view name;
  bool object = false;
};
std::vector<TopKey> top_keys(std::string_view text, std::span<const std::string_view> asked);

}  // namespace squall::scenarios::imports
