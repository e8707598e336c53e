// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/invariants/options.hpp"
#include "sim/monitor.hpp"

/// What the guarantees of sessions share: a version that an agent may not be given anything older than any more.
///
/// A session is an agent, within an instance or over the keys that all instances share; a crash does not end it. Older is
/// what the store itself numbers lower, so a judge inside a run sees more than one of a recorded history, who has to infer
/// that order. What an agent learns by message does not count: a store cannot know of it.
namespace squall::sim {

struct Model;

/// What a version brings to whoever reads it: he may not go back behind that either.
enum class Carried : std::uint8_t {
  nothing,
  writes,     ///< what its writer had written before
  reads,      ///< what its writer had read before
  everything  ///< what its writer had read or written before, and what that had brought
};

struct SessionRules {
  const char* name;
  const char* claim;
  bool own_writes;  ///< nobody goes back behind his own writes; one that was not kept comes after all that were there
  bool own_reads;   ///< nobody goes back behind his own reads
  Carried carried = Carried::nothing;
};

/// Judged at each read of one of the keys. Memory: some words for each agent and key, and for each version that is kept and
/// key where versions carry something. Beyond 64 agents of one instance it is left open. `rules` outlives the model.
Monitor session_monitor(Model&, const SessionRules& rules, const KeyNames& keys);

}  // namespace squall::sim
