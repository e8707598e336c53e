// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/order.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Topics that one takes singly and another collects.
class Collectors {
 public:
  explicit Collectors(Linting& linting) : linting_(linting), survey_(linting.survey), order_(linting) {}

  void run() {
    std::map<std::pair<Number, std::string>, std::vector<Take>> boxes;  // of an agent's mailbox; queues: of nobody
    for (Number n = 0; n < survey_.size(); ++n) {
      const auto* receive = survey_.as<steps::Receive>(n);
      if (receive == nullptr || !linting_.reached(n)) continue;
      for (const Demand::Part& part : receive->demand.parts) {
        if (part.matcher.topic.empty()) continue;
        const bool collects = part.count_min > 1 || (receive->demand.all && receive->demand.parts.size() > 1);
        boxes[{box(survey_.at(n).agent, part.matcher.topic), part.matcher.topic}].push_back({n, &part, collects});
      }
    }
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      const auto& on = linting_.agent(a).on;
      for (Number entry = 1; entry <= on.size(); ++entry) {
        const Number first = first_of(a, entry);
        if (first == Survey::none || !linting_.reached(first)) continue;
        boxes[{box(a, on[entry - 1].first), on[entry - 1].first}].push_back({first, nullptr, false});
      }
    }
    for (const auto& [where, takes] : boxes) judge(where.first, where.second, takes);
  }

 private:
  struct Take {
    Number site;
    const Demand::Part* part;  ///< nullptr: a handler
    bool collects;
  };

  bool is_queue(const std::string& topic) const {
    const TopicSpec* spec = linting_.index.topic(topic);
    return spec != nullptr && spec->mode == sim::TopicInfo::Mode::queue;
  }
  Number box(Number agent, const std::string& topic) const { return is_queue(topic) ? Survey::none : agent; }

  Number first_of(Number agent, Number entry) const {
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (survey_.at(n).entry == entry) return n;
    }
    return Survey::none;
  }

  /// Whether two waits can never want the same message, as far as senders say.
  static bool is_apart(const Take& a, const Take& b) {
    if (a.part == nullptr || b.part == nullptr) return false;
    if (a.part->matcher.property || b.part->matcher.property) return true;  // it is meant to tell them apart
    const auto& x = a.part->matcher.sender;
    const auto& y = b.part->matcher.sender;
    return x && y && x->kind() == Expression::Kind::name && y->kind() == Expression::Kind::name &&
           x->text() != y->text();
  }

  void judge(Number box, const std::string& topic, const std::vector<Take>& takes) {
    for (const Take& collector : takes) {
      if (!collector.collects) continue;
      for (const Take& other : takes) {
        if (&other == &collector || is_apart(collector, other)) continue;
        const bool across = box == Survey::none && survey_.at(other.site).agent != survey_.at(collector.site).agent;
        if (!across && !order_.at_once(collector.site, other.site)) continue;
        return say(topic, collector.site,
                   fmt::format("{} takes {} one by one, and this waits for several", survey_.name(other.site), topic));
      }
      if (box == Survey::none && order_.is_many(survey_.at(collector.site).agent))
        return say(topic, collector.site,
                   fmt::format("each member of {} waits for several {}, and they take them from each other",
                               linting_.agent_name_of(collector.site), topic));
    }
  }

  void say(const std::string& topic, Number site, std::string what) {
    LintFinding& finding = linting_.say("exclusive-and-collected", site, std::move(what),
                                        fmt::format("give each its own topic, or let one step take all of {}", topic));
    finding.rehearsal = {.judges = {sim::NoOrphanedWait{}, sim::DeadlockFreedom{}, sim::ProperCompletion{}},
                         .faults = {},
                         .names = {linting_.agent_name_of(site)}};
  }

  Linting& linting_;
  const Survey& survey_;
  Order order_;
};

}  // namespace

void lint_collectors(Linting& linting) { Collectors{linting}.run(); }

}  // namespace squall::scenarios
