// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "scenarios/workflow.hpp"

namespace squall::laws {

/// A workflow drawn from `seed`, without errors: agents with programs, a server, a group, spawned children; every kind of
/// step and every field of the language, nested up to four deep; keys of each consistency, tools, each kind of resource,
/// a queue and a broadcast, narrow mailboxes, now and then several instances. Loops and retries are bounded, so nearly
/// every run ends by itself; many end badly. Over some hundred seeds every operation of compiled programs runs.
scenarios::Workflow random_workflow(std::uint64_t seed);

}  // namespace squall::laws
