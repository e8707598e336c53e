// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "reports/markup.hpp"
#include "reports/text.hpp"
#include "reports/views/space_time.hpp"

namespace squall::reports {
namespace {

struct Point {
  double x, y;
};

/// The point on the way from `a` to `b` that is `distance` from `a`.
Point towards(Point a, Point b, double distance) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  return length == 0 ? a : Point{a.x + (b.x - a.x) * distance / length, a.y + (b.y - a.y) * distance / length};
}

constexpr double half_height = 19;
/// Wide enough for the name.
double half_width(const std::string& name) {
  return std::clamp(static_cast<double>(name.size()) * 4.3 + 14, 34.0, 110.0);
}

/// How far from its middle the line to `b` leaves the ellipse of `name` at `a`.
double rim(Point a, Point b, const std::string& name) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  if (length == 0) return half_height;
  const double rx = half_width(name), ry = half_height;
  return rx * ry / std::hypot(ry * (b.x - a.x) / length, rx * (b.y - a.y) / length) + 3;
}

}  // namespace

std::string wait_for_figure(const sim::Violation& violation, std::string_view id) {
  const std::size_t n = violation.members.size();
  if (!violation.cycle || n == 0) return {};
  const std::size_t start = sim::canonical_start(violation);
  // Who waits for himself has a loop above him.
  const double radius = n == 1 ? 0 : n == 2 ? 90 : 60 + 22 * static_cast<double>(n);
  const double middle_x = radius + 120, middle_y = radius + (n == 1 ? 70 : 30);
  std::vector<Point> places;
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n) - std::numbers::pi / 2;
    places.push_back({middle_x + radius * std::cos(angle), middle_y + radius * std::sin(angle)});
  }
  const double width = 2 * middle_x, height = std::ranges::max(places, {}, &Point::y).y + 30;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wait-for\" role=\"img\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"currentColor\">\n"
      "<title>Wait-for graph: a cycle of {2}</title>\n<desc>{4}</desc>\n"
      "<defs><marker id=\"waits-{3}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
      "orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"currentColor\"/></marker></defs>\n",
      width, height, n, id, inert_text(fmt::format("{}", fmt::join(violation.reasons, "; "))));
  for (std::size_t i = 0; i < n; ++i) {
    const std::string name = printable(violation.members[(start + i) % n]);
    const std::string next = printable(violation.members[(start + i + 1) % n]);
    const Point from = places[i], to = places[(i + 1) % n];
    if (n == 1) {
      svg += fmt::format(
          "<path class=\"edge\" d=\"M{0:.1f} {1:.1f}c60 -90 120 20 44 12\" fill=\"none\" stroke=\"currentColor\" "
          "stroke-width=\"2\" marker-end=\"url(#waits-{2})\"/>\n",
          from.x + 20, from.y - 14, id);
    } else {
      const Point a = towards(from, to, rim(from, to, name)), b = towards(to, from, rim(to, from, next));
      // Aside is outwards: the circle is walked clockwise. Two that wait for each other have an arrow each, side by side.
      const double length = std::hypot(to.x - from.x, to.y - from.y);
      const Point aside{(to.y - from.y) / length, (from.x - to.x) / length};
      const double line_off = n == 2 ? 9 : 0, number_off = line_off + 14;
      svg += fmt::format(
          "<line class=\"edge\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"currentColor\" "
          "stroke-width=\"2\" marker-end=\"url(#waits-{})\"/>\n"
          "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"13\" font-weight=\"600\">{}</text>\n",
          a.x + line_off * aside.x, a.y + line_off * aside.y, b.x + line_off * aside.x, b.y + line_off * aside.y, id,
          (a.x + b.x) / 2 + number_off * aside.x, (a.y + b.y) / 2 + number_off * aside.y + 4, i + 1);
    }
    svg += fmt::format(
        "<g class=\"node\"><ellipse cx=\"{0:.1f}\" cy=\"{1:.1f}\" rx=\"{2:.0f}\" ry=\"19\" fill=\"none\" "
        "stroke=\"currentColor\" stroke-width=\"1.5\"/><text x=\"{0:.1f}\" y=\"{3:.1f}\" "
        "text-anchor=\"middle\">{4}</text></g>\n",
        from.x, from.y, half_width(name), from.y + 5, xml_text(name));
  }
  return svg + "</svg>\n";
}

}  // namespace squall::reports
