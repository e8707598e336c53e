// SPDX-License-Identifier: Apache-2.0
#include "reports/views/space_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/markup.hpp"
#include "reports/statistics.hpp"
#include "reports/text.hpp"

namespace squall::reports {
namespace {

using namespace sim;

constexpr int left = 96;        ///< room for times
constexpr int most_lane = 260;  ///< between two lanes
constexpr int least_lane = 90;
constexpr int width_wanted = 1100;
constexpr double glyph = 6.4;  ///< how wide a character of a label is, at most usually
constexpr int head_height = 30;

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// Cut to what fits into so many pixels.
std::string label(const std::string& text, int room) {
  return xml_text(beginning(printable(text), static_cast<std::size_t>(std::max(room, 40) / glyph)));
}

std::string described(const Chronicle& run) {
  std::size_t lost = 0, late = 0, copies = 0, refused = 0;
  for (const Passage& passage : run.messages) {
    lost += passage.end == Passage::End::lost ? 1 : 0;
    refused += passage.end == Passage::End::refused ? 1 : 0;
    late += passage.late ? 1 : 0;
    copies += passage.copy ? 1 : 0;
  }
  std::size_t endless = 0;
  for (const Span& span : run.spans) endless += span.open && span.kind == Span::Kind::wait ? 1 : 0;
  std::string said =
      fmt::format("{}, {} of {}, {}", counted(run.lanes.size(), "agent", "agents"), run.moments.size(),
                  counted(run.moments_all, "moment", "moments"), counted(run.messages.size(), "message", "messages"));
  const std::pair<std::size_t, const char*> ends[] = {
      {lost, "lost"}, {late, "delayed"}, {copies, "copied"}, {refused, "refused"}};
  for (const auto& [count, how] : ends)
    if (count != 0) said += fmt::format(", {} {}", count, how);
  return said + (endless == 0   ? "."
                 : endless == 1 ? ". One wait has no end."
                                : fmt::format(". {} waits have no end.", endless));
}

class Drawing {
 public:
  Drawing(const Chronicle& chronicle, std::span<const Violation> violations, std::string_view id)
      : run_(chronicle), violations_(violations), id_(id) {
    const int lanes = std::max<int>(1, static_cast<int>(run_.lanes.size()));
    lane_ = std::clamp(width_wanted / lanes, least_lane, most_lane);
    width_ = left + lane_ * lanes;
    height_ = space_time_top + space_time_row * (static_cast<int>(run_.moments.size()) + 1);
  }

  /// The lanes' names once more, to stay in sight.
  std::string head() {
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lanes\" aria-hidden=\"true\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 "
        "{0} {1}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\">\n",
        width_, head_height);
    for (Lane l = 0; l < run_.lanes.size(); ++l)
      add("<text x=\"{}\" y=\"20\" text-anchor=\"middle\" font-weight=\"600\">{}</text>\n", x_of(l),
          label(run_.lanes[l], lane_ - 8));
    svg_ += "</svg>\n";
    return std::move(svg_);
  }

  std::string all() {
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"space-time\" role=\"img\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"currentColor\" "
        "stroke-linecap=\"round\">\n<title>Space-time diagram</title>\n<desc>{2}</desc>\n",
        width_, height_, inert_text(described(run_)));
    svg_ += fmt::format(
        "<defs><marker id=\"head-{0}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"10\" "
        "markerHeight=\"10\" "
        "orient=\"auto-start-reverse\"><path d=\"M0 0 8 4 0 8z\" fill=\"currentColor\"/></marker>"
        "<pattern id=\"hatch-{0}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 6 6 0\" "
        "stroke=\"currentColor\"/></pattern></defs>\n",
        id_);
    add("<rect class=\"now\" x=\"0\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\"/>\n", space_time_top, width_,
        space_time_row);
    for (Lane l = 0; l < run_.lanes.size(); ++l) lane(l);
    for (const Span& span : run_.spans) draw(span);
    times();
    for (const Passage& passage : run_.messages) draw(passage);
    for (std::size_t m = 0; m < run_.moments.size(); ++m) dot(m);
    std::map<int, std::vector<std::string_view>> rules;  // what is violated at one moment, by its place
    for (const Violation& violation : violations_) {
      auto& names = rules[std::min(y_at(run_.when(violation)), height_ - 10)];
      if (std::ranges::find(names, violation.invariant) == names.end()) names.push_back(violation.invariant);
    }
    if (run_.loop) round();
    for (const auto& [y, names] : rules) rule(y, fmt::format("{}", fmt::join(names, ", ")));
    svg_ += "</svg>\n";
    return std::move(svg_);
  }

