// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>

#include "scenarios/lint/holdings.hpp"
#include "scenarios/lint/linting.hpp"

namespace squall::scenarios {
namespace {

using Number = Survey::Number;

/// Questions whose answer needs what the asker holds: a lock, or the only place at which its agent works.
class SelfWaits {
 public:
  explicit SelfWaits(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Ask>([&](Number n, const steps::Ask& ask) {
      const Expression& to = ask.to.each.front();
      if (!linting_.reached(n) || survey_.is_bounded(n) || to.kind() != Expression::Kind::name) return;
      for (Number a = 0; a < linting_.workflow.agents().size(); ++a) {
        if (linting_.agent_name(a) != to.text()) continue;
        own_place(n, ask, a);
        const std::optional<Number> entry = entry_of(a, ask.topic);
        if (entry) held(n, a, *entry);
      }
    });
  }

 private:
  std::optional<Number> entry_of(Number agent, const std::string& topic) const {
    const auto& on = linting_.agent(agent).on;
    for (Number h = 0; h < on.size(); ++h) {
      if (on[h].first == topic) return h + 1;
    }
    return std::nullopt;
  }

  void say(Number n, std::string what, std::string fix, std::string name) {
    LintFinding& finding = linting_.say("self-wait", n, std::move(what), std::move(fix));
    finding.rehearsal = {
        .judges = {sim::DeadlockFreedom{}, sim::NoOrphanedWait{}}, .faults = {}, .names = {std::move(name)}};
  }

  void own_place(Number n, const steps::Ask& ask, Number asked) {
    const Survey::Site& site = survey_.at(n);
    if (site.agent != asked || site.entry == 0 || linting_.agent(asked).concurrency > 1 ||
        !entry_of(asked, ask.topic) || linting_.agent(asked).replicas > 1)
      return;
    const std::string& who = linting_.agent_name(asked);
    say(n, fmt::format("{} answers one message at a time, and is at work on this one", who),
        fmt::format("give {} a greater concurrency, or do it without asking", who), who);
  }

  void held(Number n, Number asked, Number entry) {
    const Survey::Site& site = survey_.at(n);
    Holdings holdings{linting_.model, linting_.code_of(n)};
    const auto pc = survey_.op(n, OpCode::ask);
    if (!pc || holdings.taken().empty() || holdings.too_large()) return;
    const sim::Definition& definition = linting_.model.definitions[site.agent];
    holdings.follow(site.entry == 0 ? definition.root_pc : definition.handlers[site.entry - 1].pc);
    for (Number at = survey_.first(asked); at < survey_.last(asked); ++at) {
      const auto* acquire = survey_.as<steps::Acquire>(at);
      if (acquire == nullptr || survey_.at(at).entry != entry || survey_.is_bounded(at)) continue;
      for (std::size_t r = 0; r < holdings.taken().size(); ++r) {
        const sim::ResourceInfo& resource = linting_.model.resources[holdings.taken()[r]];
        const bool single = resource.kind != sim::ResourceInfo::Kind::lease && resource.slots == 1;
        if (!single || resource.name != acquire->resource || !holdings.must(*pc, r)) continue;
        say(n,
            fmt::format("it holds {}, and {} takes {} before it answers", resource.name, survey_.name(at),
                        resource.name),
            fmt::format("release {} before it asks", resource.name), resource.name);
        return;
      }
    }
  }

  Linting& linting_;
  const Survey& survey_;
};

}  // namespace

void lint_self_waits(Linting& linting) { SelfWaits{linting}.run(); }

}  // namespace squall::scenarios
