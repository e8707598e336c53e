// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "faults/condition.hpp"
#include "faults/names.hpp"

namespace squall::faults {

/// What a line may strike, by name. An empty field matches everything. Agents are named by their definition: a line that
/// names replicas counts and strikes all of them together.
///
/// `nobody` in `to` is the queue of a published topic. Answers to an `ask`, errors among them, have the topic `reply`.
/// Which fields a kind has follows from what it strikes; `decode.hpp` lists them.
struct Matcher {
  Names from, to;                         ///< of kinds that strike messages or links
  std::string topic;                      ///< of kinds that strike messages
  Names agent;                            ///< of all others: who acts
  std::string tool, key, resource;        ///< what is called, operated on, granted
  std::string artifact;                   ///< what is made or checked
  std::optional<std::uint32_t> instance;  ///< number in the load, from 0
  Condition where;                        ///< of kinds that strike messages: asked of the message

  friend bool operator==(const Matcher&, const Matcher&) = default;
};

inline constexpr std::string_view nobody_name = "nobody";
inline constexpr std::string_view reply_name = "reply";

}  // namespace squall::faults
