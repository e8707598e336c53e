// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Agents that take what they may not do.
class Capabilities {
 public:
  explicit Capabilities(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) own_deeds(a);
    for (const auto& [topic, spec] : linting_.workflow.topics()) {
      if (spec.mode == sim::TopicInfo::Mode::queue) takers(topic);
    }
  }

 private:
  struct Deed {
    const char* verb;
    std::string what;
  };

  /// What a step does that somebody has to be allowed.
  std::optional<Deed> deed(Number n) const {
    if (const auto* send = survey_.as<steps::Send>(n)) return Deed{"send", send->topic};
    if (const auto* publish = survey_.as<steps::Publish>(n)) return Deed{"send", publish->topic};
    if (const auto* ask = survey_.as<steps::Ask>(n)) return Deed{"send", ask->topic};
    if (const auto* write = survey_.as<steps::Write>(n)) return Deed{"write", write->key};
    if (const auto* update = survey_.as<steps::Update>(n)) return Deed{"write", update->key};
    if (const auto* swap = survey_.as<steps::CompareAndSet>(n)) return Deed{"write", swap->key};
    if (const auto* work = survey_.as<steps::Work>(n); work != nullptr && !work->makes.empty())
      return Deed{"make", work->makes};
    const auto* call = survey_.as<steps::Call>(n);
    const ToolSpec* tool = call == nullptr ? nullptr : linting_.index.tool(call->tool);
    if (tool != nullptr && tool->effect) return Deed{"call", call->tool};
    return std::nullopt;
  }

  bool may(Number agent, const std::string& what) const {
    const auto& can = linting_.agent(agent).can;
    return !can || std::ranges::find(*can, what) != can->end();
  }

  /// The queue that the step's agent takes its work from, where there is one before it.
  std::string queue_before(Number n) const {
    const Survey::Site& site = survey_.at(n);
    const auto is_queue = [&](const std::string& topic) {
      const TopicSpec* spec = linting_.index.topic(topic);
      return spec != nullptr && spec->mode == sim::TopicInfo::Mode::queue;
    };
    if (site.entry != 0) {
      const std::string& topic = linting_.agent(site.agent).on[site.entry - 1].first;
      return is_queue(topic) ? topic : std::string{};
    }
    for (Number at = survey_.first(site.agent); at < n; ++at) {
      const auto* receive = survey_.as<steps::Receive>(at);
      if (receive == nullptr) continue;
      for (const Demand::Part& part : receive->demand.parts) {
        if (is_queue(part.matcher.topic)) return part.matcher.topic;
      }
    }
    return {};
  }

  void own_deeds(Number agent) {
    if (!linting_.agent(agent).can) return;
    std::set<std::string> told;
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      const auto done = deed(n);
      if (!done || !linting_.reached(n) || may(agent, done->what) || !told.insert(done->what).second) continue;
      const std::string& who = linting_.agent_name(agent);
      const std::string queue = queue_before(n);
      const std::string what = queue.empty()
                                   ? fmt::format("{} may not {} {}", who, done->verb, done->what)
                                   : fmt::format("{} takes {}, and may not {} {}", who, queue, done->verb, done->what);
      LintFinding& finding =
          linting_.say("claim-without-capability", n, what,
                       fmt::format("add {} to what {} can, or let another agent do it", done->what, who));
      finding.rehearsal = {.judges = {sim::Roles{}}, .faults = {}, .names = {who, done->what}};
    }
  }

  struct Taker {
    Number agent, site, entry;
  };

  std::vector<Taker> takers_of(const std::string& topic) const {
    std::vector<Taker> found;
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      const auto& on = linting_.agent(a).on;
      for (Number n = survey_.first(a); n < survey_.last(a); ++n) {
        const Number entry = survey_.at(n).entry;
        const auto* receive = survey_.as<steps::Receive>(n);
        const bool takes = receive != nullptr &&
                           std::ranges::any_of(receive->demand.parts,
                                               [&](const Demand::Part& part) { return part.matcher.topic == topic; });
        if (!takes && (entry == 0 || on[entry - 1].first != topic)) continue;
        found.push_back({a, n, entry});
        break;
      }
    }
    return found;
  }

  /// The tools that a taker calls for its work.
  std::set<std::string> tools_of(const Taker& taker) const {
    std::set<std::string> tools;
    for (Number n = taker.site; n < survey_.last(taker.agent) && survey_.at(n).entry == taker.entry; ++n) {
      const auto done = deed(n);
      if (done && done->verb == std::string_view{"call"}) tools.insert(done->what);
    }
    return tools;
  }

  /// One queue, several takers: what one needs a tool for, another takes who may not use it and so does not.
  void takers(const std::string& topic) {
    const std::vector<Taker> all = takers_of(topic);
    for (const Taker& one : all) {
      if (!linting_.agent(one.agent).can) continue;
      const std::set<std::string> own = tools_of(one);
      for (const Taker& other : all) {
        if (other.agent == one.agent) continue;
        for (const std::string& tool : tools_of(other)) {
          if (may(one.agent, tool) || own.contains(tool)) continue;
          LintFinding& finding = linting_.say(
              "claim-without-capability", one.site,
              fmt::format("{} takes {} as well, for which {} calls {}, and {} may not", linting_.agent_name(one.agent),
                          topic, linting_.agent_name(other.agent), tool, linting_.agent_name(one.agent)),
              "give work that needs it a topic of its own, or let its takers have the tool");
          finding.rehearsal.names = {tool};
          return;
        }
      }
    }
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_capabilities(Linting& linting) { Capabilities{linting}.run(); }

}  // namespace squall::scenarios
