// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sim/apply.hpp"

/// The tasks of an untimed run: what a scheduler of threads calls a thread. Events of one task follow each other; events of
/// several tasks may come in any order.
namespace squall::sim {

/// One event that could come next, as strategies see it. All of it follows from content, nothing from rows.
struct Choice {
  SiteKey task = 0;          ///< a link and instance of messages; an agent and instance; an action of a struct agent
  SiteKey who = 0;           ///< whose state it changes: events of one agent race
  SiteKey event = 0;         ///< tells apart what one task has pending
  bool reaches_out = false;  ///< it reaches what all share: a context operation, a tool
};

class Tasks {
 public:
  explicit Tasks(const Model& model);
  /// What strategies see of `event`. `moves` numbers the moves.
  Choice choice(const World& world, Event event, const std::vector<Move>& moves) const;

 private:
  SiteKey agent(const World& world, AgentId agent) const;
  Choice of_timer(const World& world, Row timer) const;
  static SiteKey instance(const World& world, Row instance);

  std::vector<SiteKey> definitions_;
};

}  // namespace squall::sim
