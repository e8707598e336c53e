// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/history/values.hpp"

namespace squall::scenarios {

/// Reads one line of JSON from left to right into values of a history. A reader of its own, since a history may have
/// millions of lines and each trouble needs its column; RFC 8259, nothing beyond it.
///
/// Numbers that are equal become one value, however they are written: 1, 1.0 and 10e-1. A text is kept with a quote in
/// front, which tells it from a number; an object is kept as its text with sorted keys.
class JsonLine {
 public:
  struct Trouble {
    std::size_t at = 0;  ///< byte of the line
    std::size_t width = 1;
    std::string what, fix;  ///< empty: none so far
  };

  JsonLine(std::string_view line, sim::history::Values& values) : line_{line}, values_{values} {}

  bool failed() const { return !trouble_.what.empty(); }
  const Trouble& trouble() const { return trouble_; }
  std::size_t at() const { return at_; }
  /// Where the next thing begins, behind white space.
  std::size_t begin() {
    skip_space();
    return at_;
  }

  /// Skips white space; whether the next character is `expected`, which is taken.
  bool take(char expected);
  /// The same, and trouble where it is another one.
  bool need(char expected, std::string_view meaning);
  /// Nothing but white space is left.
  bool at_end();

  /// A text without its quotes. What it shows is good until the next call.
  std::string_view text();
  /// Any value. `no_value` where there is trouble.
  sim::history::ValueId value();
  /// Takes a null where one stands.
  bool value_is_null();
  /// Takes any value and keeps nothing of it.
  void skip_value() { skip_value(0); }
  /// A whole number that fits, else trouble naming `meaning`.
  std::int64_t whole_number(std::string_view meaning);

  void fail(std::size_t at, std::size_t width, std::string what, std::string fix);

 private:
  static constexpr int depth_max = 64;

  void skip_space();
  bool string_into(std::string& into);
  bool escape_into(std::string& into);
  bool hex4(std::uint32_t& into);
  bool number_into(std::string& into);
  sim::history::ValueId value(int depth);
  sim::history::ValueId object(int depth);
  void skip_value(int depth);
  void canonical(sim::history::ValueId value, std::string& into) const;

  std::string_view line_;
  sim::history::Values& values_;
  std::size_t at_ = 0;
  std::string scratch_;
  Trouble trouble_;
};

}  // namespace squall::scenarios
