// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace squall::faults {

/// What a kind of fault strikes: which matcher fields it has, and which events roll its dice.
enum class Strikes : std::uint8_t {
  message,     ///< each send rolls
  link,        ///< begins and ends by itself: rolled once per run, or again and again
  agent,       ///< each shared step begun by a live activation rolls
  artifact,    ///< each artifact made, and each check of one, rolls
  tool,        ///< each call that reaches its tool rolls
  context,     ///< each operation on a key rolls
  resource,    ///< each grant and renewal rolls
  checkpoint,  ///< each checkpoint saved rolls
  timer,       ///< each timer armed by an agent rolls
  clock,       ///< of an agent: begins and ends by itself
  outage,      ///< of a tool: begins and ends by itself
  membership,  ///< what is said of an agent: each notice, cancel or answer rolls
  shape,       ///< several faults in a pattern; begins and ends by itself
  phase,       ///< the whole run: begins by itself
  inbox        ///< of an agent: begins and ends by itself
};

constexpr std::string_view name_of(Strikes strikes) {
  constexpr std::string_view names[] = {"message", "link",       "agent",      "artifact", "tool",
                                        "context", "resource",   "checkpoint", "timer",    "clock",
                                        "outage",  "membership", "shape",      "phase",    "inbox"};
  return names[static_cast<std::size_t>(strikes)];
}

/// Its lines may have a time of their own instead of a match.
constexpr bool has_time(Strikes strikes) {
  return strikes == Strikes::link || strikes == Strikes::agent || strikes == Strikes::clock ||
         strikes == Strikes::outage || strikes == Strikes::shape || strikes == Strikes::phase ||
         strikes == Strikes::inbox;
}
/// Something happens that its lines match, and count.
constexpr bool has_matches(Strikes strikes) {
  return strikes != Strikes::link && strikes != Strikes::clock && strikes != Strikes::outage &&
         strikes != Strikes::shape && strikes != Strikes::phase && strikes != Strikes::inbox;
}

/// It sets a bit of the world's fault state while it lasts.
constexpr bool is_state(Strikes strikes) {
  return strikes == Strikes::link || strikes == Strikes::outage || strikes == Strikes::inbox;
}

}  // namespace squall::faults
