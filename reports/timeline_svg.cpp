// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "reports/markup.hpp"

namespace squall::reports {
namespace {

using sim::history::never;

constexpr std::size_t narrowest_column = 70, row_height = 44, top = 60, margin = 20;
/// Longer labels end in an ellipsis, and are whole in the tooltip.
constexpr std::size_t longest_label = 60;

/// About what a monospace letter takes at 12 units. Letters of more than a byte come out wider than they are.
constexpr std::size_t width_of(std::size_t letters) { return letters * 15 / 2; }

/// Numbers by their size, before names.
struct ProcessOrder {
  static std::pair<bool, std::size_t> size_of(const std::string& name) {
    const bool number = !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
    return {!number, number ? name.size() : 0};
  }
  bool operator()(const std::string& a, const std::string& b) const {
    return std::pair{size_of(a), a} < std::pair{size_of(b), b};
  }
};

class Drawing {
 public:
  explicit Drawing(const TimelinePicture& picture) : picture_{picture} {
    std::size_t name = 0;
    for (const TimelinePicture::Bar& bar : picture.bars) {
      columns_.emplace(bar.from, 0);
      if (bar.to != never) columns_.emplace(bar.to, 0);
      rows_.emplace(bar.process, 0);
      name = std::max(name, bar.process.size());
    }
    std::size_t next = 0;
    for (auto& [process, at] : rows_) at = next++;
    left_ = margin + width_of(std::string_view{"process "}.size() + name);
    place_columns();
    width_ = std::max(right_ + margin, margin + width_of(picture.title.size()) * 14 / 12);
  }

  std::string svg() const {
    const std::size_t height = top + rows_.size() * row_height + 20;
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"monospace\" font-size=\"12\" role=\"img\">\n<title>{2}</title>\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
        "<text x=\"10\" y=\"20\" font-size=\"14\">{2}</text>\n",
        width_, height, inert_text(picture_.title));
    for (const auto& [moment, at] : columns_)
      text += fmt::format(
          "<text x=\"{0}\" y=\"{1}\" fill=\"#666\" font-size=\"10\">line {2}</text>\n"
          "<line x1=\"{0}\" x2=\"{0}\" y1=\"{3}\" y2=\"{4}\" stroke=\"#eee\"/>\n",
          at, top - 12, moment, top - 8, height - 20);
    for (const auto& [process, at] : rows_)
      text += fmt::format(
          "<text x=\"10\" y=\"{}\">process {}</text>\n"
          "<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#ddd\"/>\n",
          top + at * row_height + 20, inert_text(process), left_, right_ + 10, top + at * row_height + 34,
          top + at * row_height + 34);
    for (const TimelinePicture::Bar& bar : picture_.bars) text += drawn(bar);
    return text + "</svg>\n";
  }

 private:
  /// Shape besides colour: what cannot be explained has a cross and a thick border, what need not have happened a dashed one.
  static std::string label_of(const TimelinePicture::Bar& bar) {
    return (bar.marked ? "\u2717 " : "") + beginning(bar.label, longest_label);
  }

  /// From left to right: a column lies as far behind the one before as the bars that end there need for their labels.
  void place_columns() {
    std::map<sim::history::Moment, std::vector<const TimelinePicture::Bar*>> ending;
    for (const TimelinePicture::Bar& bar : picture_.bars) ending[bar.to].push_back(&bar);
    const auto fit = [&](sim::history::Moment end, std::size_t at) {
      for (const TimelinePicture::Bar* bar : ending[end])
        at = std::max(at, columns_.at(bar->from) + width_of(label_of(*bar).size()) + 10);
      return at;
    };
    std::size_t at = left_;
    for (auto& [moment, place] : columns_) {
      place = at = fit(moment, at);
      at += narrowest_column;
    }
    right_ = fit(never, at);
  }

  std::string drawn(const TimelinePicture::Bar& bar) const {
    const std::size_t from = columns_.at(bar.from);
    const std::size_t to = bar.to == never ? right_ : columns_.at(bar.to);
    const std::size_t y = top + rows_.at(bar.process) * row_height;
    return fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"24\" rx=\"3\" fill=\"{}\" "
        "stroke=\"{}\"{}><title>{}</title></rect>\n"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        from, y + 4, to - from,
        bar.marked  ? "#ffd6d6"
        : bar.faint ? "#f2f2f2"
                    : "#dbe9ff",
        bar.marked ? "#c00000" : "#4060a0",
        bar.marked  ? " stroke-width=\"2.5\""
        : bar.faint ? " stroke-dasharray=\"4 3\""
                    : "",
        inert_text(bar.label), from + 5, y + 20, inert_text(label_of(bar)));
  }

  const TimelinePicture& picture_;
  std::map<sim::history::Moment, std::size_t> columns_;  ///< and where they stand
  std::map<std::string, std::size_t, ProcessOrder> rows_;
  std::size_t left_ = 0, right_ = 0, width_ = 0;
};

}  // namespace

std::string to_svg(const TimelinePicture& picture) { return Drawing{picture}.svg(); }

}  // namespace squall::reports
