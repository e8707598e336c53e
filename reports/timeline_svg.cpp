// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/markup.hpp"

namespace squall::reports {
namespace {

using sim::history::never;

constexpr std::size_t column_width = 90, row_height = 44, left = 130, top = 60;

class Drawing {
 public:
  explicit Drawing(const TimelinePicture& picture) : picture_{picture} {
    for (const TimelinePicture::Bar& bar : picture.bars) {
      columns_.emplace(bar.from, 0);
      if (bar.to != never) columns_.emplace(bar.to, 0);
      rows_.emplace(bar.process, 0);
    }
    std::size_t next = 0;
    for (auto& [moment, at] : columns_) at = next++;
    next = 0;
    for (auto& [process, at] : rows_) at = next++;
    width_ = left + columns_.size() * column_width + 40;
  }

  std::string svg() const {
    const std::size_t height = top + rows_.size() * row_height + 20;
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"monospace\" font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
        "<text x=\"10\" y=\"20\" font-size=\"14\">{2}</text>\n",
        width_, height, inert_text(picture_.title));
    for (const auto& [moment, at] : columns_)
      text += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"#666\" font-size=\"10\">line {}</text>\n",
                          left + at * column_width, top - 12, moment);
    for (const auto& [process, at] : rows_)
      text += fmt::format(
          "<text x=\"10\" y=\"{}\">process {}</text>\n"
          "<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#ddd\"/>\n",
          top + at * row_height + 20, inert_text(process), left, width_ - 10, top + at * row_height + 34,
          top + at * row_height + 34);
    for (const TimelinePicture::Bar& bar : picture_.bars) text += drawn(bar);
    return text + "</svg>\n";
  }

 private:
  std::string drawn(const TimelinePicture::Bar& bar) const {
    const std::size_t from = left + columns_.at(bar.from) * column_width;
    const std::size_t to = bar.to == never ? width_ - 20 : left + columns_.at(bar.to) * column_width;
    const std::size_t y = top + rows_.at(bar.process) * row_height;
    // About 7 units a letter. A label may go on over the gap behind its bar, and is whole in the tooltip.
    const std::string label = beginning(bar.label, std::max<std::size_t>(8, (to - from + column_width) / 8));
    return fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"24\" rx=\"3\" fill=\"{}\" "
        "stroke=\"{}\"{}><title>{}</title></rect>\n"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        from, y + 4, std::max<std::size_t>(6, to - from),
        bar.marked  ? "#ffd6d6"
        : bar.faint ? "#f2f2f2"
                    : "#dbe9ff",
        bar.marked ? "#c00000" : "#4060a0", bar.faint ? " stroke-dasharray=\"4 3\"" : "", inert_text(bar.label),
        from + 4, y + 20, inert_text(label));
  }

  const TimelinePicture& picture_;
  std::map<sim::history::Moment, std::size_t> columns_;
  std::map<std::string, std::size_t> rows_;
  std::size_t width_ = 0;
};

}  // namespace

std::string to_svg(const TimelinePicture& picture) { return Drawing{picture}.svg(); }

}  // namespace squall::reports
