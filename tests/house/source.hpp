// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The source tree as text, for the rules of the house. Nothing here knows a rule.
namespace squall::house {

/// The rooms along their line: each includes only itself and what stands to its left.
inline constexpr std::array<std::string_view, 4> rooms{"sim", "faults", "scenarios", "reports"};

struct File {
  std::string path;  ///< from the repository root, with forward slashes
  std::string text;
};

/// Every text file of the repository, sorted by path; build folders, version control and test data are left out.
const std::vector<File>& repository();

/// Those of `repository()` below `folder` whose name ends in one of `endings`.
std::vector<File> files_below(std::string_view folder, const std::vector<std::string_view>& endings);

/// The C++ files of one room.
std::vector<File> sources_of(std::string_view room);

enum class Keep { strings, code };  ///< what is left beside code: string literals, or nothing

/// C++ `text` with its comments (and the contents of its literals, unless kept) turned into blanks. Line breaks stay.
std::string strip(std::string_view text, Keep keep);

/// Line number, from 1, of `offset` in `text`.
std::size_t line_of(std::string_view text, std::size_t offset);

struct Token {
  std::string_view text;  ///< an identifier, a number, `::`, `->`, or one other character
  std::size_t offset = 0;
};

/// The tokens of stripped C++ text. They point into `text`.
std::vector<Token> tokens_of(std::string_view text);

struct Include {
  std::string path;    ///< between the quotes or angle brackets
  bool quoted = true;  ///< with quotes: a file of this repository
  std::size_t line = 0;
};

/// What C++ `text` includes, in order. A commented-out include is none.
std::vector<Include> includes_of(std::string_view text);

/// Text up to the first slash.
std::string_view first_folder(std::string_view path);

/// The entries of `lines`, one a line: what a failing check prints.
std::string listed(const std::vector<std::string>& lines);

}  // namespace squall::house
