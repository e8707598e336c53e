// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "scenarios/lint/callers.hpp"
#include "scenarios/lint/linting.hpp"
#include "scenarios/lint/spans.hpp"

namespace squall::scenarios {
namespace {

using sim::literals::operator""_percent;
using Number = Survey::Number;

/// Retries around retries, and retries against a limiter.
class Retries {
 public:
  explicit Retries(Linting& linting) : linting_(linting), survey_(linting.survey) {}

  void run() {
    survey_.each<steps::Call>([&](Number n, const steps::Call& call) {
      if (!linting_.reached(n)) return;
      layers(n, call);
      limiter(n, call);
    });
    same_beat();
  }

 private:
  static constexpr std::uint64_t attempts_most = 8;  ///< of nested layers: 3 × 3 is told

  /// The steps that try this one again, from the inside out.
  std::vector<Number> retries_around(Number n) const {
    std::vector<Number> around;
    bool of_action = true;
    for (Number at = n; at != Survey::none; at = survey_.at(at).up) {
      if (of_action && repeats(*survey_.at(at).step)) around.push_back(at);
      of_action = is_of_action(survey_.at(at).part);
    }
    return around;
  }

  struct Layers {
    std::vector<Number> sites;
    std::uint64_t attempts = 1;
  };

  /// Those around it, and those around the question that it is part of an answer to.
  Layers layers_of(Number n, std::set<Number>& on_the_way) const {
    Layers layers;
    for (const Number at : retries_around(n)) {
      layers.sites.push_back(at);
      layers.attempts = std::min<std::uint64_t>(many, layers.attempts * survey_.at(at).step->fields.retry->times);
    }
    Layers outer;
    for (const Number asker : askers(n)) {
      if (!on_the_way.insert(asker).second) continue;
      Layers more = layers_of(asker, on_the_way);
      on_the_way.erase(asker);
      if (more.attempts > outer.attempts) outer = std::move(more);
    }
    layers.sites.insert(layers.sites.end(), outer.sites.begin(), outer.sites.end());
    layers.attempts = std::min<std::uint64_t>(many, layers.attempts * outer.attempts);
    return layers;
  }

  /// The `ask` steps that the handler which holds this step answers.
  std::vector<Number> askers(Number n) const {
    std::vector<Number> found;
    const Survey::Site& site = survey_.at(n);
    if (site.entry == 0) return found;
    const std::string& topic = linting_.agent(site.agent).on[site.entry - 1].first;
    for (const Number q : linting_.index.asks(topic)) {
      if (survey_.as<steps::Ask>(q)->to.each.front().text() == linting_.agent_name(site.agent)) found.push_back(q);
    }
    return found;
  }

  void layers(Number n, const steps::Call& call) {
    std::set<Number> on_the_way;
    const Layers layers = layers_of(n, on_the_way);
    if (layers.sites.size() < 2 || layers.attempts <= attempts_most) return;
    LintFinding& finding = linting_.say(
        "retry-product", n, fmt::format("{} may be called {} times for one purpose", call.tool, layers.attempts),
        "let one layer try again, and the others hand the failure on");
    for (const Number at : layers.sites)
      finding.reasons.push_back(
          fmt::format("{} is tried up to {} times", survey_.name(at), survey_.at(at).step->fields.retry->times));
    finding.rehearsal = {.judges = {sim::RetryAmplification{.times = static_cast<std::uint32_t>(attempts_most)}},
                         .faults = {strike(faults::ToolError{}, {.tool = call.tool}, 90_percent)},
                         .names = {call.tool}};
  }

  static bool tries_rejected_again(const Retry& retry) {
    return retry.times > 1 && (retry.on.empty() || std::ranges::find(retry.on, "rate-limited") != retry.on.end());
  }

  /// The retry next to a call that tries it again where it was rejected.
  const Retry* retry_of(Number n) const {
    const auto around = retries_around(n);
    if (around.empty()) return nullptr;
    const Retry& retry = *survey_.at(around.front()).step->fields.retry;
    return tries_rejected_again(retry) ? &retry : nullptr;
  }

  /// All callers of a tool together.
  std::uint64_t callers(const std::string& tool) {
    const auto [known, fresh] = callers_.emplace(tool, 0);
    if (!fresh) return known->second;
    std::uint64_t& all = known->second;
    for (const Number n : linting_.index.calls(tool)) all += at_once_most(linting_, n);
    return all;
  }

  /// What the attempts of one call wait in all, at most.
  static sim::Duration total_backoff(const Retry& retry) {
    sim::Duration total{}, next = longest(retry.backoff);
    for (std::uint32_t attempt = 1; attempt < retry.times && total < std::chrono::hours{24 * 365}; ++attempt) {
      total += retry.max ? std::min(next, *retry.max) : next;
      if (next < std::chrono::hours{24 * 365}) next *= retry.factor;
    }
    return total;
  }

  void limiter(Number n, const steps::Call& call) {
    const ToolSpec* tool = linting_.index.tool(call.tool);
    const Retry* retry = retry_of(n);
    if (tool == nullptr || !tool->limit || retry == nullptr || retry->hint) return;
    const auto& [limit, window] = *tool->limit;
    const sim::Duration total = total_backoff(*retry);
    if (callers(call.tool) <= limit || total >= window) return;
    LintFinding& finding =
        linting_.say("retry-product", n,
                     fmt::format("all {} tries come within {}, and {} lets no more than {} in within {}", retry->times,
                                 rough(total), call.tool, limit, rough(window)),
                     "wait as long as the limiter says (hint: true), or longer than its window");
    finding.rehearsal = {
        .judges = {sim::RetryAmplification{.times = retry->times - 1}}, .faults = {}, .names = {call.tool}};
  }

  /// Callers whom one limiter rejects, and who all wait for the same time.
  void same_beat() {
    survey_.each<steps::Call>([&](Number n, const steps::Call& call) {
      const ToolSpec* tool = linting_.index.tool(call.tool);
      const Retry* retry = retry_of(n);
      if (!linting_.reached(n) || tool == nullptr || !tool->limit || retry == nullptr) return;
      const bool drawn = retry->jitter != Retry::Jitter::none || retry->backoff.computed ||
                         retry->backoff.drawn.kind != sim::Distribution::Kind::constant;
      const std::uint64_t callers = this->callers(call.tool);
      if (drawn || retry->hint || callers <= tool->limit->first) return;
      const std::string clients = callers >= many ? "all callers" : fmt::format("{} callers", callers);
      LintFinding& finding =
          linting_.say("retry-without-jitter", n,
                       fmt::format("{} lets {} in within {}, and {} that it rejects come again at one instant",
                                   call.tool, tool->limit->first, rough(tool->limit->second), clients),
                       "add 'jitter: full', wait as long as the limiter says (hint: true), or let fewer call at once");
      finding.rehearsal = {.judges = {sim::RetryAmplification{.times = std::max(retry->times - 1, 1U)}},
                           .faults = {},
                           .names = {call.tool}};
    });
  }

  Linting& linting_;
  const Survey& survey_;
  std::map<std::string, std::uint64_t> callers_;
};

}  // namespace

void lint_retries(Linting& linting) { Retries{linting}.run(); }

}  // namespace squall::scenarios
