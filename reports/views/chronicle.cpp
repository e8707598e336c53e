// SPDX-License-Identifier: Apache-2.0
#include "reports/views/chronicle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "reports/story.hpp"
#include "reports/text.hpp"
#include "reports/views/versions.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/wait_words.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;

class Chronicler {
 public:
  Chronicler(const scenarios::Scenario& scenario, const World& world, const Trace& trace)
      : model_(scenario.model), world_(world), trace_(trace) {
    for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a)
      made_.lanes.push_back(agent_name(model_, world, AgentId{a}));
    if (world.timed()) made_.end = world.clock().now;
  }

  /// Makes it one of an untimed run.
  void along(const Followed& followed) {
    made_.timed = false;
    made_.end = start_of_time + untimed_event * static_cast<std::int64_t>(followed.events.size());
    if (followed.loop) made_.loop = static_cast<std::uint32_t>(*followed.loop + 1);
    made_.decided.push_back({.name = "the beginning"});
    for (const Followed::Event& event : followed.events) {
      made_.decided.push_back({.number = static_cast<std::uint32_t>(made_.decided.size()),
                               .name = event.name,
                               .how = event.by == Followed::By::detour ? "which nobody had decided on"
                                      : event.by == Followed::By::draw ? "drawn"
                                                                       : "",
                               .could = event.could,
                               .faults = event.faults,
                               .line = event.seen});
    }
  }

  Chronicle all() {
    const std::span<const TraceLine> lines = trace_.lines();
    for (std::size_t l = 0; l < lines.size(); ++l) {
      count_events(l);
      tell(lines[l], static_cast<std::uint32_t>(l + 1));
      message(lines[l]);
      span(lines[l]);
    }
    count_events(lines.size());
    for (auto& [what, number] : open_spans_) made_.spans[number].to = made_.end;
    for (Passage& passage : made_.messages) {
      if (passage.end == Passage::End::under_way) passage.ended = made_.end;
    }
    if (made_.timed) mark_late();
    made_.moments_all = made_.moments.size();
    return std::move(made_);
  }

 private:
  /// Of an untimed run: whatever is seen from here on is of the event that had begun by then.
  void count_events(std::size_t line) {
    while (event_ + 1 < made_.decided.size() && made_.decided[event_ + 1].line <= line)
      made_.decided[++event_].first = static_cast<std::uint32_t>(made_.moments.size());
  }
  Instant at(const TraceLine& line) const {
    return made_.timed ? line.at : start_of_time + untimed_event * static_cast<std::int64_t>(event_);
  }

  Lane lane(AgentId id) const { return index(id) < made_.lanes.size() ? index(id) : no_lane; }

  void tell(const TraceLine& line, std::uint32_t number) {
    told_ = no_moment;
    versions_.see(line);
    std::string text = sentence(model_, world_, line);
    if (text.empty()) return;
    const bool stale = versions_.stale(line);
    if (stale) text += fmt::format("; version {} is current", versions_.current(line));
    told_ = static_cast<std::uint32_t>(made_.moments.size());
    if (!made_.timed) ++made_.decided[event_].count;
    made_.moments.push_back(
        {number, at(line), line.seen.kind, lane(line.seen.agent), std::move(text), brief(line), stale});
  }

  /// Of a read or a write, for a label: `plan 1 / 2`, what is held and what is current; `plan 3`, what was made.
  std::string brief(const TraceLine& line) const {
    if (line.seen.kind != Seen::read && line.seen.kind != Seen::wrote) return {};
    const std::string& key = model_.keys[line.seen.detail].name;
    if (line.seen.kind == Seen::read) return fmt::format("{} {} / {}", key, line.seen.value, versions_.current(line));
    return line.seen.row == no_row ? key : fmt::format("{} {}", key, line.seen.row);
  }

  std::string thing(const TraceLine& line) const {
    const std::string topic = topic_text(model_, line.seen.topic);
    if (index(line.artifact) >= model_.artifact_names.size()) return topic;
    const std::string& artifact = model_.artifact_names[index(line.artifact)];
    return artifact == topic ? topic : topic + " (" + artifact + ")";
  }

  /// Row numbers are used again: whoever sends from one has ended what was on its way there before.
  void message(const TraceLine& line) {
    const Observation& seen = line.seen;
    switch (seen.kind) {
      case Seen::sent: {
        on_way_[seen.row] = made_.messages.size();
        made_.messages.push_back({.from = lane(seen.agent),
                                  .to = lane(seen.other),
                                  .what = thing(line),
                                  .sent = at(line),
                                  .ended = at(line),
                                  .sent_at = told_,
                                  .ended_at = no_moment});
        return;
      }
      case Seen::delivered: return end(line, Passage::End::arrived, lane(seen.other), lane(seen.agent));
      case Seen::lost: return end(line, Passage::End::lost, lane(seen.agent), lane(seen.other));
      case Seen::dropped:
      case Seen::dead_letter: return end(line, Passage::End::refused, no_lane, lane(seen.agent));
      case Seen::consumed: return taken(line);
      default: return;
    }
  }

  void end(const TraceLine& line, Passage::End how, Lane from, Lane to) {
    const auto found = on_way_.find(line.seen.row);
    if (found == on_way_.end()) {
      // Nobody has sent it: a fault has made a copy of what was sent last like this.
      Passage copy{.from = from, .to = to, .what = thing(line), .sent = at(line), .ended = at(line), .copy = true};
      for (std::size_t m = made_.messages.size(); m-- > 0;) {
        const Passage& sent = made_.messages[m];
        if (sent.what != copy.what || sent.to != to || (from != no_lane && sent.from != from)) continue;
        copy.from = sent.from;
        copy.sent = sent.sent;
        copy.sent_at = sent.sent_at;
        break;
      }
      on_way_[line.seen.row] = made_.messages.size();
      made_.messages.push_back(std::move(copy));
    }
    Passage& passage = made_.messages[on_way_[line.seen.row]];
    if (passage.to == no_lane) passage.to = to;
    passage.ended = at(line);
    passage.ended_at = told_;
    passage.end = how;
    if (how != Passage::End::arrived) on_way_.erase(line.seen.row);
  }

  void taken(const TraceLine& line) {
    const auto found = on_way_.find(line.seen.row);
    if (found == on_way_.end()) return;
    Passage& passage = made_.messages[found->second];
    const Lane taker = lane(line.seen.agent);
    if (passage.to != no_lane && passage.to != taker) {  // one publication, taken by several
      Passage another = passage;
      another.to = taker;
      another.ended = at(line);
      another.ended_at = told_;
      another.end = Passage::End::taken;
      made_.messages.push_back(std::move(another));
      return;
    }
    if (passage.end == Passage::End::under_way) passage.ended = at(line);
    passage.to = taker;
    passage.end = Passage::End::taken;
    if (told_ != no_moment) passage.ended_at = told_;
  }

  struct SpanOf {
    Span::Kind kind;
    std::uint32_t agent;
    std::uint64_t number;  ///< the activation that waits, the resource that is held
    friend auto operator<=>(const SpanOf&, const SpanOf&) = default;
  };

  void open(const SpanOf& of, Lane at, std::string what, Instant from) {
    close(of, from);
    open_spans_[of] = made_.spans.size();
    made_.spans.push_back({of.kind, at, std::move(what), from, from, true});
  }
  void close(const SpanOf& of, Instant at) {
    const auto found = open_spans_.find(of);
    if (found == open_spans_.end()) return;
    made_.spans[found->second].to = at;
    made_.spans[found->second].open = false;
    open_spans_.erase(found);
  }
  void close_all(std::uint32_t agent, Instant at) {
    for (auto it = open_spans_.begin(); it != open_spans_.end();) {
      const auto here = it++;
      if (here->first.agent == agent && here->first.kind == Span::Kind::wait) close(SpanOf{here->first}, at);
    }
  }

  void span(const TraceLine& line) {
    const Observation& seen = line.seen;
    const std::uint32_t agent = index(seen.agent);
    const Lane where = lane(seen.agent);
    const Instant now = at(line);
    if (where == no_lane) return;
    const SpanOf wait{Span::Kind::wait, agent, seen.activation};
    const SpanOf hold{Span::Kind::hold, agent, seen.detail};
    const SpanOf down{Span::Kind::down, agent, 0};
    switch (seen.kind) {
      case Seen::waited: {
        // `coder waits for report`: what is awaited is the rest of the sentence.
        const std::string said = told_ == no_moment ? "" : made_.moments[told_].text;
        const std::size_t from = said.find(" waits for ");
        return open(wait, where, from == std::string::npos ? "something" : said.substr(from + 11), now);
      }
      case Seen::resumed:
      case Seen::timed_out:
      case Seen::consumed:
      case Seen::finished:
      case Seen::failed:
      case Seen::interrupted: return close(wait, now);
      case Seen::acquired: return open(hold, where, model_.resources[seen.detail].name, now);
      case Seen::released:
      case Seen::expired: return close(hold, now);
      case Seen::crashed:
      case Seen::hung:
        close_all(agent, now);
        return open(down, where, seen.kind == Seen::hung ? "hangs" : "crashed", now);
      case Seen::restarted: return close(down, now);
      default: return;
    }
  }

  void mark_late() {
    std::vector<Duration> ways;
    for (const Passage& passage : made_.messages) {
      if (passage.end == Passage::End::arrived || passage.end == Passage::End::taken)
        ways.push_back(passage.ended - passage.sent);
    }
    if (ways.size() < 4) return;
    const auto middle = ways.begin() + static_cast<std::ptrdiff_t>(ways.size() / 2);
    std::ranges::nth_element(ways, middle);
    for (Passage& passage : made_.messages) passage.late = (passage.ended - passage.sent) / 4 > *middle;
  }

  const Model& model_;
  const World& world_;
  const Trace& trace_;
  Versions versions_{model_};
  Chronicle made_;
  std::size_t event_ = 0;              ///< position in `decided`
  std::uint32_t told_ = no_moment;     ///< the moment of the line at hand
  std::map<Row, std::size_t> on_way_;  ///< messages by the row that they have now
  std::map<SpanOf, std::size_t> open_spans_;
};

