// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "scenarios/lint/expressions.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using namespace std::chrono_literals;
using sim::literals::operator""_percent;
using Number = Survey::Number;

/// Calls that may be made again: whether something tells the second time.
class Effects {
 public:
  explicit Effects(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Call>([&](Number n, const steps::Call& call) {
      const ToolSpec* tool = linting_.index.tool(call.tool);
      if (tool == nullptr || !tool->effect || !linting_.reached(n)) return;
      if (call.of.key && tool->dedup > sim::Duration{}) return volatile_key(n, call);
      const Again again = again_of(n);
      if (again.why.empty()) return;
      const char* lacks = !call.of.key ? "no key tells the second time from the first"
                                       : "its key does nothing, since the tool does not deduplicate";
      LintFinding& finding = linting_.say(
          "retried-effect-without-key", n, fmt::format("{} may be done again, and {}", call.tool, lacks),
          call.of.key ? fmt::format("give {} a dedup window", call.tool)
                      : fmt::format("give the call a key that all attempts share, and {} a dedup window", call.tool));
      finding.reasons = again.why;
      finding.rehearsal = {.judges = {sim::ExactlyOnce{}},
                           .faults = again.faults,
                           .names = {call.tool, linting_.agent_name_of(n), had_again}};
    });
    survey_.each<steps::Update>([&](Number n, const steps::Update& update) {
      if (linting_.reached(n)) remembered(n, update);
    });
  }

 private:
  struct Again {
    std::vector<std::string> why;
    std::vector<faults::Line> faults;
  };

  /// What makes the step happen again.
  Again again_of(Number n) const {
    Again again;
    retried(n, again);
    redelivered(n, again);
    asked_again(n, again);
    return again;
  }

  /// Errors that say that the call has done nothing.
  static bool says_nothing_happened(const Retry& retry) {
    static const std::set<std::string> harmless{"rate-limited", "unavailable", "fenced", "conflict", "rejected"};
    return !retry.on.empty() &&
           std::ranges::all_of(retry.on, [&](const auto& error) { return harmless.contains(error); });
  }

  /// Whether something behind the step, inside the holder, may fail by itself.
  bool fails_behind(Number n, Number holder) const {
    for (Number at = survey_.at(n).end; at < survey_.at(holder).end; ++at) {
      const Step& step = *survey_.at(at).step;
      const bool fails = survey_.as<steps::Call>(at) != nullptr || survey_.as<steps::Fail>(at) != nullptr ||
                         survey_.as<steps::Ask>(at) != nullptr || survey_.as<steps::CompareAndSet>(at) != nullptr ||
                         survey_.as<steps::Validate>(at) != nullptr || step.fields.timeout || step.fields.deadline;
      if (fails) return true;
    }
    return false;
  }

  void retried(Number n, Again& again) const {
    bool of_action = true;
    for (Number at = n; at != Survey::none; at = survey_.at(at).up) {
      const Step& step = *survey_.at(at).step;
      const bool gives_way = linting_.workflow.graph() && repeats(step) &&
                             step.fields.retry->on == std::vector<std::string>{"interrupted"};
      if (of_action && repeats(step) && !gives_way) {
        const bool harmless = says_nothing_happened(*step.fields.retry) && (at == n || !fails_behind(n, at));
        if (!harmless) {
          again.why.push_back(
              at == n ? fmt::format("it is tried up to {} times", step.fields.retry->times)
                      : fmt::format("{} around it is tried up to {} times", name_of(at), step.fields.retry->times));
          const std::string& who = linting_.agent_name_of(n);
          again.faults.push_back(strike(faults::ToolDoneButNoReply{}, {.agent = who}, 20_percent));
          again.faults.push_back(strike(faults::ToolError{}, {.agent = who}, 10_percent));
        }
      }
      of_action = is_of_action(survey_.at(at).part);
    }
  }

  /// A block that nobody has written stands for the node of a graph whose body it is around.
  const std::string& name_of(Number n) const {
    return linting_.workflow.graph() && survey_.at(n).step->mark == 0 ? linting_.agent_name_of(n) : survey_.name(n);
  }

  /// Whether what the agent works on there is acknowledged at the end only, and so comes again.
  void redelivered(Number n, Again& again) const {
    const Survey::Site& site = survey_.at(n);
    const AgentSpec& agent = linting_.agent(site.agent);
    std::vector<std::string> topics;
    if (site.entry != 0) {
      topics.push_back(agent.on[site.entry - 1].first);
    } else {
      for (Number at = survey_.first(site.agent); at < n; ++at) {
        const auto* receive = survey_.as<steps::Receive>(at);
        if (receive == nullptr || survey_.at(at).entry != 0) continue;
        for (const Demand::Part& part : receive->demand.parts) topics.push_back(part.matcher.topic);
      }
    }
    for (const std::string& topic : topics) {
      const TopicSpec* spec = linting_.index.topic(topic);
      const bool queue = spec != nullptr && spec->mode == sim::TopicInfo::Mode::queue;
      const sim::Ack ack = queue ? spec->ack : agent.mailbox.ack;
      const sim::Duration after = queue ? spec->redeliver_after : agent.mailbox.redeliver_after;
      if (ack != sim::Ack::end || (!queue && agent.mailbox.lost_has_failed)) continue;
      again.why.push_back(
          after > sim::Duration{}
              ? fmt::format("{} is handed out again where it is not acknowledged in time", spoken(topic))
              : fmt::format("{} is handed out again where its taker crashes", spoken(topic)));
      again.faults.push_back(strike(
          faults::AgentCrash{.side = faults::Side::after, .restart = sim::Distribution::constant(1s), .memory = false},
          {.agent = linting_.agent_name_of(n)}, 10_percent));
      return;
    }
  }

