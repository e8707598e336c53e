// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "reports/markup.hpp"
#include "reports/text.hpp"
#include "reports/views/layered.hpp"
#include "reports/views/lineage.hpp"

namespace squall::reports {
namespace {

using Kind = PieceOfWork::Kind;

constexpr int box_width = 188, box_gap = 34, row_height = 124, margin = 14;
constexpr int line_height = 16;
constexpr std::size_t text_most = 26, label_most = 34;

std::string cut(const std::string& text, std::size_t most) { return beginning(printable(text), most); }

std::string lane_name(const Lineage& all, Lane lane) { return lane == no_lane ? "nobody" : all.lanes[lane]; }

std::string at_text(sim::Instant at) { return duration_text(at.time_since_epoch()); }

/// How whoever made `to` came by what it rests on: `code from coder`, `read`.
std::string way_text(const Lineage& all, const Ancestry::Edge& edge) {
  const Lane by = all.pieces[edge.to].by;
  switch (edge.how->way) {
    case Derived::Way::message:
      return fmt::format("{} from {} to {}", edge.how->what, lane_name(all, edge.how->from), lane_name(all, by));
    case Derived::Way::read: return fmt::format("read by {}", lane_name(all, by));
    case Derived::Way::own:
      return all.pieces[edge.to].kind == Kind::spoilt
                 ? fmt::format("on its way to {}", lane_name(all, all.pieces[edge.to].to))
             : all.pieces[edge.to].kind == Kind::version ? "written"
                                                         : "";
    case Derived::Way::handed: return "kept";
  }
  return {};
}

/// Whose hands a piece went through on its way, besides those at its ends: `via tester and pipeline`.
std::string via_text(const Lineage& all, const Ancestry::Edge& edge) {
  if (edge.how->taking == no_taking) return {};
  std::vector<std::string> hands;
  const std::vector<std::uint32_t> way = trail(all, edge.how->taking);
  for (std::size_t w = 0; w + 1 < way.size(); ++w) {
    const std::string name = lane_name(all, all.takings[way[w]].by);
    const bool told = name == lane_name(all, edge.how->from) || std::ranges::find(hands, name) != hands.end();
    if (!told) hands.push_back(name);
  }
  return hands.empty() ? "" : "via " + listed(hands);
}

std::vector<std::string> contradictions_text(const Lineage& all, Piece piece) {
  std::vector<std::string> lines;
  for (const Contradiction& each : contradictions(all, piece))
    lines.push_back(fmt::format("{}: versions {} and {}", printable(all.pieces[each.low].name),
                                all.pieces[each.low].number, all.pieces[each.high].number));
  return lines;
}

class Drawing {
 public:
  Drawing(const Lineage& all, const Ancestry& part)
      : all_(all), part_(part), layout_(part.pieces.size(), edges_of(part)) {}

  std::string svg(const std::string& title) {
    const int width = 2 * margin + static_cast<int>(layout_.width * (box_width + box_gap)) - box_gap;
    const int height = 2 * margin + static_cast<int>(layout_.rows.size()) * row_height - (row_height - box_height(3));
    svg_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"lineage\" role=\"img\" width=\"{0}\" height=\"{1}\" "
        "viewBox=\"0 0 {0} {1}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"currentColor\">\n"
        "<title>{2}</title>\n<defs>",
        width, height, inert_text(title));
    for (const auto& [id, style] : {std::pair{"derives", ""}, {"spreads", " class=\"tainted\""}})
      add("<marker id=\"{}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" "
          "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path{} d=\"M0 0 8 4 0 8z\" fill=\"currentColor\"/></marker>",
          id, style);
    svg_ += "</defs>\n";
    for (std::size_t e = 0; e < part_.edges.size(); ++e) edge(e);
    for (std::size_t n = 0; n < part_.pieces.size(); ++n) box(n);
    for (std::size_t e = 0; e < part_.edges.size(); ++e) label(e);
    return std::move(svg_) + "</svg>\n";
  }