/// Keeps moments [from, to) and what reaches into them.
void cut(Chronicle& chronicle, std::size_t from, std::size_t to) {
  if (from == 0 && to == chronicle.moments.size()) return;
  const Instant begin = chronicle.moments[from].at;
  const Instant end = chronicle.moments[to - 1].at;
  const auto moved = [&](std::uint32_t moment) {
    return moment == no_moment || moment < from || moment >= to ? no_moment : moment - static_cast<std::uint32_t>(from);
  };
  chronicle.moments = {chronicle.moments.begin() + static_cast<std::ptrdiff_t>(from),
                       chronicle.moments.begin() + static_cast<std::ptrdiff_t>(to)};
  std::erase_if(chronicle.messages,
                [&](const Passage& passage) { return passage.ended < begin || passage.sent > end; });
  for (Passage& passage : chronicle.messages) {
    passage.sent_at = moved(passage.sent_at);
    passage.ended_at = moved(passage.ended_at);
  }
  std::erase_if(chronicle.spans, [&](const Span& span) { return span.to < begin || span.from > end; });
  std::erase_if(chronicle.decided, [&](const Decided& event) {
    return event.count == 0 ? event.first < from || event.first > to
                            : event.first >= to || event.first + event.count <= from;
  });
  for (Decided& event : chronicle.decided) {
    const std::size_t last = std::min<std::size_t>(event.first + event.count, to);
    const std::size_t first = std::max<std::size_t>(event.first, from);
    event.first = static_cast<std::uint32_t>(first - from);
    event.count = static_cast<std::uint32_t>(last - first);
  }
  chronicle.first = from;
}

