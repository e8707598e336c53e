// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "scenarios/import/json.hpp"
#include "scenarios/import/otlp_spans.hpp"
#include "scenarios/import/readers.hpp"
#include "scenarios/import/recording.hpp"
#include "scenarios/import/times.hpp"

// A span is what its parent did meanwhile: a span with children becomes a subgraph, one without a node that works. Children that
// overlap run side by side; one that began after others had ended waited for them. What is left of the parent's time is thinking.

namespace squall::scenarios::imports {
namespace {

class Trace {
 public:
  Trace(Foreign& foreign, std::vector<Span> spans) : foreign_(foreign), spans_(std::move(spans)) {}

  void run() {
    link();
    const std::vector<std::size_t> roots = ordered(roots_);
    if (foreign_.refused() || roots.empty()) return;
    std::int64_t from = spans_[roots.front()].begin, to = from;
    for (const std::size_t root : roots) clamp(root);
    tell_moved();
    for (const std::size_t root : roots) to = std::max(to, spans_[root].end);
    DrawnGraph& graph = foreign_.drawing.graph;
    graph.runs_as = "dataflow";
    scope(graph, roots, from, to, 1);
    foreign_.drawing.latency = "0s";
    foreign_.drawing.recorded_ns = to - from;
    if (!foreign_.wishes().fit)
      foreign_.assume(
          "durations are those of the recorded run, and do not vary (--fit: {p50, p99} over spans of one name)");
    foreign_.assume(
        "a span that began after others of its parent had ended waited for them; what overlaps runs side by side");
  }

 private:
  /// Children by their parents. Who has none that is here is a root.
  void link() {
    std::map<std::string, std::size_t> by_id;
    for (std::size_t n = 0; n < spans_.size(); ++n) {
      if (!by_id.emplace(spans_[n].trace + "/" + spans_[n].id, n).second)
        foreign_.refuse(spans_[n].mark, fmt::format("the span '{}' is there twice", spans_[n].id),
                        "keep one of the two");
    }
    children_.resize(spans_.size());
    std::vector<std::size_t> parents(spans_.size(), none);
    for (std::size_t n = 0; n < spans_.size(); ++n) {
      if (spans_[n].parent.empty()) continue;
      const auto parent = by_id.find(spans_[n].trace + "/" + spans_[n].parent);
      if (parent != by_id.end()) {
        parents[n] = parent->second;
      } else {
        foreign_.assume(spans_[n].mark, "a span whose parent is not in the file has none");
      }
    }
    // A parent's parents end somewhere; who comes back to itself is in a circle.
    std::vector<std::uint32_t> seen(spans_.size(), 0);
    for (std::size_t n = 0; n < spans_.size(); ++n) {
      std::size_t at = n;
      while (at != none && seen[at] == 0) {
        seen[at] = static_cast<std::uint32_t>(n + 1);
        at = parents[at];
      }
      if (at != none && seen[at] == n + 1)
        return foreign_.refuse(spans_[at].mark, fmt::format("the span '{}' is its own ancestor", spans_[at].id),
                               "take a parentSpanId out of the circle");
    }
    for (std::size_t n = 0; n < spans_.size(); ++n) {
      if (parents[n] == none) roots_.push_back(n);
      else children_[parents[n]].push_back(n);
    }
  }

  std::vector<std::size_t> ordered(std::vector<std::size_t> all) const {
    std::ranges::stable_sort(all, [&](std::size_t a, std::size_t b) {
      return std::pair{spans_[a].begin, spans_[a].end} < std::pair{spans_[b].begin, spans_[b].end};
    });
    return all;
  }

  void shift(std::size_t span, std::int64_t by) {
    std::vector<std::size_t> stack{span};
    while (!stack.empty()) {
      const std::size_t one = stack.back();
      stack.pop_back();
      spans_[one].begin += by;
      spans_[one].end += by;
      stack.insert(stack.end(), children_[one].begin(), children_[one].end());
    }
  }

  /// A call begins after and ends before its caller does. Where clocks of two services say otherwise, the callee's is wrong.
  void clamp(std::size_t root) {
    std::vector<std::size_t> stack{root};
    while (!stack.empty()) {
      const std::size_t parent = stack.back();
      stack.pop_back();
      for (const std::size_t child : children_[parent]) {
        Span& span = spans_[child];
        const Span& around = spans_[parent];
        const bool elsewhere = span.service != around.service;
        if (span.begin < around.begin) {
          move(child, around, around.begin - span.begin);
        } else if (elsewhere && span.end > around.end && span.end - span.begin <= around.end - around.begin) {
          move(child, around, std::max(around.begin - span.begin, around.end - span.end));
        }
        if (spans_[child].end > around.end)
          foreign_.assume(span.mark, "a span went on after its parent had ended: here the parent waits for it");
        stack.push_back(child);
      }
    }
  }

  void move(std::size_t child, const Span& around, std::int64_t by) {
    if (by == 0) return;
    const Span& span = spans_[child];
    const auto [found, fresh] = moved_.try_emplace({span.service, around.service, by > 0});
    if (fresh) found->second.first = span.mark;
    found->second.most = std::max(found->second.most, by > 0 ? by : -by);
    ++found->second.spans;
    shift(child, by);
  }

