// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Fan-outs over nothing.
class FanOut {
 public:
  explicit FanOut(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    for (Number n = 0; n < survey_.size(); ++n) {
      if (!linting_.reached(n)) continue;
      if (const auto* map = survey_.as<steps::Map>(n)) join(n, *map);
      collected(n);
    }
  }

 private:
  /// How many branches or rounds a step may have; nothing where it has none of these.
  std::optional<Interval> width(Number n) const {
    if (const auto* loop = survey_.as<steps::Repeat>(n); loop != nullptr && loop->loop.times)
      return lowest_of(interval_of(*loop->loop.times, sizes(n)));
    const auto* map = survey_.as<steps::Map>(n);
    if (map == nullptr) return std::nullopt;
    if (!map->over.list.empty()) {
      const auto known = sizes(n);
      const auto found = known.find(map->over.list);
      return found == known.end() ? Interval{.low = 0} : found->second;
    }
    if (!map->over.from || !map->over.to) return Interval{.low = 0};
    const Interval from = interval_of(*map->over.from, sizes(n)), to = interval_of(*map->over.to, sizes(n));
    constexpr Interval all{};
    Interval count{.low = 0};
    if (to.low != all.low && from.high != all.high) count.low = std::max<std::int64_t>(0, to.low - from.high + 1);
    if (to.high != all.high && from.low != all.low) count.high = std::max<std::int64_t>(0, to.high - from.low + 1);
    return count;
  }

  static Interval lowest_of(Interval interval) {
    return {std::max<std::int64_t>(0, interval.low), std::max<std::int64_t>(0, interval.high)};
  }

  /// Least and most messages of the lists that the agent takes.
  std::map<std::string, Interval> sizes(Number n) const {
    std::map<std::string, Interval> known;
    const Number agent = survey_.at(n).agent;
    for (Number at = survey_.first(agent); at < survey_.last(agent); ++at) {
      const auto* receive = survey_.as<steps::Receive>(at);
      if (receive == nullptr || !receive->demand.is_list()) continue;
      std::int64_t low = 0, high = 0;
      for (const Demand::Part& part : receive->demand.parts) {
        low += part.count_min;
        high += part.count_max;
      }
      for (const std::string& name : {survey_.at(at).step->fields.as, std::string{"msg"}}) {
        if (name.empty()) continue;
        const auto [entry, fresh] = known.emplace(name, Interval{low, high});
        if (!fresh) entry->second = {std::min(entry->second.low, low), std::max(entry->second.high, high)};
      }
    }
    return known;
  }

  /// Whether an `if` around it asks about what its width is made of.
  bool is_asked_for(Number n) const {
    std::set<std::string> names;
    for (const Expression* expression : expressions_of(*survey_.at(n).step)) names.merge(names_in(*expression));
    for (Number at = n; survey_.at(at).up != Survey::none; at = survey_.at(at).up) {
      const auto* choice = survey_.as<steps::If>(survey_.at(at).up);
      if (choice == nullptr) continue;
      for (const std::string& name : names_in(choice->condition)) {
        if (names.contains(name)) return true;
      }
    }
    return false;
  }

  /// A join of some over branches that may be fewer.
  void join(Number n, const steps::Map& map) {
    if (map.join.join == 0 || is_asked_for(n)) return;
    const Interval count = *width(n);
    const std::int64_t needed = map.join.join;
    if (count.low >= needed) return;
    const bool never = count.high < needed && count.high > 0;
    LintFinding& finding = linting_.say(
        "empty-fanout", n,
        never            ? fmt::format("its join waits for {} of {} branches at most", needed, count.high)
        : count.low == 0 ? fmt::format("it may have no branch, and then ends well without any result")
                         : fmt::format("its join waits for {}, and there may be {} branches", needed, count.low),
        "say with an 'if' before what is to happen then, or let the join ask for no more than there are");
    finding.rehearsal = {
        .judges = {sim::HonestOutcome{}, sim::ProperCompletion{}}, .faults = {}, .names = {linting_.agent_name_of(n)}};
  }