Chronicle within(Chronicle all, std::span<const Violation> violations, Window window) {
  const std::size_t size = all.moments.size();
  std::size_t first = size, last = size;
  if (!violations.empty()) {
    Instant low = Instant::max(), high = Instant::min();
    for (const Violation& violation : violations) {
      low = std::min(low, all.when(violation));
      high = std::max(high, all.when(violation));
    }
    const auto moment_at = [&](Instant at) {
      const auto found = std::ranges::lower_bound(all.moments, at, {}, &Moment::at);
      return static_cast<std::size_t>(found - all.moments.begin());
    };
    first = moment_at(low);
    last = moment_at(high);
  }
  const std::size_t before = violations.empty() ? window.before + window.after : window.before;
  // Two violations may lie far apart: then what is near the first is kept.
  last = std::min(last, first + window.before + window.after);
  const std::size_t from = first - std::min(first, before);
  const std::size_t to = std::min(size, last + window.after);
  if (size != 0) cut(all, from, std::max(to, from + 1));
  return all;
}

/// Whom of an agent's members a fault struck at this instant: a line of a plan names all of them, and he was seen to act just
/// then. None where nobody was, or several.
Lane struck_lane(const Chronicle& chronicle, const scenarios::Recording& recording, const std::string& name,
                 Instant at) {
  Lane found = no_lane;
  for (Lane l = 0; l < chronicle.lanes.size(); ++l) {
    if (chronicle.lanes[l] == name) return l;
    if (!chronicle.lanes[l].starts_with(name + "[")) continue;
    const bool acts = std::ranges::any_of(
        recording.trace.lines(), [&](const TraceLine& line) { return line.at == at && index(line.seen.agent) == l; });
    if (acts && found != no_lane) return no_lane;
    if (acts) found = l;
  }
  return found;
}