 private:
  int x_of(Lane lane) const { return left + lane_ / 2 + static_cast<int>(lane) * lane_; }
  static int y_of_row(std::size_t moment) {
    return space_time_top + space_time_row * static_cast<int>(moment) + space_time_row / 2;
  }
  /// Where an instant lies between the rows.
  int y_at(Instant at) const {
    const auto after = std::ranges::upper_bound(run_.moments, at, {}, &Moment::at);
    return y_of_row(static_cast<std::size_t>(after - run_.moments.begin())) - space_time_row / 2;
  }
  int y_of(std::uint32_t moment, Instant at) const { return moment == no_moment ? y_at(at) : y_of_row(moment); }

  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(svg_), format, std::forward<Arguments>(arguments)...);
  }

  void lane(Lane l) {
    add("<g class=\"lane\"><text x=\"{0}\" y=\"20\" text-anchor=\"middle\" font-weight=\"600\">{1}</text>"
        "<line x1=\"{0}\" y1=\"28\" x2=\"{0}\" y2=\"{2}\" stroke=\"currentColor\" stroke-opacity=\".35\"/></g>\n",
        x_of(l), label(run_.lanes[l], lane_ - 8), height_);
  }

  void draw(const Span& span) {
    const int from = std::max(space_time_top, y_at(span.from) - space_time_row / 2);
    const int to = span.open ? height_ - 4 : std::max(y_at(span.to) - space_time_row / 2, from + 3);
    const int x = x_of(span.lane);
    const std::string said =
        fmt::format("<title>{}: {}</title>", inert_text(run_.lanes[span.lane]), inert_text(span.what));
    switch (span.kind) {
      case Span::Kind::wait:
        add("<line class=\"wait{}\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\" stroke=\"currentColor\" "
            "stroke-width=\"{}\"{}>"
            "{}</line>\n",
            span.open ? " endless" : "", from, to, span.open ? 4 : 2, span.open ? " stroke-dasharray=\"2 7\"" : "",
            said, fmt::arg("x", x - 5));
        return;
      case Span::Kind::hold:
        add("<rect class=\"hold\" x=\"{}\" y=\"{}\" width=\"7\" height=\"{}\" fill=\"none\" "
            "stroke=\"currentColor\">{}</rect>\n",
            x + 3, from, to - from, said);
        return;
      case Span::Kind::down:
        add("<rect class=\"down\" x=\"{}\" y=\"{}\" width=\"16\" height=\"{}\" fill=\"url(#hatch-{})\" "
            "stroke=\"currentColor\">{}</rect>\n",
            x - 8, from, to - from, id_, said);
        return;
      case Span::Kind::pause:
        add("<g class=\"pause\">{0}<rect x=\"{1}\" y=\"{2}\" width=\"16\" height=\"{3}\" fill=\"none\" "
            "stroke=\"currentColor\" "
            "stroke-dasharray=\"3 3\"/><path d=\"M{4} {5}v10m6-10v10\" stroke=\"currentColor\" "
            "stroke-width=\"3\"/></g>\n",
            said, x - 8, from, to - from, x - 20, (from + to) / 2 - 5);
        return;
    }
  }

  void times() {
    Instant last = Instant::min();
    for (std::size_t m = 0; m < run_.moments.size(); ++m) {
      if (run_.moments[m].at == last) continue;
      last = run_.moments[m].at;
      add("<text class=\"time\" x=\"{}\" y=\"{}\" text-anchor=\"end\" font-size=\"11\" fill-opacity=\".8\">{}</text>\n",
          left - 12, y_of_row(m) + 4, run_.when_text(last));
    }
  }

  static const char* class_of(const Passage& passage) {
    switch (passage.end) {
      case Passage::End::lost: return "lost";
      case Passage::End::refused: return "refused";
      case Passage::End::under_way: return "under-way";
      case Passage::End::arrived:
      case Passage::End::taken: break;
    }
    return passage.copy ? "copy" : passage.late ? "late" : "sent";
  }

  void draw(const Passage& passage) {
    if (passage.from == no_lane && passage.to == no_lane) return;
    const Lane to = passage.to != no_lane ? passage.to : passage.from;
    const Lane from = passage.from != no_lane ? passage.from : to;
    int x1 = x_of(from), x2 = x_of(to);
    const int y1 = y_of(passage.sent_at, passage.sent);
    int y2 = std::max(y1, y_of(passage.ended_at, passage.ended));
    if (passage.end == Passage::End::lost) {  // it never came there: the cross is on the way
      x2 = x1 + (x2 - x1) * 6 / 10;
      y2 = std::max(y1, std::min(y2, y1 + space_time_row));
    }
    if (x1 == x2) x1 = x2 + (from == to ? 0 : 1);
    add("<g class=\"message {}\"><title>{}</title>", class_of(passage), inert_text(in_words(passage)));
    const char* dashes = passage.late || passage.end == Passage::End::under_way ? " stroke-dasharray=\"7 4\"" : "";
    if (from == to) {
      add("<path d=\"M{0} {1}c{3} 0 {3} {2} 0 {2}\" fill=\"none\" stroke=\"currentColor\"{4}/>", x1, y1,
          std::max(y2 - y1, 8), lane_ / 3, dashes);
    } else {
      const bool headed = ends_in_head(passage);
      const int before = headed ? (x2 > x1 ? -4 : 4) : 0;  // the dot on the lane stays free
      add("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"currentColor\"{}{}/>", x1, y1, x2 + before, y2,
          dashes, headed ? fmt::format(" marker-end=\"url(#head-{})\"", id_) : "");
    }
    if (passage.copy) add("<circle cx=\"{}\" cy=\"{}\" r=\"6\" fill=\"none\" stroke=\"currentColor\"/>", x1, y1);
    if (passage.end == Passage::End::lost)
      add("<path d=\"M{0} {1}l12 12m0-12l-12 12\" stroke=\"currentColor\" stroke-width=\"2.5\"/>", x2 - 6, y2 - 6);
    if (passage.end == Passage::End::refused)
      add("<path d=\"M{0} {1}v14\" stroke=\"currentColor\" stroke-width=\"3\"/>", x2, y2 - 7);
    add("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" class=\"halo\">{}</text></g>\n",
        from == to ? x1 + lane_ / 4 : (x1 + x2) / 2, (y1 + y2) / 2 - 4,
        label(passage.what, from == to ? lane_ - 20 : std::abs(x2 - x1) - 20));
  }

  static bool ends_in_head(const Passage& passage) {
    return passage.end == Passage::End::arrived || passage.end == Passage::End::taken;
  }

  std::string name(Lane lane) const { return lane == no_lane ? "nobody" : run_.lanes[lane]; }

  std::string in_words(const Passage& passage) const {
    const std::string way = fmt::format("{} from {} to {}", passage.what, name(passage.from), name(passage.to));
    const std::string sent = run_.when_text(passage.sent), ended = run_.when_text(passage.ended);
    switch (passage.end) {
      case Passage::End::lost: return fmt::format("{}: sent at {}, lost", way, sent);
      case Passage::End::refused: return fmt::format("{}: sent at {}, refused at {}", way, sent, ended);
      case Passage::End::under_way: return fmt::format("{}: sent at {}, still under way", way, sent);
      case Passage::End::arrived: return fmt::format("{}: sent at {}, there at {}, not taken", way, sent, ended);
      case Passage::End::taken: break;
    }
    return fmt::format("{}: sent at {}, taken at {}{}{}", way, sent, ended, passage.late ? ", delayed" : "",
                       passage.copy ? ", a copy" : "");
  }

  void dot(std::size_t m) {
    const Moment& moment = run_.moments[m];
    if (moment.lane == no_lane) return;
    const int x = x_of(moment.lane), y = y_of_row(m);
    const std::string said = fmt::format("<title>{}</title>", inert_text(moment.text));
    switch (moment.kind) {
      case Seen::crashed:
      case Seen::hung:
        add("<path class=\"crash\" d=\"M{0} {1}l10 10m0-10l-10 10\" stroke=\"currentColor\" "
            "stroke-width=\"3\">{2}</path>\n",
            x - 5, y - 5, said);
        return;
      case Seen::finished:
      case Seen::reported:
        add("<rect class=\"done\" x=\"{}\" y=\"{}\" width=\"9\" height=\"9\">{}</rect>\n", x - 4, y - 4, said);
        return;
      case Seen::failed: add("<path class=\"failed\" d=\"M{} {}l6 10h-12z\">{}</path>\n", x, y - 6, said); return;
      case Seen::read:
      case Seen::wrote:
        add("<g class=\"context{}\"><path d=\"M{} {}l6 6-6 6-6-6z\" fill=\"{}\" stroke=\"currentColor\">{}</path>"
            "<text x=\"{}\" y=\"{}\" font-size=\"11\" class=\"halo\">{}{}</text></g>\n",
            moment.stale ? " stale" : "", x, y - 6, moment.kind == Seen::read ? "none" : "currentColor", said, x + 10,
            y + 4, moment.stale ? "≠ " : "", label(moment.brief, lane_ - 24));
        return;
      default: add("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"3\">{}</circle>\n", x, y, said); return;
    }
  }

  /// Where an endless run begins its round.
  void round() {
    for (const Decided& event : run_.decided) {
      if (event.number != *run_.loop) continue;
      const int y = space_time_top + space_time_row * static_cast<int>(event.first);
      add("<g class=\"round\"><path d=\"M0 {1}H{0}\" stroke=\"currentColor\" stroke-dasharray=\"8 4\"/>", width_, y);
      tag(y, "↻ from here on again and again");
    }
  }

  void rule(int y, const std::string& names) {
    add("<g class=\"violation\"><path d=\"M0 {1}H{0}\" stroke=\"currentColor\" stroke-width=\"2\" "
        "stroke-dasharray=\"1 5\"/>",
        width_, y);
    tag(y, "✗ " + printable(names));
  }

  /// A text on a line between two rows, low enough to leave both free, at the right: at the left stand times.
  void tag(int y, const std::string& said) {
    const double room = static_cast<double>(characters(said)) * 7.2 + 14;  // it is bold
    const double x = std::max(2.0, width_ - room - 2);
    add("<rect class=\"tag\" x=\"{:.0f}\" y=\"{}\" width=\"{:.0f}\" height=\"14\" rx=\"3\" fill=\"none\" "
        "stroke=\"currentColor\"/><text x=\"{:.0f}\" y=\"{}\" font-size=\"11\" font-weight=\"600\">{}</text></g>\n",
        x, y - 7, room, x + 6, y + 4, xml_text(said));
  }

  const Chronicle& run_;
  std::span<const Violation> violations_;
  std::string_view id_;
  int lane_ = 0, width_ = 0, height_ = 0;
  std::string svg_;
};

}  // namespace

SpaceTime space_time(const Chronicle& chronicle, std::span<const sim::Violation> violations, std::string_view id) {
  return {.svg = Drawing{chronicle, violations, id}.all(),
          .head = Drawing{chronicle, violations, id}.head(),
          .description = described(chronicle),
          .legend = space_time_legend(chronicle, violations)};
}

}  // namespace squall::reports