  /// Work that is handed out any number of times, and whose results are then waited for at least once.
  void collected(Number n) {
    const auto count = width(n);
    if (!count || count->low > 0 || is_asked_for(n)) return;
    const Survey::Site& site = survey_.at(n);
    for (Number at = site.end; at < survey_.last(site.agent) && survey_.at(at).depth >= site.depth;
         at = survey_.at(at).end) {
      if (survey_.at(at).up != site.up || survey_.at(at).branch != site.branch || survey_.at(at).entry != site.entry)
        return;
      const auto* receive = survey_.as<steps::Receive>(at);
      if (receive == nullptr) continue;
      if (survey_.at(at).step->fields.timeout) return;
      for (const Demand::Part& part : receive->demand.parts) {
        if (part.count_min == 0 || !comes_only_of(n, part.matcher.topic, at)) continue;
        LintFinding& finding = linting_.say("empty-fanout", n,
                                            fmt::format("it may hand out nothing, and {} waits for {} all the same",
                                                        survey_.name(at), part.matcher.topic),
                                            "ask first whether there is anything to wait for");
        finding.rehearsal = {.judges = {sim::NoOrphanedWait{}, sim::DeadlockFreedom{}},
                             .faults = {},
                             .names = {linting_.agent_name_of(n)}};
        return;
      }
      return;
    }
  }

  /// Whether whoever sends the topic to this wait does so only when it was handed something in the fan-out.
  bool comes_only_of(Number fan_out, const std::string& topic, Number wait) const {
    const auto pc = survey_.op(wait, OpCode::receive);
    if (!pc || topic.empty()) return false;
    const Code& code = linting_.code_of(wait);
    for (const sim::Source& source : code.waits[code.ops[*pc].a].sources) {
      if (source.topic == sim::any_topic || linting_.model.topic(source.topic).name != topic) continue;
      const auto suppliers = linting_.passable.suppliers(survey_.at(wait).agent, source);
      const auto fed = [&](const Passable::Supplier& by) {
        const Number site = survey_.of_op(by.definition, by.pc);
        return site != Survey::none && begins_in(fan_out, site);
      };
      return !suppliers.empty() && std::ranges::all_of(suppliers, fed);
    }
    // A child's end is told by the kernel.
    return linting_.model.ended != sim::any_topic && topic == linting_.model.topic(linting_.model.ended).name &&
           spawns_only_in(fan_out);
  }

  bool spawns_only_in(Number fan_out) const {
    bool some = false, only = true;
    for (Number n = survey_.first(survey_.at(fan_out).agent); n < survey_.last(survey_.at(fan_out).agent); ++n) {
      if (survey_.as<steps::Spawn>(n) == nullptr) continue;
      (survey_.inside(n, fan_out) ? some : only) = survey_.inside(n, fan_out);
    }
    return some && only;
  }

  /// Whether the step is done for a message, or by a child, that only the fan-out makes.
  bool begins_in(Number fan_out, Number site) const {
    const Survey::Site& at = survey_.at(site);
    const AgentSpec& agent = linting_.agent(at.agent);
    if (agent.start == sim::Start::spawned) {
      bool only = true;
      survey_.each<steps::Spawn>([&](Number n, const steps::Spawn& spawn) {
        only = only && (spawn.agent != linting_.agent_name(at.agent) || survey_.inside(n, fan_out));
      });
      return only;
    }
    if (at.entry == 0) return false;
    const sim::Definition::Handler& handler = linting_.model.definitions[at.agent].handlers[at.entry - 1];
    const auto suppliers = linting_.passable.suppliers(at.agent, {.topic = handler.topic});
    return !suppliers.empty() && std::ranges::all_of(suppliers, [&](const Passable::Supplier& by) {
      const Number sender = survey_.of_op(by.definition, by.pc);
      return sender != Survey::none && survey_.inside(sender, fan_out);
    });
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_fan_out(Linting& linting) { FanOut{linting}.run(); }

}  // namespace squall::scenarios
