// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/monitor.hpp"

/// What the judges of concurrent writes share: what a write rests on.
namespace squall::sim {

struct Model;

/// The version that a write rests on, where others were written since. Nothing where it rests on the version just before, or
/// where its activation has never read the key. `wrote`: a write that was kept, at once: its session does not know it yet.
std::optional<std::uint32_t> overtaken_base(const Judging& at, const Observation& wrote);

/// Asks for what `overtaken_base` needs of the chosen keys, and that at least so many versions are kept. Before
/// `Model::finish`.
void remember_bases(Model& model, const std::vector<bool>& keys, std::uint16_t versions);

}  // namespace squall::sim