 private:
  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(svg_), format, std::forward<Arguments>(arguments)...);
  }

  static std::vector<Layered::Edge> edges_of(const Ancestry& part) {
    const auto place = [&](Piece piece) {
      return static_cast<std::size_t>(std::ranges::lower_bound(part.pieces, piece) - part.pieces.begin());
    };
    std::vector<Layered::Edge> edges;
    for (const Ancestry::Edge& edge : part.edges) edges.emplace_back(place(edge.from), place(edge.to));
    return edges;
  }

  static int box_height(std::size_t lines) { return 12 + line_height * static_cast<int>(lines); }
  int x_of(std::size_t node) const {
    return margin + box_width / 2 + static_cast<int>(layout_.nodes[node].x * (box_width + box_gap));
  }
  int y_of(std::size_t node) const { return margin + layout_.nodes[node].layer * row_height; }

  std::string mark_of(const PieceOfWork& piece, const std::vector<std::string>& contradicts) const {
    std::string mark = piece.origin ? "✗ unsound" : piece.unsound ? "▲ rests on unsound" : "";
    if (!contradicts.empty()) mark += mark.empty() ? "≠ contradictory" : ", ≠";
    return mark;
  }

  std::vector<std::string> lines_of(Piece number, const std::string& mark) const {
    const PieceOfWork& piece = all_.pieces[number];
    std::vector<std::string> lines{piece_name(all_, number)};
    std::string whose = lane_name(all_, piece.by);
    switch (piece.kind) {
      case Kind::made: whose = fmt::format("{}, {}", whose, at_text(piece.at)); break;
      case Kind::spoilt: whose = fmt::format("spoilt on its way, {}", at_text(piece.at)); break;
      case Kind::version:
        whose = piece.by == no_lane ? "as it was at first" : fmt::format("by {}, {}", whose, at_text(piece.at));
        break;
      case Kind::outcome: whose = fmt::format("reported by {}, {}", whose, at_text(piece.at)); break;
    }
    lines.push_back(whose);
    if (!mark.empty()) lines.push_back(mark);
    return lines;
  }

  void box(std::size_t node) {
    const Piece number = part_.pieces[node];
    const PieceOfWork& piece = all_.pieces[number];
    const std::vector<std::string> contradicts = contradictions_text(all_, number);
    const std::string mark = mark_of(piece, contradicts);
    const std::vector<std::string> lines = lines_of(number, mark);
    const int x = x_of(node) - box_width / 2, y = y_of(node), height = box_height(lines.size());
    std::string said = fmt::format("{}, at {}", piece_text(all_, number), at_text(piece.at));
    if (!mark.empty()) said += ": " + mark;
    if (!contradicts.empty()) said += " (" + listed(contradicts) + ")";
    add("<g class=\"piece{}{}{}\"><title>{}</title>",
        piece.origin    ? " unsound"
        : piece.unsound ? " tainted"
                        : "",
        contradicts.empty() ? "" : " contradictory", piece.kind == Kind::outcome ? " outcome" : "", inert_text(said));
    const char* border = piece.origin    ? "stroke-width=\"3.5\""
                         : piece.unsound ? "stroke-width=\"2\" stroke-dasharray=\"7 4\""
                                         : "stroke-width=\"1.3\"";
    const char* shape = "fill=\"none\" stroke=\"currentColor\"";
    switch (piece.kind) {
      case Kind::version:
        add("<path d=\"M{0} {1}h{2}l14 14v{3}h-{4}z\" {5} {6}/>", x, y, box_width - 14, height - 14, box_width, shape,
            border);
        break;
      case Kind::outcome:
        add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" {} {}/>", x, y, box_width, height, height / 2,
            shape, border);
        break;
      case Kind::made:
      case Kind::spoilt:
        add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" {} {}/>", x, y, box_width, height, shape,
            border);
        break;
    }
    if (!contradicts.empty())
      add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" {} stroke-dasharray=\"1 3\"/>", x + 5, y + 5,
          box_width - 10 - (piece.kind == Kind::version ? 9 : 0), height - 10, shape);
    for (std::size_t l = 0; l < lines.size(); ++l)
      add("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\"{}>{}</text>", x_of(node),
          y + 5 + line_height * (static_cast<int>(l) + 1) - 2, l == 0 ? " font-weight=\"600\"" : " font-size=\"12\"",
          xml_text(cut(lines[l], text_most + (l == 0 ? 0 : 4))));
    svg_ += "</g>\n";
  }

  int bottom_of(std::size_t node) const {
    if (layout_.stands_in(node)) return y_of(node) + box_height(2) / 2;
    const Piece piece = part_.pieces[node];
    const std::string mark = mark_of(all_.pieces[piece], contradictions_text(all_, piece));
    return y_of(node) + box_height(mark.empty() ? 2 : 3);
  }
  int top_of(std::size_t node) const {
    return layout_.stands_in(node) ? y_of(node) + box_height(2) / 2 : y_of(node) - 2;
  }

  void edge(std::size_t e) {
    const std::vector<std::size_t>& way = layout_.ways[e];
    const bool unsound = all_.pieces[part_.edges[e].from].unsound;
    const std::size_t first = way.front();
    std::string path = fmt::format("M{} {}", x_of(first), bottom_of(first) + 1);
    for (std::size_t w = 1; w < way.size(); ++w) {
      const std::size_t a = way[w - 1], b = way[w];
      const int from = bottom_of(a), to = top_of(b);
      path += fmt::format("C{} {} {} {} {} {}", x_of(a), (from + to) / 2, x_of(b), (from + to) / 2, x_of(b), to);
    }
    add("<path class=\"way{}\" d=\"{}\" fill=\"none\" stroke=\"currentColor\"{} marker-end=\"url(#{})\"/>\n",
        unsound ? " tainted" : "", path, unsound ? " stroke-width=\"2\" stroke-dasharray=\"7 4\"" : "",
        unsound ? "spreads" : "derives");
  }

  struct Place {
    double x, y, half_width, height;
  };

  /// On the last part of its way, where no other label is.
  void label(std::size_t e) {
    const std::string said = cut(way_text(all_, part_.edges[e]), label_most);
    const std::string via = cut(via_text(all_, part_.edges[e]), label_most);
    if (said.empty()) return;
    const std::vector<std::size_t>& way = layout_.ways[e];
    const std::size_t a = way[way.size() - 2], b = way.back();
    Place place{};
    for (const double t : {0.5, 0.4, 0.6, 0.3, 0.7, 0.8, 0.2}) {
      // The curve of `edge`: a cubic whose control points lie halfway down.
      place = {.x = x_of(a) + (x_of(b) - x_of(a)) * (3 * t * t - 2 * t * t * t),
               .y = bottom_of(a) + (top_of(b) - bottom_of(a)) * (1.5 * t - 1.5 * t * t + t * t * t),
               .half_width = 3.2 * static_cast<double>(std::max(said.size(), via.size())),
               .height = via.empty() ? 15.0 : 29.0};
      const bool free = std::ranges::none_of(labels_, [&](const Place& other) {
        return std::abs(other.x - place.x) < other.half_width + place.half_width && place.y < other.y + other.height &&
               other.y < place.y + place.height;
      });
      if (free) break;
    }
    labels_.push_back(place);
    for (const auto& [text, down] : {std::pair{said, 4}, {via, 18}}) {
      if (!text.empty())
        add("<text class=\"halo\" x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\" font-size=\"11\">{}</text>\n",
            place.x, place.y + down, xml_text(text));
    }
  }

  const Lineage& all_;
  const Ancestry& part_;
  Layered layout_;  ///< its nodes are the pieces of the part, in their order
  std::vector<Place> labels_;
  std::string svg_;
};

