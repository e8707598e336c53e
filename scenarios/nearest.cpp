// SPDX-License-Identifier: Apache-2.0
#include "scenarios/nearest.hpp"

#include <algorithm>

namespace squall::scenarios {

std::size_t distance(std::string_view a, std::string_view b) {
  if (std::max(a.size(), b.size()) > 64) return std::max(a.size(), b.size());
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view name, std::span<const std::string_view> known) {
  std::string_view found;
  std::size_t best = name.size() / 2 + 1;
  // Thousands of names are compared for one error and at most twenty errors are told: still no more than a moment.
  for (const std::string_view candidate : known) {
    const std::size_t apart = distance(candidate, name);
    if (apart >= best) continue;
    best = apart;
    found = candidate;
  }
  return std::string{found};
}

std::string instead_of(std::string_view name, std::span<const std::string_view> known) {
  const std::string close = nearest(name, known);
  if (!close.empty()) return "did you mean '" + close + "'?";
  std::string all;
  for (std::size_t k = 0; k < known.size() && k < 12; ++k) all += (k == 0 ? "" : ", ") + std::string{known[k]};
  if (known.size() > 12) all += ", …";
  return all.empty() ? "" : "use one of: " + all;
}

}  // namespace squall::scenarios
