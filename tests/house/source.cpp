// SPDX-License-Identifier: Apache-2.0
#include "tests/house/source.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace squall::house {
namespace {

namespace fs = std::filesystem;

bool starts_word(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_word(char c) { return starts_word(c) || is_digit(c); }

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

void read_below(const fs::path& folder, const fs::path& root, std::vector<File>& files) {
  static const std::set<std::string> left_out{".git", "build", ".cache", "node_modules", "data"};
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory()) {
      const bool another_build = fs::exists(entry.path() / "CMakeCache.txt");
      if (!left_out.contains(name) && !another_build) read_below(entry.path(), root, files);
    } else if (entry.is_regular_file()) {
      std::string text = content_of(entry.path());
      if (text.find('\0') != std::string::npos) continue;  // not a text
      files.push_back({entry.path().lexically_relative(root).generic_string(), std::move(text)});
    }
  }
}

/// End of the raw string whose opening quote stands at `quote`; the text's end if it never closes.
std::size_t raw_string_end(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) return text.size();
  const std::string closing = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  const std::size_t at = text.find(closing, open);
  return at == std::string_view::npos ? text.size() : at + closing.size();
}

/// End of the literal whose opening quote stands at `quote`.
std::size_t literal_end(std::string_view text, std::size_t quote) {
  std::size_t at = quote + 1;
  while (at < text.size() && text[at] != text[quote] && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, text.size()); ++i)
    if (text[i] != '\n') text[i] = ' ';
}

/// End of the number that starts at `from`. A digit separator belongs to it, and so does the sign of an exponent.
std::size_t number_end(std::string_view text, std::size_t from) {
  const bool hexadecimal = text.substr(from, 2) == "0x" || text.substr(from, 2) == "0X";
  std::size_t at = from;
  while (at < text.size()) {
    const char c = text[at];
    const char before = at == from ? '\0' : text[at - 1];
    const bool exponent = hexadecimal ? before == 'p' || before == 'P' : before == 'e' || before == 'E';
    const bool separator = c == '\'' && at + 1 < text.size() && in_word(text[at + 1]);
    if (!in_word(c) && c != '.' && !separator && !(exponent && (c == '+' || c == '-'))) break;
    ++at;
  }
  return at;
}

}  // namespace

const std::vector<File>& repository() {
  static const std::vector<File> files = [] {
    std::vector<File> found;
    const fs::path root = SQUALL_SOURCE_DIR;
    read_below(root, root, found);
    std::ranges::sort(found, {}, &File::path);
    return found;
  }();
  return files;
}

std::vector<File> files_below(std::string_view folder, const std::vector<std::string_view>& endings) {
  std::vector<File> found;
  const std::string start = std::string(folder) + "/";
  for (const File& file : repository())
    if (file.path.starts_with(start) &&
        std::ranges::any_of(endings, [&](std::string_view ending) { return file.path.ends_with(ending); }))
      found.push_back(file);
  return found;
}

std::vector<File> sources_of(std::string_view room) { return files_below(room, {".hpp", ".cpp"}); }

std::string strip(std::string_view text, Keep keep) {
  std::string result(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view two = text.substr(at, 2);
    const bool word_before = at > 0 && in_word(text[at - 1]);
    if (two == "//") {
      std::size_t end = text.find('\n', at);
      while (end != std::string_view::npos && text[end - 1] == '\\') end = text.find('\n', end + 1);
      end = std::min(end, text.size());
      blank(result, at, end);
      at = end;
    } else if (two == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      const std::size_t end = close == std::string_view::npos ? text.size() : close + 2;
      blank(result, at, end);
      at = end;
    } else if (text[at] == '"' || text[at] == '\'') {
      const std::size_t prefix = text.substr(0, at).find_last_not_of("uUL8R") + 1;
      const bool is_prefix = prefix == at || prefix == 0 || !in_word(text[prefix - 1]);
      const bool raw = text[at] == '"' && word_before && text[at - 1] == 'R' && is_prefix;
      const std::size_t end = raw ? raw_string_end(text, at) : literal_end(text, at);
      if (keep == Keep::code) blank(result, at + 1, end - 1);
      at = end;
    } else if (is_digit(text[at]) && !word_before) {
      at = number_end(text, at);
    } else {
      ++at;
    }
  }
  return result;
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    if (starts_word(c)) {
      while (end < text.size() && in_word(text[end])) ++end;
    } else if (is_digit(c) || (c == '.' && end < text.size() && is_digit(text[end]))) {
      end = number_end(text, at);
    } else if (text.substr(at, 2) == "::" || text.substr(at, 2) == "->") {
      end = at + 2;
    }
    tokens.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return tokens;
}

std::vector<Include> includes_of(std::string_view text) {
  const std::string code = strip(text, Keep::strings);
  const std::string skeleton = strip(text, Keep::code);  // an include inside a string literal is none
  std::vector<Include> found;
  std::size_t start = 0;
  for (std::size_t line = 1; start < code.size(); ++line) {
    const std::size_t end = std::min(code.find('\n', start), code.size());
    const auto tokens = tokens_of(std::string_view(skeleton).substr(start, end - start));
    if (tokens.size() > 2 && tokens[0].text == "#" && tokens[1].text == "include") {
      const std::size_t open = start + tokens[2].offset;
      const bool quoted = code[open] == '"';
      const std::size_t close = code.find(quoted ? '"' : '>', open + 1);
      found.push_back({code.substr(open + 1, close - open - 1), quoted, line});
    }
    start = end + 1;
  }
  return found;
}

std::string_view first_folder(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  " + line;
  return text;
}

}  // namespace squall::house
