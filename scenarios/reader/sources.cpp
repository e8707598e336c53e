// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reader/sources.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "scenarios/reader/utf8.hpp"

namespace squall::scenarios {
namespace {

/// A line that is longer is not shown.
constexpr std::size_t shown_max = 65'536;

std::uint32_t characters(std::string_view text) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += std::max<std::size_t>(1, utf8_length(text.substr(at, 4)));
  return count;
}

/// `nodes:  # ToolNode, line 6`: 6; 0 where a line ends otherwise.
std::uint32_t line_said(std::string_view line) {
  constexpr std::string_view word = "line ";
  const std::size_t comment = line.find("# "), said = line.rfind(word);
  if (comment == line.npos || said == line.npos || said < comment) return 0;
  std::uint32_t number = 0;
  const char* const end = line.data() + line.size();
  const auto read = std::from_chars(line.data() + said + word.size(), end, number);
  return read.ec == std::errc{} && read.ptr == end ? number : 0;
}

}  // namespace

std::uint32_t Sources::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {0}, std::nullopt};
  for (std::size_t at = 0; at < file.text.size(); ++at) {
    if (file.text[at] == '\n') file.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
  }
  files_.push_back(std::move(file));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::uint32_t Sources::line_number(Mark mark) const {
  const auto& starts = files_[mark.file].line_starts;
  return static_cast<std::uint32_t>(std::ranges::upper_bound(starts, mark.offset) - starts.begin());
}

std::string_view Sources::line(Mark mark) const {
  const std::string_view text = files_[mark.file].text;
  const std::size_t number = line_number(mark);
  const std::vector<std::uint32_t>& starts = files_[mark.file].line_starts;
  const std::size_t start = starts[number - 1];
  std::string_view line = text.substr(start, number < starts.size() ? starts[number] - 1 - start : text.npos);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string Sources::shown_line(Mark mark) const {
  const std::string_view line = this->line(mark);
  return line.size() > shown_max ? std::string{} : std::string{line};
}

Mark Sources::original(Mark mark) const {
  const File& file = files_[mark.file];
  if (!file.original) return mark;
  const std::vector<std::uint32_t>& starts = files_[*file.original].line_starts;
  for (std::size_t number = line_number(mark); number > 0; --number) {
    const Mark at{mark.file, file.line_starts[number - 1], 0};
    const std::uint32_t said = line_said(line(at));
    if (said == 0 || said > starts.size()) continue;
    Mark there{*file.original, starts[said - 1], 0};
    const std::string_view text = line(there);
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    there.offset += static_cast<std::uint32_t>(begin);
    there.length = static_cast<std::uint32_t>(text.size() - begin);
    return there;
  }
  return mark;
}

Place Sources::place(Mark mark) const {
  const std::size_t number = line_number(mark);
  const std::size_t start = files_[mark.file].line_starts[number - 1];
  const std::string_view line = this->line(mark);
  const std::size_t before = std::min(line.size(), mark.offset - start);
  const std::size_t meant = std::min<std::size_t>(line.size() - before, mark.length);
  if (last_.file != mark.file || last_.line != number || last_.offset > before) last_ = {mark.file, number, 0, 1};
  last_.column += characters(line.substr(last_.offset, before - last_.offset));
  last_.offset = before;
  return {.file = files_[mark.file].name,
          .line = static_cast<std::uint32_t>(number),
          .column = last_.column,
          .width = std::max(1U, characters(line.substr(before, meant)))};
}

void Findings::add(Mark at, std::string what, std::string fix) {
  const bool known = std::ranges::any_of(
      entries_, [&](const Entry& e) { return e.at.file == at.file && e.at.offset == at.offset && e.what == what; });
  if (known) return;
  ++count_;
  if (entries_.size() < most) entries_.push_back({at, std::move(what), std::move(fix)});
}

std::vector<Diagnostic> Findings::list() const {
  std::vector<Entry> sorted = entries_;
  std::ranges::stable_sort(sorted, {}, [](const Entry& e) { return std::pair{e.at.file, e.at.offset}; });
  std::vector<Diagnostic> result;
  result.reserve(sorted.size() + 1);
  for (const Entry& e : sorted) {
    result.push_back({sources_.place(e.at), e.what, e.fix, sources_.shown_line(e.at)});
  }
  if (count_ > entries_.size()) {
    const std::size_t more = count_ - entries_.size();
    result.push_back({result.back().at, std::to_string(more) + (more == 1 ? " more error" : " more errors"),
                      "mend those above first", ""});
  }
  return result;
}

}  // namespace squall::scenarios