  /// Whose clocks are off, and by how much at least: one note for each two services.
  void tell_moved() {
    const auto name = [](const std::string& service) {
      return service.empty() ? std::string{"a service without a name"} : fmt::format("'{}'", service);
    };
    for (const auto& [between, moved] : moved_) {
      const auto& [own, parents, later] = between;
      const std::string most = duration_word(moved.most);
      const bool one = moved.spans == 1;
      const std::string whose = fmt::format("{} span{} of {}", moved.spans, one ? "" : "s", name(own));
      if (own == parents) {
        foreign_.assume(moved.first, fmt::format("{} began before {}: moved by {}{}", whose,
                                                 one ? "its parent" : "their parents", one ? "" : "up to ", most));
        continue;
      }
      foreign_.assume(
          moved.first,
          fmt::format("the clock of {} is {} that of {} by {} or more: {} {} {}, and {} moved by {}{}", name(own),
                      later ? "behind" : "ahead of", name(parents), most, whose, later ? "began before" : "ended after",
                      one ? "its parent" : "their parents", one ? "is" : "are", one ? "" : "up to ", most));
    }
  }

  /// The spans of one parent, and their children inside of them.
  void scope(DrawnGraph& graph, const std::vector<std::size_t>& spans, std::int64_t from, std::int64_t to,
             std::size_t depth) {
    std::vector<Activity> activities;
    for (std::size_t n = 0; n < spans.size(); ++n) {
      const Span& span = spans_[spans[n]];
      if (n > 0 && follows(spans_[spans[n - 1]], span, spans[n - 1], spans[n]) &&
          activities.back().failed.size() < 100) {
        again(activities.back(), spans_[spans[n - 1]], span);
        continue;
      }
      Activity made{.kind = span.effect ? Activity::Kind::effect : Activity::Kind::work,
                    .label = span.label,
                    .comment = span.kind,
                    .at = foreign_.spot(span.mark),
                    .begin = span.begin,
                    .end = span.end};
      const bool is_last = n + 1 == spans.size() || !follows(span, spans_[spans[n + 1]], spans[n], spans[n + 1]);
      if (span.failed && is_last)
        foreign_.assume(span.mark, "a span that failed is read as one that took as long: its parent went on");
      if (span.effect) foreign_.assume(span.mark, "a call of a tool has its effect at its end, without a key");
      inside(made, spans[n], depth);
      activities.push_back(std::move(made));
    }
    waited(activities);
    replay(foreign_, graph, std::move(activities), from, to);
  }

  void inside(Activity& made, std::size_t span, std::size_t depth) {
    const std::vector<std::size_t> children = ordered(children_[span]);
    if (children.empty()) return;
    if (depth >= ImportLimits::scopes) {
      foreign_.assume(spans_[span].mark,
                      fmt::format("spans below the {}. level are part of those above them", ImportLimits::scopes));
      return;
    }
    DrawnGraph graph;
    scope(graph, children, made.begin, made.end, depth + 1);
    std::int64_t end = made.end;
    for (const std::size_t child : children) end = std::max(end, spans_[child].end);
    made.end = end;
    made.inside.push_back(std::move(graph));
  }

  /// The same again, right after it had failed.
  bool follows(const Span& before, const Span& span, std::size_t first, std::size_t second) const {
    return before.failed && before.label == span.label && before.end <= span.begin && children_[first].empty() &&
           children_[second].empty();
  }

  void again(Activity& activity, const Span& before, const Span& span) {
    foreign_.assume(span.mark, "a span of the same name right after one that failed is another attempt");
    activity.failed.push_back(
        {.before = activity.failed.empty() ? 0 : activity.before_last, .took = before.end - before.begin});
    activity.before_last = span.begin - before.end;
    activity.begin = span.begin;
    activity.end = span.end;
    activity.retry = DrawnRetry{.times = std::to_string(activity.failed.size() + 1), .comment = "as often as recorded"};
  }

  /// Each waited for those that had ended when it began, without those that others of them had waited for.
  void waited(std::vector<Activity>& activities) {
    const auto first = [](const Activity& one) {
      std::int64_t begin = one.begin - one.before_last;
      for (const Activity::Attempt& attempt : one.failed) begin -= attempt.before + attempt.took;
      return one.failed.empty() ? one.begin : begin;
    };
    std::vector<std::int64_t> ends;
    Waiting waiting{foreign_};
    Ended ended;
    for (Activity& one : activities) {
      const std::int64_t begin = first(one);
      one.after = ended.before(begin);
      // All of them took no time at one instant: the last of them.
      if (const auto last = ended.last_before(begin); one.after.empty() && last) one.after.push_back(*last);
      ended.add(begin, one.end);
      ends.push_back(one.end);
      waiting.keep(one.after, ends);
    }
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  Foreign& foreign_;
  std::vector<Span> spans_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
  struct Moved {
    Mark first{};
    std::int64_t most = 0;  ///< nanoseconds
    std::uint32_t spans = 0;
  };
  /// By the service of a span, that of its parent, and whether it was moved to a later time.
  std::map<std::tuple<std::string, std::string, bool>, Moved> moved_;
};

}  // namespace

void read_otlp(Foreign& foreign, std::span<Node* const> roots) {
  std::vector<Span> spans = read_spans(foreign, roots);
  if (foreign.refused()) return;
  if (spans.empty())
    return foreign.refuse(roots.front()->mark, "there are no spans in the file", "export traces, not metrics or logs");
  Trace{foreign, std::move(spans)}.run();
}

}  // namespace squall::scenarios::imports
