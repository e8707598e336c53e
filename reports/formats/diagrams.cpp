// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "reports/formats/formats.hpp"
#include "reports/text.hpp"

namespace squall::reports {
namespace {

/// Mermaid reads `#`, `;` and quotes as its own; entities stand for them.
std::string mermaid_text(const std::string& text) {
  std::string safe;
  for (const char c : printable(text)) {
    switch (c) {
      case '#': safe += "#35;"; break;
      case ';': safe += "#59;"; break;
      case '"': safe += "#quot;"; break;
      case '<': safe += "#lt;"; break;
      case '>': safe += "#gt;"; break;
      case '%': safe += "#37;"; break;
      case '{': safe += "#123;"; break;
      case '}': safe += "#125;"; break;
      default: safe += c;
    }
  }
  return safe.empty() ? "#32;" : safe;
}

std::string dot_text(const std::string& text) {
  std::string safe;
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

/// Lanes that something happens on.
std::vector<bool> used_lanes(const Chronicle& run) {
  std::vector<bool> used(run.lanes.size());
  for (const Moment& moment : run.moments) {
    if (moment.lane != no_lane) used[moment.lane] = true;
  }
  for (const Passage& passage : run.messages) {
    if (passage.from != no_lane) used[passage.from] = true;
    if (passage.to != no_lane) used[passage.to] = true;
  }
  return used;
}

}  // namespace

std::string mermaid(const Recorded& recorded) {
  const Chronicle& run = recorded.run;
  std::string text = "sequenceDiagram\n";
  const std::vector<bool> used = used_lanes(run);
  for (std::size_t l = 0; l < run.lanes.size(); ++l) {
    if (used[l]) text += fmt::format("  participant a{} as {}\n", l, mermaid_text(run.lanes[l]));
  }
  std::vector<const sim::Violation*> marks;
  for (const sim::Violation& violation : recorded.recording.outcome.violations) marks.push_back(&violation);
  std::ranges::stable_sort(marks, {}, [&](const sim::Violation* violation) { return run.when(*violation); });
  std::size_t marked = 0;
  const auto first = static_cast<std::size_t>(std::ranges::find(used, true) - used.begin());
  const auto mark_until = [&](sim::Instant now) {
    for (; marked < marks.size() && run.when(*marks[marked]) < now && first < used.size(); ++marked) {
      text += fmt::format("  Note over a{}: violated: {} at {}\n", first, mermaid_text(marks[marked]->invariant),
                          run.when_text(run.when(*marks[marked])));
    }
  };
  std::vector<const Passage*> passages;
  for (const Passage& passage : run.messages) passages.push_back(&passage);
  std::ranges::stable_sort(passages, {}, &Passage::sent);
  for (const Passage* passage : passages) {
    if (passage->from == no_lane && passage->to == no_lane) continue;
    mark_until(passage->sent);
    const Lane to = passage->to != no_lane ? passage->to : passage->from;
    const Lane from = passage->from != no_lane ? passage->from : to;
    const char* arrow = "->>";
    const char* how = "";
    switch (passage->end) {
      case Passage::End::lost: arrow = "-x", how = " (lost)"; break;
      case Passage::End::refused: arrow = "-x", how = " (refused)"; break;
      case Passage::End::under_way: arrow = "--)", how = " (under way)"; break;
      case Passage::End::arrived: arrow = "->>", how = " (not taken)"; break;
      case Passage::End::taken:
        if (passage->late) arrow = "-->>", how = " (late)";
        if (passage->copy) how = " (a copy)";
        break;
    }
    text += fmt::format("  a{}{}a{}: {}{}\n", from, arrow, to, mermaid_text(passage->what), how);
  }
  mark_until(sim::end_of_time);
  return text;
}

std::string dot(const Recorded& recorded) {
  const Chronicle& run = recorded.run;
  std::string text =
      fmt::format("digraph \"{}\" {{\n  node [shape=box, style=rounded];\n", dot_text(recorded.scenario.model.name));
  const std::vector<bool> used = used_lanes(run);
  std::map<std::string, std::size_t> lanes;
  for (std::size_t l = 0; l < run.lanes.size(); ++l) {
    lanes.emplace(run.lanes[l], l);
    if (used[l]) text += fmt::format("  a{} [label=\"{}\"];\n", l, dot_text(run.lanes[l]));
  }
  std::map<std::pair<Lane, Lane>, std::map<std::string, std::pair<std::size_t, std::size_t>>> sent;
  for (const Passage& passage : run.messages) {
    if (passage.from == no_lane || passage.to == no_lane) continue;
    auto& [all, lost] = sent[{passage.from, passage.to}][passage.what];
    ++all;
    lost += passage.end == Passage::End::lost ? 1 : 0;
  }
  for (const auto& [link, topics] : sent) {
    std::string label;
    for (const auto& [topic, counts] : topics) {
      if (!label.empty()) label += "\\n";
      label += dot_text(topic);
      if (counts.first != 1) label += fmt::format(" x {}", counts.first);
      if (counts.second != 0) label += fmt::format(" ({} lost)", counts.second);
    }
    text +=
        fmt::format("  a{} -> a{} [label=\"{}\", color=gray50, fontcolor=gray30];\n", link.first, link.second, label);
  }
  for (const sim::Violation& violation : recorded.recording.outcome.violations) {
    if (!violation.cycle) continue;
    const std::size_t n = violation.members.size();
    const std::size_t start = n == 0 ? 0 : sim::canonical_start(violation);
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t m = (start + i) % n;
      const auto from = lanes.find(violation.members[m]);
      const auto to = lanes.find(violation.members[(m + 1) % n]);
      if (from == lanes.end() || to == lanes.end()) continue;
      const std::string why = m < violation.reasons.size() ? dot_text(violation.reasons[m]) : "";
      text += fmt::format("  a{} -> a{} [label=\"waits\", tooltip=\"{}\", style=bold, color=red, penwidth=2];\n",
                          from->second, to->second, why);
    }
  }
  return text + "}\n";
}

std::string shiviz(const Recorded& recorded) {
  const Chronicle& run = recorded.run;
  // A host is one word there.
  std::vector<std::string> hosts;
  for (const std::string& lane : run.lanes) {
    std::string host;
    for (const char c : printable(lane)) host += c == ' ' || c == '"' || c == '\\' ? '_' : c;
    hosts.push_back(std::move(host));
  }
  using Clock = std::map<Lane, std::uint64_t>;
  std::vector<Clock> clocks(run.lanes.size());
  std::vector<Clock> at(run.moments.size());
  std::vector<std::vector<std::uint32_t>> heard(run.moments.size());  // the moments of sending, by that of taking
  for (const Passage& passage : run.messages) {
    if (passage.ended_at != no_moment && passage.sent_at != no_moment && passage.end == Passage::End::taken)
      heard[passage.ended_at].push_back(passage.sent_at);
  }
  std::string text;
  for (std::size_t m = 0; m < run.moments.size(); ++m) {
    const Lane lane = run.moments[m].lane;
    if (lane == no_lane) continue;
    Clock& clock = clocks[lane];
    ++clock[lane];
    for (const std::uint32_t sending : heard[m]) {
      for (const auto& [who, ticks] : at[sending]) clock[who] = std::max(clock[who], ticks);
    }
    at[m] = clock;
    text += hosts[lane] + " {";
    bool more = false;
    for (const auto& [who, ticks] : clock) {
      text += fmt::format("{}\"{}\":{}", more ? ", " : "", hosts[who], ticks);
      more = true;
    }
    text += "}\n" + printable(run.moments[m].text) + "\n";
  }
  return text;
}

}  // namespace squall::reports
