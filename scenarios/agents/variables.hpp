// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/ids.hpp"

namespace squall::sim {
class World;
struct Model;
}  // namespace squall::sim

namespace squall::scenarios {

struct AgentVariable {
  std::string name;
  std::string value;  ///< a number, a text, the name of an agent or `nobody`
};

/// What the variables hold that a file declares for an agent (its `vars`), in the order of their declaration. Agents in C++ have
/// none that are known by name.
std::vector<AgentVariable> variables_of(const sim::Model& model, const sim::World& world, sim::AgentId agent);

}  // namespace squall::scenarios
