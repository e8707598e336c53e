// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "reports/history_report.hpp"
#include "reports/text.hpp"

namespace squall::reports {
namespace {

using namespace sim::history;

/// Text inside an element. What steers a terminal is written out first, so that no control character is left.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

constexpr std::size_t column = 90, row = 44, left = 130, top = 60;

/// Bars do not keep to real time: one column for each moment of the part, in their order, so that short and long calls can
/// both be read.
class Picture {
 public:
  explicit Picture(const HistoryReport& report, const FailingPart& part) : report_{report}, part_{part} {
    for (const PartCall& one : part_.calls) {
      const Operation& operation = operation_of(one);
      columns_.emplace(operation.invoked, 0);
      if (operation.returned != never && operation.outcome == Outcome::ok) columns_.emplace(operation.returned, 0);
      rows_.emplace(operation.process, 0);
    }
    std::size_t next = 0;
    for (auto& [moment, at] : columns_) at = next++;
    next = 0;
    for (auto& [process, at] : rows_) at = next++;
  }

  std::string svg() const {
    const std::size_t width = left + columns_.size() * column + 40;
    const std::size_t height = top + rows_.size() * row + 40;
    std::string text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"monospace\" font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n"
        "<text x=\"10\" y=\"20\" font-size=\"14\">{2}: no order explains this part</text>\n",
        width, height, escaped(report_.file));
    for (const auto& [moment, at] : columns_)
      text += fmt::format("<text x=\"{}\" y=\"{}\" fill=\"#888\" font-size=\"10\">line {}</text>\n", left + at * column,
                          top - 12, moment);
    for (const auto& [process, at] : rows_)
      text += fmt::format(
          "<text x=\"10\" y=\"{}\">process {}</text>\n<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" "
          "stroke=\"#ddd\"/>\n",
          top + at * row + 20, escaped(report_.read.history.values.text(process, 12)), left, width - 10,
          top + at * row + 34, top + at * row + 34);
    for (std::size_t c = 0; c < part_.calls.size(); ++c) text += bar(c, width);
    return text + "</svg>\n";
  }

 private:
  const Operation& operation_of(const PartCall& one) const {
    return report_.read.history.operations[one.call.operation];
  }

  std::string bar(std::size_t c, std::size_t width) const {
    const PartCall& one = part_.calls[c];
    const Operation& operation = operation_of(one);
    const bool open = operation.outcome != Outcome::ok;
    const std::size_t from = left + columns_.at(operation.invoked) * column;
    const std::size_t to = open ? width - 20 : left + columns_.at(operation.returned) * column;
    const std::size_t y = top + rows_.at(operation.process) * row;
    const bool blocked = c == part_.blocked;
    const std::string whole = call_text(report_.read.history.values, one.call);
    // About 7 units a letter; a label may go on over the next gap, and is whole in the tooltip.
    const std::size_t letters = std::max<std::size_t>(8, (to - from + column) / 8);
    const std::string label = whole.size() > letters ? whole.substr(0, letters - 2) + ".." : whole;
    return fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"24\" rx=\"3\" fill=\"{}\" "
        "stroke=\"{}\"{}><title>{}</title></rect>\n"
        "<text x=\"{}\" y=\"{}\">{}</text>\n",
        from, y + 4, std::max<std::size_t>(6, to - from),
        blocked      ? "#ffd6d6"
        : one.needed ? "#dbe9ff"
                     : "#f2f2f2",
        blocked ? "#c00000" : "#4060a0", one.needed ? "" : " stroke-dasharray=\"4 3\"", escaped(whole), from + 4,
        y + 20, escaped(label));
  }

  const HistoryReport& report_;
  const FailingPart& part_;
  std::map<Moment, std::size_t> columns_;
  std::map<ValueId, std::size_t> rows_;
};

}  // namespace

std::string history_svg(const HistoryReport& report) { return Picture{report, report.check.failing.at(0)}.svg(); }

}  // namespace squall::reports
