// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "reports/views/space_time.hpp"

namespace squall::reports {
namespace {

using namespace sim;

/// A sign, drawn in 34 x 16 as the diagram draws it, and what it means.
struct Sign {
  const char* svg;
  const char* means;
};

namespace signs {

constexpr Sign message{"<path d=\"M2 8h24\" stroke=\"currentColor\"/><path d=\"M26 4l7 4-7 4z\"/>", "a message"};
constexpr Sign lost{
    "<g class=\"lost\"><path d=\"M2 8h18\" stroke=\"currentColor\"/><path d=\"M16 3l10 10m0-10l-10 10\" "
    "stroke=\"currentColor\" stroke-width=\"2.5\"/></g>",
    "lost on its way"};
constexpr Sign refused{
    "<g class=\"refused\"><path d=\"M2 8h26\" stroke=\"currentColor\"/><path d=\"M28 2v12\" stroke=\"currentColor\" "
    "stroke-width=\"3\"/></g>",
    "refused"};
constexpr Sign late{
    "<g class=\"late\"><path d=\"M2 8h24\" stroke=\"currentColor\" stroke-dasharray=\"7 4\"/><path d=\"M26 4l7 "
    "4-7 4z\"/></g>",
    "delayed"};
constexpr Sign under_way{"<path d=\"M2 8h30\" stroke=\"currentColor\" stroke-dasharray=\"7 4\"/>", "still under way"};
constexpr Sign copy{
    "<g class=\"copy\"><circle cx=\"8\" cy=\"8\" r=\"6\" fill=\"none\" stroke=\"currentColor\"/><path d=\"M8 8h18\" "
    "stroke=\"currentColor\"/><path d=\"M26 4l7 4-7 4z\"/></g>",
    "a copy"};
constexpr Sign wait{"<path class=\"wait\" d=\"M17 1v14\" stroke=\"currentColor\" stroke-width=\"2\"/>", "waits"};
constexpr Sign endless{
    "<path class=\"wait endless\" d=\"M17 1v14\" stroke=\"currentColor\" stroke-width=\"4\" stroke-dasharray=\"2 6\"/>",
    "waits without an end"};
constexpr Sign hold{
    "<rect class=\"hold\" x=\"13\" y=\"1\" width=\"7\" height=\"14\" fill=\"none\" stroke=\"currentColor\"/>",
    "holds a resource"};
constexpr Sign down{
    "<g class=\"down\"><rect x=\"9\" y=\"1\" width=\"16\" height=\"14\" fill=\"none\" stroke=\"currentColor\"/><path "
    "d=\"M9 7l6-6M9 13L21 1M12 15L25 2M18 15l7-7\" stroke=\"currentColor\"/></g>",
    "is down"};
constexpr Sign pause{
    "<g class=\"pause\"><rect x=\"9\" y=\"1\" width=\"16\" height=\"14\" fill=\"none\" stroke=\"currentColor\" "
    "stroke-dasharray=\"3 3\"/><path d=\"M14 4v8m6-8v8\" stroke=\"currentColor\" stroke-width=\"3\"/></g>",
    "does nothing, and does not notice"};
constexpr Sign crash{"<path class=\"crash\" d=\"M12 3l10 10m0-10l-10 10\" stroke=\"currentColor\" stroke-width=\"3\"/>",
                     "crashes or hangs"};
constexpr Sign done{"<rect class=\"done\" x=\"12\" y=\"4\" width=\"9\" height=\"9\"/>", "finishes"};
constexpr Sign failed{"<path class=\"failed\" d=\"M17 2l6 11h-12z\"/>", "fails"};
constexpr Sign wrote{"<path d=\"M17 2l6 6-6 6-6-6z\"/>", "writes a key: its new version"};
constexpr Sign read{"<path d=\"M17 2l6 6-6 6-6-6z\" fill=\"none\" stroke=\"currentColor\"/>",
                    "reads a key: version held / current"};
constexpr Sign stale{
    "<g class=\"stale\"><path d=\"M10 2l6 6-6 6-6-6z\" fill=\"none\" stroke=\"currentColor\"/><text x=\"19\" y=\"13\" "
    "font-size=\"13\">≠</text></g>",
    "reads what is not current"};
constexpr Sign violated{
    "<path class=\"violation\" d=\"M1 8h32\" stroke=\"currentColor\" stroke-width=\"2\" stroke-dasharray=\"1 5\"/>",
    "here a violation begins"};

}  // namespace signs

}  // namespace

std::string space_time_legend(const Chronicle& chronicle, std::span<const Violation> violations) {
  std::string items;
  const auto add = [&](bool occurs, const Sign& sign) {
    if (!occurs) return;
    items += fmt::format(
        "<li><svg width=\"34\" height=\"16\" viewBox=\"0 0 34 16\" fill=\"currentColor\" stroke-linecap=\"round\" "
        "aria-hidden=\"true\">{}</svg> {}</li>\n",
        sign.svg, sign.means);
  };
  const auto ends = [&](Passage::End end) {
    return std::ranges::find(chronicle.messages, end, &Passage::end) != chronicle.messages.end();
  };
  const auto lasts = [&](Span::Kind kind, bool open) {
    return std::ranges::any_of(chronicle.spans,
                               [&](const Span& span) { return span.kind == kind && span.open == open; });
  };
  const auto seen = [&](Seen kind) {
    return std::ranges::find(chronicle.moments, kind, &Moment::kind) != chronicle.moments.end();
  };
  add(ends(Passage::End::taken) || ends(Passage::End::arrived), signs::message);
  add(ends(Passage::End::lost), signs::lost);
  add(ends(Passage::End::refused), signs::refused);
  add(std::ranges::any_of(chronicle.messages, &Passage::late), signs::late);
  add(ends(Passage::End::under_way), signs::under_way);
  add(std::ranges::any_of(chronicle.messages, &Passage::copy), signs::copy);
  add(lasts(Span::Kind::wait, false), signs::wait);
  add(lasts(Span::Kind::wait, true), signs::endless);
  add(lasts(Span::Kind::hold, false) || lasts(Span::Kind::hold, true), signs::hold);
  add(lasts(Span::Kind::down, false) || lasts(Span::Kind::down, true), signs::down);
  add(lasts(Span::Kind::pause, false) || lasts(Span::Kind::pause, true), signs::pause);
  add(seen(Seen::crashed) || seen(Seen::hung), signs::crash);
  add(seen(Seen::finished) || seen(Seen::reported), signs::done);
  add(seen(Seen::failed), signs::failed);
  add(seen(Seen::wrote), signs::wrote);
  add(seen(Seen::read), signs::read);
  add(std::ranges::any_of(chronicle.moments, &Moment::stale), signs::stale);
  add(!violations.empty(), signs::violated);
  return items.empty() ? items : "<ul class=\"legend\">\n" + items + "</ul>\n";
}

}  // namespace squall::reports
