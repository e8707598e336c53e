// SPDX-License-Identifier: Apache-2.0
#include "reports/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/text.hpp"

namespace squall::reports {
namespace {

using namespace sim;

constexpr std::size_t time_width = 12, lane_width = 3, text_least = 24;

/// What a lane shows in one row, in UTF-8 and in ASCII.
struct Glyph {
  const char* fine;
  const char* plain;
  const char* of(const TimelineStyle& style) const { return style.ascii ? plain : fine; }
};
constexpr Glyph runs{"│", "|"}, waits{"┆", ":"}, endless{"┊", "."}, holds{"┃", "H"}, down{" ", " "}, pauses{"‖", "="};
constexpr Glyph acts{"●", "o"}, crashes{"✗", "X"}, ends{"■", "#"}, fails{"▲", "!"}, reads{"◇", "r"}, writes{"◆", "w"};
constexpr Glyph starts_waiting{"○", "."}, shaft{"─", "-"}, head_right{"▶", ">"}, head_left{"◀", "<"}, lost{"✗", "x"};
/// Of a message that is only sent so far.
constexpr Glyph sending{"╌", "."}, to_right{"▷", ">"}, to_left{"◁", "<"};

/// Columns of a text in UTF-8: its characters, since what is invisible is spelt out in printable texts.
std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string cut(const std::string& text, std::size_t most, bool ascii) {
  if (columns(text) <= most) return text;
  std::string kept;
  std::size_t taken = 0;
  const std::size_t room = most - std::min<std::size_t>(most, ascii ? 3 : 1);
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U && ++taken > room) break;
    kept += c;
  }
  return kept + (ascii ? std::string(std::min<std::size_t>(most, 3), '.') : most == 0 ? "" : "…");
}

class Writing {
 public:
  Writing(const Chronicle& run, std::span<const Violation> violations, const TimelineStyle& style)
      : run_(run), style_(style) {
    for (const Violation& violation : violations) marks_.push_back(&violation);
    std::ranges::stable_sort(marks_, {}, [&](const Violation* violation) { return run.when(*violation); });
    const std::size_t room = style.width > time_width + 2 + text_least ? style.width - time_width - 2 - text_least : 0;
    const std::size_t fits = std::max<std::size_t>(1, room / lane_width);
    shown_ = std::min(run.lanes.size(), fits);
    others_ = run.lanes.size() > shown_;
  }

  std::string all() {
    heads();
    if (run_.first != 0) note(fmt::format("({} more before)", run_.first));
    Instant last = Instant::min();
    for (std::size_t m = 0; m < run_.moments.size(); ++m) {
      mark_until(run_.moments[m].at);
      row(m, run_.moments[m].at != last);
      last = run_.moments[m].at;
    }
    mark_until(end_of_time);
    const std::size_t after = run_.moments_all - run_.first - run_.moments.size();
    if (after != 0) note(fmt::format("({} more after)", after));
    return std::move(text_);
  }

 private:
  std::size_t column(Lane lane) const { return std::min<std::size_t>(lane, shown_ - 1); }

  std::string bad(const std::string& text) const { return style_.colour ? "\x1b[31m" + text + "\x1b[0m" : text; }
  std::string soft(const std::string& text) const { return style_.colour ? "\x1b[2m" + text + "\x1b[0m" : text; }

  void line(const std::string& time, const std::string& lanes, const std::string& said) {
    std::string whole = soft(fmt::format("{:>{}}", time, time_width)) + "  " + lanes;
    whole += said;
    const std::size_t end = whole.find_last_not_of(' ');
    text_ += whole.substr(0, end + 1) + "\n";
  }

  /// Names step by step, each above its lane.
  void heads() {
    for (std::size_t l = 0; l < shown_; ++l) {
      std::string lanes;
      for (std::size_t before = 0; before < l; ++before) lanes += std::string{runs.of(style_)} + "  ";
      const bool rest = others_ && l + 1 == shown_;
      const std::string name = rest ? fmt::format("{} others", run_.lanes.size() - l) : printable(run_.lanes[l]);
      const std::size_t room = style_.width - std::min(style_.width, time_width + 2 + lane_width * l);
      line("", lanes, cut(name, room, style_.ascii));
    }
  }

  std::string time_text(Instant at) const { return !run_.timed && at == start_of_time ? "" : run_.when_text(at); }

  void note(const std::string& said) { line("...", std::string(lane_width * shown_, ' '), said); }

  /// What each lane does at this instant, without what happens.
  std::vector<std::string> states(Instant at) const {
    std::vector<std::string> lanes(shown_, runs.of(style_));
    for (const Span& span : run_.spans) {
      if (span.lane == no_lane || span.from > at || (!span.open && span.to <= at)) continue;
      std::string& lane = lanes[column(span.lane)];
      switch (span.kind) {
        case Span::Kind::wait:
          if (lane == runs.of(style_)) lane = (span.open ? endless : waits).of(style_);
          break;
        case Span::Kind::hold: lane = holds.of(style_); break;
        case Span::Kind::down: lane = down.of(style_); break;
        case Span::Kind::pause: lane = pauses.of(style_); break;
      }
    }
    return lanes;
  }

