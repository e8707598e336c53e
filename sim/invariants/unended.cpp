// SPDX-License-Identifier: Apache-2.0
#include "sim/invariants/unended.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/detail/of_instance.hpp"
#include "sim/invariants/telling.hpp"
#include "sim/model.hpp"
#include "sim/world.hpp"

namespace squall::sim {

Unended unended_of(const Judging& at, Row instance) {
  Unended found;
  detail::each_activation(at.world, instance, [&](Row a) {
    const ActivationRow& row = at.world.activation(a);
    if (row.phase == Phase::free || row.instance != instance || is_daemon(at.model, at.world, row.agent)) return;
    const std::string& role = role_of(at.model, at.world, row.agent);
    if (std::ranges::find(found.roles, role) == found.roles.end()) found.roles.push_back(role);
    const std::string who = agent_name(at.model, at.world, row.agent);
    const std::string instance_said = instance_text(at.model, at.world, instance);
    if (row.phase != Phase::waiting) {
      found.reasons.push_back(fmt::format("{} is at work{}", who, instance_said));
    } else {
      found.reasons.push_back(fmt::format("{} {}{}", who, kept_by_text(at.model, at.world, a), instance_said));
    }
  });
  std::ranges::sort(found.roles);
  return found;
}

}  // namespace squall::sim
