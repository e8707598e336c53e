// SPDX-License-Identifier: Apache-2.0
#include "bench/curves/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace squall::bench {
namespace {

constexpr double width = 300, height = 170, left = 46, right = 12, top = 26, bottom = 22;
constexpr double last_power = 9, powers_up = 8;  // of n; of nanoseconds and KiB

double x_of(double n) { return left + (width - left - right) * std::log10(n) / last_power; }
double y_of(double value) {
  const double power = std::clamp(std::log10(std::max(value, 1.0)), 0.0, powers_up);
  return height - bottom - (height - top - bottom) * power / powers_up;
}

std::string line(const std::vector<Point>& points, const char* color,
                 const std::function<double(const Point&)>& value) {
  std::string path, dots;
  for (const Point& point : points) {
    const double x = x_of(static_cast<double>(point.n)), y = y_of(value(point));
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", x, y);
    dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\" fill=\"{}\"/>", x, y, color);
  }
  return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\"/>{}\n", path, color, dots);
}

std::string axes() {
  std::string text;
  for (int power = 0; power <= static_cast<int>(last_power); power += 3) {
    const double x = x_of(std::pow(10, power));
    text += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">10^{}</text>\n", x, height - 8, power);
  }
  for (int power = 0; power <= static_cast<int>(powers_up); power += 2) {
    const double y = y_of(std::pow(10, power));
    text += fmt::format(
        "<path d=\"M{} {:.1f}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">10^{}</text>\n",
        left, y, width - right, left - 4, y + 3, power);
  }
  return text;
}

}  // namespace

std::string picture(const std::vector<Drawn>& curves) {
  constexpr std::size_t columns = 3;
  const std::size_t rows = (curves.size() + columns - 1) / columns;
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"9\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
      width * columns, height * static_cast<double>(rows) + 20);
  for (std::size_t c = 0; c < curves.size(); ++c) {
    const Drawn& drawn = curves[c];
    text += fmt::format("<g transform=\"translate({} {})\">\n<text x=\"{}\" y=\"14\" font-size=\"11\">{}</text>\n",
                        width * static_cast<double>(c % columns), height * static_cast<double>(c / columns), left,
                        drawn.curve->name);
    text += axes();
    text += line(drawn.points, "#c33", [](const Point& point) { return point.ns_per_unit(); });
    text += line(drawn.points, "#36c", [](const Point& point) { return static_cast<double>(point.peak_bytes) / 1024; });
    text += "</g>\n";
  }
  text += fmt::format(
      "<text x=\"{}\" y=\"{}\" font-size=\"11\">red: ns per event (or finding); blue: KiB at the peak; over "
      "n</text>\n</svg>\n",
      left, height * static_cast<double>(rows) + 12);
  return text;
}

}  // namespace squall::bench
