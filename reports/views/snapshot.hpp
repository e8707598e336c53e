// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/ids.hpp"

namespace squall::sim {
class World;
struct Model;
}  // namespace squall::sim

/// A moment of a run in words: what each agent does, what lies in its mailbox and in its variables, what the context
/// and the resources hold.
namespace squall::reports {

struct AgentSnapshot {
  std::string name;
  std::vector<std::string> doing;    ///< one for each activation: `waits for report`, `at work`; `crashed` where it is
  std::vector<std::string> mailbox;  ///< `code from coder`, in order of arrival
  std::vector<std::string> variables;  ///< `tries = 2`, as the file declares them

  friend bool operator==(const AgentSnapshot&, const AgentSnapshot&) = default;
};

/// A key, a resource or a queue, and what stands there.
struct ThingSnapshot {
  std::string name;
  std::string holds;  ///< `version 2: 41, by coder`, `held by tester, 1 in line`

  friend bool operator==(const ThingSnapshot&, const ThingSnapshot&) = default;
};

struct Snapshot {
  std::vector<AgentSnapshot> agents;
  std::vector<ThingSnapshot> things;

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// What is said of at most so many agents, keys and resources, so that a moment can be looked at.
inline constexpr std::size_t snapshot_agents_max = 60;
inline constexpr std::size_t snapshot_things_max = 60;
inline constexpr std::size_t snapshot_messages_max = 12;
inline constexpr std::size_t snapshot_variables_max = 12;

/// The world as it stands between two events or while one happens. Keys of instances are those of the instances that live.
/// O(agents + activations + messages in mailboxes).
Snapshot snapshot_of(const sim::Model& model, const sim::World& world);

/// A line for each agent and each thing, with newlines.
std::string to_text(const Snapshot& snapshot);

}  // namespace squall::reports
