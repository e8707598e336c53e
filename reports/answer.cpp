// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "reports/campaign_database.hpp"
#include "reports/text.hpp"

/// Answers of the campaign's tables, told.
namespace squall::reports {
namespace {

using Json = nlohmann::ordered_json;

Json cell_json(const Answer::Cell& cell) {
  if (cell.is_null) return Json();
  if (!cell.number) return Json(cell.text);
  std::int64_t whole = 0;
  const char* const end = cell.text.data() + cell.text.size();
  if (const auto read = std::from_chars(cell.text.data(), end, whole); read.ec == std::errc{} && read.ptr == end)
    return Json(whole);
  double number = 0;
  if (const auto read = std::from_chars(cell.text.data(), end, number); read.ec == std::errc{} && read.ptr == end)
    return Json(number);
  return Json(cell.text);  // infinity
}

}  // namespace

std::string answer_text(const Answer& answer) {
  std::vector<std::size_t> widths;
  for (const std::string& column : answer.columns) widths.push_back(printable(column).size());
  for (const auto& row : answer.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], printable(row[c].text).size());
  }
  std::string text;
  const auto put = [&](std::size_t column, const std::string& value, bool right) {
    const bool last = column + 1 == widths.size();
    if (column != 0) text += "  ";
    text += right  ? fmt::format("{:>{}}", value, widths[column])
            : last ? value
                   : fmt::format("{:<{}}", value, widths[column]);
  };
  for (std::size_t c = 0; c < answer.columns.size(); ++c) {
    const bool right = !answer.rows.empty() && answer.rows.front()[c].number;
    put(c, printable(answer.columns[c]), right);
  }
  text += '\n';
  for (const auto& row : answer.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) put(c, printable(row[c].text), row[c].number);
    text += '\n';
  }
  return text;
}

std::string answer_json(const Answer& answer) {
  Json list = Json::array();
  for (const auto& row : answer.rows) {
    Json object = Json::object();
    for (std::size_t c = 0; c < row.size(); ++c) object[answer.columns[c]] = cell_json(row[c]);
    list.push_back(std::move(object));
  }
  return list.dump(2, ' ', true, nlohmann::detail::error_handler_t::replace) + "\n";
}

}  // namespace squall::reports
