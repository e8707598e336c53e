// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What a row of the field table says. The rows stand in `field_table.hpp`.
namespace squall::scenarios {

/// What may be written in a field, whatever the YAML quoting.
enum class Takes : std::uint8_t {
  flag,         ///< true or false
  count,        ///< a whole number from 0
  counts,       ///< a list of them
  text,         ///< any text
  name,         ///< a name; `detail` says of what
  names,        ///< a name or a list of names
  duration,     ///< one duration: `5s`
  drawn,        ///< a duration that is drawn at each use: `5s`, `1s..5s`, `{mean: 5s}`, `{p50: 4s, p99: 20s}`
  time,         ///< the same, or `=expr`
  chance,       ///< `5%`, at most 100 %
  rate,         ///< so many in a time: `10 per 1s`
  seeds,        ///< `10 seeds`
  value,        ///< a literal, or `=expr`
  values,       ///< a map of names to values
  condition,    ///< a bare expression that is true or false
  agent,        ///< an agent's name, or `=expr` that yields one
  agents,       ///< the same, or a list of these
  word,         ///< one of the words in `detail`, separated by blanks
  number_or,    ///< a count, or one of the words in `detail`
  duration_or,  ///< a duration, or one of the words in `detail`
  steps,        ///< a list of steps
  branches,     ///< a map of names to steps
  record,       ///< a map with the fields of the shape in `detail`, or its short form
  records,      ///< a list of them
  named,        ///< a map of names to them
  special       ///< its form is told in `text`; `detail` names the rule that reads it
};

inline constexpr std::string_view required = "required";

/// One field of one shape.
struct FieldRow {
  std::string_view shape;  ///< the map that it stands in; `beside send` stands next to the action in its step
  std::string_view name;   ///< as users write it
  Takes takes;
  std::string_view detail;   ///< of what kind of thing; which words; which shape
  std::string_view initial;  ///< what holds where it is left out; `required`; empty: nothing
  std::string_view text;     ///< what it means, as a sentence
};

/// A map with fixed fields. Its short form is the value of one field alone: `sleep: 5s` is `sleep: {time: 5s}`.
struct ShapeRow {
  std::string_view name;
  std::string_view shorthand;  ///< the field that the short form gives; empty: there is none
  std::string_view text;
};

}  // namespace squall::scenarios
