// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/monitor.hpp"

/// What invariants share when they tell what they have found.
namespace squall::sim {

struct Model;
class World;

/// Which troubles were told in this run already, by their signatures. Of a run with more different ones only so many are.
struct Told {
  static constexpr std::size_t most = 8;
  std::uint64_t count;
  std::uint64_t keys[most];
};

/// Adds the violation unless it was told before, or enough were.
void tell(Told& told, Violation violation, Violations& found);

/// `reasons()` makes the sentences where somebody reads them.
template <class Reasons>
void tell(const Judging& at, Told& told, const char* invariant, std::vector<std::string> witness, Instant when,
          Reasons&& reasons) {
  Violation violation{.invariant = invariant, .witness = std::move(witness), .at = when, .reasons = {}};
  if (at.found.wants_reasons) violation.reasons = reasons();
  tell(told, std::move(violation), at.found);
}

/// Whether the activation may wait for ever, or its end is nobody's business: it belongs to a daemon.
bool is_daemon(const Model&, const World&, AgentId);

/// Whether it is a branch of a parallel or map: its end is not the end of what its agent does.
bool is_branch(const World&, Row activation);

// ---- names: a role is what a witness says of an agent, without the number of its member ----
const std::string& role_of(const Model&, const World&, AgentId);
std::string topic_text(const Model&, TopicId);
/// The name of what was made; that of a summary of several is `work`.
std::string artifact_text(const Model&, const World&, Row artifact);
std::string error_text(const Model&, std::uint32_t error);
/// What an activation waits for: `code and docs`, `an answer`, `lock db`; of one that is busy `work`.
std::string awaited_text(const Model&, const World&, Row activation);
/// What keeps an activation that has not ended: `still waits for code and docs`, `hangs`.
std::string kept_by_text(const Model&, const World&, Row activation);
/// ` (instance 17)` where there are several, else nothing.
std::string instance_text(const Model&, const World&, Row instance);

}  // namespace squall::sim
