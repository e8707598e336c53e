// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "faults/kinds/agent_crash.hpp"
#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/names.hpp"
#include "sim/fields.hpp"
#include "sim/strike.hpp"

namespace squall::faults {

/// Does what is another's to do: before a step, the agent sends a message that another role would send, without its fields. A coder
/// that approves its own work, a planner that reports a result. Of several receivers of that name the first one gets it.
struct AgentOutOfRole {
  static constexpr std::string_view name = "agent-out-of-role";
  static constexpr Strikes strikes = Strikes::agent;
  static constexpr std::string_view about = "the agent sends what is another role's to send";
  static constexpr std::string_view example = "agent-out-of-role: {agent: coder, nth: 3, topic: approval, to: planner}";
  static constexpr bool at_its_begin = true;

  TopicName topic;
  Names to;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"topic", "", "what it sends"}, self.topic);
    visit(sim::Field{"to", "", "who receives it"}, self.to);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    if (topic.name.empty()) return "does not say what the agent sends: add 'topic'";
    return to.all.size() != 1 ? std::string_view{"does not say to whom: add 'to', one agent"} : std::string_view{};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::Model& model = spot.run.model;
    if (stops(verdict) || verdict.says != sim::any_topic) return false;
    for (std::uint16_t t = 0; t < model.topics.size(); ++t) {
      if (model.topics[t].name == topic.name) verdict.says = sim::TopicId{t};
    }
    for (const sim::Definition& definition : model.definitions) {
      if (definition.replicas != 0 && definition.name == to.all.front()) verdict.redirect = definition.first;
    }
    if (verdict.says != sim::any_topic && verdict.redirect != sim::nobody) return true;
    verdict.says = sim::any_topic;
    verdict.redirect = sim::nobody;
    return false;
  }
  bool possible(const sim::World&, sim::AgentId) const { return false; }
  bool play(sim::World&, sim::Run&, sim::AgentId, Tempo) const { return false; }
  friend bool operator==(const AgentOutOfRole&, const AgentOutOfRole&) = default;
};

}  // namespace squall::faults
