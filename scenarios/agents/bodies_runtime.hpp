// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenarios/agents/frame.hpp"

/// The runtime of a graph: `scenarios/runtimes/engine.cpp`.
namespace squall::scenarios {

/// Which part of a runtime an operation is.
enum class RuntimePart : std::uint8_t {
  begin,  ///< tokens to where it starts
  go,     ///< tells nodes to run
  again,  ///< the same after a restart
  done,   ///< has heard of a node
  stop    ///< it is over before its time: its nodes too
};
/// Where one of them goes on, by its place among the operation's targets.
enum class RuntimeTarget : std::uint8_t { go, again, wait, end };
inline constexpr std::size_t runtime_targets = 4;

namespace body {
std::uint32_t runtime(Frame& f, const Op& op);
}
}  // namespace squall::scenarios