/// Nobody sees a pause: where it was is known of the faults that struck.
void add_pauses(Chronicle& chronicle, const scenarios::Recording& recording) {
  for (std::size_t l = 0; l < recording.injected.lines.size(); ++l) {
    const faults::Line& line = recording.injected.lines[l];
    const auto* pause = std::get_if<faults::AgentPause>(&line.fault);
    if (pause == nullptr) continue;
    const Instant from = recording.instants[l], to = later(from, Duration{pause->lasts.a});
    for (const std::string& name : line.matcher.agent.all) {
      const Lane lane = struck_lane(chronicle, recording, name, from);
      if (lane == no_lane) continue;
      chronicle.spans.push_back({.kind = Span::Kind::pause,
                                 .lane = lane,
                                 .what = fmt::format("does nothing for {}", in_words(Duration{pause->lasts.a})),
                                 .from = from,
                                 .to = std::min(to, chronicle.end),
                                 .open = to > chronicle.end});
    }
  }
}

/// What a fault has delayed is late, however long the others took.
void mark_delayed(Chronicle& chronicle, const scenarios::Recording& recording) {
  for (std::size_t l = 0; l < recording.injected.lines.size(); ++l) {
    const faults::Line& line = recording.injected.lines[l];
    if (faults::name_of(line.fault) != std::string_view{"message-delay"}) continue;
    // `worker[2]` is one of `worker`, and `plan (draft)` is a message of `plan`.
    const auto is_one_of = [](std::string_view text, const std::string& name, std::string_view more) {
      return text == name || text.starts_with(name + std::string{more});
    };
    const auto is = [&](const faults::Names& wanted, Lane lane) {
      return wanted.empty() || (lane != no_lane && std::ranges::any_of(wanted.all, [&](const std::string& name) {
                                  return is_one_of(chronicle.lanes[lane], name, "[");
                                }));
    };
    const std::string& topic = line.matcher.topic;
    const bool any = topic.empty() || topic == faults::reply_name;
    for (Passage& passage : chronicle.messages) {
      if (passage.sent == recording.instants[l] && is(line.matcher.from, passage.from) &&
          is(line.matcher.to, passage.to) && (any || is_one_of(passage.what, topic, " (")))
        passage.late = true;
    }
  }
}

}  // namespace

std::string Chronicle::when_text(Instant at) const {
  if (timed) return duration_text(at.time_since_epoch());
  const auto event = at.time_since_epoch() / untimed_event;
  return event == 0 ? std::string{"the beginning"} : fmt::format("event {}", event);
}

Chronicle chronicle(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Window window) {
  Chronicle all = Chronicler{scenario, recording.world, recording.trace}.all();
  mark_delayed(all, recording);
  add_pauses(all, recording);
  return within(std::move(all), recording.outcome.violations, window);
}

Chronicle chronicle(const scenarios::Scenario& scenario, const scenarios::UntimedRun& run, Window window) {
  Chronicler chronicler{scenario, run.followed.world, run.trace};
  chronicler.along(run.followed);
  return within(chronicler.all(), run.outcome.violations, window);
}

}  // namespace squall::reports
