// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/views/campaign_figures.hpp"

namespace squall::reports {

/// How often something was seen: a cell with a bar from none to all, its 95 % interval as a line across, and one with the
/// numbers.
std::string rate_cells(std::uint64_t count, std::uint64_t runs);

/// A table in a frame that scrolls. The cells of `rows` are HTML: whoever makes them escapes them. Columns whose heading
/// begins with `#` hold numbers.
std::string table_html(const std::vector<std::string_view>& headings,
                       const std::vector<std::vector<std::string>>& rows);

/// A figure with what it shows in words, `more` (escaped) behind it, and its numbers as a table to be opened.
std::string figure_html(const CampaignFigure& figure, std::string_view more);

}  // namespace squall::reports
