// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

#include "faults/kinds/spot.hpp"
#include "faults/kinds/strikes.hpp"
#include "faults/names.hpp"
#include "sim/apply.hpp"
#include "sim/fields.hpp"
#include "sim/model.hpp"

namespace squall::faults {

/// Delivers a message to another agent than it was sent to, which is none the wiser. Published messages, answers and messages
/// whose wrong receiver is not there are not struck.
struct MessageMisroute {
  static constexpr std::string_view name = "message-misroute";
  static constexpr Strikes strikes = Strikes::message;
  static constexpr std::string_view about = "the message arrives at somebody else";
  static constexpr std::string_view example =
      "message-misroute: {from: coder, to: tester, topic: code, nth: 1, arrives-at: docs}";

  Names arrives_at;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit(sim::Field{"arrives-at", "", "who receives it"}, self.arrives_at);
  }
  std::uint32_t cost() const { return 1; }
  std::string_view problem() const {
    return arrives_at.all.size() == 1 ? std::string_view{} : std::string_view{"says one agent with 'arrives-at'"};
  }

  bool strike(sim::Verdict& verdict, const Spot& spot) const {
    const sim::AgentId wrong = receiver(spot.run.model, spot.world, spot.target.row);
    if (verdict.drop || verdict.redirect != sim::nobody || wrong == sim::nobody) return false;
    verdict.redirect = wrong;
    return true;
  }
  bool possible(const sim::Model& model, const sim::World& world, sim::Row message) const {
    return receiver(model, world, message) != sim::nobody;
  }
  void play(sim::World& world, sim::Run& run, sim::Row message) const {
    sim::redirect(world, run, message, receiver(run.model, world, message));
  }
  friend bool operator==(const MessageMisroute&, const MessageMisroute&) = default;

 private:
  /// Member 0 of the definition, unless it is who was meant.
  sim::AgentId receiver(const sim::Model& model, const sim::World& world, sim::Row message) const {
    const sim::MessageRow& row = world.message(message);
    const auto found = std::ranges::find(model.definitions, arrives_at.all[0], &sim::Definition::name);
    if (found == model.definitions.end() || found->replicas == 0) return sim::nobody;
    if (row.to == sim::nobody || row.to == found->first || sim::is_reply(row.topic)) return sim::nobody;
    return found->first;
  }
};

}  // namespace squall::faults