  /// Whether whoever asks for what is done there asks again.
  void asked_again(Number n, Again& again) const {
    const Survey::Site& site = survey_.at(n);
    if (site.entry == 0) return;
    const std::string& topic = linting_.agent(site.agent).on[site.entry - 1].first;
    const std::string& name = linting_.agent_name(site.agent);
    for (const Number q : linting_.index.asks(topic)) {
      if (survey_.as<steps::Ask>(q)->to.each.front().text() != name || !is_retried(q)) continue;
      again.why.push_back(fmt::format("{} asks for it again where no answer comes in time", survey_.name(q)));
      again.faults.push_back(strike(
          faults::MessageLoss{},
          {.from = name, .to = linting_.agent_name_of(q), .topic = std::string{faults::reply_name}}, 30_percent));
      return;
    }
  }

  bool is_retried(Number n) const {
    bool of_action = true;
    for (Number at = n; at != Survey::none; at = survey_.at(at).up) {
      if (of_action && repeats(*survey_.at(at).step)) return true;
      of_action = is_of_action(survey_.at(at).part);
    }
    return false;
  }

  // ---- L10 ----

  void volatile_key(Number n, const steps::Call& call) {
    const Again again = again_of(n);
    const auto why = changes(n, *call.of.key);
    if (!why) return;
    LintFinding& finding = linting_.say(
        "key-includes-volatile", n, fmt::format("the key of {} is not the same for all attempts: {}", call.tool, *why),
        "make it of what is asked for (=msg.request, an id of the work), not of the attempt");
    finding.reasons = again.why;
    finding.rehearsal = {.judges = {sim::ExactlyOnce{}},
                         .faults = again.faults,
                         .names = {call.tool, linting_.agent_name_of(n), had_again}};
    if (again.faults.empty()) {
      finding.rehearsal.faults.push_back(strike(
          faults::AgentCrash{.side = faults::Side::after, .restart = sim::Distribution::constant(1s), .memory = false},
          {.agent = linting_.agent_name_of(n)}, 10_percent));
    }
  }

  /// A key of the context that remembers what is done already, and under what: `has it ? old : old and it`.
  void remembered(Number n, const steps::Update& update) {
    if (update.value.kind() != Expression::Kind::conditional) return;
    const auto is_old = [](const Expression& part) {
      return part.kind() == Expression::Kind::name && part.text() == "old";
    };
    const std::vector<Expression>& parts = update.value.operands();
    if (is_old(parts[1]) == is_old(parts[2]) || !names_in(parts[0]).contains("old")) return;
    const auto why = changes(n, parts[0]);
    if (!why) return;
    LintFinding& finding = linting_.say(
        "key-includes-volatile", n,
        fmt::format("{} knows what is done by something that is not the same for all who do it: {}", update.key, *why),
        "know it by what is done (a date, an id of the work), not by what may be new the next time");
    finding.rehearsal = {.judges = {sim::ExactlyOnce{}}, .faults = {}, .names = {had_again}};
    // What is done is what those do who look there.
    survey_.each<steps::Read>([&](Number reader, const steps::Read& read) {
      if (read.key != update.key) return;
      const Number agent = survey_.at(reader).agent;
      for (Number at = survey_.first(agent); at < survey_.last(agent); ++at) {
        if (const auto* call = survey_.as<steps::Call>(at)) finding.rehearsal.some.push_back(call->tool);
      }
    });
  }

  /// Why the value is another one at the next attempt; nothing where it is not.
  std::optional<std::string> changes(Number n, const Expression& key) const {
    const Number agent = survey_.at(n).agent;
    const auto& origins = linting_.index.origins(agent);
    std::set<std::string> seen;
    std::vector<std::string> open;
    for (const std::string& name : names_in(key)) open.push_back(name);
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      if (!seen.insert(name).second) continue;
      if (name == "now") return "the time is in it";
      if (name.ends_with(".attempt")) return fmt::format("{} counts the attempts", name);
      if (name.starts_with("error.")) return fmt::format("{} is of the last failure", name);
      const bool members = linting_.agent(agent).replicas > 1;
      if (members && (name == "self.index" || name == "self.name"))
        return fmt::format("{} says who does it, and next time that may be another one", name);
      const auto known = origins.find(base_of(name));
      if (known == origins.end()) continue;
      for (const Origin& origin : known->second) {
        if (origin.kind == Origin::Kind::set) {
          for (const std::string& more : names_in(*origin.value)) open.push_back(more);
        } else if (origin.kind == Origin::Kind::read) {
          const std::string& from = survey_.as<steps::Read>(origin.site)->key;
          if (name.ends_with(".version")) return fmt::format("{} grows with each write of {}", name, from);
          if (moves_on(from, n))
            return fmt::format("{} is another one when the work is over and {} was written", name, from);
        }
      }
    }
    return std::nullopt;
  }

  /// Whether the agent itself writes the key that names the work, or somebody counts it on: an epoch.
  bool moves_on(const std::string& key, Number call) const {
    const KeySpec* spec = linting_.index.key(key);
    for (const Number n : linting_.index.writes(key)) {
      const auto* write = survey_.as<steps::Write>(n);
      const bool stays = write != nullptr && write->value && spec != nullptr && spec->initial &&
                         write->value->kind() == Expression::Kind::integer &&
                         spec->initial->kind() == Expression::Kind::integer &&
                         write->value->number() == spec->initial->number();
      if (stays) continue;
      if (survey_.as<steps::Update>(n) != nullptr || survey_.at(n).agent == survey_.at(call).agent) return true;
    }
    return false;
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_effects(Linting& linting) { Effects{linting}.run(); }

}  // namespace squall::scenarios
