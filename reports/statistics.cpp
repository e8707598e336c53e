// SPDX-License-Identifier: Apache-2.0
#include "reports/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace squall::reports {
namespace {

constexpr double z95 = 1.959963984540054;  // of the standard normal distribution: 97.5 % lie below it

}  // namespace

Interval wilson(std::uint64_t count, std::uint64_t runs) {
  if (runs == 0) return {0, 1};
  const double n = static_cast<double>(runs), share = static_cast<double>(count) / n;
  const double z2 = z95 * z95, scale = 1 + z2 / n;
  const double centre = (share + z2 / (2 * n)) / scale;
  const double half = z95 * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / scale;
  // Rounding must not leave a hair between a sure thing and its bound.
  return {count == 0 ? 0 : std::max(0.0, centre - half), count == runs ? 1 : std::min(1.0, centre + half)};
}

Mean mean_of(std::span<const double> values) {
  if (values.empty()) return {};
  const double n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  if (values.size() == 1) return {mean, {mean, mean}};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = z95 * std::sqrt(squares / (n - 1) / n);
  return {mean, {mean - half, mean + half}};
}

std::string percent_text(double share) {
  const double percent = 100 * share;
  if (percent <= 0) return "0 %";
  if (share >= 1) return "100 %";
  // Never a nought for what was seen, nor a hundred for what was not always seen.
  int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(percent))), 0, 8);
  std::string text = fmt::format("{:.{}f}", percent, decimals);
  while (text == "100" || text.starts_with("100.")) text = fmt::format("{:.{}f}", percent, ++decimals);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text + " %";
}

std::string chance_of_new(std::uint64_t once, std::uint64_t runs) {
  const auto share = [&](std::uint64_t number) {
    return percent_text(std::min(1.0, static_cast<double>(number) / static_cast<double>(runs)));
  };
  return once == 0 ? "below about " + share(3) : "of about " + share(once);
}

std::string grouped(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string counted(std::uint64_t number, const char* one, const char* many) {
  return number == 1 ? fmt::format("1 {}", one) : fmt::format("{} {}", grouped(number), many);
}

}  // namespace squall::reports
