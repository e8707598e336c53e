// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/diagnostic.hpp"

namespace squall::scenarios {

/// A stretch of a file that was read, in bytes. Small: every node has one.
struct Mark {
  std::uint32_t file = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// The texts of a workflow file and of those it extends.
class Sources {
 public:
  /// Keeps `text`, to be called `name`; its number.
  std::uint32_t add(std::string name, std::string text);
  const std::string& name(std::uint32_t file) const { return files_[file].name; }
  std::string_view text(std::uint32_t file) const { return files_[file].text; }
  std::string_view text(Mark mark) const { return text(mark.file).substr(mark.offset, mark.length); }

  /// Where that is for people. O(log lines + distance to where the last one was asked for, within one line; else to its begin):
  /// a file of a hundred megabytes may be one line.
  Place place(Mark mark) const;
  /// The line that a mark begins on, counted from 1. O(log lines), whatever their lengths.
  std::uint32_t line_number(Mark mark) const;
  /// The line that a mark begins on, without its end.
  std::string_view line(Mark mark) const;
  /// The same for people: nothing of a line that is too long to be shown.
  std::string shown_line(Mark mark) const;

  /// `file` was made from `original`; comments at the ends of its lines that end with `line N` say from which of its lines.
  void made_from(std::uint32_t file, std::uint32_t original) { files_[file].original = original; }
  /// The line of the original that the mark's line, or the nearest above it that says so, was made from; the mark itself where
  /// there is none. O(lines up to there).
  Mark original(Mark mark) const;

 private:
  struct File {
    std::string name, text;
    std::vector<std::uint32_t> line_starts;
    std::optional<std::uint32_t> original;
  };
  std::deque<File> files_;
  /// The last place that was asked for: columns are counted on from there.
  struct Counted {
    std::uint32_t file = 0;
    std::size_t line = 0, offset = 0;
    std::uint32_t column = 1;
  };
  mutable Counted last_;
};

/// What is wrong with a file and those it extends, found in one go.
class Findings {
 public:
  /// More are counted, not kept.
  static constexpr std::size_t most = 20;

  explicit Findings(const Sources& sources) : sources_(sources) {}

  void add(Mark at, std::string what, std::string fix);
  /// All that were added, those that were not kept included.
  std::size_t count() const { return count_; }
  /// In the order of the files' lines; a last one says how many more there are.
  std::vector<Diagnostic> list() const;

 private:
  struct Entry {
    Mark at;
    std::string what, fix;
  };
  const Sources& sources_;
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

}  // namespace squall::scenarios
