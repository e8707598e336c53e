// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace squall::faults {

/// What a line may strike, by name. An empty field matches everything. Agents are named by their definition: a line that
/// names replicas counts and strikes all of them together.
///
/// `nobody` in `to` is the queue of a published topic. Answers to an `ask`, errors among them, have the topic `reply`.
struct Matcher {
  std::string from, to, topic;            ///< of kinds that strike messages
  std::string agent;                      ///< of kinds that strike agents
  std::optional<std::uint32_t> instance;  ///< number in the load, from 0

  friend bool operator==(const Matcher&, const Matcher&) = default;
};

inline constexpr std::string_view nobody_name = "nobody";
inline constexpr std::string_view reply_name = "reply";

}  // namespace squall::faults