  static Glyph glyph_of(Seen kind) {
    switch (kind) {
      case Seen::crashed:
      case Seen::hung: return crashes;
      case Seen::finished:
      case Seen::reported: return ends;
      case Seen::failed: return fails;
      case Seen::read: return reads;
      case Seen::wrote: return writes;
      case Seen::waited: return starts_waiting;
      default: return acts;
    }
  }

  /// The message that this moment sends, takes or loses.
  const Passage* passage_at(std::size_t m) const {
    const Seen kind = run_.moments[m].kind;
    if (kind != Seen::sent && kind != Seen::consumed && kind != Seen::lost && kind != Seen::dropped &&
        kind != Seen::dead_letter)
      return nullptr;
    const auto number = static_cast<std::uint32_t>(m);
    const auto found = std::ranges::find_if(run_.messages, [&](const Passage& each) {
      return kind == Seen::sent ? each.sent_at == number && !each.copy : each.ended_at == number;
    });
    return found == run_.messages.end() ? nullptr : &*found;
  }

  void row(std::size_t m, bool new_time) {
    const Moment& moment = run_.moments[m];
    std::vector<std::string> lanes = states(moment.at);
    std::vector<std::string> between(shown_, "  ");
    if (const Passage* passage = passage_at(m); passage != nullptr) arrow(*passage, moment.kind, lanes, between);
    bool wrong = moment.kind == Seen::crashed || moment.kind == Seen::hung || moment.kind == Seen::failed ||
                 moment.kind == Seen::lost || moment.kind == Seen::dropped || moment.kind == Seen::dead_letter;
    if (moment.lane != no_lane && moment.kind != Seen::consumed) {
      const std::string glyph = glyph_of(moment.kind).of(style_);
      if (moment.kind != Seen::lost) lanes[column(moment.lane)] = wrong ? bad(glyph) : glyph;
    }
    std::string drawn;
    for (std::size_t l = 0; l < shown_; ++l) drawn += lanes[l] + (l + 1 == shown_ ? "  " : between[l]);
    const std::size_t room = style_.width - std::min(style_.width, time_width + 2 + lane_width * shown_);
    const std::string said = cut(moment.text, room, style_.ascii);
    line(new_time ? time_text(moment.at) : "", drawn, wrong ? bad(said) : said);
  }

  /// From lane to lane: with a head where it is sent to or taken, with a cross halfway where it is lost.
  void arrow(const Passage& passage, Seen kind, std::vector<std::string>& lanes,
             std::vector<std::string>& between) const {
    if (passage.from == no_lane || passage.to == no_lane) return;
    const std::size_t from = column(passage.from), to = column(passage.to);
    if (from == to) return;
    const std::size_t low = std::min(from, to), high = std::max(from, to);
    const bool sent = kind == Seen::sent;
    const std::string line = (sent ? sending : shaft).of(style_);
    for (std::size_t l = low; l < high; ++l) {
      between[l] = line + line;
      if (l > low) lanes[l] = line;
    }
    lanes[from] = acts.of(style_);
    const Glyph head = to > from ? (sent ? to_right : head_right) : (sent ? to_left : head_left);
    lanes[to] = head.of(style_);
    if (kind != Seen::sent && kind != Seen::consumed) lanes[to] = bad(lost.of(style_));
  }

  void mark_until(Instant now) {
    for (; marked_ < marks_.size() && run_.when(*marks_[marked_]) < now; ++marked_) {
      const Violation& violation = *marks_[marked_];
      std::string drawn;
      for (std::size_t l = 0; l < shown_; ++l) drawn += l + 1 == shown_ ? "=  " : "===";
      const std::size_t room = style_.width - std::min(style_.width, time_width + 2 + lane_width * shown_);
      line(time_text(run_.when(violation)), bad(drawn),
           bad(cut("*** " + printable(violation.invariant), room, style_.ascii)));
    }
  }

  const Chronicle& run_;
  const TimelineStyle& style_;
  std::vector<const Violation*> marks_;
  std::size_t marked_ = 0;
  std::size_t shown_ = 0;  ///< lanes that are drawn
  bool others_ = false;    ///< the last one stands for all that have no room
  std::string text_;
};

}  // namespace

std::string timeline(const Chronicle& chronicle, std::span<const Violation> violations, const TimelineStyle& style) {
  if (chronicle.lanes.empty()) return {};
  return Writing{chronicle, violations, style}.all();
}

}  // namespace squall::reports
