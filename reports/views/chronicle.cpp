// SPDX-License-Identifier: Apache-2.0
#include "reports/views/chronicle.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "reports/story.hpp"
#include "scenarios/stepping.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::reports {
namespace {

using namespace sim;

class Chronicler {
 public:
  Chronicler(const scenarios::Scenario& scenario, const scenarios::Recording& recording)
      : model_(scenario.model), recording_(recording) {
    const World& world = recording.world;
    for (std::uint32_t a = 0; a < world.used(Pool::agents); ++a)
      made_.lanes.push_back(agent_name(model_, world, AgentId{a}));
    made_.end = world.timed() ? world.clock().now : start_of_time;
  }

  Chronicle all() {
    const std::vector<TraceLine>& lines = recording_.trace.lines();
    for (std::size_t l = 0; l < lines.size(); ++l) {
      tell(lines[l], static_cast<std::uint32_t>(l + 1));
      message(lines[l]);
      span(lines[l]);
    }
    for (auto& [what, number] : open_spans_) made_.spans[number].to = made_.end;
    for (Passage& passage : made_.messages) {
      if (passage.end == Passage::End::under_way) passage.ended = made_.end;
    }
    mark_late();
    made_.moments_all = made_.moments.size();
    return std::move(made_);
  }

 private:
  Lane lane(AgentId id) const { return index(id) < made_.lanes.size() ? index(id) : no_lane; }

  void tell(const TraceLine& line, std::uint32_t number) {
    told_ = no_moment;
    std::string text = sentence(model_, recording_.world, line);
    if (text.empty()) return;
    told_ = static_cast<std::uint32_t>(made_.moments.size());
    made_.moments.push_back({number, line.at, line.seen.kind, lane(line.seen.agent), std::move(text)});
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
                                  .sent = line.at,
                                  .ended = line.at,
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
      Passage copy{.from = from, .to = to, .what = thing(line), .sent = line.at, .ended = line.at, .copy = true};
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
    passage.ended = line.at;
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
      another.ended = line.at;
      another.ended_at = told_;
      another.end = Passage::End::taken;
      made_.messages.push_back(std::move(another));
      return;
    }
    if (passage.end == Passage::End::under_way) passage.ended = line.at;
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
    const Lane at = lane(seen.agent);
    if (at == no_lane) return;
    const SpanOf wait{Span::Kind::wait, agent, seen.activation};
    const SpanOf hold{Span::Kind::hold, agent, seen.detail};
    const SpanOf down{Span::Kind::down, agent, 0};
    switch (seen.kind) {
      case Seen::waited: {
        // `coder waits for report`: what is awaited is the rest of the sentence.
        const std::string said = told_ == no_moment ? "" : made_.moments[told_].text;
        const std::size_t from = said.find(" waits for ");
        return open(wait, at, from == std::string::npos ? "something" : said.substr(from + 11), line.at);
      }
      case Seen::resumed:
      case Seen::timed_out:
      case Seen::consumed:
      case Seen::finished:
      case Seen::failed:
      case Seen::interrupted: return close(wait, line.at);
      case Seen::acquired: return open(hold, at, model_.resources[seen.detail].name, line.at);
      case Seen::released:
      case Seen::expired: return close(hold, line.at);
      case Seen::crashed:
      case Seen::hung:
        close_all(agent, line.at);
        return open(down, at, seen.kind == Seen::hung ? "hangs" : "crashed", line.at);
      case Seen::restarted: return close(down, line.at);
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
  const scenarios::Recording& recording_;
  Chronicle made_;
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
  chronicle.first = from;
}

/// Counts the observations that a trace would have written down.
class Counting final : public Sink {
 public:
  SeenMask listens() const override { return Trace{}.listens(); }
  void on(const Model&, const World&, const Observation&) override { ++count; }
  std::uint64_t count = 0;
};

}  // namespace

Chronicle chronicle(const scenarios::Scenario& scenario, const scenarios::Recording& recording, Window window) {
  Chronicle all = Chronicler{scenario, recording}.all();
  const std::size_t size = all.moments.size();
  const std::vector<Violation>& violations = recording.outcome.violations;
  std::size_t first = size, last = size;
  if (!violations.empty()) {
    const auto [low, high] = std::ranges::minmax(violations, {}, &Violation::at);
    const auto moment_at = [&](Instant at) {
      const auto found = std::ranges::lower_bound(all.moments, at, {}, &Moment::at);
      return static_cast<std::size_t>(found - all.moments.begin());
    };
    first = moment_at(low.at);
    last = moment_at(high.at);
  }
  const std::size_t before = violations.empty() ? window.before + window.after : window.before;
  // Two violations may lie far apart: then what is near the first is kept.
  last = std::min(last, first + window.before + window.after);
  const std::size_t from = first - std::min(first, before);
  const std::size_t to = std::min(size, last + window.after);
  if (size != 0) cut(all, from, std::max(to, from + 1));
  return all;
}

std::vector<Snapshot> snapshots(const scenarios::Scenario& scenario, Seed seed, const Chronicle& chronicle) {
  Counting counting;
  scenarios::Stepping run{scenario, seed, &counting};
  std::vector<Snapshot> taken;
  bool goes_on = true;
  for (const Moment& moment : chronicle.moments) {
    bool moved = taken.empty();
    for (; goes_on && counting.count < moment.number; moved = true) goes_on = run.step();
    taken.push_back(moved ? snapshot_of(scenario.model, run.world()) : taken.back());
  }
  return taken;
}

Snapshot snapshot_at(const scenarios::Scenario& scenario, Seed seed, std::uint64_t until) {
  Counting counting;
  scenarios::Stepping run{scenario, seed, &counting};
  while (counting.count < until && run.step()) {}
  return snapshot_of(scenario.model, run.world());
}

}  // namespace squall::reports
