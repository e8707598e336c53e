// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace squall::scenarios {

/// A stretch of a user's file. Lines and columns are counted from 1, columns in characters, not bytes.
struct Place {
  std::string file;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t width = 1;  ///< characters that are meant, from `column` on, all on `line`

  friend bool operator==(const Place&, const Place&) = default;
};

/// Trouble in a user's file: where, what, and what to write instead. `fix` is never empty.
struct Diagnostic {
  Place at;
  std::string what;    ///< the trouble in the words of the user's file
  std::string fix;     ///< what to write instead
  std::string source;  ///< the line that `at` is on, as it stands there; empty where there is none

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// With the source line and a caret under what is meant, as a compiler prints it:
///
///     broken.yaml:9:20: error: 'tester' sends to 'docs', but no agent is called 'docs'
///         9 |       - send: {to: docs, topic: patch}
///           |                    ^~~~
///       fix: declare an agent 'docs', or use one of: coder, planner
///
/// Control characters are escaped; of a long line the part around the caret is shown.
std::string to_text(const Diagnostic&);
/// The same as another kind of word than `error`, with sentences that explain it before the fix, each on a line.
std::string to_text(const Diagnostic&, std::string_view kind, std::span<const std::string> reasons);
std::string to_text(std::span<const Diagnostic>);

/// `text` with control characters and broken UTF-8 written as `\xNN`: fit for a terminal.
std::string printable(std::string_view text);

}  // namespace squall::scenarios
