// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <set>
#include <string>

#include "scenarios/lint/linting.hpp"
#include "scenarios/runtimes/graph.hpp"

namespace squall::scenarios {
namespace {

using sim::literals::operator""_percent;

/// Waits that nothing ends but what they wait for.
class Bounds {
 public:
  explicit Bounds(Linting& linting) : linting_(linting), survey_(linting.survey) {
    if (const auto& graph = linting.workflow.graph()) find_bounded(*graph, false);
  }

  void run() {
    for (Survey::Number n = 0; n < survey_.size(); ++n) {
      if (!linting_.reached(n) || survey_.is_bounded(n) || inside_bound_.contains(linting_.agent_name_of(n))) continue;
      if (const auto* receive = survey_.as<steps::Receive>(n)) wait(n, *receive);
      if (const auto* ask = survey_.as<steps::Ask>(n)) question(n, *ask);
      if (const auto* acquire = survey_.as<steps::Acquire>(n)) lock(n, *acquire);
      if (const auto* send = survey_.as<steps::Send>(n)) room(n, *send);
    }
  }

 private:
  /// Nodes of subgraphs whose own node has a bound: when that strikes, whatever they do is cancelled.
  void find_bounded(const GraphDesign& design, bool bound) {
    for (const GraphNode& node : design.nodes) {
      if (bound) inside_bound_.insert(node.name);
      if (node.graph) find_bounded(*node.graph, bound || node.fields.timeout || node.fields.deadline);
    }
  }

  /// Whether it stands in a branch whose end the others wait for.
  bool holds_a_join(Survey::Number n) const {
    for (Survey::Number at = survey_.at(n).up; at != Survey::none; at = survey_.at(at).up) {
      const auto* parallel = survey_.as<steps::Parallel>(at);
      const auto* map = survey_.as<steps::Map>(at);
      if ((parallel != nullptr && parallel->join.join == 0) || (map != nullptr && map->join.join == 0)) return true;
    }
    return false;
  }

  void say(Survey::Number n, std::string what, std::vector<faults::Line> faults) {
    if (holds_a_join(n)) what += ", and the join of its branches with it";
    LintFinding& finding =
        linting_.say("unbounded-wait", n, std::move(what), "add 'timeout' and 'otherwise', or a 'deadline' around it");
    finding.rehearsal = {.judges = {sim::NoOrphanedWait{}, sim::DeadlockFreedom{}},
                         .faults = std::move(faults),
                         .names = {linting_.agent_name_of(n)}};
  }

  void wait(Survey::Number n, const steps::Receive& receive) {
    const Survey::Site& site = survey_.at(n);
    if (linting_.model.definitions[site.agent].daemon && site.entry == 0) return;  // it is at rest
    std::vector<faults::Line> faults;
    std::string human;
    for (const Demand::Part& part : receive.demand.parts) {
      faults.push_back(
          strike(faults::MessageLoss{}, {.to = linting_.agent_name_of(n), .topic = part.matcher.topic}, 20_percent));
      if (human.empty()) human = human_behind(n, part);
    }
    say(n,
        human.empty() ? "it waits for ever where what it waits for is lost"
                      : fmt::format("it waits for ever where {} never answers", human),
        std::move(faults));
  }

  /// A person who sends what a part of the demand asks for.
  std::string human_behind(Survey::Number n, const Demand::Part& part) const {
    if (part.matcher.topic.empty()) return {};
    for (Survey::Number s = 0; s < survey_.size(); ++s) {
      const auto* send = survey_.as<steps::Send>(s);
      if (send == nullptr || send->topic != part.matcher.topic || !linting_.agent_of(s).human) continue;
      for (const Expression& to : send->to.each) {
        if (to.kind() == Expression::Kind::name && to.text() == linting_.agent_name_of(n))
          return linting_.agent_name_of(s);
      }
    }
    return {};
  }

  void question(Survey::Number n, const steps::Ask& ask) {
    const Expression& to = ask.to.each.front();
    const AgentSpec* asked = to.kind() == Expression::Kind::name ? linting_.index.agent(to.text()) : nullptr;
    const bool human = asked != nullptr && asked->human;
    const faults::Names whom = asked != nullptr ? faults::Names{to.text()} : faults::Names{};
    const std::string& who = linting_.agent_name_of(n);
    say(n,
        human ? fmt::format("it waits for ever where {} never answers", to.text())
              : "it waits for ever where the request or its reply is lost",
        {strike(faults::MessageLoss{}, {.from = who, .to = whom, .topic = ask.topic}, 20_percent),
         strike(faults::MessageLoss{}, {.from = whom, .to = who, .topic = std::string{faults::reply_name}},
                20_percent)});
  }

  void lock(Survey::Number n, const steps::Acquire& acquire) {
    const ResourceSpec* resource = linting_.index.resource(acquire.resource);
    using Kind = sim::ResourceInfo::Kind;
    // A lease runs out, and a limiter's time goes by: who waits for these comes to his turn.
    if (resource == nullptr || (resource->kind != Kind::lock && resource->kind != Kind::semaphore)) return;
    std::vector<faults::Line> faults;
    survey_.each<steps::Acquire>([&](Survey::Number other, const steps::Acquire& taken) {
      if (taken.resource == acquire.resource && faults.size() < 8)
        faults.push_back(strike(faults::AgentCrash{}, {.agent = linting_.agent_name_of(other)}, 10_percent));
    });
    say(n, "it waits for ever where the holder never gives it back", std::move(faults));
  }

  /// A send waits for room where the mailbox is bounded and says so.
  void room(Survey::Number n, const steps::Send& send) {
    for (const Expression& to : send.to.each) {
      if (to.kind() != Expression::Kind::name) continue;
      const AgentSpec* agent = linting_.index.agent(to.text());
      if (agent == nullptr || agent->mailbox.capacity == sim::unlimited || agent->mailbox.full != sim::Full::block)
        continue;
      say(n, fmt::format("it waits for ever where {} takes nothing out of its full mailbox", to.text()),
          {strike(faults::AgentHang{}, {.agent = to.text()}, 5_percent)});
      return;
    }
  }

  Linting& linting_;
  const Survey& survey_;
  std::set<std::string> inside_bound_;
};

}  // namespace

void lint_bounds(Linting& linting) { Bounds{linting}.run(); }

}  // namespace squall::scenarios
