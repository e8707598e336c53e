// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/restarts.hpp"

namespace squall::scenarios {
namespace {

using sim::literals::operator""_percent;
using Number = Survey::Number;

/// Subscriptions that begin too late.
class Subscriptions {
 public:
  explicit Subscriptions(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Subscribe>([&](Number n, const steps::Subscribe& subscribe) {
      const TopicSpec* topic = linting_.index.topic(subscribe.topic);
      if (topic == nullptr || !linting_.reached(n)) return;
      const Expression& from = subscribe.from_sequence;
      const bool from_now = from.kind() == Expression::Kind::integer && from.number() < 0;
      const bool forgets = topic->retain == 0;
      if (from_now || forgets) {
        if (const auto before = look_before(n, subscribe.topic)) return say(n, subscribe.topic, *before, forgets);
      }
      if (from_now && !forgets && restarts_of(linting_, survey_.at(n).agent).any()) cursor(n, subscribe.topic);
    });
  }

 private:
  /// A step before the subscription, on its way, after which somebody may publish: a look at a key that the publisher writes, or
  /// the message that lets it begin.
  std::optional<Number> look_before(Number n, const std::string& topic) const {
    const Survey::Site& site = survey_.at(n);
    for (Number at = survey_.first(site.agent); at < n; ++at) {
      if (survey_.at(at).entry != site.entry || !is_on_the_way(at, n)) continue;
      if (const auto* again = survey_.as<steps::Subscribe>(at); again != nullptr && again->topic == topic)
        return std::nullopt;
      if (const auto* read = survey_.as<steps::Read>(at); read != nullptr && publisher_writes(read->key, topic))
        return at;
      const auto* send = survey_.as<steps::Send>(at);
      const auto* ask = survey_.as<steps::Ask>(at);
      const Target* to = send != nullptr ? &send->to : ask != nullptr ? &ask->to : nullptr;
      if (to != nullptr && begins_publishing(*to, topic)) return at;
    }
    return std::nullopt;
  }

  /// Whether the one is done when the other begins: not on another branch.
  bool is_on_the_way(Number earlier, Number later) const {
    const Survey::Fork fork = survey_.fork(earlier, later);
    return fork.left == fork.right || fork.same_program || fork.holder == Survey::none;
  }

  bool publishes(Number agent, const std::string& topic) const {
    return std::ranges::any_of(linting_.index.publishes(topic), [&](Number n) { return survey_.at(n).agent == agent; });
  }

  bool publisher_writes(const std::string& key, const std::string& topic) const {
    return std::ranges::any_of(linting_.index.writes(key),
                               [&](Number n) { return publishes(survey_.at(n).agent, topic); });
  }

  bool begins_publishing(const Target& to, const std::string& topic) const {
    return std::ranges::any_of(linting_.index.publishes(topic), [&](Number n) {
      const auto meant = [&](const Expression& each) {
        return each.kind() == Expression::Kind::name && each.text() == linting_.agent_name_of(n);
      };
      return std::ranges::any_of(to.each, meant);
    });
  }

  Rehearsal rehearsal(Number n) const {
    const std::string& who = linting_.agent_name_of(n);
    return {.judges = {sim::NoOrphanedWait{}, sim::DeadlockFreedom{}},
            .faults = {strike(faults::LateSubscribe{}, {.agent = who}, 30_percent)},
            .names = {who}};
  }

  void say(Number n, const std::string& topic, Number before, bool forgets) {
    LintFinding& finding = linting_.say(
        "subscribe-after-snapshot", n,
        fmt::format("{} that is published between {} and this is never heard of", topic, survey_.name(before)),
        forgets ? fmt::format("subscribe first, or let {} be retained and subscribe from its start", topic)
                : "subscribe first, or from where the look was");
    finding.rehearsal = rehearsal(n);
  }

  void cursor(Number n, const std::string& topic) {
    LintFinding& finding = linting_.say(
        "subscribe-after-snapshot", n,
        fmt::format("after a restart it subscribes anew, and {} that was published meanwhile is never heard of", topic),
        "subscribe from the start, or from the number that was seen last");
    finding.rehearsal = rehearsal(n);
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_subscriptions(Linting& linting) { Subscriptions{linting}.run(); }

}  // namespace squall::scenarios
