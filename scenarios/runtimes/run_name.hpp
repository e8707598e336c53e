// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "scenarios/agents/frame.hpp"
#include "sim/site.hpp"

namespace squall::scenarios {

/// Names what a runtime asks about one run of a node: by the node and by which of its runs it is, and not by what else the
/// runtime has to do. So a node draws the same under every policy and every choice of the runtime, and beside any other node.
/// `part`: of a run that has several.
inline sim::Question ask_about(Frame& f, const Op& op, sim::AgentId node, std::uint32_t run, std::uint32_t part = 0) {
  sim::Question q = f.ask(op);
  if (!f.turn.run.timed) return q;
  const sim::SiteKey name = f.turn.model().definition(f.turn.world.agent(node).definition).key;
  const sim::SiteKey key = f.turn.world.activation_shadow(f.turn.activation).key;
  q.site = sim::child_key(key, sim::child_key(sim::child_key(op.site, name), part));
  q.occurrence = run;
  return q;
}

}  // namespace squall::scenarios
