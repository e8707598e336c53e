// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/spans.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Leases and redeliveries whose time is up before the work is done.
class Leases {
 public:
  explicit Leases(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
      const AgentSpec& agent = linting_.agent(a);
      for (Number entry = 0; entry <= agent.on.size(); ++entry) {
        const Program& program = entry == 0 ? agent.program : agent.on[entry - 1].second;
        const Number first = first_of(a, entry);
        for (const auto& [name, resource] : linting_.workflow.resources()) {
          if (resource.kind != sim::ResourceInfo::Kind::lease || first == Survey::none) continue;
          Held held{.resource = name, .ttl = resource.period};
          walk(program, first, held);
        }
        if (entry != 0 && first != Survey::none) redelivery(a, entry, program, first);
      }
      if (!agent.program.steps.empty()) taken_in_do(a, agent.program);
    }
  }

 private:
  /// One lease on the way through a program.
  struct Held {
    std::string resource;
    sim::Duration ttl;
    std::optional<Number> taken{};  ///< where it is held: the acquire
    sim::Duration since{};          ///< since it was taken or renewed, at most
    Number longest_step = Survey::none;
    sim::Duration longest_time{};
    bool out = false;  ///< its time may be over
  };

  Number first_of(Number agent, Number entry) const {
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      if (survey_.at(n).entry == entry) return n;
    }
    return Survey::none;
  }

  bool speaks_of(Number n, const std::string& resource) const {
    for (Number at = n; at < survey_.at(n).end; ++at) {
      const auto* acquire = survey_.as<steps::Acquire>(at);
      const auto* renew = survey_.as<steps::Renew>(at);
      const auto* release = survey_.as<steps::Release>(at);
      if ((acquire != nullptr && acquire->resource == resource) || (renew != nullptr && renew->resource == resource) ||
          (release != nullptr && release->resource == resource))
        return true;
    }
    return false;
  }

  bool renews(Number n, const std::string& resource) const {
    for (Number at = n; at < survey_.at(n).end; ++at) {
      const auto* renew = survey_.as<steps::Renew>(at);
      if (renew != nullptr && renew->resource == resource) return true;
    }
    return false;
  }

  /// Steps of a program one after the other; `n`: the number of its first. Returns the number behind its last.
  Number walk(const Program& program, Number n, Held& held) {
    for (const Step& step : program.steps) {
      over(step, n, held);
      n = survey_.at(n).end;
    }
    return n;
  }

  /// Of two ways to one place, the one on which the lease is held for longer.
  static const Held& longer(const Held& a, const Held& b) {
    if (a.taken.has_value() != b.taken.has_value()) return a.taken ? a : b;
    return b.since > a.since ? b : a;
  }

  template <class Action>
  static bool is_of(const Step& step, const std::string& resource) {
    const auto* action = std::get_if<Action>(&step.action);
    return action != nullptr && action->resource == resource;
  }

  void over(const Step& step, Number n, Held& held) {
    if (is_of<steps::Acquire>(step, held.resource)) held.taken = n;
    if (is_of<steps::Release>(step, held.resource)) held.taken.reset();
    if (is_of<steps::Acquire>(step, held.resource) || is_of<steps::Release>(step, held.resource) ||
        is_of<steps::Renew>(step, held.resource))
      return begin_anew(held);
    const auto parts = parts_of(step);
    if (parts.empty() || (!speaks_of(n, held.resource) && !(held.taken && acts_inside(n)))) return pass(step, n, held);
    // Branches beside a renewal are kept alive by it.
    if (std::holds_alternative<steps::Parallel>(step.action) && renews(n, held.resource)) return begin_anew(held);
    if (!is_of_action(parts.front().first)) pass(step, n, held);
    const Held before = held;
    bool first = true;
    Number at = n + 1;
    for (const auto& [part, program] : parts) {
      Held way = is_of_action(part) ? before : held;
      at = walk(*program, at, way);
      if (part == Part::undo) continue;
      held = first || part == Part::finally ? way : longer(held, way);
      first = first && !is_of_action(part);
    }
  }

  static void begin_anew(Held& held) {
    held.since = {};
    held.out = false;
    held.longest_step = Survey::none;
    held.longest_time = {};
  }

  /// Whether a write or an effect stands inside, whose place in time matters.
  bool acts_inside(Number n) const {
    for (Number at = n + 1; at < survey_.at(n).end; ++at) {
      if (acts(at)) return true;
    }
    return false;
  }

  bool acts(Number n) const {
    if (const auto* call = survey_.as<steps::Call>(n)) {
      const ToolSpec* tool = linting_.index.tool(call->tool);
      return tool != nullptr && tool->effect;
    }
    return survey_.as<steps::Write>(n) != nullptr || survey_.as<steps::Update>(n) != nullptr ||
           survey_.as<steps::CompareAndSet>(n) != nullptr;
  }

  /// Whether the step is refused where the lease is somebody else's by now.
  bool is_fenced(Number n, const std::string& resource) const {
    if (const auto* call = survey_.as<steps::Call>(n)) {
      const ToolSpec* tool = linting_.index.tool(call->tool);
      return tool != nullptr && tool->fenced_by == resource;
    }
    const auto* write = survey_.as<steps::Write>(n);
    const auto* update = survey_.as<steps::Update>(n);
    const auto* swap = survey_.as<steps::CompareAndSet>(n);
    const std::string key = write != nullptr    ? write->key
                            : update != nullptr ? update->key
                            : swap != nullptr   ? swap->key
                                                : "";
    const KeySpec* spec = linting_.index.key(key);
    return spec != nullptr && spec->fenced_by == resource;
  }

  void pass(const Step& step, Number n, Held& held) {
    if (!held.taken) return;
    const sim::Duration time = longest(linting_, step);
    held.since = held.since > sim::Duration::max() - time ? sim::Duration::max() : held.since + time;
    if (time > held.longest_time) {
      held.longest_time = time;
      held.longest_step = n;
    }
    if (held.since > held.ttl && !held.out) held.out = true;
    if (!held.out || !acts(n)) return;
    if (is_fenced(n, held.resource)) {
      begin_anew(held);  // who gets past it is the owner still
    } else if (told_.insert(*held.taken).second) {
      late(held);
    }
  }

  void late(const Held& held) {
    LintFinding& finding = linting_.say(
        "lease-shorter-than-work", *held.taken,
        fmt::format("{} runs out after {}, and the work under it may take {}", held.resource, rough(held.ttl),
                    rough(held.since)),
        fmt::format("renew {} while the work goes on, give it a longer ttl, or let what is written be fenced-by it",
                    held.resource));
    if (held.longest_step != Survey::none)
      finding.reasons.push_back(fmt::format("{} may take {}", survey_.name(held.longest_step),
                                            rough(longest(linting_, *survey_.at(held.longest_step).step))));
    finding.rehearsal = {.judges = {sim::SingleOwner{}, sim::ExactlyOnce{}, sim::NoLostUpdate{}},
                         .faults = {},
                         .names = {linting_.agent_name_of(*held.taken)}};
  }

  /// A handler of what is handed out again while it is still at work.
  void redelivery(Number agent, Number entry, const Program& program, Number first) {
    const std::string& topic = linting_.agent(agent).on[entry - 1].first;
    Number at = first;  // of a graph's node the first step that somebody has written
    while (at + 1 < survey_.last(agent) && survey_.at(at).step->mark == 0 && survey_.at(at + 1).entry == entry) ++at;
    hand_out(agent, topic, longest(linting_, program), survey_.at(at).step->mark == 0 ? first : at);
  }

  void taken_in_do(Number agent, const Program& program) {
    for (Number n = survey_.first(agent); n < survey_.last(agent); ++n) {
      const auto* receive = survey_.as<steps::Receive>(n);
      if (receive == nullptr || survey_.at(n).entry != 0) continue;
      const Number up = survey_.at(n).up;
      const Program* around = &program;
      if (up != Survey::none) around = parts_of(*survey_.at(up).step)[survey_.at(n).branch].second;
      sim::Duration work{};
      for (std::size_t s = survey_.at(n).index + 1; s < around->steps.size(); ++s)
        work += longest(linting_, around->steps[s]);
      for (const Demand::Part& part : receive->demand.parts) hand_out(agent, part.matcher.topic, work, n);
    }
  }

  void hand_out(Number agent, const std::string& topic, sim::Duration work, Number at) {
    const TopicSpec* spec = linting_.index.topic(topic);
    const bool queue = spec != nullptr && spec->mode == sim::TopicInfo::Mode::queue;
    const Mailbox& mailbox = linting_.agent(agent).mailbox;
    const sim::Ack ack = queue ? spec->ack : mailbox.ack;
    const sim::Duration after = queue ? spec->redeliver_after : mailbox.redeliver_after;
    if (ack != sim::Ack::end || after <= sim::Duration{} || work <= after) return;
    LintFinding& finding = linting_.say("lease-shorter-than-work", at,
                                        fmt::format("{} is handed out again after {}, and the work on it may take {}",
                                                    spoken(topic), rough(after), rough(work)),
                                        "redeliver later than any work takes, or acknowledge before");
    finding.rehearsal = {
        .judges = {sim::ExactlyOnce{}, sim::NoRepeat{}}, .faults = {}, .names = {linting_.agent_name(agent)}};
  }

  Linting& linting_;
  const Survey& survey_;
  std::set<Number> told_;  ///< acquires
};

}  // namespace

void lint_leases(Linting& linting) { Leases{linting}.run(); }

}  // namespace squall::scenarios