std::string sentence_of(const Lineage& all, const Ancestry& part, Piece number) {
  const PieceOfWork& piece = all.pieces[number];
  std::string text = fmt::format("{}: {}", at_text(piece.at), piece_text(all, number));
  std::vector<std::string> under;
  for (const Ancestry::Edge& edge : part.edges) {
    if (edge.to != number) continue;
    std::string way = printable(way_text(all, edge));
    if (const std::string via = via_text(all, edge); !via.empty()) way += ", " + printable(via);
    under.push_back(way.empty() ? piece_text(all, edge.from) : fmt::format("{} ({})", piece_text(all, edge.from), way));
  }
  text += under.empty() ? "" : fmt::format(" rests on {}", listed(under));
  if (piece.origin) text += "; it is unsound";
  else if (piece.unsound) text += "; so it rests on unsound work";
  if (const auto against = contradictions_text(all, number); !against.empty())
    text += fmt::format("; it is contradictory ({})", listed(against));
  return text;
}

}  // namespace

LineageFigure lineage_figure(const Lineage& all) {
  const Ancestry part = ancestry(all);
  LineageFigure figure;
  if (part.pieces.empty()) return figure;
  std::vector<std::string> finals, origins;
  std::size_t tainted = 0, contradictory = 0;
  for (const Piece piece : part.finals) finals.push_back(piece_text(all, piece));
  for (const Piece piece : part.pieces) {
    if (all.pieces[piece].origin) origins.push_back(piece_text(all, piece));
    tainted += all.pieces[piece].unsound && !all.pieces[piece].origin ? 1 : 0;
    contradictory += contradictions(all, piece).empty() ? 0 : 1;
  }
  figure.description = fmt::format("What {} {} on.", listed(finals), finals.size() == 1 ? "rests" : "rest");
  if (origins.empty()) figure.description += " None of it is unsound.";
  else
    figure.description +=
        fmt::format(" Unsound: {}; {} more {} on it.", listed(origins), tainted, tainted == 1 ? "rests" : "rest");
  if (contradictory != 0)
    figure.description +=
        fmt::format(" {} {} on two versions of one key.", contradictory, contradictory == 1 ? "rests" : "rest");
  if (part.left_out != 0) figure.description += fmt::format(" {} more, farther back, are left out.", part.left_out);
  figure.svg = Drawing{all, part}.svg("Lineage of " + listed(finals));
  for (const Piece piece : part.pieces) figure.sentences.push_back(sentence_of(all, part, piece));
  return figure;
}

}  // namespace squall::reports
